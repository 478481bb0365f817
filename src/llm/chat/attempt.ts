import {
  type CallSettings,
  CancelledError,
  type ChatRequest,
  type ModelProfile,
  ModelError,
  type RawReply,
  untilAborted,
  type Usage,
} from "@/domain";
import { nothingYet, receiveStream, receiveWhole, type Received, toolCallOf } from "./collect.ts";
import { isModelsOwnFault, knownFinish } from "../completions/finish-reasons.ts";
import { ReplyRecord } from "../completions/record.ts";
import { speaksCompletions } from "../completions/speaks.ts";
import {
  brokenFailure,
  cutFailure,
  malformedFailure,
  notAModel,
  redirectedFailure,
  statusFailure,
  streamedFailure,
  timeoutFailure,
  tooLargeFailure,
  toolsRefusedFailure,
  unfinishedFailure,
  unreachableFailure,
} from "../failures/failures.ts";
import { usableKey } from "../wire/key.ts";
import { type Habits, learn, refusesTools, reshaped } from "./habits.ts";
import { promptOf, toolsOf } from "./prompt.ts";
import { loadProvider } from "../providers/load.ts";
import type { Connected, SdkUsage } from "../providers/types.ts";
import { AttemptFailure } from "./retry.ts";
import { sdkFailure } from "./sdk-errors.ts";
import { splitThoughts } from "./thoughts.ts";
import { rememberTurn } from "./turns.ts";
import { brokenError, emptyError, refusedError } from "./useless-reply.ts";
import { redact, withoutWholeKey } from "../wire/redact.ts";
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
  };
  habits: Habits;
};

type Watchers = { signal: AbortSignal; onText(text: string): void; onReasoning(text: string): void };

/** In a stream each few characters travel in an envelope of their own. */
const STREAM_ENVELOPE = 4;

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

function finishReasonOf({ finish, toolCalls }: Received): string {
  if (finish === null) return "unknown";
  const known = finish.unified === "other" ? knownFinish(finish.raw ?? "") : finish.unified;
  if (known === null) return "unknown";
  return known === "stop" && toolCalls.length > 0 ? "tool-calls" : known;
}

function replyOf(received: Received, connected: Connected, context: AttemptContext, started: number, key: string | null): RawReply {
  const { raw } = received.usage ?? {};
  const finishReason = finishReasonOf(received);
  const { text, reasoning } = apart(received, finishReason);
  return {
    // Some proxies answer with the request, and what is stored may be exported.
    text: withoutWholeKey(text, key),
    reasoning: withoutWholeKey(reasoning, key),
    toolCalls: received.toolCalls,
    finishReason,
    model: received.model ?? context.profile.model,
    usage: usageOf(received.usage),
    billedUsd: raw === undefined ? null : (connected.billedUsd?.(raw) ?? null),
    settings: context.settings,
    ms: performance.now() - started,
    receivedAt: Date.now(),
  };
}

/**
 * Text and thoughts. A model that ended of itself and said nothing outside of its thoughts has its reply in there:
 * its server took it for thinking.
 */
function apart({ text: given, reasoning, toolCalls }: Received, finishReason: string): Pick<RawReply, "text" | "reasoning"> {
  const { text, thoughts } = splitThoughts(given);
  const all = [reasoning, thoughts].filter((part) => part !== "").join("\n\n");
  const misplaced = text.trim() === "" && toolCalls.length === 0 && finishReason === "stop";
  // As both, so that who plays an episode by text can tell it from a turn: a draft is not carried out.
  return { text: misplaced ? all : text, reasoning: all };
}

/** @throws ModelError for complete replies that are of no use, AttemptFailure for those that were broken off */
function useful(received: Received, reply: RawReply, key: string | null): RawReply {
  const { finish } = received;
  const reason = finish?.raw === undefined ? null : redact(finish.raw, key);
  if (received.refusal !== "") throw refusedError({ ...reply, text: withoutWholeKey(received.refusal, key) }, reason);
  if (reply.finishReason === "content-filter") throw refusedError(reply, reason);
  const unknown = finish?.unified === "error" || (finish?.unified === "other" && reason !== null && knownFinish(reason) === null);
  if (unknown && reason !== null && isModelsOwnFault(reason)) throw brokenError(reply, reason);
  if (unknown) throw brokenFailure(reason ?? "error");
  if (reply.text.trim() === "" && reply.toolCalls.length === 0) throw emptyError(reply);
  return reply;
}

type Place = { wire: Wire; record: ReplyRecord | null; received: Received; key: string | null; base: string };

async function explain(cause: unknown, at: Place, context: AttemptContext, signal: AbortSignal): Promise<Error> {
  if (signal.aborted) return new CancelledError();
  if (cause instanceof AttemptFailure || cause instanceof ModelError) return cause;
  const { wire, key, record, received } = at;
  const { provider, streaming } = context.profile;
  // What was found to be no reply is read no further, which looks like a cut to the wire.
  const failure = record?.unfit ?? wire.failure();
  const length = Math.max(received.text.length + received.reasoning.length, (record?.text.length ?? 0) + (record?.reasoning.length ?? 0));
  switch (failure?.kind) {
    case "redirected":
      return redirectedFailure(at.base, provider);
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
    case "said":
      return streamedFailure(failure.error, key, provider);
    case "malformed":
      return malformedFailure(wire.contentType(), provider);
    case "web-page":
      return notAModel(provider);
    case "broken":
      return brokenFailure(redact(failure.reason, key));
    case undefined:
      return sdkFailure(cause, { received: length, contentType: wire.contentType(), streaming, key, provider });
  }
}

/** What the record knows better than a library, which may drop calls or change what stands in them. */
function corrected(received: Received, record: ReplyRecord): void {
  const { ending, reasoning, refusal } = record;
  received.toolCalls = record.calls.map(({ id, name, arguments: written }) => toolCallOf(id, name, written));
  received.finish = ending === null ? { unified: "other", raw: undefined } : { unified: ending.finish, raw: ending.raw };
  if (received.reasoning === "") received.reasoning = reasoning;
  if (received.refusal === "") received.refusal = refusal;
}

/** Why what had come before it broke off was paid for, so that it is booked; null when nothing had. */
function paidBefore(received: Received, record: ReplyRecord | null, reply: () => RawReply): RawReply | null {
  const came = received.text + received.reasoning !== "" || (received.usage?.outputTokens.total ?? 0) > 0 || record?.hasContent === true;
  return came ? reply() : null;
}

/**
 * Asks once. The key is read now, and goes into no header but the provider's own.
 * @throws AttemptFailure (asking again may help, or not), ModelError (it does not), CancelledError
 */
export async function attempt(request: ChatRequest, context: AttemptContext, watchers: Watchers): Promise<RawReply> {
  const { profile, learned, habits, maxBytes } = context;
  const { streaming } = profile;
  const { signal } = watchers;
  const base = context.settings.baseUrl;
  const started = performance.now();
  const key = usableKey(context.getKey(), profile.provider);
  const abort = new AbortController();
  const record = speaksCompletions(context.settings) ? new ReplyRecord() : null;
  let sent = "";
  const wire = createWire(abort, {
    provider: profile.provider,
    fetch: context.fetch,
    idleMs: context.idleMs,
    maxBytes: streaming ? maxBytes * STREAM_ENVELOPE : maxBytes,
    reshape: (body) => (sent = reshaped(body, habits)),
    ...(record === null ? {} : { completions: { record, streaming } }),
  });
  const received = nothingYet();
  let connected: Connected | null = null;

  const ask = async (): Promise<RawReply> => {
    const connect = await loadProvider(profile.provider);
    connected = connect({ profile, baseUrl: base, key, fetch: wire.fetch, request, summaries: !habits.noSummaries });
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
      await receiveStream(connected.model, call, received, {
        onText: watchers.onText,
        onReasoning: watchers.onReasoning,
        onSize: (characters) => {
          if (characters > maxBytes) throw tooLargeFailure(maxBytes);
        },
        onError: (error) => {
          throw error;
        },
      });
      const { finish } = received;
      if (record === null && (finish === null || (finish.unified === "other" && finish.raw === undefined)))
        throw unfinishedFailure(received.text.length, wire.contentType(), profile.provider);
    } else {
      await receiveWhole(connected.model, call, received);
    }
    if (record !== null) corrected(received, record);
    learned.reached = true;
    const reply = useful(received, replyOf(received, connected, context, started, key), key);
    rememberTurn(reply, received.parts);
    return reply;
  };

  try {
    return await untilAborted(ask(), AbortSignal.any([signal, abort.signal]));
  } catch (cause) {
    if (wire.contentType() !== null) learned.reached = true;
    const failure = wire.failure();
    if (failure?.kind === "status") {
      const refused = { status: failure.status, body: failure.body, sent, request };
      if (learn(habits, refused)) return await attempt(request, context, watchers);
      if (refusesTools(refused)) throw toolsRefusedFailure(failure.status, failure.body, key);
    }
    const known = await explain(cause, { wire, record, received, key, base }, context, signal);
    const by = connected;
    if (!(known instanceof AttemptFailure) || by === null) throw known;
    if (record !== null) corrected(received, record);
    throw known.withPaid(
      paidBefore(received, record, () => ({ ...replyOf(received, by, context, started, key), finishReason: "broken-off" })),
    );
  } finally {
    wire.close();
    abort.abort();
  }
}
