import { assertNever, type ErrorData } from "./errors.ts";
import type { EvaluationPlan, StoredEvaluationEvent, TryResult } from "./evaluation.ts";

export type TryPlace = Pick<TryResult, "task" | "player" | "try">;

/** What an evaluation's events say so far. "open": under way, or cut off by a reload. */
export type EvaluationView = {
  plan: EvaluationPlan | null;
  startedAt: number | null;
  /** When the present sitting began: time left is guessed from it. */
  resumedAt: number | null;
  /** By `tryKey`. */
  results: Map<string, TryResult>;
  /** How many of them are from the present sitting. */
  sitting: number;
  failures: Map<string, TryPlace & { error: ErrorData }>;
  status: "open" | "halted" | "finished";
  error: ErrorData | null;
  lastSeq: number;
};

export function tryKey({ task, player, try: number }: TryPlace): string {
  return `${task}:${player}:${number}`;
}

/**
 * A number of its own for each try of a plan. Tasks of one environment begin with the same words, their data being
 * hidden: without it their first replies would be one and the same, out of the ledger.
 */
export function sampleOf({ tasks, tries }: Pick<EvaluationPlan, "tasks" | "tries">, { task, player, try: number }: TryPlace): number {
  return (player * tasks.length + task) * tries + number;
}

export function emptyEvaluationView(): EvaluationView {
  return {
    plan: null,
    startedAt: null,
    resumedAt: null,
    results: new Map(),
    sitting: 0,
    failures: new Map(),
    status: "open",
    error: null,
    lastSeq: -1,
  };
}

/** Takes one event into `view`, in place. */
export function applyEvaluationEvent(view: EvaluationView, { seq, at, event }: Omit<StoredEvaluationEvent, "evaluationId">): void {
  if (seq <= view.lastSeq) return;
  view.lastSeq = seq;
  switch (event.type) {
    case "evaluation-started":
      Object.assign(view, { plan: event.plan, startedAt: at, resumedAt: at });
      return;
    case "evaluation-resumed":
      view.failures.clear();
      Object.assign(view, { status: "open", error: null, resumedAt: at, sitting: 0 });
      return;
    case "try-ended":
      view.results.set(tryKey(event.result), event.result);
      view.failures.delete(tryKey(event.result));
      view.sitting += 1;
      return;
    case "try-failed": {
      const { type: _type, error, ...place } = event;
      view.failures.set(tryKey(place), { ...place, error: { ...error, hint: error.hint } });
      return;
    }
    case "evaluation-halted":
      Object.assign(view, { status: "halted", error: event.error === null ? null : { ...event.error, hint: event.error.hint } });
      return;
    case "evaluation-finished":
      Object.assign(view, { status: "finished", error: null });
      return;
    default:
      assertNever(event);
  }
}

export function evaluationView(events: Iterable<Omit<StoredEvaluationEvent, "evaluationId">>): EvaluationView {
  const view = emptyEvaluationView();
  for (const event of events) applyEvaluationEvent(view, event);
  return view;
}

/** All tries of a plan. Tasks of one environment follow each other, so that an interpreter serves them all. */
export function triesOf(plan: EvaluationPlan): TryPlace[] {
  const order = plan.tasks.map((_, task) => task);
  const first = new Map<string, number>();
  for (const task of order) {
    const id = plan.tasks[task]?.environmentId ?? "";
    if (!first.has(id)) first.set(id, task);
  }
  const rank = (task: number): number => first.get(plan.tasks[task]?.environmentId ?? "") ?? task;
  return order
    .toSorted((one, other) => rank(one) - rank(other) || one - other)
    .flatMap((task) =>
      plan.players.flatMap((_, player) => Array.from({ length: plan.tries }, (_unused, number) => ({ task, player, try: number }))),
    );
}

/** `msLeft` null: nothing has ended in this sitting that a guess could rest on. */
export function evaluationProgress(view: EvaluationView, now: number): { done: number; total: number; msLeft: number | null } {
  const { plan } = view;
  const total = plan === null ? 0 : plan.tasks.length * plan.players.length * plan.tries;
  const done = view.results.size;
  const msLeft =
    view.status !== "open" || view.sitting === 0 || view.resumedAt === null
      ? null
      : ((now - view.resumedAt) / view.sitting) * (total - done);
  return { done, total, msLeft };
}
