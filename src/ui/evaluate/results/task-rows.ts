import { DIFFICULTIES, type Difficulty, type EvaluationView, type TaskScore } from "@/domain";

type TaskOrder = "plan" | "hardest" | "easiest";
export type TaskFilter = { player: number; difficulty: Difficulty | "all"; hardEnough: boolean; search: string; order: TaskOrder };

/** The player whose tasks are shown first: a model is what one wants to know about. */
export function firstPlayer({ plan }: Pick<EvaluationView, "plan">): number {
  const players = plan?.players ?? [];
  const model = players.findIndex(({ kind }) => kind === "model");
  const other = players.findIndex(({ kind }) => kind !== "reference-solver");
  return Math.max(0, model >= 0 ? model : other);
}

export function taskRows(
  scores: readonly TaskScore[],
  names: readonly string[],
  { player, difficulty, hardEnough, search, order }: TaskFilter,
): TaskScore[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const rows = scores.filter(
    (score) =>
      score.player === player &&
      (difficulty === "all" || score.difficulty === difficulty) &&
      (!hardEnough || score.hardEnough === true) &&
      words.every((word) => (names[score.task] ?? "").toLowerCase().includes(word)),
  );
  if (order === "plan") return rows;
  const sign = order === "hardest" ? 1 : -1;
  return rows.toSorted(
    (one, other) =>
      sign * ((one.rate ?? 0) - (other.rate ?? 0)) || sign * ((other.meanRounds ?? 0) - (one.meanRounds ?? 0)) || one.task - other.task,
  );
}

export function difficultyCounts(scores: readonly TaskScore[], player: number): Record<Difficulty, number> {
  const counts = Object.fromEntries(DIFFICULTIES.map((difficulty) => [difficulty, 0])) as Record<Difficulty, number>;
  for (const score of scores) if (score.player === player && score.difficulty !== null) counts[score.difficulty] += 1;
  return counts;
}
