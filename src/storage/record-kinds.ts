import { z } from "zod";
import {
  endReasonSchema,
  environmentIdSchema,
  environmentSchema,
  episodeIdSchema,
  episodeSchema,
  evaluationIdSchema,
  playerSchema,
  storedEvaluationEventSchema,
  storedTraceEventSchema,
  type StoredEvaluationEvent,
  type StoredTraceEvent,
  type PaidReply,
  paidReplySchema,
  problemIdSchema,
  problemSchema,
  type ProfileId,
  profileIdSchema,
  runGlimpseSchema,
  runIdSchema,
  settingsSchema,
  type Spend,
  spendSchema,
  storedRunEventSchema,
  type Environment,
  type Episode,
  type Problem,
  type Settings,
  type StoredRunEvent,
} from "@/domain";
import type { RecordKind } from "./records.ts";
import { settingsToVersion2 } from "./settings-upgrade.ts";

/** Kept beside a run's events, in the same transaction, so that a list of runs reads no replies. */
const runHeadSchema = z.object({
  id: runIdSchema,
  problemId: problemIdSchema,
  title: z.string(),
  startedAt: z.number(),
  updatedAt: z.number(),
  status: z.enum(["open", "verified", "rejected", "cancelled", "failed"]),
  lastSeq: z.number().int(),
  ...runGlimpseSchema.shape,
});
export type StoredRunSummary = z.infer<typeof runHeadSchema>;

/** What lists of episodes show, beside a trace's events. */
const traceHeadSchema = z.object({
  id: episodeIdSchema,
  environmentId: environmentIdSchema,
  /** "" where it is no try of an evaluation: an index has no null. */
  evaluationId: z.union([evaluationIdSchema, z.literal("")]),
  className: z.string(),
  config: z.string(),
  player: playerSchema,
  branchOf: episodeIdSchema.nullable(),
  startedAt: z.number(),
  updatedAt: z.number(),
  status: z.enum(["open", "halted", "ended"]),
  why: endReasonSchema.nullable(),
  rounds: z.number().int(),
  reward: z.number(),
  lastSeq: z.number().int(),
});
export type StoredTraceSummary = z.infer<typeof traceHeadSchema>;

const evaluationHeadSchema = z.object({
  id: evaluationIdSchema,
  title: z.string(),
  startedAt: z.number(),
  updatedAt: z.number(),
  status: z.enum(["open", "halted", "finished"]),
  done: z.number().int(),
  total: z.number().int(),
  lastSeq: z.number().int(),
});
export type StoredEvaluationSummary = z.infer<typeof evaluationHeadSchema>;

/** A new version of a kind: raise `version`, add the step to `upgrades`; neither is ever removed. */
export const problemKind: RecordKind<Problem> = { name: "problem", version: 1, upgrades: {}, schema: problemSchema };
export const environmentKind: RecordKind<Environment> = { name: "environment", version: 1, upgrades: {}, schema: environmentSchema };
export const episodeKind: RecordKind<Episode> = { name: "episode", version: 1, upgrades: {}, schema: episodeSchema };
export const runHeadKind: RecordKind<StoredRunSummary> = { name: "run", version: 1, upgrades: {}, schema: runHeadSchema };
export const runEventKind: RecordKind<StoredRunEvent> = { name: "run event", version: 1, upgrades: {}, schema: storedRunEventSchema };
export const settingsKind: RecordKind<Settings> = {
  name: "settings record",
  version: 2,
  upgrades: { 1: settingsToVersion2 },
  schema: settingsSchema,
};
export const keyKind: RecordKind<{ id: ProfileId; key: string }> = {
  name: "key",
  version: 1,
  upgrades: {},
  schema: z.object({ id: profileIdSchema, key: z.string() }),
};
export const replyKind: RecordKind<PaidReply> = { name: "reply", version: 1, upgrades: {}, schema: paidReplySchema };
export const spendKind: RecordKind<Spend> = { name: "cost of a reply", version: 1, upgrades: {}, schema: spendSchema };
export const traceHeadKind: RecordKind<StoredTraceSummary> = { name: "episode", version: 1, upgrades: {}, schema: traceHeadSchema };
export const traceEventKind: RecordKind<StoredTraceEvent> = {
  name: "episode event",
  version: 1,
  upgrades: {},
  schema: storedTraceEventSchema,
};
export const evaluationHeadKind: RecordKind<StoredEvaluationSummary> = {
  name: "evaluation",
  version: 1,
  upgrades: {},
  schema: evaluationHeadSchema,
};
export const evaluationEventKind: RecordKind<StoredEvaluationEvent> = {
  name: "evaluation event",
  version: 1,
  upgrades: {},
  schema: storedEvaluationEventSchema,
};
