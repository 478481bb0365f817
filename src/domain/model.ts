import { z } from "zod";
import { problemIdSchema } from "./ids.ts";
import { callSettingsSchema } from "./chat-reply.ts";
import { costSchema, usageSchema } from "./money.ts";

/** Who writes a candidate's parts. */
export const ROLES = ["designer", "tester", "solver"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** Everybody for whom a model can be chosen: those who write, and the one who plays. */
export const MODEL_ROLES = [...ROLES, "player"] as const;
export const modelRoleSchema = z.enum(MODEL_ROLES);
export type ModelRole = z.infer<typeof modelRoleSchema>;

/** How a designer writes: what is particular to the problem, or the whole file. */
export const replyFormSchema = z.enum(["compact", "full"]);
export type ReplyForm = z.infer<typeof replyFormSchema>;

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

export const modelReplySchema = z.object({
  text: z.string(),
  /** What the model thought aloud, where the provider shows it. */
  reasoning: z.string().default(""),
  /** "stop", "length" (cut off), or what the provider says. */
  finishReason: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema.default({ usd: null, source: "unknown" }),
  /** Null in logs of before it was kept, and for recorded replies. */
  settings: callSettingsSchema.nullable().default(null),
  /** Pieces that the reply was put together from; more than one when it was cut off and continued. */
  parts: z.number().int().min(1).default(1),
  /** Taken from the store of replies instead of being paid for again: when it was paid for. */
  reusedFrom: z.number().nullable().default(null),
  ms: z.number(),
  receivedAt: z.number(),
});
export type ModelReply = z.infer<typeof modelReplySchema>;

export function replyKeyOf(request: { role: Role; sample: number; attempt: number }): string {
  return `${request.role}-${request.sample}.${request.attempt}`;
}
