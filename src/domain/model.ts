import { z } from "zod";
import { problemIdSchema } from "./ids.ts";

export const ROLES = ["designer", "tester", "solver"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/**
 * One request. (`problemId`, `role`, `sample`, `attempt`) names it within a run: `sample` counts the replies
 * asked for from 0, `attempt` the repairs from 0. The recorded model looks replies up by these four.
 */
export const modelRequestSchema = z.object({
  problemId: problemIdSchema,
  role: roleSchema,
  sample: z.number().int().min(0),
  attempt: z.number().int().min(0),
  promptVersion: z.string(),
  system: z.string(),
  user: z.string(),
});
export type ModelRequest = z.infer<typeof modelRequestSchema>;

export const usageSchema = z.object({
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  cachedInputTokens: z.number().nullable(),
  reasoningTokens: z.number().nullable(),
});
export type Usage = z.infer<typeof usageSchema>;

export const modelReplySchema = z.object({
  text: z.string(),
  /** "stop", "length" (cut off), or what the provider says. */
  finishReason: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  ms: z.number(),
  receivedAt: z.number(),
});
export type ModelReply = z.infer<typeof modelReplySchema>;

export function replyKeyOf(request: { role: Role; sample: number; attempt: number }): string {
  return `${request.role}-${request.sample}.${request.attempt}`;
}
