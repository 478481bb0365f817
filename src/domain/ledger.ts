import { z } from "zod";
import { chatReplySchema, chatRequestSchema } from "./chat.ts";
import { MODEL_ROLES } from "./model.ts";
import type { Tally } from "./money.ts";

/** For whom it was asked; "check": a connection check. */
export const spenderSchema = z.enum([...MODEL_ROLES, "check"]);
export type Spender = z.infer<typeof spenderSchema>;

const uselessCodeSchema = z.enum(["refused", "empty-reply", "bad-reply"]);

/** The failure as it is stored with what was paid for it; null for one that is not the model's own doing. */
export function uselessReplyOf({ code, message }: { code: string; message: string }): PaidReply["failure"] {
  const known = uselessCodeSchema.safeParse(code);
  return known.success ? { code: known.data, message } : null;
}

/**
 * A reply as it was paid for, stored the moment it was complete, whatever becomes of the run it was for. The
 * ledger is both: the store from which identical requests are answered, and the book of what was spent.
 */
export const paidReplySchema = z.object({
  id: z.string(),
  /** Hash of request and settings (`llm`): the same key, the same question. */
  key: z.string(),
  /** The run or evaluation that asked; null for connection checks. */
  runId: z.string().nullable(),
  role: spenderSchema,
  /** `dayOf(reply.receivedAt)` */
  day: z.string(),
  request: chatRequestSchema,
  reply: chatReplySchema,
  /** False for replies that cost something but are of no use (empty, refused): booked, and no answer to anyone else. */
  usable: z.boolean(),
  /** Why it is of no use, where that is the model's own doing; null in records of before it was kept. */
  failure: z.object({ code: uselessCodeSchema, message: z.string() }).nullable().default(null),
});
export type PaidReply = z.infer<typeof paidReplySchema>;

export interface ReplyLedger {
  /** The newest usable reply with this key, of this run only or (null) of any. */
  find(key: string, runId: string | null): Promise<PaidReply | null>;
  /** The newest one with this key that this run paid for in vain and whose `failure` is known. */
  findUseless(key: string, runId: string): Promise<PaidReply | null>;
  /** Resolves when it is durable. @throws StorageError */
  add(paid: PaidReply): Promise<void>;
  spentInRun(runId: string): Promise<Tally>;
  spentOnDay(day: string): Promise<Tally>;
}
