import {
  type Limits,
  type Price,
  type Problem,
  type PromptEdits,
  type Range,
  type ReplyForm,
  type Role,
  ROLES,
  type RunEstimate,
} from "@/domain";
import { type EarlierReply, type Lengths, replyLengths, requestSizes, type RequestSize } from "./estimate-sizes.ts";

export type RoleCost = {
  /** Null: unknown. */
  price: Price | null;
  model: string;
  /** Requests at once: solvers are asked for so many ahead. 1 where it is not said. */
  concurrency?: number;
  /** The model thinks before it writes. Where it is not said, its name is asked. */
  thinks?: boolean;
};

export type EstimateInput = {
  problem: Problem;
  limits: Limits;
  prompts: PromptEdits;
  replyForm: ReplyForm;
  /** Newest first. */
  history: readonly EarlierReply[];
  priceOf(role: Role): Promise<RoleCost>;
};

const CASES = ["low", "likely", "high"] as const;
type Case = (typeof CASES)[number];

/** Requests of a role: `first` and `repair` as asked, `hits` of either whose beginning the provider still has in its cache. */
type Asked = { first: number; repair: number; hits: { first: number; repair: number } };

type Sum = { requests: number; input: number; output: number; usd: number };

/** Providers keep nothing shorter: 1,024 tokens at OpenAI and most models of Anthropic and Google. */
const SHORTEST_CACHED = 1024;

/** Families that think unless told not to; only for a guess before the first reply, afterwards the replies' own lengths count. */
const THINKERS = /(^|[/-])(o[1-9]|gpt-5|gpt-oss|grok-4|gemini-(2\.5|3)|deepseek-r|qwq|magistral)|think|reason|[/-]r1\b/i;

/**
 * What a run will take, from least (the first candidate is verified at once) to most (every reply and repair that the
 * limits allow; repairs that a person asks for come on top). Likely: one candidate, mended in half of the cases, and a
 * few solvers.
 */
export async function estimateRun(input: EstimateInput): Promise<RunEstimate> {
  const { limits, replyForm, history } = input;
  const sizes = requestSizes(input);
  const sums: Record<Case, Sum> = { low: nothing(), likely: nothing(), high: nothing() };
  const unpriced = new Set<string>();
  let free = true;
  let known = true;
  for (const role of ROLES) {
    const { price, model, concurrency = 1, thinks = THINKERS.test(model) } = await input.priceOf(role);
    const lengths = replyLengths(role, replyForm, model, thinks, history);
    known &&= lengths.known;
    free &&= price !== null && price.input === 0 && price.output === 0;
    if (price === null) unpriced.add(model);
    for (const which of CASES) add(sums[which], askedOf(role, which, limits, concurrency), { size: sizes[role], lengths, which, price });
  }
  const range = (pick: (sum: Sum) => number): Range => ({ low: pick(sums.low), likely: pick(sums.likely), high: pick(sums.high) });
  return {
    requests: range((sum) => Math.ceil(sum.requests)),
    inputTokens: range((sum) => Math.round(sum.input)),
    outputTokens: range((sum) => Math.round(sum.output)),
    usd: unpriced.size > 0 ? null : range((sum) => sum.usd),
    unpriced: [...unpriced],
    free,
    basis: known ? "history" : "usual",
  };
}

function nothing(): Sum {
  return { requests: 0, input: 0, output: 0, usd: 0 };
}

/** How often a role is asked, by the order in which `runPipeline` goes. */
function askedOf(role: Role, which: Case, limits: Limits, concurrency: number): Asked {
  const { designerReplies, testerReplies, solverReplies, repairs, stopEarly } = limits;
  const designs = which === "high" || !stopEarly ? designerReplies : 1;
  const candidates = which === "high" ? designs * (1 + repairs) : designs;
  if (role === "designer") {
    const repair = which === "high" ? designs * repairs : which === "likely" && repairs > 0 ? designs / 2 : 0;
    return { first: designs, repair, hits: { first: designs - 1, repair } };
  }
  const each = role === "tester" ? testerReplies : solversOf(which);
  const repair = which === "high" ? candidates * repairs : 0;
  // Those that are asked at once cannot have each other's beginning from the cache.
  return { first: candidates * each, repair, hits: { first: candidates * Math.max(0, each - concurrency), repair } };

  /** As many as are asked ahead are paid for, also when the first of them is the one. Likely: the second, or the third. */
  function solversOf(of: Case): number {
    if (of === "high" || !stopEarly) return solverReplies;
    return Math.min(solverReplies, of === "low" ? concurrency : Math.max(3, concurrency + 1));
  }
}

function add(
  sum: Sum,
  { first, repair, hits }: Asked,
  { size, lengths, which, price }: { size: RequestSize; lengths: Lengths; which: Case; price: Price | null },
): void {
  const input = first * size.first + repair * size.repair;
  const output = (first + repair) * lengths[which];
  sum.requests += first + repair;
  sum.input += input;
  sum.output += output;
  if (price === null) return;
  // Most: no cache ever hits.
  const cached = which === "high" ? 0 : hits.first * cachedPart(size.repeated) + hits.repair * cachedPart(size.repeatedByRepair);
  sum.usd += ((input - cached) * price.input + cached * (price.cachedInput ?? price.input) + output * price.output) / 1_000_000;
}

function cachedPart(tokens: number): number {
  return tokens >= SHORTEST_CACHED ? tokens : 0;
}
