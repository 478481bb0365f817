import { clip, type ConnectionCause, type ConnectionCode, PROVIDER_FACTS, type ProviderId } from "@/domain";
import { isOwnAddress, pageOrigin } from "../connection/let-in.ts";
import { whyUnreachable } from "../connection/unreachable.ts";
import { classify } from "./classify.ts";
import { failureOf, seen } from "./diagnosis.ts";
import { bodyRetryAfterMs, providerMessage, readErrorBody } from "./error-body.ts";
import { MEANINGS } from "./meanings.ts";
import type { AttemptFailure } from "../chat/retry.ts";

export { bodyRetryAfterMs, providerMessage };

const MID_REPLY_HINT = "This is on the provider's side: try again in a while.";

function withDetail(causes: readonly ConnectionCause[], detail: string): ConnectionCause[] {
  return causes.map((cause, index) => (index === 0 && detail !== "" ? { ...cause, detail } : cause));
}

/** A failure of which what was seen says it all. */
function plain(code: ConnectionCode, title: string, todo: string, detail = ""): ConnectionCause[] {
  return withDetail([seen(code, title, todo)], detail);
}

/**
 * An answer that is an error. `afterMs`: how long its headers ask to wait; null when they do not say, then the
 * body is asked.
 */
export function statusFailure(
  status: number,
  body: string,
  afterMs: number | null,
  key: string | null,
  provider: ProviderId,
): AttemptFailure {
  const { text, html } = readErrorBody(body);
  const found = classify({ status, text, html, page: html ? body : "", provider, hasKey: key !== null, origin: pageOrigin() });
  const detail = providerMessage(body, key);
  const wait = afterMs ?? (found.again ? bodyRetryAfterMs(body) : null);
  const asked = found.again && wait !== null && wait > 0 ? ` It asks to wait ${Math.ceil(wait / 1000)} s.` : "";
  return failureOf({
    code: found.code,
    message: `${found.said} (status ${status})${detail === "" ? "." : `: ${detail}`}${asked}`,
    hint: found.hint,
    again: found.again,
    retryable: found.retryable,
    afterMs: wait,
    causes: withDetail(found.causes, detail),
  });
}

/** What the types that stand in streams would have been as a status. */
const STATUS_OF: readonly [RegExp, number][] = [
  [/insufficient_quota|rate_limit|resource_exhausted|too_many_requests/i, 429],
  [/overloaded|unavailable/i, 529],
  [/authentication|unauthenticated|invalid_api_key/i, 401],
  [/permission/i, 403],
  [/not_found/i, 404],
  [/invalid_request|invalid_argument|failed_precondition|invalid_prompt/i, 400],
  [/api_error|server_error|internal/i, 500],
];

/** The same of servers that give no type, in their own words. */
const SPOKEN_STATUS: readonly [RegExp, number][] = [
  [/rate.?limit|too many requests|quota/i, 429],
  [/(invalid|incorrect|wrong|missing|no) (api[ _-]?)?key|unauthori[sz]ed|authentication/i, 401],
  [/\bmodels?\b[^.]{0,80}\b(not found|does not exist|not exist|unknown)/i, 404],
  [/overloaded|over capacity/i, 529],
];

function statusIn(error: unknown, reasons: string, words: string): number | null {
  for (const inner of [error, Reflect.get(Object(error), "error")]) {
    for (const name of ["code", "status", "statusCode"]) {
      const code = Number(Reflect.get(Object(inner), name) ?? Number.NaN);
      if (Number.isInteger(code) && code >= 400 && code < 600) return code;
    }
  }
  return STATUS_OF.find(([says]) => says.test(reasons))?.[1] ?? SPOKEN_STATUS.find(([says]) => says.test(words))?.[1] ?? null;
}

/** An error object that arrived inside a reply that had begun well. */
export function streamedFailure(error: unknown, key: string | null, provider: ProviderId): AttemptFailure {
  const body = JSON.stringify({ error: error instanceof Error ? { ...error, message: error.message } : error });
  const detail = providerMessage(body, key);
  // LM Studio says this of an unknown path, with a status that says all is well.
  const status = /^unexpected endpoint/i.test(detail) ? 404 : statusIn(error, readErrorBody(body).reasons, detail);
  if (status !== null) return statusFailure(status, body, null, key, provider);
  const said = "The model's server failed in mid-reply";
  return failureOf({
    code: "server-error",
    message: `${said}${detail === "" ? "." : `: ${detail}`}`,
    hint: MID_REPLY_HINT,
    again: true,
    causes: plain("provider-down", `${said}.`, MID_REPLY_HINT, detail),
  });
}

/** In runs, one sentence: the likeliest cause and what to do about it. */
function hintOf(causes: readonly ConnectionCause[]): string {
  const [first] = causes;
  if (first === undefined) return "Check the address and the connection.";
  const other = causes.length > 1 ? " The connection check in Settings names the other possible causes." : "";
  return `${first.title} ${first.todo}${other}`;
}

/** No answer came. Asks around for the cause, which takes up to 3 s in a browser. */
export async function unreachableFailure(
  base: string,
  options: { fetch: typeof fetch; signal: AbortSignal; again: boolean },
  provider: ProviderId,
): Promise<AttemptFailure> {
  const causes = await whyUnreachable(base, provider, options);
  const hopeless = causes.some(({ code, certainty }) => certainty === "certain" && code !== "offline");
  return failureOf({
    code: "unreachable",
    message: `${new URL(base).host} could not be reached.`,
    hint: hintOf(causes),
    again: options.again && !hopeless,
    retryable: true,
    causes,
  });
}

/** The bytes stopped coming, or the stream ended without saying that it is complete. */
export function cutFailure(received: number): AttemptFailure {
  const message = `The reply broke off after ${received} characters.`;
  const hint = "Try again; if it happens often, switch streaming off in Settings or set a smaller output limit.";
  const causes = [
    seen("provider-down", message, hint, "likely"),
    seen(
      "proxy",
      "A proxy or filter on the way may cut long answers.",
      "Try on another network, or switch streaming off in Settings.",
      "possible",
    ),
  ];
  return failureOf({ code: "not-a-reply", message, hint, again: true, causes });
}

/** The server gave a reason that is no end of a reply: it failed, or was stopped. */
export function brokenFailure(reason: string): AttemptFailure {
  const message = `The model's server broke the reply off (${clip(reason, 60)}).`;
  return failureOf({
    code: "not-a-reply",
    message,
    hint: MID_REPLY_HINT,
    again: true,
    causes: plain("provider-down", message, MID_REPLY_HINT),
  });
}

/** The key stays here: it would go along to wherever the address leads. */
export function redirectedFailure(base: string, provider: ProviderId): AttemptFailure {
  const message = `${new URL(base).host} sends requests on to another address (a redirect). This page does not follow it, because your key would go along.`;
  const own = isOwnAddress(provider, new URL(base));
  const hint = own
    ? "Enter the address that it leads to in Settings, if you trust it: with https in place of http, or with the path as the server's guide has it."
    : "Sign in to the network in a new tab if it asks for that, or try without VPN or proxy; clear the address in Settings to use the provider's own.";
  return failureOf({ code: "unreachable", message, hint, again: false, causes: plain(own ? "wrong-address" : "proxy", message, hint) });
}

/** The request without its tools may well be taken. */
export function toolsRefusedFailure(status: number, body: string, key: string | null): AttemptFailure {
  const { code, connection, said, hint } = MEANINGS.noTools;
  const detail = providerMessage(body, key);
  const message = `${said} (status ${status})${detail === "" ? "." : `: ${detail}`}`;
  return failureOf({ code, message, hint, again: false, causes: plain(connection, `${said}.`, hint, detail) });
}

/** A stream without its end; some servers answer with something else than a stream. */
export function unfinishedFailure(received: number, contentType: string | null, provider: ProviderId): AttemptFailure {
  if (contentType !== null && /html/.test(contentType)) return notAModel(provider);
  if (received > 0 || contentType === null || !/json/.test(contentType)) return cutFailure(received);
  const message = "The server answered in one piece where a stream was asked for.";
  const hint = "Switch streaming off in Settings.";
  return failureOf({ code: "not-a-reply", message, hint, again: false, causes: plain("bad-settings", message, hint) });
}

/** A web page with a good status: from a network that wants a login first, or from an address that is no model's. */
export function notAModel(provider: ProviderId): AttemptFailure {
  const { said, hint } = MEANINGS.webPage;
  const wrong = seen("wrong-address", `${said}.`, hint);
  const login = seen("proxy", `${MEANINGS.onTheWay.said}.`, MEANINGS.onTheWay.hint);
  const own = PROVIDER_FACTS[provider].local;
  const [first, second] = own || provider === "compatible" ? [wrong, login] : [login, wrong];
  const causes: ConnectionCause[] = own
    ? [first]
    : [
        { ...first, certainty: "likely" },
        { ...second, certainty: "possible" },
      ];
  return failureOf({ code: "not-a-reply", message: `${said}.`, hint: first.todo, again: false, causes });
}

export function malformedFailure(contentType: string | null, provider: ProviderId): AttemptFailure {
  if (contentType !== null && /html/.test(contentType)) return notAModel(provider);
  const own = PROVIDER_FACTS[provider].local || provider === "compatible";
  const form = own ? "that an OpenAI-compatible address uses" : `that ${PROVIDER_FACTS[provider].name} uses`;
  const message = `The reply is not in the form ${form} (malformed JSON).`;
  const hint = own
    ? "Check that the address speaks the chat-completions protocol and ends as the server's guide says, mostly in /v1; try with streaming switched the other way."
    : "Check the address in Settings; try with streaming switched the other way.";
  return failureOf({ code: "not-a-reply", message, hint, again: false, causes: plain("unexpected-reply", message, hint) });
}

/** Written without an end: the model's own doing. */
export function tooLargeFailure(maxBytes: number): AttemptFailure {
  const message = `The reply is larger than ${Math.round(maxBytes / 1_000_000)} MB and was stopped.`;
  const hint = "Set an output limit in Settings, or choose another model.";
  return failureOf({ code: "bad-reply", message, hint, again: false, causes: plain("unexpected-reply", message, hint) });
}

export function timeoutFailure(idleMs: number, provider: ProviderId): AttemptFailure {
  const message = `The model sent nothing for ${Math.round(idleMs / 1000)} s.`;
  const hint = PROVIDER_FACTS[provider].local
    ? "Try again: a model that is used for the first time is loaded first. Or choose a smaller one."
    : "Try again, choose a faster model, or switch streaming on so that long replies show signs of life.";
  return failureOf({ code: "timeout", message, hint, again: true, causes: plain("provider-down", message, hint) });
}
