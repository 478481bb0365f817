import { createStore, type StoreApi } from "zustand/vanilla";
import type * as Datasets from "@/datasets";
import {
  applyEvaluationEvent,
  type ChatModel,
  costsAgain,
  emptyEvaluationView,
  type Environment,
  type EnvironmentId,
  errorData,
  type EvaluationEvent,
  type EvaluationId,
  evaluationIdSchema,
  type EvaluationPlan,
  evaluationPlanSchema,
  type EvaluationView,
  evaluationView,
  type ModelPlayer,
  PlaygroundError,
  type Price,
  type PythonSandbox,
  randomId,
  type RunId,
  runIdSchema,
  scoredEnvironment,
  type StoredEvaluationEvent,
  traceOf,
} from "@/domain";
import { runEvaluation } from "@/episodes";
import type { PlaygroundStorage } from "@/storage";
import { type EarlierTurn, estimateEvaluation } from "./evaluation-estimate.ts";
import { takeInOrder } from "./log-order.ts";
import { notResumed } from "./not-resumed.ts";
import type { SettingsHandle } from "./settings-store.ts";
import { storeWithPatience } from "./store-with-patience.ts";
import type { EvaluationsState, EvaluationSummary } from "./types.ts";

export type EvaluationsPorts = {
  storage: Promise<Pick<PlaygroundStorage, "evaluations" | "traces" | "replies" | "lockRun" | "lockedRuns" | "liveChanges">>;
  sandbox(): Promise<PythonSandbox>;
  models: Pick<SettingsHandle, "modelPlayer" | "chat" | "canAsk">;
  price(player: ModelPlayer): Promise<Price | null>;
  history(): Promise<readonly EarlierTurn[]>;
  /** Settings and library have been read. */
  ready: Promise<unknown>;
  environment(id: EnvironmentId): Environment | undefined;
  /** With the scores of its tasks. */
  saveEnvironment(environment: Environment): Promise<void>;
  datasets: Pick<typeof Datasets, "exportInstances" | "evaluationTable">;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
  /** Evaluations this tab was driving when it was reloaded; kept for the tab only. */
  interrupted: { read(): EvaluationId[]; write(ids: readonly EvaluationId[]): void };
};

export type EvaluationsHandle = {
  store: StoreApi<EvaluationsState>;
  ready: Promise<void>;
  /** Everything was erased, here or in another tab: what is under way stops without a word. */
  reset(): void;
};

/** The screen is told this often at most; the log gets every event. */
const PUBLISH_MS = 250;
/** So is the list, which is read from the storage. */
const LIST_MS = 1000;
/** A tab that is gone says nothing: as long as an evaluation seems to be another tab's, its lock is looked at again. */
const LOCK_CHECK_MS = 2000;
/** On a busy machine the document that was reloaded holds its lock for a while after the new one has begun. */
const RELOAD_CHECK_MS = 500;
const RELOAD_CHECKS = 20;

/** One tab drives it, as with runs; ids of both are random, so they share the locks' names. */
const lockOf = (id: EvaluationId): RunId => runIdSchema.parse(id);

/** A copy that shares nothing an event changes in place, so that a selector sees what changed. */
function published(view: EvaluationView): EvaluationView {
  return { ...view, results: new Map(view.results), failures: new Map(view.failures) };
}

export function createEvaluationsStore(ports: EvaluationsPorts): EvaluationsHandle {
  const aborts = new Map<EvaluationId, AbortController>();
  /** Removed or erased while they were driven: there is no place left for what they still bring. */
  const gone = new Set<EvaluationId>();
  const opened = new Map<EvaluationId, EvaluationView>();
  /** Opened, but not read to the end yet. */
  const reading = new Set<EvaluationId>();
  const changed = new Set<EvaluationId>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listTimer: ReturnType<typeof setTimeout> | undefined;
  let lockCheck: ReturnType<typeof setTimeout> | undefined;

  function publish(id: EvaluationId): void {
    changed.add(id);
    timer ??= setTimeout(() => {
      timer = undefined;
      const views = { ...store.getState().views };
      for (const one of changed) {
        const view = opened.get(one);
        if (reading.has(one)) continue;
        if (view === undefined) delete views[one];
        else views[one] = published(view);
      }
      changed.clear();
      store.setState({ views });
    }, PUBLISH_MS);
  }

  function setActive(id: EvaluationId, active: boolean): void {
    store.setState((state) => {
      const next = new Set(state.active);
      if (active) next.add(id);
      else next.delete(id);
      ports.interrupted.write([...next]);
      return { active: next };
    });
  }

  async function refresh(): Promise<void> {
    try {
      const storage = await ports.storage;
      const [{ items }, locked] = await Promise.all([storage.evaluations.list(), storage.lockedRuns()]);
      const { active } = store.getState();
      const evaluations = items.map(({ id, title, startedAt, status, done, total }): EvaluationSummary => {
        return { id, title, startedAt, status, done, total, lockedElsewhere: locked.has(lockOf(id)) && !active.has(id) };
      });
      store.setState({ load: { status: "ready" }, evaluations });
      clearTimeout(lockCheck);
      if (evaluations.some(({ lockedElsewhere }) => lockedElsewhere)) lockCheck = setTimeout(() => void refresh(), LOCK_CHECK_MS);
    } catch (error) {
      store.setState({ load: { status: "failed", error: errorData(error) } });
    }
  }

  /** For the list: a new evaluation, and how far it is. */
  function refreshSoon(): void {
    listTimer ??= setTimeout(() => {
      listTimer = undefined;
      void refresh();
    }, LIST_MS);
  }

  const eventsFrom = async (id: EvaluationId, from: number): Promise<readonly StoredEvaluationEvent[]> =>
    (await (await ports.storage).evaluations.read(id, from)).items;

  function take(event: StoredEvaluationEvent): void {
    const view = opened.get(event.evaluationId);
    if (view === undefined) return;
    const see = (next: StoredEvaluationEvent): void => {
      applyEvaluationEvent(view, next);
      publish(next.evaluationId);
    };
    takeInOrder(view, event, see, (from) => eventsFrom(event.evaluationId, from));
  }

  /** Holds the evaluation's lock and works until it has an end; every other tab only watches. */
  async function drive(id: EvaluationId, plan: EvaluationPlan): Promise<void> {
    if (aborts.has(id)) return;
    const abort = new AbortController();
    const { signal } = abort;
    aborts.set(id, abort);
    setActive(id, true);
    let told = false;
    const sayFull = (): void => {
      // All tries under way come to the same full storage.
      if (!told)
        ports.notify({
          level: "error",
          title: "The browser's storage is full",
          message: "The evaluation waits. Remove old runs or evaluations in another tab, and it goes on by itself.",
        });
      told = true;
    };
    try {
      const storage = await ports.storage;
      const append = async (event: EvaluationEvent): Promise<StoredEvaluationEvent> => {
        const stored = await storeWithPatience(() => storage.evaluations.append(id, event), signal, sayFull);
        take(stored);
        refreshSoon();
        return stored;
      };
      const outcome = await storage.lockRun(lockOf(id), async () => {
        // What was cut off before stays in the books; who goes on has chosen to ask again.
        await storage.replies.takeCutOff(id);
        const { items: prior } = await storage.evaluations.read(id);
        const view = await runEvaluation(
          { id, plan, prior, signal },
          {
            sandbox: await ports.sandbox(),
            chat: (player): ChatModel => ports.models.chat(player, id),
            async recorded({ traceId }) {
              const { items } = await storage.traces.read(traceId);
              return items.length === 0 ? null : traceOf(traceId, items);
            },
            environment: playable,
            append,
            traces: {
              read: async (traceId) => (await storage.traces.read(traceId)).items,
              append: (traceId, events) => storeWithPatience(() => storage.traces.appendAll(traceId, events), signal, sayFull),
            },
          },
        );
        if (!gone.has(id)) await keepScores(view);
      });
      if (!outcome.held)
        ports.notify({
          level: "info",
          title: "Open in another tab",
          message: "Another tab is working on this evaluation; it is shown here as it goes on.",
        });
    } catch (error) {
      if (!gone.has(id)) {
        const { message, hint } = errorData(error);
        ports.notify({
          level: "error",
          title: "The evaluation stopped",
          message: `${message} ${hint ?? "What was played so far is saved; resume it."}`,
        });
      }
    } finally {
      if (gone.delete(id)) await erase(id).catch(() => undefined);
      // How it ended is known before it counts as ended.
      await refresh();
      aborts.delete(id);
      setActive(id, false);
    }
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

  async function load(id: EvaluationId): Promise<EvaluationView> {
    // One that is being read says nothing yet: not even that it has a beginning.
    const known = reading.has(id) ? undefined : opened.get(id);
    return known ?? evaluationView(await eventsFrom(id, 0));
  }

  async function planOf(id: EvaluationId): Promise<EvaluationPlan> {
    const { plan } = await load(id);
    if (plan === null)
      throw new PlaygroundError("no-evaluation", "This evaluation has no beginning on this device.", { hint: "Plan a new one." });
    return plan;
  }

  async function erase(id: EvaluationId): Promise<void> {
    const { evaluations, traces } = await ports.storage;
    await traces.removeTries(id);
    await evaluations.remove(id);
    opened.delete(id);
    publish(id);
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
    start(plan) {
      const id = evaluationIdSchema.parse(randomId());
      const checked = evaluationPlanSchema.parse(plan);
      opened.set(id, emptyEvaluationView());
      store.setState(({ views }) => ({ views: { ...views, [id]: { ...emptyEvaluationView(), plan: checked } } }));
      void drive(id, checked);
      return Promise.resolve(id);
    },
    async open(id) {
      if (opened.has(id)) return;
      const view = emptyEvaluationView();
      opened.set(id, view);
      reading.add(id);
      try {
        for (const event of await eventsFrom(id, 0)) applyEvaluationEvent(view, event);
      } catch (error) {
        if (opened.get(id) === view) opened.delete(id);
        throw error;
      } finally {
        reading.delete(id);
        publish(id);
      }
    },
    close(id) {
      opened.delete(id);
      publish(id);
    },
    async resume(id, changes = {}) {
      await drive(id, { ...(await planOf(id)), ...changes });
    },
    pause: (id) => aborts.get(id)?.abort(),
    async remove(id) {
      const abort = aborts.get(id);
      if (abort === undefined) await erase(id);
      else {
        // Removed once its last events are written: they would be a torso otherwise.
        gone.add(id);
        abort.abort();
      }
      await refresh();
    },
    async exportInstances(id, tasks) {
      const view = await load(id);
      return await ports.datasets.exportInstances(await playedOf(view, tasks));
    },
    exportTable: async (id) => ports.datasets.evaluationTable(await load(id)),
    async exportResults(id) {
      const { plan, results, startedAt } = await load(id);
      const text = JSON.stringify({ format: "codegym-evaluation", version: 1, startedAt, plan, results: [...results.values()] }, null, 1);
      return { fileName: "codegym-evaluation.json", mime: "application/json", bytes: new TextEncoder().encode(`${text}\n`) };
    },
  }));

  async function follow(): Promise<void> {
    const storage = await ports.storage;
    storage.liveChanges((change) => {
      if (change.kind !== "evaluations" && change.kind !== "everything") return;
      void refresh();
      for (const [id, view] of opened) {
        if (aborts.has(id) || !(change.ids?.includes(id) ?? true)) continue;
        eventsFrom(id, view.lastSeq + 1).then(
          (events) => events.forEach(take),
          () => undefined,
        );
      }
    });
  }
  follow().catch(() => undefined);

  async function begin(): Promise<void> {
    const before = ports.interrupted.read();
    await Promise.all([refresh(), ports.ready]);
    for (const id of before) goOn(id).catch(notResumed(ports.notify, "evaluation"));
  }

  /** The tab was reloaded while it was driving: it goes on by itself where that needs nothing of the person. */
  async function goOn(id: EvaluationId): Promise<void> {
    const summary = (): EvaluationSummary | undefined => store.getState().evaluations.find((item) => item.id === id);
    for (let check = 0; check < RELOAD_CHECKS && summary()?.lockedElsewhere === true; check += 1) {
      await new Promise((resolve) => setTimeout(resolve, RELOAD_CHECK_MS));
      await refresh();
    }
    const item = summary();
    if (item?.status !== "open" || item.lockedElsewhere) return;
    const plan = await planOf(id);
    const cut = await (await ports.storage).replies.takeCutOff(id);
    if (costsAgain(cut)) {
      const requests = cut.length === 1 ? "A request was" : `${cut.length} requests were`;
      return ports.notify({
        level: "info",
        title: "An evaluation was cut off by the reload",
        message: `${requests} under way for “${item.title}” and will be paid for again. The evaluation waits for you: open it and press Resume.`,
      });
    }
    if (plan.players.every((player) => player.kind !== "model" || ports.models.canAsk(player.profileId))) await drive(id, plan);
  }

  function reset(): void {
    for (const [id, abort] of aborts) {
      gone.add(id);
      abort.abort();
    }
    for (const id of opened.keys()) changed.add(id);
    opened.clear();
    for (const id of changed) publish(id);
    void refresh();
  }

  return { store, ready: begin(), reset };
}
