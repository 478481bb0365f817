import { z } from "zod";
import { chatReplySchema } from "./chat-reply.ts";
import type { LogFormat } from "./event-log.ts";
import { environmentIdSchema, episodeIdSchema, evaluationIdSchema } from "./ids.ts";
import { playerSchema } from "./player.ts";
import { errorDataSchema } from "./run.ts";
import { stateChangeSchema } from "./state-change.ts";
import { stateSchema } from "./trace.ts";

/**
 * What goes wrong in a turn. The first seven are the caller's: the turn is no call, or one that the environment did
 * not ask for. "loose-form": its meaning was plain, and it was made, though it is not what was asked for. "silence"
 * and "refusal" are replies without use. The last two are the environment's, which raised or
 * did not come back; a call that did not come back is undone.
 */
export const FAULT_KINDS = [
  "malformed",
  "cut-off",
  "no-call",
  "several-calls",
  "loose-form",
  "unknown-tool",
  "wrong-types",
  "silence",
  "refusal",
  "environment-raised",
  "environment-hung",
] as const;
export const faultKindSchema = z.enum(FAULT_KINDS);
export type FaultKind = z.infer<typeof faultKindSchema>;

export const FAULT_LABEL: Record<FaultKind, string> = {
  malformed: "malformed call",
  "cut-off": "cut off in mid-call",
  "no-call": "no call",
  "several-calls": "several calls at once",
  "loose-form": "call in another form",
  "unknown-tool": "unknown tool",
  "wrong-types": "wrong parameters",
  silence: "silence",
  refusal: "refusal",
  "environment-raised": "environment raised an error",
  "environment-hung": "environment did not come back",
};

/** How an episode may go. Times in ms. */
export const episodeLimitsSchema = z.object({
  /** `step` calls, and turns that came to none: plugin_call_max_round of docs/formats.md section 4. */
  rounds: z.number().int().min(1).max(10_000),
  /** Longer observations are cut, for whoever plays. */
  observationChars: z.number().int().min(100).max(200_000),
  /** Turns in a row without a call, after which the episode is over. */
  badTurns: z.number().int().min(1).max(1000),
  stepMs: z.number().int().min(100).max(600_000),
  /** Of the whole conversation, as the provider counts; null = no cap. */
  tokens: z.number().int().min(1).nullable(),
  usd: z.number().min(0).nullable(),
});
export type EpisodeLimits = z.infer<typeof episodeLimitsSchema>;
export const DEFAULT_EPISODE_LIMITS: EpisodeLimits = {
  rounds: 256,
  observationChars: 8000,
  badTurns: 3,
  stepMs: 5000,
  tokens: null,
  usd: null,
};

/** Why an episode is over. "finished": the environment says so, after `Done`. */
export const END_REASONS = [
  "finished",
  "gave-up",
  "bad-calls",
  "refused",
  "round-limit",
  "token-cap",
  "cost-cap",
  "environment-failed",
] as const;
export const endReasonSchema = z.enum(END_REASONS);
export type EndReason = z.infer<typeof endReasonSchema>;

export const END_LABEL: Record<EndReason, string> = {
  finished: "handed in",
  "gave-up": "gave up",
  "bad-calls": "ended after bad calls",
  refused: "refused",
  "round-limit": "round limit",
  "token-cap": "token cap",
  "cost-cap": "cost cap",
  "environment-failed": "environment failed",
};

/** A reply of the model as far as the conversation and the books need it. */
const traceReplySchema = chatReplySchema.omit({ settings: true, receivedAt: true });
export type TraceReply = z.infer<typeof traceReplySchema>;

const traceEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("episode-started"),
    environmentId: environmentIdSchema,
    className: z.string(),
    /** `sourceHashOf`; "" in episodes of before it was kept. */
    sourceHash: z.string(),
    config: z.string(),
    player: playerSchema,
    limits: episodeLimitsSchema,
    /** Tells tries of the same task apart: players that have any chance in them play another one with each. */
    sample: z.number().int().min(0),
    /** The steps before the branch are repeated in this trace. */
    branch: z.object({ traceId: episodeIdSchema, steps: z.number().int().min(0) }).nullable(),
    /** The evaluation it is a try of. */
    evaluationId: evaluationIdSchema.nullable(),
    /** Hidden state before the first step; null when states were not asked for. */
    state: stateSchema.nullable(),
  }),
  z.object({ type: z.literal("episode-resumed") }),
  /** Who moves from here on: the person took over by hand, or gave back. */
  z.object({ type: z.literal("control-changed"), to: z.enum(["player", "person"]) }),
  z.object({ type: z.literal("reply-received"), reply: traceReplySchema }),
  /** A reply that was paid for and is of no use; `answer` is what the player is told about it. */
  z.object({ type: z.literal("reply-failed"), fault: faultKindSchema, reply: traceReplySchema, answer: z.string() }),
  /** A turn that came to no step; `answer` is what the player is told. */
  z.object({ type: z.literal("turn-faulted"), fault: faultKindSchema, answer: z.string() }),
  z.object({
    type: z.literal("call-answered"),
    by: z.enum(["player", "person"]),
    /** The action's text as it was sent to `step`. */
    action: z.string(),
    /** The model's name for the call it made natively. */
    callId: z.string().nullable(),
    ok: z.boolean(),
    observation: z.string(),
    /** Characters of the observation that were left out. */
    cut: z.number().int().min(0),
    faults: z.array(faultKindSchema),
    ms: z.number(),
    reward: z.number(),
    finished: z.boolean(),
    /** What the step changed; null when states were not asked for. */
    change: stateChangeSchema.nullable(),
  }),
  /** Stopped by the person (null) or by what is not the player's doing; the episode can go on. */
  z.object({ type: z.literal("episode-halted"), error: errorDataSchema.nullable() }),
  z.object({ type: z.literal("episode-ended"), why: endReasonSchema }),
]);
export type TraceEvent = z.infer<typeof traceEventSchema>;
/** Traces in files and links are of the same version. */
export const TRACE_LOG: LogFormat<TraceEvent> = { name: "episode", version: 1, schema: traceEventSchema, upgrades: {} };
export type TraceEventOf<Type extends TraceEvent["type"]> = Extract<TraceEvent, { type: Type }>;

export const storedTraceEventSchema = z.object({
  traceId: episodeIdSchema,
  seq: z.number().int().min(0),
  at: z.number(),
  event: traceEventSchema,
});
export type StoredTraceEvent = z.infer<typeof storedTraceEventSchema>;

/** A call that did not come back was undone: it is no part of a replay. */
export function isUndone({ faults }: { faults: readonly FaultKind[] }): boolean {
  return faults.includes("environment-hung");
}
