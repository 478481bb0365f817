import { z } from "zod";
import type { LogFormat } from "./event-log.ts";
import { environmentIdSchema, episodeIdSchema, evaluationIdSchema } from "./ids.ts";
import { playerSchema } from "./player.ts";
import { errorDataSchema } from "./run.ts";
import { endReasonSchema, episodeLimitsSchema, faultKindSchema } from "./trace-event.ts";

/** A task of an evaluation: one configuration of one environment as it was when the plan was made. */
const evaluationTaskSchema = z.object({
  environmentId: environmentIdSchema,
  sourceHash: z.string(),
  config: z.string(),
  /** Rounds of the accepted solver; null when they were not measured. */
  referenceRounds: z.number().int().nullable(),
});
export type EvaluationTask = z.infer<typeof evaluationTaskSchema>;

export const evaluationPlanSchema = z.object({
  title: z.string().max(200),
  tasks: z.array(evaluationTaskSchema).min(1).max(10_000),
  /** Everybody but a person, who would have to be there. */
  players: z
    .array(playerSchema.refine(({ kind }) => kind !== "person"))
    .min(1)
    .max(16),
  /** How often each player plays each task: k. */
  tries: z.number().int().min(1).max(100),
  /** Episodes at once. */
  concurrency: z.number().int().min(1).max(16),
  limits: episodeLimitsSchema,
  /** For the whole evaluation; null = no cap. */
  caps: z.object({ usd: z.number().min(0).nullable(), tokens: z.number().int().min(0).nullable() }),
});
export type EvaluationPlan = z.infer<typeof evaluationPlanSchema>;

/** Places in the plan: `tasks[task]`, `players[player]`, the number of the try from 0. */
const place = { task: z.number().int().min(0), player: z.number().int().min(0), try: z.number().int().min(0) };

const tryResultSchema = z.object({
  ...place,
  traceId: episodeIdSchema,
  why: endReasonSchema,
  reward: z.number(),
  rounds: z.number().int(),
  faults: z.partialRecord(faultKindSchema, z.number().int()),
  /** Tool → number of calls. */
  tools: z.record(z.string(), z.number().int()),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Of the replies whose cost is known; `unknownCosts` counts the others. */
  usd: z.number(),
  unknownCosts: z.number().int(),
  /** From the beginning to the end, pauses included. */
  ms: z.number(),
});
export type TryResult = z.infer<typeof tryResultSchema>;

const evaluationEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("evaluation-started"), plan: evaluationPlanSchema }),
  z.object({ type: z.literal("evaluation-resumed") }),
  z.object({ type: z.literal("try-ended"), result: tryResultSchema }),
  /** It could not be played to its end, through no doing of the player's: it is taken up again on resume. */
  z.object({ type: z.literal("try-failed"), ...place, error: errorDataSchema }),
  /** Stopped by the person (null) or by what stands in every further try's way. */
  z.object({ type: z.literal("evaluation-halted"), error: errorDataSchema.nullable() }),
  z.object({ type: z.literal("evaluation-finished") }),
]);
export type EvaluationEvent = z.infer<typeof evaluationEventSchema>;

export const EVALUATION_LOG: LogFormat<EvaluationEvent> = { name: "evaluation", version: 1, schema: evaluationEventSchema, upgrades: {} };

export const storedEvaluationEventSchema = z.object({
  evaluationId: evaluationIdSchema,
  seq: z.number().int().min(0),
  at: z.number(),
  event: evaluationEventSchema,
});
export type StoredEvaluationEvent = z.infer<typeof storedEvaluationEventSchema>;
