import type { Environment, Task } from "@/domain";

type Difficulty = "easy" | "medium" | "hard";
export type TaskChoice = { index: number; task: Task; difficulty: Difficulty | null };

/** Thirds of the environment's own range of rounds: "hard" says hard among these tasks, not in the world. */
export function taskChoicesOf(environment: Environment): TaskChoice[] {
  const rounds = environment.tasks.flatMap((task) => (task.rounds === null ? [] : [task.rounds])).toSorted((a, b) => a - b);
  const low = rounds[Math.floor(rounds.length / 3)];
  const high = rounds[Math.floor((rounds.length * 2) / 3)];
  const difficultyOf = (task: Task): Difficulty | null => {
    if (task.rounds === null || low === undefined || high === undefined || rounds.length < 3) return null;
    return task.rounds < low ? "easy" : task.rounds < high ? "medium" : "hard";
  };
  return environment.tasks.map((task, index) => ({ index, task, difficulty: difficultyOf(task) }));
}

export function taskLabel({ index, task, difficulty }: TaskChoice): string {
  const parts = [`Task ${index + 1}`];
  if (task.rounds !== null) parts.push(`${task.rounds} ${task.rounds === 1 ? "round" : "rounds"}`);
  if (difficulty !== null) parts.push(difficulty);
  return parts.join(" · ");
}

/** The task to begin with: the first that is kept for training, else the first. */
export function firstChoiceOf(choices: readonly TaskChoice[]): TaskChoice | null {
  return choices.find((choice) => choice.task.kept) ?? choices[0] ?? null;
}
