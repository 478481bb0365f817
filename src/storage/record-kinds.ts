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
  RUN_LOG,
  type LogFormat,
  EVALUATION_LOG,
  type Settings,
  TRACE_LOG,
} from "@/domain";
import type { RecordKind } from "./records.ts";
import { settingsToVersion2 } from "./settings-upgrade.ts";

/** Kept beside a run's events, in the same transaction, so that a list of runs reads no replies. */
export const runHeadSchema = z.object({
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

/** The summary of a log: a version of its own, and that of the log. */
export const headKindOf = <T>(log: LogFormat<unknown>, schema: z.ZodType<T>): RecordKind<T> => ({
  name: log.name,
  version: 1,
  upgrades: {},
  schema,
  log,
});

/** An event of a log: the version of its record is the log's. */
export const eventKindOf = <T>(log: LogFormat<unknown>, schema: z.ZodType<T>): RecordKind<T> => ({
  name: `${log.name} event`,
  version: log.version,
  upgrades: Object.fromEntries(
    Object.entries(log.upgrades).map(([version, upgrade]) => [
      version,
      (record) => ({ ...record, event: upgrade({ ...Object(record["event"]) }) }),
    ]),
  ),
  schema,
});

export const runHeadKind = headKindOf(RUN_LOG, runHeadSchema);
export const runEventKind = eventKindOf(RUN_LOG, storedRunEventSchema);
export const traceHeadKind = headKindOf(TRACE_LOG, traceHeadSchema);
export const traceEventKind = eventKindOf(TRACE_LOG, storedTraceEventSchema);
export const evaluationHeadKind = headKindOf(EVALUATION_LOG, evaluationHeadSchema);
export const evaluationEventKind = eventKindOf(EVALUATION_LOG, storedEvaluationEventSchema);
