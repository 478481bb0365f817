import "fake-indexeddb/auto";
import { expect } from "vitest";
import type { StoreApi } from "zustand/vanilla";
import * as datasets from "@/datasets";
import {
  DEFAULT_SETTINGS,
  type Environment,
  type EvaluationId,
  type EvaluationPlan,
  type LanguageModel,
  type ProblemId,
  problemIdSchema,
  type ReplyLedger,
  type RunId,
  sourceHashOf,
} from "@/domain";
import { createRecordedModel } from "@/llm";
import { createEvaluationsStore, createLibraryStore, createRunsStore } from "@/state";
import { openStorage } from "@/storage";
import { sameForAll } from "./runs.ts";
import { testSandbox } from "./sandbox.ts";
import { savedDatabase, type SavedDatabase } from "./saved-database.ts";

/** A model whose replies are paid for in the storage's own ledger. */
type ModelOf = (asked: { ledger: ReplyLedger; runId: RunId }) => LanguageModel;

export type Worker = {
  /** A run of a bundled problem to its verified environment; with recorded replies unless a model is given. */
  run(problemId: string, model?: ModelOf): Promise<{ run: RunId; environment: Environment }>;
  /** An evaluation of scripted players, to its end. */
  evaluate(plan: EvaluationPlan): Promise<EvaluationId>;
};

let count = 0;

/**
 * What a page finds where somebody has worked before: made in Node by the app's own stores, pipeline and storage, then put
 * into the page's database as it is. For tests to which an environment's verification is not the subject: it takes a
 * second instead of ten, and what is stored today is what they begin with.
 */
export async function workedDevice(work: (worker: Worker) => Promise<unknown>): Promise<SavedDatabase> {
  const name = `worked-device-${(count += 1)}`;
  const python = await testSandbox({ parallelism: 2 });
  const opened = await openStorage(name);
  const storage = Promise.resolve(opened);
  const failures: string[] = [];
  const notify = ({ level, title, message }: { level: "info" | "error"; title: string; message: string }): void => {
    if (level === "error") failures.push(`${title}: ${message}`);
  };
  const none = (): never => {
    throw new Error("this device has no model of its own");
  };
  try {
    const library = createLibraryStore({ storage, eraseUnopened: none, datasets, notify });
    let modelOf: ModelOf = none;
    const environments = (): readonly Environment[] => library.store.getState().environments;
    const runs = createRunsStore({
      storage,
      sandbox: async () => python,
      models: ({ runId }) => sameForAll(modelOf({ ledger: opened.replies, runId })),
      hasModels: () => true,
      ready: library.ready,
      settings: () => DEFAULT_SETTINGS,
      problem: (id: ProblemId) => library.store.getState().problems.find((item) => item.id === id),
      environments,
      saveEnvironment: library.saveEnvironment,
      notify,
      interrupted: { read: () => [], write: () => undefined },
    });
    const evaluations = createEvaluationsStore({
      storage,
      sandbox: async () => python,
      models: { modelPlayer: none, chat: none, canAsk: () => false },
      price: async () => null,
      history: async () => [],
      ready: library.ready,
      environment: (id) => environments().find((item) => item.id === id),
      saveEnvironment: library.saveEnvironment,
      datasets,
      notify,
      interrupted: { read: () => [], write: () => undefined },
    });
    await Promise.all([library.ready, runs.ready, evaluations.ready]);
    const ended = <T extends { active: ReadonlySet<string> }>(store: StoreApi<T>, id: string): Promise<void> =>
      new Promise((resolve) => {
        const look = ({ active }: T): void => {
          if (!active.has(id)) resolve(stop());
        };
        const stop = store.subscribe(look);
        look(store.getState());
      });
    await work({
      async run(problemId, model = () => createRecordedModel({ durationMs: 0 })) {
        modelOf = model;
        const run = await runs.store.getState().start(problemIdSchema.parse(problemId));
        await ended(runs.store, run);
        const environment = environments().find(({ provenance, status }) => provenance.runId === run && status === "verified");
        if (environment === undefined) throw new Error(`${problemId} was not verified: ${failures.join("; ")}`);
        return { run, environment };
      },
      async evaluate(plan) {
        const id = await evaluations.store.getState().start(plan);
        await ended(evaluations.store, id);
        return id;
      },
    });
    expect(failures).toEqual([]);
    library.dispose();
  } finally {
    opened.close();
    python.dispose();
  }
  return await savedDatabase(name);
}

/** The first tasks of an environment, for a plan. */
export function firstTasks({ id, source, tasks }: Environment, count: number): EvaluationPlan["tasks"] {
  return tasks
    .filter(({ kept }) => kept)
    .slice(0, count)
    .map(({ config, rounds }) => ({ environmentId: id, sourceHash: sourceHashOf(source), config, referenceRounds: rounds }));
}
