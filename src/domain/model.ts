import { z } from "zod";
import { problemIdSchema } from "./ids.ts";
import { callSettingsSchema, chatReplySchema } from "./chat-reply.ts";
import { costSchema } from "./money.ts";

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

/** A reply as a run needs it: a whole text without tool calls. The defaults are for logs of before a field was kept. */
export const modelReplySchema = chatReplySchema.omit({ toolCalls: true }).extend({
  reasoning: z.string().default(""),
  cost: costSchema.default({ usd: null, source: "unknown" }),
  /** Null for recorded replies too. */
  settings: callSettingsSchema.nullable().default(null),
  /** Pieces that the reply was put together from; more than one when it was cut off and continued. */
  parts: z.number().int().min(1).default(1),
  reusedFrom: chatReplySchema.shape.reusedFrom.default(null),
});
export type ModelReply = z.infer<typeof modelReplySchema>;

export function replyKeyOf(request: { role: Role; sample: number; attempt: number }): string {
  return `${request.role}-${request.sample}.${request.attempt}`;
}
