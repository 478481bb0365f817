import { z } from "zod";

/** The stages of a run, in their order. */
export const RUN_STAGES = ["design", "run", "tests", "solvers", "proof", "verified"] as const;
export const runStageSchema = z.enum(RUN_STAGES);
export type RunStage = z.infer<typeof runStageSchema>;
