import {
  type CallProtocol,
  DEFAULT_EPISODE_LIMITS,
  type Environment,
  type EnvironmentId,
  type EvaluationPlan,
  evaluationPlanSchema,
  type EvaluationTask,
  type ModelPlayer,
  type Player,
  type ProfileId,
  sourceHashOf,
} from "@/domain";
import { formatCount } from "../../text/index.ts";

export type Draft = {
  title: string;
  environments: ReadonlySet<EnvironmentId>;
  /** All configurations, or those that are kept as training tasks. */
  tasks: "all" | "kept";
  /** So many of each environment; null = every one. */
  sample: number | null;
  reference: boolean;
  random: boolean;
  seed: number;
  prober: boolean;
  /** `modelKey` → chosen. */
  models: ReadonlySet<string>;
  tries: number;
  concurrency: number;
  usd: number | null;
  tokens: number | null;
  rounds: number;
};

export const NEW_DRAFT: Draft = {
  title: "",
  environments: new Set(),
  tasks: "kept",
  sample: 5,
  reference: true,
  random: false,
  seed: 1,
  prober: false,
  models: new Set(),
  tries: 4,
  concurrency: 4,
  usd: null,
  tokens: null,
  rounds: DEFAULT_EPISODE_LIMITS.rounds,
};

export type ModelChoice = { profileId: ProfileId; protocol: CallProtocol };
export const modelKey = ({ profileId, protocol }: ModelChoice): string => `${protocol}:${profileId}`;

/** Only what was proven here is worth a measure, and without its source nothing can be played. */
export function isMeasurable({ status, source, tasks }: Pick<Environment, "status" | "source" | "tasks">): boolean {
  return status === "verified" && source !== "" && tasks.length > 0;
}

/** By chance, but the same ones each time: two evaluations of so many tasks can be compared. In the environment's own order. */
function sampleOf<T extends { config: string }>(tasks: readonly T[], count: number | null): readonly T[] {
  if (count === null || tasks.length <= count) return tasks;
  const chosen = new Set(tasks.toSorted((one, other) => (sourceHashOf(one.config) < sourceHashOf(other.config) ? -1 : 1)).slice(0, count));
  return tasks.filter((task) => chosen.has(task));
}

export function tasksOf(
  { environments, tasks: which, sample }: Pick<Draft, "environments" | "tasks" | "sample">,
  library: readonly Environment[],
): EvaluationTask[] {
  return library
    .filter((environment) => environments.has(environment.id) && isMeasurable(environment))
    .flatMap(({ id, source, tasks }) => {
      const sourceHash = sourceHashOf(source);
      const wanted = which === "kept" ? tasks.filter(({ kept }) => kept) : tasks;
      return sampleOf(wanted, sample).map(({ config, rounds }): EvaluationTask => ({
        environmentId: id,
        sourceHash,
        config,
        referenceRounds: rounds,
      }));
    });
}

export function playersOf(draft: Pick<Draft, "reference" | "random" | "seed" | "prober">, models: readonly ModelPlayer[]): Player[] {
  return [
    ...(draft.reference ? [{ kind: "reference-solver" } as const] : []),
    ...(draft.random ? [{ kind: "random", seed: draft.seed } as const] : []),
    ...(draft.prober ? [{ kind: "prober" } as const] : []),
    ...models,
  ];
}

/** "2 environments, 10 tasks, 3 players": what an evaluation without a name is called. */
function titleOfPlan(tasks: readonly EvaluationTask[], players: readonly Player[]): string {
  const environments = new Set(tasks.map(({ environmentId }) => environmentId)).size;
  return `${formatCount(environments, "environment")}, ${formatCount(tasks.length, "task")}, ${formatCount(players.length, "player")}`;
}

export type Planned = { plan: EvaluationPlan; lacks: null } | { plan: null; lacks: string };

/** The plan, or what stands in its way. */
export function planOf(draft: Draft, tasks: readonly EvaluationTask[], models: readonly ModelPlayer[]): Planned {
  const players = playersOf(draft, models);
  if (draft.environments.size === 0) return { plan: null, lacks: "Choose at least one environment." };
  if (tasks.length === 0) return { plan: null, lacks: "None of the chosen environments has such tasks: take all of them." };
  if (players.length === 0) return { plan: null, lacks: "Choose at least one player." };
  if (players.length > 16) return { plan: null, lacks: "Choose at most 16 players." };
  if (tasks.length > 10_000)
    return { plan: null, lacks: "Choose at most 10,000 tasks: a sample of each environment, or fewer environments." };
  const plan = {
    title: draft.title.trim() === "" ? titleOfPlan(tasks, players) : draft.title.trim(),
    tasks: [...tasks],
    players,
    tries: draft.tries,
    concurrency: draft.concurrency,
    limits: { ...DEFAULT_EPISODE_LIMITS, rounds: draft.rounds },
    caps: { usd: draft.usd, tokens: draft.tokens },
  };
  const parsed = evaluationPlanSchema.safeParse(plan);
  return parsed.success
    ? { plan: parsed.data, lacks: null }
    : { plan: null, lacks: `Check the numbers: ${parsed.error.issues[0]?.path.join(".") ?? "one"} is out of its range.` };
}

function episodesOf({ tasks, players, tries }: Pick<EvaluationPlan, "tasks" | "players" | "tries">): number {
  return tasks.length * players.length * tries;
}

/** "5 tasks × 2 players × 4 tries = 40 episodes" */
export function sizeSentence(plan: Pick<EvaluationPlan, "tasks" | "players" | "tries">): string {
  return `${formatCount(plan.tasks.length, "task")} × ${formatCount(plan.players.length, "player")} × ${formatCount(plan.tries, "try", "tries")} = ${formatCount(episodesOf(plan), "episode")}`;
}
