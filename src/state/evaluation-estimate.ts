import {
  type Environment,
  type EvaluationPlan,
  type ModelPlayer,
  NATIVE_RULES,
  type Price,
  type Range,
  type RunEstimate,
  textProtocolMessage,
  toolDocs,
} from "@/domain";

/** What an estimate knows of a reply that was paid for on this device, newest first. */
export type EarlierTurn = { role: string; model: string; usage: { outputTokens: number | null } | null };

export type EvaluationEstimateInput = {
  plan: EvaluationPlan;
  environment(id: string): Pick<Environment, "tools" | "taskText"> | undefined;
  /** Null: unknown. */
  priceOf(player: ModelPlayer): Promise<Price | null>;
  history: readonly EarlierTurn[];
};

/** As for the estimate of a run: too much is better than too little before paying. */
const TOKEN_CHARS = 3.6;
/** An observation with what a provider puts around each message. */
const OBSERVATION_TOKENS = 60;
const USUAL_TURN: Range = { low: 40, likely: 120, high: 900 };
/** Of tasks whose reference solver was not measured. */
const USUAL_ROUNDS = 24;
/** Most: a model that wanders calls so many times as often as the reference solver, if the round limit lets it. */
const WANDERING = 4;
/** Fewer say nothing; older ones may have been another prompt's. */
const FEWEST_EARLIER = 5;
const MOST_EARLIER = 200;

const CASES = ["low", "likely", "high"] as const;
type Case = (typeof CASES)[number];
type Sum = { requests: number; input: number; output: number; usd: number };

/** Output tokens of a turn; `known`: from this device's earlier ones. */
function turnLength(model: string, history: readonly EarlierTurn[]): { length: Range; known: boolean } {
  const earlier = history
    .filter((turn) => turn.role === "player" && turn.model === model)
    .slice(0, MOST_EARLIER)
    .flatMap(({ usage }) => usage?.outputTokens ?? [])
    .toSorted((one, other) => one - other);
  const at = (share: number): number => earlier[Math.floor((earlier.length - 1) * share)] ?? 0;
  return earlier.length < FEWEST_EARLIER
    ? { length: USUAL_TURN, known: false }
    : { length: { low: at(0.1), likely: at(0.5), high: at(0.95) }, known: true };
}

function turnsOf(which: Case, referenceRounds: number | null, limit: number): number {
  const rounds = referenceRounds ?? USUAL_ROUNDS;
  const turns = which === "low" ? Math.ceil(rounds / 3) : which === "likely" ? rounds : rounds * WANDERING;
  return Math.max(1, Math.min(turns, limit));
}

/**
 * What an evaluation's models will take: each turn sends the whole conversation again, so the input grows with the square
 * of the turns. Least: a third of the reference's rounds and all of what was said before from the provider's cache.
 * Likely: as many rounds as the reference. Most: four times as many, no cache, or what the caps allow.
 */
export async function estimateEvaluation({ plan, environment, priceOf, history }: EvaluationEstimateInput): Promise<RunEstimate> {
  const sums: Record<Case, Sum> = { low: nothing(), likely: nothing(), high: nothing() };
  const unpriced = new Set<string>();
  const models = plan.players.filter((player) => player.kind === "model");
  let free = true;
  let known = models.length > 0;
  const promptTokens = new Map<string, number>();
  const tokensOf = (id: string): number => {
    const present = promptTokens.get(id);
    if (present !== undefined) return present;
    const { tools, taskText } = environment(id) ?? { tools: [], taskText: "" };
    const tokens = Math.ceil((toolDocs(tools).length + Math.max(textProtocolMessage(taskText).length, NATIVE_RULES.length)) / TOKEN_CHARS);
    promptTokens.set(id, tokens);
    return tokens;
  };
  for (const player of models) {
    const price = await priceOf(player);
    const turn = turnLength(player.settings.model, history);
    known &&= turn.known;
    free &&= price !== null && price.input === 0 && price.output === 0;
    if (price === null) unpriced.add(player.settings.model);
    for (const { environmentId, referenceRounds } of plan.tasks) {
      for (const which of CASES) {
        const turns = turnsOf(which, referenceRounds, plan.limits.rounds);
        add(sums[which], { turns, tries: plan.tries, prompt: tokensOf(environmentId), each: turn.length[which], which, price });
      }
    }
  }
  const range = (pick: (sum: Sum) => number, most: number | null = null): Range => {
    const capped = (value: number): number => (most === null ? value : Math.min(value, most));
    return { low: capped(pick(sums.low)), likely: capped(pick(sums.likely)), high: capped(pick(sums.high)) };
  };
  return {
    requests: range((sum) => sum.requests),
    inputTokens: range((sum) => Math.round(sum.input)),
    outputTokens: range((sum) => Math.round(sum.output)),
    usd: unpriced.size > 0 ? null : range((sum) => sum.usd, plan.caps.usd),
    unpriced: [...unpriced],
    free,
    basis: known ? "history" : "usual",
  };
}

function nothing(): Sum {
  return { requests: 0, input: 0, output: 0, usd: 0 };
}

type Episodes = { turns: number; tries: number; prompt: number; each: number; which: Case; price: Price | null };

function add(sum: Sum, { turns, tries, prompt, each, which, price }: Episodes): void {
  const said = ((turns * (turns - 1)) / 2) * (each + OBSERVATION_TOKENS);
  const input = turns * prompt + said;
  const output = turns * each;
  // All but the first request begin with what was sent before.
  const cached = which === "low" ? input - prompt - (turns - 1) * (each + OBSERVATION_TOKENS) : 0;
  sum.requests += tries * turns;
  sum.input += tries * input;
  sum.output += tries * output;
  if (price === null) return;
  sum.usd += (tries * ((input - cached) * price.input + cached * (price.cachedInput ?? price.input) + output * price.output)) / 1_000_000;
}
