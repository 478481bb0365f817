import type { Environment } from "./environment.ts";
import type { EvaluationPlan, TryResult } from "./evaluation.ts";
import type { EvaluationView } from "./evaluation-view.ts";
import {
  type Difficulty,
  difficultyOf,
  type Failure,
  failureOf,
  type Interval,
  isHardEnough,
  isSolved,
  meanPassAtK,
  scoreField,
  wilsonInterval,
} from "./scores.ts";
import { sourceHashOf } from "./trace-file.ts";

/** What some tries say together. Money and tokens are sums; `ratio`: mean of rounds against the reference's, over solved tries. */
export type Score = {
  tries: number;
  successes: number;
  rate: number | null;
  interval: Interval | null;
  failures: Partial<Record<Failure, number>>;
  meanRounds: number | null;
  ratio: number | null;
  inputTokens: number;
  outputTokens: number;
  usd: number;
  unknownCosts: number;
  ms: number;
};

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

export function scoreOf(plan: EvaluationPlan, results: readonly TryResult[]): Score {
  const solved = results.filter(isSolved);
  const failures: Partial<Record<Failure, number>> = {};
  for (const result of results) {
    const failure = failureOf(result);
    if (failure !== null) failures[failure] = (failures[failure] ?? 0) + 1;
  }
  const ratios = solved.flatMap(({ task, rounds }) => {
    const reference = plan.tasks[task]?.referenceRounds ?? null;
    return reference === null || reference === 0 ? [] : [rounds / reference];
  });
  const sum = (read: (result: TryResult) => number): number => results.reduce((total, result) => total + read(result), 0);
  return {
    tries: results.length,
    successes: solved.length,
    rate: results.length === 0 ? null : solved.length / results.length,
    interval: wilsonInterval(solved.length, results.length),
    failures,
    meanRounds: mean(results.map(({ rounds }) => rounds)),
    ratio: mean(ratios),
    inputTokens: sum((result) => result.inputTokens),
    outputTokens: sum((result) => result.outputTokens),
    usd: sum((result) => result.usd),
    unknownCosts: sum((result) => result.unknownCosts),
    ms: sum((result) => result.ms),
  };
}

export type TaskScore = Score & { task: number; player: number; difficulty: Difficulty | null; hardEnough: boolean | null };
export type PlayerScore = Score & { player: number; passAt: readonly { k: number; value: number }[] };

/** One score for each task and player that has tries, in the plan's order. */
export function taskScores({ plan, results }: EvaluationView): TaskScore[] {
  if (plan === null) return [];
  const groups = new Map<string, TryResult[]>();
  for (const result of results.values()) {
    const key = `${result.task}:${result.player}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return plan.tasks.flatMap((_, task) =>
    plan.players.flatMap((_unused, player) => {
      const own = groups.get(`${task}:${player}`);
      if (own === undefined) return [];
      const score = scoreOf(plan, own);
      return [{ ...score, task, player, difficulty: difficultyOf(score), hardEnough: isHardEnough(score) }];
    }),
  );
}

export function playerScores(view: EvaluationView): PlayerScore[] {
  const { plan } = view;
  if (plan === null) return [];
  const tasks = taskScores(view);
  return plan.players.map((_, player) => {
    const own = tasks.filter((score) => score.player === player);
    const passAt = Array.from({ length: plan.tries }, (_unused, index) => index + 1).flatMap((k) => {
      const value = meanPassAtK(own, k);
      return value === null ? [] : [{ k, value }];
    });
    return {
      ...scoreOf(
        plan,
        [...view.results.values()].filter((result) => result.player === player),
      ),
      player,
      passAt,
    };
  });
}

/** Fields for a training instance's `extra_info`: the share of tries solved, by each model that has played all of them. */
export function scoreFields(view: EvaluationView, task: number): Record<string, number> {
  const { plan } = view;
  if (plan === null) return {};
  return Object.fromEntries(
    taskScores(view).flatMap((score) => {
      const player = plan.players[score.player];
      if (score.task !== task || player?.kind !== "model" || score.tries < plan.tries || score.rate === null) return [];
      return [[scoreField(player.settings.model, plan.tries), score.rate]];
    }),
  );
}

/** The environment with the scores of its tasks put in, for its exports; null when the evaluation has none for it as it is now. */
export function scoredEnvironment(environment: Environment, view: EvaluationView): Environment | null {
  const hash = sourceHashOf(environment.source);
  const scores = new Map<string, Record<string, number>>();
  for (const [index, task] of (view.plan?.tasks ?? []).entries()) {
    if (task.environmentId !== environment.id || task.sourceHash !== hash) continue;
    const fields = scoreFields(view, index);
    if (Object.keys(fields).length > 0) scores.set(task.config, fields);
  }
  if (scores.size === 0) return null;
  const tasks = environment.tasks.map((task) => {
    const own = scores.get(task.config);
    return own === undefined ? task : { ...task, scores: { ...task.scores, ...own } };
  });
  return { ...environment, tasks };
}
