import { z } from "zod";
import { GATES } from "./gates.ts";
import { limitsSchema } from "./limits.ts";
import { pythonFailureSchema, verdictSchema } from "./verdict.ts";

/** One thing a gate found. `line` is 1-based in the source that was judged. */
export const findingSchema = z.object({
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  message: z.string(),
  line: z.number().int().nullable(),
  hint: z.string().optional(),
  failure: pythonFailureSchema.optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** `figures` are labelled numbers or short texts: "tests passed" → "28 of 30". */
export const gateResultSchema = z.object({
  gate: z.enum(GATES),
  passed: z.boolean(),
  findings: z.array(findingSchema),
  figures: z.record(z.string(), z.union([z.string(), z.number()])),
  ms: z.number(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** Gate 4, one configuration. */
export const testResultSchema = z.object({
  index: z.number().int(),
  config: z.string(),
  passed: z.boolean(),
  verdict: verdictSchema,
  answer: z.string().nullable(),
  ms: z.number().nullable(),
  peakBytes: z.number().nullable(),
  message: z.string().optional(),
});
export type TestResult = z.infer<typeof testResultSchema>;

/** Gate 6, one solver on one test. */
export const cellSchema = z.object({
  solver: z.number().int(),
  test: z.number().int(),
  verdict: verdictSchema,
  rounds: z.number().int(),
  reward: z.number(),
  ms: z.number(),
  message: z.string().optional(),
});
export type Cell = z.infer<typeof cellSchema>;

const solverSummarySchema = z.object({
  solver: z.number().int(),
  source: z.string(),
  findings: z.array(findingSchema),
  /** Reward 1 on every test, before the proof. */
  solvedAll: z.boolean(),
  proven: z.boolean(),
});

/** Everything that was found out about one environment: the same value the screen and the export show. */
export const reportSchema = z.object({
  version: z.literal(1),
  verified: z.boolean(),
  gates: z.array(gateResultSchema),
  tests: z.array(testResultSchema),
  solvers: z.array(solverSummarySchema),
  cells: z.array(cellSchema),
  winner: z.number().int().nullable(),
  limits: limitsSchema,
  runtime: z.object({ pyodide: z.string(), python: z.string() }),
  finishedAt: z.number(),
});
export type Report = z.infer<typeof reportSchema>;
