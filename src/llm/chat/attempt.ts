import { type CallSettings, CancelledError, type ChatRequest, type ModelProfile, ModelError, type RawReply, type Usage } from "@/domain";
import { nothingYet, receiveStream, receiveWhole, type Received } from "./collect.ts";
import {
  cutFailure,
  statusFailure,
  streamedFailure,
  timeoutFailure,
  tooLargeFailure,
  unfinishedFailure,
  unreachableFailure,
} from "../failures/failures.ts";
import { usableKey } from "../wire/key.ts";
import { promptOf, toolsOf } from "./prompt.ts";
import { loadProvider } from "../providers/load.ts";
import type { Connected, SdkUsage } from "../providers/types.ts";
import { AttemptFailure } from "./retry.ts";
import { isWithoutReason, sdkFailure } from "./sdk-errors.ts";
import { splitThoughts } from "./thoughts.ts";
import { rememberTurn } from "./turns.ts";
import { brokenError, emptyError, refusedError } from "./useless-reply.ts";
import { createWire, type Wire } from "../wire/wire.ts";

export type AttemptContext = {
  profile: ModelProfile;
  settings: CallSettings;
  getKey(): string | null;
  fetch: typeof fetch;
  idleMs: number;
  maxBytes: number;
  /** What was learned from earlier attempts of the same model. */
  learned: {
    /** Once a request came through, a lost connection is a passing fault and no wrong address. */
    reached: boolean;
    /** The account gets no summaries of reasoning, so they are not asked for. */
    noSummaries: boolean;
  };
};

type Watchers = { signal: AbortSignal; onText(text: string): void; onReasoning(text: string): void };

/** In a stream each few characters travel in an envelope of their own. */
const STREAM_ENVELOPE = 4;
/** OpenAI gives summaries of reasoning to verified organisations only. */
const NO_SUMMARIES = /reasoning[\s._]*summar/i;

/** Libraries write 0 where a provider says nothing; what it does not speak of at all is unknown. */
function said(count: number | undefined, raw: SdkUsage["raw"], about: RegExp): number | null {
  return count === undefined || (count === 0 && raw !== undefined && !about.test(JSON.stringify(raw))) ? null : count;
}

function usageOf(usage: SdkUsage | null): Usage | null {
  if (usage === null) return null;
  const { inputTokens, outputTokens, raw } = usage;
  // No request has no tokens.
  if ((inputTokens.total ?? 0) + (outputTokens.total ?? 0) === 0) return null;
  return {
    inputTokens: inputTokens.total ?? null,
    outputTokens: outputTokens.total ?? null,
    cachedInputTokens: said(inputTokens.cacheRead, raw, /cache/i),
    cacheWriteTokens: said(inputTokens.cacheWrite, raw, /cache/i),
    reasoningTokens: said(outputTokens.reasoning, raw, /reason|thought/i),
  };
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

function finishReasonOf({ finish, toolCalls }: Received): string {
  if (finish === null) return "unknown";
  if (finish.unified === "other") return finish.raw ?? "unknown";
  return finish.unified === "stop" && toolCalls.length > 0 ? "tool-calls" : finish.unified;
}

function replyOf(received: Received, connected: Connected, context: AttemptContext, started: number): RawReply {
  const { raw } = received.usage ?? {};
  const { text, thoughts } = splitThoughts(received.text);
  return {
    text,
    reasoning: [received.reasoning, thoughts].filter((part) => part !== "").join("\n\n"),
    toolCalls: received.toolCalls,
    finishReason: finishReasonOf(received),
    model: received.model ?? context.profile.model,
    usage: usageOf(received.usage),
    billedUsd: raw === undefined ? null : (connected.billedUsd?.(raw) ?? null),
    settings: context.settings,
    ms: performance.now() - started,
    receivedAt: Date.now(),
  };
}

/** @throws ModelError for complete replies that are of no use */
function useful(received: Received, reply: RawReply): RawReply {
  const { provider } = reply.settings;
  const reason = received.finish?.raw ?? null;
  if (received.refusal !== "") throw refusedError({ ...reply, text: received.refusal }, reason);
  if (received.finish?.unified === "content-filter") throw refusedError(reply, reason);
  if (received.finish?.unified === "error") {
    if ((reply.usage?.outputTokens ?? 0) > 0 || reason !== null) throw brokenError(reply, reason);
    throw streamedFailure({ message: "it ended with the reason “error”" }, null, provider);
  }
  if (reply.text.trim() === "" && reply.toolCalls.length === 0) throw emptyError(reply);
  return reply;
}

async function explain(cause: unknown, at: { wire: Wire; received: Received; key: string | null; base: string }, context: AttemptContext, signal: AbortSignal): Promise<Error> {
  if (signal.aborted) return new CancelledError();
  if (cause instanceof AttemptFailure || cause instanceof ModelError) return cause;
  const { wire, key } = at;
  const { provider, streaming } = context.profile;
  const failure = wire.failure();
  const length = at.received.text.length + at.received.reasoning.length;
  switch (failure?.kind) {
    case "unreachable":
      return unreachableFailure(at.base, { fetch: context.fetch, signal, again: context.learned.reached }, provider);
    case "status":
      return statusFailure(failure.status, failure.body, failure.retryAfterMs, key, provider);
    case "cut":
      return cutFailure(length);
    case "too-large":
      return tooLargeFailure(context.maxBytes);
    case "timeout":
      return timeoutFailure(context.idleMs, provider);
    case undefined:
      return sdkFailure(cause, { received: length, contentType: wire.contentType(), streaming, key, provider });
  }
}

/**
 * Asks once. The key is read now, and goes into no header but the provider's own.
 * @throws AttemptFailure (asking again may help, or not), ModelError (it does not), CancelledError
 */
export async function attempt(request: ChatRequest, context: AttemptContext, watchers: Watchers): Promise<RawReply> {
  const { profile, learned, maxBytes } = context;
  const { streaming } = profile;
  const { signal } = watchers;
  const base = context.settings.baseUrl;
  const started = performance.now();
  const key = usableKey(context.getKey(), profile.provider);
  const abort = new AbortController();
  const wire = createWire(abort, { provider: profile.provider, fetch: context.fetch, idleMs: context.idleMs, maxBytes: streaming ? maxBytes * STREAM_ENVELOPE : maxBytes });
  const received = nothingYet();
  const ended = abortion(signal, abort.signal);

  const ask = async (): Promise<RawReply> => {
    const connect = await loadProvider(profile.provider);
    const connected = connect({ profile, baseUrl: base, key, fetch: wire.fetch, request, summaries: !learned.noSummaries });
    const tools = toolsOf(request);
    const limit = profile.maxOutputTokens ?? connected.maxOutputTokens;
    const call = {
      prompt: promptOf(request, connected.systemOptions),
      abortSignal: abort.signal,
      providerOptions: connected.options,
      ...(profile.temperature === null ? {} : { temperature: profile.temperature }),
      ...(limit === undefined ? {} : { maxOutputTokens: limit }),
      ...(tools.length === 0 ? {} : { tools, toolChoice: { type: "auto" as const } }),
    };
    if (streaming) {
      let withoutReason = false;
      await receiveStream(connected.model, call, received, {
        onText: watchers.onText,
        onReasoning: watchers.onReasoning,
        onSize: (characters) => {
          if (characters > maxBytes) throw tooLargeFailure(maxBytes);
        },
        onError: (error) => {
          if (!isWithoutReason(error)) throw error;
          withoutReason = true;
        },
      });
      withoutReason ||= received.finish === null || (received.finish.unified === "other" && received.finish.raw === undefined);
      if (withoutReason) {
        const whole = wire.sawDone() && (received.text !== "" || received.toolCalls.length > 0);
        if (!whole) throw unfinishedFailure(received.text.length, wire.contentType(), profile.provider);
        received.finish = { unified: "other", raw: undefined };
      }
    } else {
      await receiveWhole(connected.model, call, received);
    }
    learned.reached = true;
    const reply = useful(received, replyOf(received, connected, context, started));
    rememberTurn(reply, received.parts);
    return reply;
  };

  try {
    return await Promise.race([ask(), ended.promise]);
  } catch (cause) {
    if (wire.contentType() !== null) learned.reached = true;
    const failure = wire.failure();
    if (!learned.noSummaries && failure?.kind === "status" && failure.status === 400 && NO_SUMMARIES.test(failure.body)) {
      learned.noSummaries = true;
      return await attempt(request, context, watchers);
    }
    throw await explain(cause, { wire, received, key, base }, context, signal);
  } finally {
    ended.stop();
    wire.close();
    abort.abort();
  }
}

