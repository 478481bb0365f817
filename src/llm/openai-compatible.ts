import {
  CancelledError,
  type LanguageModel,
  ModelError,
  type ModelReply,
  type ModelRequest,
  type ModelSettings,
  type Usage,
} from "@/domain";
import { normaliseBaseUrl } from "./base-url.ts";
import {
  cutFailure,
  emptyFailure,
  malformedFailure,
  statusFailure,
  streamedFailure,
  timeoutFailure,
  tooLargeFailure,
  unfinishedFailure,
  unreachableFailure,
} from "./failures.ts";
import { redact } from "./redact.ts";
import { AttemptFailure, withRetries } from "./retry.ts";
import { createWire, type Wire } from "./wire.ts";

export type OpenAICompatibleOptions = {
  fetch?: typeof fetch;
  /** Attempts after the first; default 3. */
  retries?: number;
  /** First wait between attempts, doubled each time; default 1000. */
  retryBaseMs?: number;
  /** Without a byte for this long an attempt ends; default 120,000. */
  idleMs?: number;
  /** A longer reply is stopped; default 50,000,000. */
  maxReplyBytes?: number;
};

type Received = { text: string; finishReason: string; model: string | undefined; usage: SdkUsage | undefined };
type SdkUsage = {
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  inputTokenDetails?: { cacheReadTokens: number | undefined } | undefined;
  outputTokenDetails?: { reasoningTokens: number | undefined } | undefined;
};
/** `received` is kept outside of the call, so that a failure can say how far the reply had come. */
type Attempt = { request: ModelRequest; wire: Wire; abort: AbortController; received: { text: string }; onText: (text: string) => void };

const TEXT_EVERY_MS = 100;
/** In a stream each few characters travel in an envelope of their own. */
const STREAM_ENVELOPE = 4;
const MAX_WAIT_MS = 120_000;

/** The SDK is half a megabyte: loaded when the first request goes out, and kept. */
const loadSdk = async () => {
  const [core, provider] = await Promise.all([import("ai"), import("@ai-sdk/openai-compatible")]);
  return { ...core, createOpenAICompatible: provider.createOpenAICompatible };
};

function throttled(onText: ((text: string) => void) | undefined): (text: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (text) => {
    const now = performance.now();
    if (onText === undefined || now - last < TEXT_EVERY_MS) return;
    last = now;
    onText(text);
  };
}

function usageOf(usage: SdkUsage | undefined): Usage | null {
  if (usage === undefined) return null;
  const found: Usage = {
    inputTokens: usage.inputTokens ?? null,
    outputTokens: usage.outputTokens ?? null,
    cachedInputTokens: usage.inputTokenDetails?.cacheReadTokens ?? null,
    reasoningTokens: usage.outputTokenDetails?.reasoningTokens ?? null,
  };
  return found.inputTokens === null && found.outputTokens === null ? null : found;
}

/** A key that cannot stand in a header would fail as if the network were down. */
function usableKey(given: string | null): string | null {
  const key = given?.trim() ?? "";
  if (key === "") return null;
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ModelError("unauthorized", "The key holds a space or a character that no key has.", {
      hint: "Copy the key again and enter it in Settings.",
    });
  }
  return key;
}

/** Rejects when one of the signals is aborted; `stop` takes the listeners away. */
function abortion(...signals: AbortSignal[]): { promise: Promise<never>; stop: () => void } {
  const own = new AbortController();
  const promise = new Promise<never>((_, reject) => {
    const fire = () => reject(new CancelledError());
    for (const signal of signals) {
      if (signal.aborted) fire();
      else signal.addEventListener("abort", fire, { once: true, signal: own.signal });
    }
  });
  promise.catch(() => undefined);
  return { promise, stop: () => own.abort() };
}

/**
 * Any address that speaks OpenAI's chat completions. The key is asked for at each request and may be null (local
 * servers). Busy servers, broken streams and silences are tried again with growing waits.
 */
export function createOpenAICompatibleModel(
  settings: ModelSettings,
  getKey: () => string | null,
  options: OpenAICompatibleOptions = {},
): LanguageModel {
  const doFetch: typeof fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const maxBytes = options.maxReplyBytes ?? 50_000_000;
  const idleMs = options.idleMs ?? 120_000;
  const modelName = settings.model.trim();
  /** Once a request came through, a lost connection is a passing fault and no wrong address. */
  let reachedBefore = false;

  function baseUrl(): string {
    const base = normaliseBaseUrl(settings.baseUrl);
    if (modelName === "") {
      throw new ModelError("bad-request", "No model is chosen.", { hint: "Enter the model's name in Settings, as its provider spells it." });
    }
    return base;
  }

  async function receive(base: string, key: string | null, attempt: Attempt): Promise<Received> {
    const sdk = await loadSdk();
    const { request, wire, abort } = attempt;
    const provider = sdk.createOpenAICompatible({
      name: "openai-compatible",
      baseURL: base,
      fetch: wire.fetch,
      includeUsage: true,
      ...(key === null ? {} : { apiKey: key }),
      // OpenAI's newer models refuse the old name of the limit; other servers know only the old one.
      ...(new URL(base).hostname === "api.openai.com" ? { transformRequestBody: withNewLimitName } : {}),
    });
    const call = {
      model: provider.chatModel(modelName),
      ...(request.system === "" ? {} : { system: request.system }),
      prompt: request.user,
      maxRetries: 0,
      abortSignal: abort.signal,
      ...(settings.temperature === null ? {} : { temperature: settings.temperature }),
      ...(settings.maxOutputTokens === null ? {} : { maxOutputTokens: settings.maxOutputTokens }),
    };
    if (!settings.streaming) {
      const result = await sdk.generateText(call);
      attempt.received.text = result.text;
      return { text: result.text, finishReason: result.finishReason, model: result.response.modelId, usage: result.usage };
    }

    // Errors arrive as parts of the stream; the SDK's own handler would print them to the console.
    const result = sdk.streamText({ ...call, onError: () => undefined });
    const got: Received = { text: "", finishReason: "unknown", model: undefined, usage: undefined };
    for await (const part of result.fullStream) {
      if (part.type === "text-delta") {
        got.text += part.text;
        attempt.received.text = got.text;
        if (got.text.length > maxBytes) throw tooLargeFailure(maxBytes);
        attempt.onText(got.text);
      } else if (part.type === "error") {
        // Some servers end a whole reply with [DONE] and never give a reason.
        const whole = sdk.InvalidResponseDataError.isInstance(part.error) && wire.sawDone() && got.text !== "";
        if (!whole) throw part.error;
      } else if (part.type === "finish-step") {
        got.model = part.response.modelId;
        got.usage = part.usage;
        const unexplained = part.finishReason === "error" && part.rawFinishReason === undefined;
        got.finishReason = unexplained ? "unknown" : part.finishReason;
      } else if (part.type === "abort") {
        throw new CancelledError();
      }
    }
    return got;
  }

  async function explain(cause: unknown, base: string, key: string | null, attempt: Attempt, signal: AbortSignal): Promise<Error> {
    const { wire } = attempt;
    if (signal.aborted) return new CancelledError();
    if (cause instanceof AttemptFailure || cause instanceof ModelError) return cause;
    const failure = wire.failure();
    const length = attempt.received.text.length;
    switch (failure?.kind) {
      case "unreachable":
        return unreachableFailure(base, { fetch: doFetch, signal, again: reachedBefore });
      case "status":
        return statusFailure(failure.status, failure.body, failure.retryAfterMs, key);
      case "cut":
        return cutFailure(length);
      case "too-large":
        return tooLargeFailure(maxBytes);
      case "timeout":
        return timeoutFailure(idleMs);
      case undefined:
        break;
    }
    if (wire.contentType() === null) {
      const error = new ModelError("unreachable", "The part of this page that talks to models could not be loaded.", {
        hint: "Check the connection and reload the page.",
        retryable: true,
      });
      return new AttemptFailure(error, { again: false });
    }
    const { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } = await loadSdk();
    if (InvalidResponseDataError.isInstance(cause)) {
      return settings.streaming ? unfinishedFailure(length, wire.contentType()) : malformedFailure(wire.contentType());
    }
    if (APICallError.isInstance(cause) || JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause)) {
      return malformedFailure(wire.contentType());
    }
    if (cause instanceof Error) {
      const message = `The reply could not be read: ${redact(cause.message, key).slice(0, 300)}`;
      return new ModelError("bad-reply", message, { hint: "Try with streaming switched the other way." });
    }
    return streamedFailure(cause, key);
  }

  async function once(base: string, request: ModelRequest, signal: AbortSignal, onText: (text: string) => void): Promise<ModelReply> {
    const started = performance.now();
    const key = usableKey(getKey());
    const abort = new AbortController();
    const wire = createWire(abort, { fetch: doFetch, idleMs, maxBytes: settings.streaming ? maxBytes * STREAM_ENVELOPE : maxBytes });
    const attempt: Attempt = { request, wire, abort, received: { text: "" }, onText };
    const ended = abortion(signal, abort.signal);
    try {
      const got = await Promise.race([receive(base, key, attempt), ended.promise]);
      reachedBefore = true;
      if (got.finishReason === "error") throw streamedFailure({ message: "it ended with the reason “error”" }, key);
      if (got.text.trim() === "") throw emptyFailure(got.finishReason);
      return {
        text: got.text,
        finishReason: got.finishReason,
        model: got.model ?? modelName,
        usage: usageOf(got.usage),
        ms: performance.now() - started,
        receivedAt: Date.now(),
      };
    } catch (cause) {
      if (wire.contentType() !== null) reachedBefore = true;
      throw await explain(cause, base, key, attempt, signal);
    } finally {
      ended.stop();
      wire.close();
      abort.abort();
    }
  }

  let label = modelName === "" ? "No model chosen" : modelName;
  try {
    label = `${label} at ${new URL(normaliseBaseUrl(settings.baseUrl)).host}`;
  } catch {
    // The address is refused, with its reason, when the first request is made.
  }

  return {
    label,
    recorded: false,
    concurrency: settings.concurrency,
    async generate(request, { signal, onText }) {
      if (signal.aborted) throw new CancelledError();
      const base = baseUrl();
      const report = throttled(onText);
      return withRetries(() => once(base, request, signal, report), {
        signal,
        retries: options.retries ?? 3,
        baseMs: options.retryBaseMs ?? 1000,
        maxWaitMs: MAX_WAIT_MS,
      });
    },
  };
}

function withNewLimitName(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens: limit, ...rest } = body;
  return limit === undefined ? rest : { ...rest, max_completion_tokens: limit };
}
