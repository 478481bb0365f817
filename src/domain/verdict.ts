import { z } from "zod";

/** The outcome of one run of judged Python on one configuration. */
export const verdictSchema = z.enum(["solved", "wrong", "error", "time-limit", "memory-limit", "crash"]);
export type Verdict = z.infer<typeof verdictSchema>;

export const VERDICT_LABEL: Record<Verdict, string> = {
  solved: "solved",
  wrong: "wrong answer",
  error: "error",
  "time-limit": "time limit",
  "memory-limit": "memory limit",
  crash: "crash",
};

export const pythonFailureSchema = z.object({
  type: z.string(),
  message: z.string(),
  line: z.number().int().nullable(),
  traceback: z.string(),
});
