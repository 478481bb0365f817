import { z } from "zod";
import { providerSchema } from "./provider.ts";

/** Tokens of one reply as its provider counted them; null = not said. Cached and written are parts of the input, reasoning of the output. */
export const usageSchema = z.object({
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  cachedInputTokens: z.number().nullable(),
  cacheWriteTokens: z.number().nullable().default(null),
  reasoningTokens: z.number().nullable(),
});
export type Usage = z.infer<typeof usageSchema>;

/**
 * What a reply cost in US dollars, and who says so: the provider in its reply, the price table, or nobody
 * ("unknown": `usd` is null, never 0). "free": a model on the person's own computer, or a recorded reply.
 */
export const costSchema = z.object({
  usd: z.number().nullable(),
  source: z.enum(["provider", "table", "edited", "free", "unknown"]),
});
export type Cost = z.infer<typeof costSchema>;
export const UNKNOWN_COST: Cost = { usd: null, source: "unknown" };
export const FREE: Cost = { usd: 0, source: "free" };

/** US dollars for a million tokens, as the person entered them; they go before the built-in table. */
export const priceEditSchema = z.object({
  provider: providerSchema,
  model: z.string().min(1),
  input: z.number().min(0),
  /** Null: cached input costs what other input costs. */
  cachedInput: z.number().min(0).nullable(),
  output: z.number().min(0),
  editedAt: z.number(),
});
export type PriceEdit = z.infer<typeof priceEditSchema>;

/** Null = no cap. Token caps also hold where prices are unknown. */
export const capsSchema = z.object({
  runUsd: z.number().min(0).nullable(),
  dayUsd: z.number().min(0).nullable(),
  runTokens: z.number().int().min(0).nullable(),
  dayTokens: z.number().int().min(0).nullable(),
});
export type Caps = z.infer<typeof capsSchema>;
export const NO_CAPS: Caps = { runUsd: null, dayUsd: null, runTokens: null, dayTokens: null };

/**
 * A sum over replies. `usd` adds what is known, `unknownCosts` counts the replies whose cost is not, `unknownUsage`
 * those whose tokens are not, or not all.
 */
export const tallySchema = z.object({
  replies: z.number(),
  /** Replies from the store: they count here and nowhere else. */
  reused: z.number(),
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  usd: z.number(),
  unknownCosts: z.number(),
  unknownUsage: z.number(),
  /** Requests that never came to an end: their tokens and cost are estimates. */
  estimated: z.number().default(0),
});
export type Tally = z.infer<typeof tallySchema>;

export const NO_SPEND: Tally = {
  replies: 0,
  reused: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  usd: 0,
  unknownCosts: 0,
  unknownUsage: 0,
  estimated: 0,
};

export type Spent = { usage: Usage | null; cost: Cost; reusedFrom: number | null; estimated?: boolean };

export function addSpent(tally: Tally, { usage, cost, reusedFrom, estimated = false }: Spent): Tally {
  if (reusedFrom !== null) return { ...tally, replies: tally.replies + 1, reused: tally.reused + 1 };
  return {
    estimated: tally.estimated + (estimated ? 1 : 0),
    replies: tally.replies + 1,
    reused: tally.reused,
    inputTokens: tally.inputTokens + (usage?.inputTokens ?? 0),
    cachedInputTokens: tally.cachedInputTokens + (usage?.cachedInputTokens ?? 0),
    outputTokens: tally.outputTokens + (usage?.outputTokens ?? 0),
    reasoningTokens: tally.reasoningTokens + (usage?.reasoningTokens ?? 0),
    usd: tally.usd + (cost.usd ?? 0),
    unknownCosts: tally.unknownCosts + (cost.usd === null ? 1 : 0),
    unknownUsage: tally.unknownUsage + (usage === null || usage.inputTokens === null || usage.outputTokens === null ? 1 : 0),
  };
}

export function tallyOf(spent: Iterable<Spent>): Tally {
  let tally = NO_SPEND;
  for (const item of spent) tally = addSpent(tally, item);
  return tally;
}

/** The person's own calendar day, `2026-11-22`: what "today" means in a cap. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
