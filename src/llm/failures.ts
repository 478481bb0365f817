import { clip, ModelError, type ModelErrorCode } from "@/domain";
import { isLocalHost } from "./base-url.ts";
import { redact } from "./redact.ts";
import { AttemptFailure } from "./retry.ts";

const MAX_DETAIL = 300;
const STREAMING_HINT = "If the account may not stream this model, switch streaming off in Settings.";

/** What a provider wrote about a failure: the message of the usual JSON shapes, or the text itself; no key in it. */
export function providerMessage(body: string, key: string | null): string {
  const plain = (text: string) => clip(redact(text, key).replace(/\s+/g, " ").trim(), MAX_DETAIL);
  try {
    const parsed: unknown = JSON.parse(body);
    const found = messageIn(parsed) ?? (Array.isArray(parsed) ? messageIn(parsed[0]) : null);
    if (found !== null) return plain(found);
  } catch {
    // Not JSON: often a proxy's page.
  }
  return /^\s*</.test(body) ? "" : plain(body.slice(0, 4000));
}

function messageIn(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return null;
  for (const name of ["error", "message", "detail"]) {
    if (!Object.hasOwn(value, name)) continue;
    const found = messageIn(Reflect.get(value, name));
    if (found !== null) return found;
  }
  return null;
}

type Meaning = { code: ModelErrorCode; said: string; hint: string; again: boolean };

function meaningOf(status: number, detail: string, hasKey: boolean): Meaning {
  if (status === 401 || status === 403) {
    const hint = /cors|browser|origin/i.test(detail)
      ? "The provider, or the account's organisation, does not allow calls from web pages. Use another account or a local server."
      : status === 403
        ? "Check in Settings that the key may use this model. A local Ollama answers so until OLLAMA_ORIGINS names this page."
        : hasKey
          ? "Check the key in Settings: is it complete, still valid, and for this address?"
          : "Enter a key in Settings.";
    return { code: "unauthorized", said: hasKey ? "The model's address refused the key" : "The model's address asks for a key", hint, again: false };
  }
  if (status === 404 || status === 405) {
    return {
      code: "not-found",
      said: "The model's address does not know this path or model",
      hint: "Check the model's name and the address in Settings; most addresses end in /v1.",
      again: false,
    };
  }
  if (status === 429) {
    const empty = /insufficient_quota|exceeded your current quota|billing|credit/i.test(detail);
    return {
      code: "rate-limited",
      said: empty ? "The account has no credit left" : "The provider takes no more requests for now",
      hint: empty ? "Add credit with the provider, or use another key or model." : "Wait a little and go on, or lower the number of requests at once in Settings.",
      again: !empty,
    };
  }
  if (status >= 500) {
    return { code: "server-error", said: "The model's server failed", hint: "This is on the provider's side: try again in a while.", again: true };
  }
  if (status === 402) {
    return { code: "bad-request", said: "The account has no credit left", hint: "Add credit with the provider, or use another model.", again: false };
  }
  if (status === 408) {
    return { code: "timeout", said: "The model's server gave up waiting", hint: "Try again, or choose a faster model.", again: false };
  }
  const hint = /stream/i.test(detail)
    ? STREAMING_HINT
    : /max_(completion_)?tokens/i.test(detail)
      ? "Change or clear the output limit in Settings."
      : /temperature/i.test(detail)
        ? "Clear the temperature in Settings; some models accept only their own."
        : /context|too long|too large/i.test(detail) || status === 413
          ? "The request is too long for this model: choose one with a larger context."
          : "Check model, temperature and output limit in Settings.";
  return { code: "bad-request", said: "The model's server did not accept the request", hint, again: false };
}

export function statusFailure(status: number, body: string, afterMs: number | null, key: string | null): AttemptFailure {
  const detail = providerMessage(body, key);
  // The machine-readable reason may stand beside the message, so the whole body is looked at.
  const { code, said, hint, again } = meaningOf(status, `${detail} ${body.slice(0, 2000)}`, key !== null);
  const asked = status === 429 && afterMs !== null && afterMs > 0 ? ` It asks to wait ${Math.ceil(afterMs / 1000)} s.` : "";
  const message = `${said} (status ${status})${detail === "" ? "." : `: ${detail}`}${asked}`;
  return new AttemptFailure(new ModelError(code, message, { hint, retryable: again || code === "timeout" }), { again, afterMs });
}

/** An error object that arrived inside a reply that had begun well. */
export function streamedFailure(error: unknown, key: string | null): AttemptFailure {
  const code = typeof error === "object" && error !== null ? Number(Reflect.get(error, "code")) : Number.NaN;
  if (Number.isInteger(code) && code >= 400 && code < 600) {
    return statusFailure(code, JSON.stringify({ error }), null, key);
  }
  const detail = providerMessage(JSON.stringify({ error }), key);
  const message = `The model's server failed in mid-reply${detail === "" ? "." : `: ${detail}`}`;
  return new AttemptFailure(
    new ModelError("server-error", message, { hint: "This is on the provider's side: try again in a while.", retryable: true }),
    { again: true },
  );
}

/** What is known when a connection could not be made: browsers do not tell a page why. */
export type Surroundings = {
  url: URL;
  /** `location.protocol` of the page; null outside a browser. */
  pageProtocol: string | null;
  online: boolean;
  /** Something answered a request that needs no permission: so it is there, but refuses pages. Null: not tried. */
  answers: boolean | null;
};

export function unreachableHint({ url, pageProtocol, online, answers }: Surroundings): string {
  const local = isLocalHost(url.hostname);
  if (!online && !local) return "This device is offline. Connect and try again.";
  if (pageProtocol === "https:" && url.protocol === "http:" && !local) {
    return "A page that came over https may not call an http address on another computer. Use an https address, or run the model on this computer.";
  }
  const permit = "Ollama: start it with OLLAMA_ORIGINS set to this page's address; LM Studio: switch CORS on in its server settings.";
  if (local) {
    return answers === true
      ? `The server is there, but does not let this page in (CORS). ${permit}`
      : `Is the model's server running, at this port? Does it let web pages in (CORS)? ${permit} The browser may also have asked for leave to reach the local network.`;
  }
  return answers === true
    ? "The server is there, but its answer may not be read by web pages (CORS): it refuses browsers, or it failed and left the permission out. Check the address, or try again in a while."
    : "Check the address for typing errors, and the connection. Some providers refuse calls from web pages (CORS), which looks the same.";
}

/** Asks without headers and without reading the answer, which needs no permission of the server. */
async function probe(url: URL, doFetch: typeof fetch, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(3000)]);
    await doFetch(url, { mode: "no-cors", credentials: "omit", referrerPolicy: "no-referrer", signal: limit });
    return true;
  } catch {
    return false;
  }
}

export async function unreachableFailure(
  base: string,
  options: { fetch: typeof fetch; signal: AbortSignal; again: boolean },
): Promise<AttemptFailure> {
  const url = new URL(base);
  const pageProtocol = typeof location === "undefined" ? null : location.protocol;
  const online = typeof navigator === "undefined" || navigator.onLine !== false;
  const answers = pageProtocol === null ? null : await probe(new URL(`${base}/models`), options.fetch, options.signal);
  const hint = unreachableHint({ url, pageProtocol, online, answers });
  const error = new ModelError("unreachable", `${url.host} could not be reached.`, { hint, retryable: true });
  return new AttemptFailure(error, { again: options.again });
}

/** The bytes stopped coming, or the stream ended without saying that it is complete. */
export function cutFailure(received: number): AttemptFailure {
  return new AttemptFailure(
    new ModelError("bad-reply", `The reply broke off after ${received} characters.`, {
      hint: "Try again; if it happens often, switch streaming off in Settings or set a smaller output limit.",
      retryable: true,
    }),
    { again: true },
  );
}

/** A stream without its end; some servers answer with something else than a stream. */
export function unfinishedFailure(received: number, contentType: string | null): AttemptFailure {
  if (contentType !== null && /html/.test(contentType)) return notAModel();
  if (received > 0 || contentType === null || !/json/.test(contentType)) return cutFailure(received);
  const message = "The server answered in one piece where a stream was asked for.";
  return new AttemptFailure(new ModelError("bad-reply", message, { hint: "Switch streaming off in Settings." }), { again: false });
}

function notAModel(): AttemptFailure {
  const error = new ModelError("bad-reply", "The address answered with a web page instead of a model's reply.", {
    hint: "Check the address in Settings; most end in /v1.",
  });
  return new AttemptFailure(error, { again: false });
}

export function malformedFailure(contentType: string | null): AttemptFailure {
  if (contentType !== null && /html/.test(contentType)) return notAModel();
  const error = new ModelError("bad-reply", "The reply is not in the form that an OpenAI-compatible address uses (malformed JSON).", {
    hint: "Check that the address speaks the chat-completions protocol; try with streaming switched the other way.",
  });
  return new AttemptFailure(error, { again: false });
}

export function tooLargeFailure(maxBytes: number): AttemptFailure {
  const error = new ModelError("bad-reply", `The reply is larger than ${Math.round(maxBytes / 1_000_000)} MB and was stopped.`, {
    hint: "Set an output limit in Settings, or choose another model.",
  });
  return new AttemptFailure(error, { again: false });
}

export function timeoutFailure(idleMs: number): AttemptFailure {
  const error = new ModelError("timeout", `The model sent nothing for ${Math.round(idleMs / 1000)} s.`, {
    hint: "Try again, choose a faster model, or switch streaming on so that long replies show signs of life.",
    retryable: true,
  });
  return new AttemptFailure(error, { again: true });
}

export function emptyFailure(finishReason: string): AttemptFailure {
  const hint =
    finishReason === "length"
      ? "The model used all its output on reasoning: raise or clear the output limit in Settings."
      : finishReason === "content-filter"
        ? "The provider's filter held the reply back: change the problem or the prompt, or use another model."
        : "Try again, or choose another model.";
  const error = new ModelError("empty-reply", "The model replied with no text.", { hint, retryable: true });
  return new AttemptFailure(error, { again: false });
}
