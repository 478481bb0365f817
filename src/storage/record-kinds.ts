import { z } from "zod";
import {
  environmentSchema,
  episodeSchema,
  problemIdSchema,
  problemSchema,
  runIdSchema,
  settingsSchema,
  storedRunEventSchema,
  type Environment,
  type Episode,
  type Problem,
  type Settings,
  type StoredRunEvent,
} from "@/domain";
import type { RecordKind } from "./records.ts";

/** Kept beside a run's events, in the same transaction, so that a list of runs reads no replies. */
export const runHeadSchema = z.object({
  id: runIdSchema,
  problemId: problemIdSchema,
  title: z.string(),
  startedAt: z.number(),
  updatedAt: z.number(),
  status: z.enum(["open", "verified", "rejected", "cancelled", "failed"]),
  lastSeq: z.number().int(),
});
export type StoredRunSummary = z.infer<typeof runHeadSchema>;

/** A new version of a kind: raise `version`, add the step to `upgrades`; neither is ever removed. */
export const problemKind: RecordKind<Problem> = { name: "problem", version: 1, upgrades: {}, schema: problemSchema };
export const environmentKind: RecordKind<Environment> = { name: "environment", version: 1, upgrades: {}, schema: environmentSchema };
export const episodeKind: RecordKind<Episode> = { name: "episode", version: 1, upgrades: {}, schema: episodeSchema };
export const runHeadKind: RecordKind<StoredRunSummary> = { name: "run", version: 1, upgrades: {}, schema: runHeadSchema };
export const runEventKind: RecordKind<StoredRunEvent> = { name: "run event", version: 1, upgrades: {}, schema: storedRunEventSchema };
export const settingsKind: RecordKind<Settings> = { name: "settings record", version: 1, upgrades: {}, schema: settingsSchema };
export const keyKind: RecordKind<{ key: string }> = { name: "key", version: 1, upgrades: {}, schema: z.object({ key: z.string() }) };
