import { type EvaluationView, failureOf, type Failure, FAILURE_LABEL, tryKey, type TryResult } from "@/domain";

export type HeatCell = { result: TryResult | null; failed: string | null };

/** One sign for each kind of failure; a solved try shows its rounds. */
export const SIGNS: Record<Failure, string> = {
  "wrong-answer": "✗",
  "gave-up": "–",
  "round-limit": "R",
  "bad-calls": "!",
  refused: "⊘",
  cap: "$",
  environment: "E",
};

/** `cells[column]` of a task: all tries of the first player, then of the next. */
export function heatRow({ plan, results, failures }: EvaluationView, task: number): HeatCell[] {
  if (plan === null) return [];
  return plan.players.flatMap((_, player) =>
    Array.from({ length: plan.tries }, (_unused, number) => {
      const key = tryKey({ task, player, try: number });
      return { result: results.get(key) ?? null, failed: failures.get(key)?.error.message ?? null };
    }),
  );
}

export function heatText({ result, failed }: HeatCell): string {
  if (result === null) return failed === null ? "" : "?";
  const failure = failureOf(result);
  return failure === null ? String(result.rounds) : SIGNS[failure];
}

/** "solved in 12 rounds", "round limit after 256 rounds", "not played yet" */
export function heatSentence({ result, failed }: HeatCell): string {
  if (result === null) return failed === null ? "not played yet" : `could not be played: ${failed}`;
  const failure = failureOf(result);
  const rounds = `${result.rounds.toLocaleString("en")} ${result.rounds === 1 ? "round" : "rounds"}`;
  return failure === null ? `solved in ${rounds}` : `${FAILURE_LABEL[failure]} after ${rounds}`;
}

export type HeatTone = "none" | "stuck" | "wrong" | "limit" | "1" | "2" | "3" | "4";

/** Solved: the darker, the more rounds in proportion to the reference's. */
export function heatTone({ result, failed }: HeatCell, referenceRounds: number | null): HeatTone {
  if (result === null) return failed === null ? "none" : "stuck";
  const failure = failureOf(result);
  if (failure === "round-limit" || failure === "cap") return "limit";
  if (failure !== null) return "wrong";
  if (referenceRounds === null || referenceRounds === 0) return "2";
  const ratio = result.rounds / referenceRounds;
  return ratio <= 0.75 ? "1" : ratio <= 1.25 ? "2" : ratio <= 2 ? "3" : "4";
}
