import { z } from "zod";

/** What a run may use and what it asks for. Defaults: docs/formats.md section 5. Times in ms, sizes in bytes. */
export const limitsSchema = z.object({
  testMs: z.number().int().min(100).max(60_000),
  testMemoryBytes: z.number().int().min(1_000_000).max(200_000_000),
  answerChars: z.number().int().min(1).max(100_000),
  minTests: z.number().int().min(1).max(1000),
  minTestShare: z.number().min(0).max(1),
  minRounds: z.number().int().min(0).max(10_000),
  maxRounds: z.number().int().min(1).max(10_000),
  designerReplies: z.number().int().min(1).max(20),
  testerReplies: z.number().int().min(1).max(20),
  testsPerReply: z.number().int().min(1).max(100),
  solverReplies: z.number().int().min(1).max(50),
  repairs: z.number().int().min(0).max(10),
  /** Stop where the rest cannot change the outcome; off fills the whole matrix. */
  stopEarly: z.boolean(),
});
export type Limits = z.infer<typeof limitsSchema>;

export const DEFAULT_LIMITS: Limits = {
  testMs: 3000,
  testMemoryBytes: 100_000_000,
  answerChars: 100,
  minTests: 10,
  minTestShare: 0.8,
  minRounds: 10,
  maxRounds: 256,
  designerReplies: 1,
  testerReplies: 2,
  testsPerReply: 15,
  solverReplies: 10,
  repairs: 1,
  stopEarly: true,
};
