import {
  type EvaluationPlan,
  type EvaluationView,
  type Interval,
  playerScores,
  type PlayerScore,
  taskScores,
  type TaskScore,
} from "@/domain";
import { playerNames, taskNames } from "./texts.ts";

export type PlayerDifference = {
  name: string;
  one: PlayerScore | null;
  other: PlayerScore | null;
  /** Of the success rates, as a share; null where one of them has none. */
  difference: number | null;
  interval: Interval | null;
};

export type TaskDifference = { name: string; player: string; one: TaskScore; other: TaskScore; difference: number };

/**
 * Of two shares, `other` minus `one`: Newcombe's interval from the two Wilson intervals (R. G. Newcombe, 1998, method 10).
 * Null without both.
 */
export function differenceInterval(
  one: { rate: number | null; interval: Interval | null },
  other: { rate: number | null; interval: Interval | null },
): Interval | null {
  if (one.rate === null || other.rate === null || one.interval === null || other.interval === null) return null;
  const difference = other.rate - one.rate;
  return {
    low: difference - Math.hypot(other.rate - other.interval.low, one.interval.high - one.rate),
    high: difference + Math.hypot(other.interval.high - other.rate, one.rate - one.interval.low),
  };
}

/** One row for each name that either has: those of both first, in the order of the first. */
export function playerDifferences(one: EvaluationView, other: EvaluationView): PlayerDifference[] {
  const left = byName(one);
  const right = byName(other);
  const names = [
    ...[...left.keys()].filter((name) => right.has(name)),
    ...[...left.keys()].filter((name) => !right.has(name)),
    ...[...right.keys()].filter((name) => !left.has(name)),
  ];
  return names.map((name) => {
    const before = left.get(name) ?? null;
    const after = right.get(name) ?? null;
    const known = before !== null && after !== null && before.rate !== null && after.rate !== null;
    return {
      name,
      one: before,
      other: after,
      difference: known ? (after.rate ?? 0) - (before.rate ?? 0) : null,
      interval: known ? differenceInterval(before, after) : null,
    };
  });
}

function byName(view: EvaluationView): Map<string, PlayerScore> {
  const names = view.plan === null ? [] : playerNames(view.plan);
  return new Map(playerScores(view).map((score) => [names[score.player] ?? "", score]));
}

/** Tasks that both have, of players that both have, where the success differs; the greatest difference first. */
export function taskDifferences(one: EvaluationView, other: EvaluationView): TaskDifference[] {
  if (one.plan === null || other.plan === null) return [];
  const [plan, second] = [one.plan, other.plan];
  const names = taskNames(plan);
  const players = playerNames(plan);
  const left = new Map(taskScores(one).map((score) => [keyOf(plan, players, score), score]));
  const otherPlayers = playerNames(second);
  return taskScores(other)
    .flatMap((score): TaskDifference[] => {
      const before = left.get(keyOf(second, otherPlayers, score));
      const difference = before === undefined ? 0 : (score.rate ?? 0) - (before.rate ?? 0);
      return before === undefined || difference === 0
        ? []
        : [{ name: names[before.task] ?? "", player: players[before.player] ?? "", one: before, other: score, difference }];
    })
    .toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
}

function keyOf(plan: EvaluationPlan, players: readonly string[], { task, player }: TaskScore): string {
  const played = plan.tasks[task];
  return JSON.stringify([played?.environmentId, played?.sourceHash, played?.config, players[player]]);
}

/** How many tasks both plans have. */
export function commonTasks(one: EvaluationView, other: EvaluationView): number {
  const keys = (view: EvaluationView): string[] =>
    (view.plan?.tasks ?? []).map(({ environmentId, sourceHash, config }) => JSON.stringify([environmentId, sourceHash, config]));
  const known = new Set(keys(one));
  return new Set(keys(other).filter((key) => known.has(key))).size;
}

/** "+ 12 points", "− 5 points", "no difference" */
export function pointsText(difference: number | null): string {
  if (difference === null) return "–";
  const points = Math.round(difference * 100);
  if (points === 0) return difference === 0 ? "no difference" : "less than a point";
  return `${points > 0 ? "+" : "−"} ${Math.abs(points)} ${Math.abs(points) === 1 ? "point" : "points"}`;
}

/** Whether an interval leaves it open which of the two is better. */
export function isOpen(interval: Interval | null): boolean {
  return interval === null || (interval.low <= 0 && interval.high >= 0);
}
