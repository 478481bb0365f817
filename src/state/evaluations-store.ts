import { createStore, type StoreApi } from "zustand/vanilla";
import type * as Datasets from "@/datasets";
import {
  type ChatModel,
  type Environment,
  type EnvironmentId,
  type EvaluationEvent,
  type EvaluationId,
  evaluationIdSchema,
  type EvaluationPlan,
  evaluationPlanSchema,
  type EvaluationView,
  type ModelPlayer,
  PlaygroundError,
  type Price,
  randomId,
  scoredEnvironment,
  type StoredEvaluationEvent,
  traceOf,
} from "@/domain";
import { runEvaluation } from "@/episodes";
import { EVALUATION_JOB, JobDriver, type Work } from "@/jobs";
import type { PlaygroundStorage } from "@/storage";
import { type EarlierTurn, estimateEvaluation } from "./evaluation-estimate.ts";
import { jobStorage, type JobStoreHandle, type JobStorePorts, type SharedJobStorage } from "./job-storage.ts";
import type { SettingsHandle } from "./settings-store.ts";
import type { EvaluationsState } from "./types.ts";
import { withChanges } from "./with-changes.ts";

export type EvaluationsPorts = JobStorePorts<EvaluationId> & {
  storage: Promise<Pick<PlaygroundStorage, "evaluations" | "traces" | "replies"> & SharedJobStorage>;
  models: Pick<SettingsHandle, "modelPlayer" | "chat" | "canAsk">;
  price(player: ModelPlayer): Promise<Price | null>;
  history(): Promise<readonly EarlierTurn[]>;
  environment(id: EnvironmentId): Environment | undefined;
  /** With the scores of its tasks. */
  saveEnvironment(environment: Environment): Promise<void>;
  datasets: Pick<typeof Datasets, "exportInstances" | "evaluationTable">;
};

export type EvaluationsHandle = JobStoreHandle<EvaluationsState>;

export function createEvaluationsStore(ports: EvaluationsPorts): EvaluationsHandle {
  const jobs = new JobDriver({
    kind: EVALUATION_JOB,
    storage: ports.storage.then((storage) => jobStorage(storage, "evaluations", storage.evaluations, { remove: erase })),
    ready: ports.ready,
    interrupted: ports.interrupted,
    notify: ports.notify,
    title: ({ plan }) => plan?.title ?? "",
    async takeUp(id, { plan }) {
      const canAsk = plan?.players.every((player) => player.kind !== "model" || ports.models.canAsk(player.profileId));
      if (plan !== null && canAsk === true) await drive(id, plan);
    },
    onList: (list) => store.setState("items" in list ? { load: list.load, evaluations: list.items } : list),
    onViews: (changed, active) => store.setState({ active, views: withChanges(store.getState().views, changed, ({ view }) => view) }),
  });

  async function erase(id: EvaluationId): Promise<void> {
    const { evaluations, traces } = await ports.storage;
    await traces.removeTries(id);
    await evaluations.remove(id);
  }

  const drive = (id: EvaluationId, plan: EvaluationPlan): Promise<void> => jobs.drive(id, workOn(id, plan));

  function workOn(id: EvaluationId, plan: EvaluationPlan): Work<EvaluationEvent, StoredEvaluationEvent> {
    return async ({ signal, append, patiently, events, gone }) => {
      const { traces } = await ports.storage;
      const view = await runEvaluation(
        { id, plan, prior: await events(), signal },
        {
          sandbox: await ports.sandbox(),
          chat: (player): ChatModel => ports.models.chat(player, id),
          async recorded({ traceId }) {
            const { items } = await traces.read(traceId);
            return items.length === 0 ? null : traceOf(traceId, items);
          },
          environment: playable,
          append,
          traces: {
            read: async (traceId) => (await traces.read(traceId)).items,
            append: (traceId, made) => patiently(() => traces.appendAll(traceId, made)),
          },
        },
      );
      if (!gone()) await keepScores(view);
    };
  }

  /** What models scored goes with the tasks into every later export. */
  async function keepScores(view: EvaluationView): Promise<void> {
    if (view.plan?.players.some(({ kind }) => kind === "model") !== true) return;
    for (const id of new Set(view.plan.tasks.map(({ environmentId }) => environmentId))) {
      const environment = ports.environment(id);
      const scored = environment === undefined ? null : scoredEnvironment(environment, view);
      if (scored !== null) await ports.saveEnvironment(scored);
    }
  }

  async function playable(id: EnvironmentId): Promise<Environment | null> {
    await ports.ready;
    const environment = ports.environment(id);
    return environment === undefined || environment.source === "" ? null : environment;
  }

  async function planOf(id: EvaluationId): Promise<EvaluationPlan> {
    const { plan } = await jobs.load(id);
    if (plan === null)
      throw new PlaygroundError("no-evaluation", "This evaluation has no beginning on this device.", { hint: "Plan a new one." });
    return plan;
  }

  /** Its environments as they are now, with the scores, and only with the tasks that were played, or the wanted ones of them. */
  async function playedOf(view: EvaluationView, wanted: ReadonlySet<number> | null): Promise<Environment[]> {
    await ports.ready;
    const configs = new Map<EnvironmentId, Set<string>>();
    for (const { task: index } of view.results.values()) {
      const task = view.plan?.tasks[index];
      if (task === undefined || wanted?.has(index) === false) continue;
      configs.set(task.environmentId, (configs.get(task.environmentId) ?? new Set()).add(task.config));
    }
    return [...configs].flatMap(([id, own]) => {
      const environment = ports.environment(id);
      if (environment === undefined) return [];
      const { tasks, ...rest } = scoredEnvironment(environment, view) ?? environment;
      return [{ ...rest, tasks: tasks.filter(({ config }) => own.has(config)) }];
    });
  }

  const store: StoreApi<EvaluationsState> = createStore<EvaluationsState>()(() => ({
    load: { status: "loading" },
    evaluations: [],
    active: new Set<EvaluationId>(),
    views: {},

    modelPlayer: (profileId, protocol) => ports.models.modelPlayer(profileId, protocol),
    estimate: async (plan) =>
      await estimateEvaluation({
        plan,
        environment: (id) => ports.environment(id as EnvironmentId),
        priceOf: ports.price,
        history: await ports.history(),
      }),
    start(given) {
      const id = evaluationIdSchema.parse(randomId());
      const plan = evaluationPlanSchema.parse(given);
      void jobs.begin(id, { plan }, workOn(id, plan));
      return Promise.resolve(id);
    },
    open: (id) => jobs.open(id),
    close: (id) => jobs.close(id),
    async resume(id, changes = {}) {
      await drive(id, { ...(await planOf(id)), ...changes });
    },
    pause: (id) => jobs.cancel(id),
    remove: (id) => jobs.remove(id),
    async exportInstances(id, tasks) {
      const view = await jobs.load(id);
      return await ports.datasets.exportInstances(await playedOf(view, tasks));
    },
    exportTable: async (id) => ports.datasets.evaluationTable(await jobs.load(id)),
    async exportResults(id) {
      const { plan, results, startedAt } = await jobs.load(id);
      const text = JSON.stringify({ format: "codegym-evaluation", version: 1, startedAt, plan, results: [...results.values()] }, null, 1);
      return { fileName: "codegym-evaluation.json", mime: "application/json", bytes: new TextEncoder().encode(`${text}\n`) };
    },
  }));

  return { store, ready: jobs.ready, reset: () => jobs.reset() };
}
