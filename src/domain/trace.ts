import { z } from "zod";
import { environmentIdSchema, episodeIdSchema } from "./ids.ts";
import { type JsonObject, jsonObjectSchema } from "./json.ts";

/** One `step` call: the action's text as it was sent, the flag and the text that came back. */
export const traceStepSchema = z.object({
  action: z.string(),
  ok: z.boolean(),
  observation: z.string(),
});
export type TraceStep = z.infer<typeof traceStepSchema>;

/** A step with what only a teacher sees: the environment's attributes after it, as tagged JSON. */
export const stateSchema = jsonObjectSchema;
export type HiddenState = JsonObject;

export const episodeSchema = z.object({
  id: episodeIdSchema,
  environmentId: environmentIdSchema,
  config: z.string(),
  player: z.enum(["person", "reference-solver", "model"]),
  steps: z.array(traceStepSchema),
  reward: z.number(),
  finished: z.boolean(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
});
export type Episode = z.infer<typeof episodeSchema>;
