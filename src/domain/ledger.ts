import { z } from "zod";
import { chatReplySchema } from "./chat-reply.ts";
import { isUseless, type ModelError, USELESS_CODES } from "./errors.ts";
import { chatRequestSchema } from "./chat.ts";
import { MODEL_ROLES } from "./model.ts";
import { costSchema, type Tally, usageSchema } from "./money.ts";

/** For whom it was asked; "check": a connection check. */
const spenderSchema = z.enum([...MODEL_ROLES, "check"]);
export type Spender = z.infer<typeof spenderSchema>;

/** The failure as it is stored with what was paid for it; null for one that is not the model's own doing. */
export function uselessReplyOf(error: ModelError): PaidReply["failure"] {
  return isUseless(error) ? { code: error.code, message: error.message } : null;
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
  failure: z
    .object({ code: z.enum(USELESS_CODES), message: z.string() })
    .nullable()
    .default(null),
});
export type PaidReply = z.infer<typeof paidReplySchema>;

/** One line of the book: what a reply cost. Kept when the reply's text is not. */
export const spendSchema = z.object({
  id: z.string(),
  runId: z.string().nullable(),
  day: z.string(),
  role: spenderSchema,
  at: z.number(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  /** Written before the request was sent, from lengths. The reply takes its place, where one comes. */
  estimated: z.boolean().default(false),
  /** An estimate that nobody has taken notice of: the request is under way, or its page went away with it. */
  open: z.boolean().default(false),
});
export type Spend = z.infer<typeof spendSchema>;

/** Whether sending these again has to be paid for, as far as anybody knows: then the person is asked before. */
export function costsAgain(cut: readonly Spend[]): boolean {
  return cut.some(({ cost }) => cost.usd !== 0);
}

/** What a reader of the book leaves out: lines of its own requests under way, for which it holds something already. */
export type LeftOut = ReadonlySet<string>;

export interface ReplyLedger {
  /** The newest usable reply with this key, of this run only or (null) of any. */
  find(key: string, runId: string | null): Promise<PaidReply | null>;
  /** The newest one with this key that this run paid for in vain and whose `failure` is known. */
  findUseless(key: string, runId: string): Promise<PaidReply | null>;
  /** In the place of its open line, if it has one. Resolves when it is durable. @throws StorageError */
  add(paid: PaidReply): Promise<void>;
  /** A request is about to be sent: what it may cost stands in the book, whatever becomes of the page. @throws StorageError */
  open(line: Spend): Promise<void>;
  /** The request was given up: what it is now thought to have cost, or null for nothing. Only as long as its line is open. @throws StorageError */
  correct(id: string, line: Spend | null): Promise<void>;
  spentInRun(runId: string, leftOut: LeftOut): Promise<Tally>;
  spentOnDay(day: string, leftOut: LeftOut): Promise<Tally>;
}
