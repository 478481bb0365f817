import { createStore, type StoreApi } from "zustand/vanilla";
import {
  applyRunEvent,
  costsAgain,
  emptyRunView,
  type Environment,
  type EnvironmentId,
  errorData,
  NO_CHOICES,
  PlaygroundError,
  type Problem,
  type ProblemId,
  type PythonSandbox,
  randomId,
  replyKeyOf,
  type RoleModels,
  type RunEvent,
  type RunId,
  type RunView,
  type Settings,
  type Spend,
  type StoredRunEvent,
  synthesizerFor,
  type Waiting,
} from "@/domain";
import { runPipeline } from "@/pipeline";
import type { PlaygroundStorage } from "@/storage";
import { takeInOrder } from "./log-order.ts";
import { notResumed } from "./not-resumed.ts";
import { storeWithPatience } from "./store-with-patience.ts";
import type { RunsState, RunSummary } from "./types.ts";

export type RunsPorts = {
  storage: Promise<Pick<PlaygroundStorage, "runs" | "replies" | "lockRun" | "lockedRuns" | "liveChanges">>;
  sandbox(): Promise<PythonSandbox>;
  models(run: { runId: RunId; fresh: boolean }): RoleModels;
  hasModels(): boolean;
  /** Settings and library have been read. */
  ready: Promise<unknown>;
  settings(): Settings;
  problem(id: ProblemId): Problem | undefined;
  environments(): readonly Environment[];
  saveEnvironment(environment: Environment): Promise<void>;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
  /** Runs this tab was driving when it was reloaded; kept for the tab only. */
  interrupted: { read(): RunId[]; write(ids: readonly RunId[]): void };
};

type DriveOptions = NonNullable<Parameters<RunsState["start"]>[1]> & { extra?: RunEvent | null };

/** The screen is told this often at most; the log gets every event. */
const PUBLISH_MS = 100;
/** The list is read this often at most while runs are under way. */
const LIST_MS = 250;
/** A tab that is gone says nothing: as long as a run seems to be another tab's, its lock is looked at again. */
const LOCK_CHECK_MS = 2000;
/** On a busy machine the document that was reloaded holds its lock for a while after the new one has begun. */
const RELOAD_CHECK_MS = 500;
const RELOAD_CHECKS = 20;

/** A copy that shares nothing an event changes in place, so that a selector sees what changed. */
function published(view: RunView): RunView {
  return {
    ...view,
    replies: view.replies.map((reply) => ({ ...reply })),
    candidates: view.candidates.map((candidate) => ({
      ...candidate,
      solvers: candidate.solvers.map((solver) => ({ ...solver })),
      cells: new Map(candidate.cells),
    })),
    log: [...view.log],
  };
}

/** What the book calls cut off goes into the run's log, reply by reply. */
async function takeCutOff(
  { runs, replies }: Awaited<RunsPorts["storage"]>,
  id: RunId,
  append: (event: RunEvent) => Promise<unknown>,
): Promise<readonly Spend[]> {
  const cut = await replies.takeCutOff(id);
  if (cut.length === 0) return cut;
  const unanswered = viewOf((await runs.read(id)).items).replies.filter(({ status }) => status !== "received");
  for (const { role: spender, usage, cost } of cut) {
    const index = unanswered.findIndex(({ role }) => role === spender);
    const [reply] = index === -1 ? [] : unanswered.splice(index, 1);
    if (reply === undefined) continue;
    const { role, sample, attempt, candidate } = reply;
    await append({ type: "reply-cut", role, sample, attempt, candidate, usage, cost });
  }
  return cut;
}

export type RunsHandle = {
  store: StoreApi<RunsState>;
  ready: Promise<void>;
  /** Everything was erased, here or in another tab: what is under way stops without a word. */
  reset(): void;
};

export function createRunsStore(ports: RunsPorts): RunsHandle {
  const aborts = new Map<RunId, AbortController>();
  /** Driven when everything was erased: there is no place left for what they still bring. */
  const erased = new Set<RunId>();
  /** Runs whose lock this tab holds for a moment, to see what was cut off in them. */
  const settling = new Map<RunId, Promise<void>>();
  let openedView: { id: RunId; view: RunView; reading?: boolean } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let listTimer: ReturnType<typeof setTimeout> | undefined;
  let lockCheck: ReturnType<typeof setTimeout> | undefined;
  let streaming: Record<string, string> = {};
  let waiting: Record<string, Waiting> = {};

  const shown = (): Pick<RunsState, "opened" | "streaming" | "waiting"> => ({
    opened: openedView === null || openedView.reading === true ? null : { id: openedView.id, view: published(openedView.view) },
    streaming,
    waiting,
  });

  function publish(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      store.setState(shown());
    }, PUBLISH_MS);
  }

  function setActive(id: RunId, active: boolean): void {
    store.setState((state) => {
      const next = new Set(state.active);
      if (active) next.add(id);
      else next.delete(id);
      ports.interrupted.write([...next]);
      // What a run says and whether it is driven change together: an end that comes later would look like a halt.
      return { active: next, ...shown() };
    });
  }

  async function refresh(): Promise<void> {
    try {
      const storage = await ports.storage;
      const [{ items }, locked] = await Promise.all([storage.runs.list(), storage.lockedRuns()]);
      const { active } = store.getState();
      const runs = items.map((head): RunSummary => ({ ...head, lockedElsewhere: locked.has(head.id) && !active.has(head.id) }));
      store.setState({ load: { status: "ready" }, runs });
      clearTimeout(lockCheck);
      if (runs.some((run) => run.lockedElsewhere)) lockCheck = setTimeout(() => void refresh(), LOCK_CHECK_MS);
    } catch (error) {
      store.setState({ load: { status: "failed", error: errorData(error) } });
    }
  }

  /** For the list: a new run, and how far each is. */
  function refreshSoon(): void {
    listTimer ??= setTimeout(() => {
      listTimer = undefined;
      void refresh();
    }, LIST_MS);
  }

  const sayFull = (): void =>
    ports.notify({
      level: "error",
      title: "The browser's storage is full",
      message: "The run waits and keeps its last reply. Remove old runs or environments in another tab, and it goes on by itself.",
    });

  const eventsFrom = async (id: RunId, from: number): Promise<readonly StoredRunEvent[]> =>
    (await (await ports.storage).runs.read(id, from)).items;

  function see(view: RunView, event: StoredRunEvent): void {
    applyRunEvent(view, event);
    publish();
  }

  function take(event: StoredRunEvent): void {
    const watched = openedView;
    if (watched?.id === event.runId)
      takeInOrder(
        watched.view,
        event,
        (next) => see(watched.view, next),
        (from) => eventsFrom(watched.id, from),
      );
    if (event.event.type === "reply-received" || event.event.type === "reply-failed") {
      const key = streamKey(replyKeyOf(event.event), event.event.candidate);
      streaming = without(streaming, key);
      waiting = without(waiting, key);
    }
    publish();
    refreshSoon();
  }

  /** Holds the run's lock and works until it has an end; every other tab only watches. */
  async function drive(
    id: RunId,
    problem: Problem,
    { extra = null, fresh = false, choices = NO_CHOICES, synthesizer }: DriveOptions = {},
  ): Promise<void> {
    if (aborts.has(id)) return;
    const abort = new AbortController();
    aborts.set(id, abort);
    setActive(id, true);
    try {
      const storage = await ports.storage;
      await settling.get(id);
      const append = async (event: RunEvent): Promise<StoredRunEvent> => {
        const stored = await storeWithPatience(() => storage.runs.append(id, event), abort.signal, sayFull);
        take(stored);
        return stored;
      };
      const outcome = await storage.lockRun(id, async () => {
        if (extra !== null) await append(extra);
        await takeCutOff(storage, id, append);
        const { items: prior } = await storage.runs.read(id);
        const before = viewOf(prior);
        const settings = ports.settings();
        const isFresh = fresh || before.fresh;
        await runPipeline(
          {
            runId: id,
            problem,
            limits: settings.limits,
            prompts: settings.prompts,
            form: settings.replyForm,
            fresh: isFresh,
            synthesizer: synthesizer ?? synthesizerFor(settings, problem),
            choices,
            prior,
            signal: abort.signal,
          },
          {
            models: ports.models({ runId: id, fresh: isFresh }),
            sandbox: ports.sandbox,
            append,
            saveEnvironment: (environment) => saveUnderFreeId(environment),
            onProgress: (reply, candidate, progress) => {
              if (openedView?.id !== id) return;
              const key = streamKey(reply, candidate);
              if (progress.kind === "text") streaming = { ...streaming, [key]: progress.text };
              else waiting = progress.waiting === null ? without(waiting, key) : { ...waiting, [key]: progress.waiting };
              publish();
            },
          },
        );
        await takeCutOff(storage, id, append);
      });
      if (!outcome.held)
        ports.notify({
          level: "info",
          title: "Open in another tab",
          message: "Another tab is working on this run; it is shown here as it goes on.",
        });
    } catch (error) {
      if (!erased.has(id)) {
        const { message, hint } = errorData(error);
        ports.notify({
          level: "error",
          title: "The run stopped",
          message: `${message} ${hint ?? "What was done so far is saved; resume it."}`,
        });
      }
    } finally {
      // How it ended is known before it counts as ended.
      await refresh();
      aborts.delete(id);
      erased.delete(id);
      setActive(id, false);
    }
  }

  /** The same run writes to the same place; another environment under that name is never overwritten. */
  async function saveUnderFreeId(environment: Omit<Environment, "id">): Promise<EnvironmentId> {
    const taken = new Map(ports.environments().map((item) => [item.id, item]));
    for (let number = 1; ; number++) {
      const codeId = number === 1 ? environment.codeId : `${environment.codeId}-${number}`;
      const id = `${codeId}__${environment.className}` as EnvironmentId;
      const present = taken.get(id);
      if (present !== undefined && present.provenance.runId !== environment.provenance.runId) continue;
      await ports.saveEnvironment({ ...environment, codeId, id });
      return id;
    }
  }

  /** Requests of a run that this tab finds cut off; their cost is in the log then. Null while another tab drives it. */
  function settle(id: RunId): Promise<readonly Spend[] | null> {
    const work = (async () => {
      const storage = await ports.storage;
      const outcome = await storage.lockRun(id, () =>
        takeCutOff(storage, id, async (event) => {
          take(await storage.runs.append(id, event));
        }),
      );
      return outcome.held ? outcome.value : null;
    })();
    const over = work
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => settling.delete(id));
    settling.set(id, over);
    return work;
  }

  async function load(id: RunId): Promise<RunView> {
    return viewOf((await (await ports.storage).runs.read(id)).items);
  }

  async function problemOf(id: RunId): Promise<Problem> {
    const { problem } = openedView?.id === id && openedView.reading !== true ? openedView.view : await load(id);
    if (problem === null)
      throw new PlaygroundError("no-run", "Nothing of this run is stored on this device.", { hint: "Start another one from its problem." });
    return problem;
  }

  const store: StoreApi<RunsState> = createStore<RunsState>()(() => ({
    load: { status: "loading" },
    runs: [],
    active: new Set<RunId>(),
    opened: null,
    streaming: {},
    waiting: {},

    async start(problemId, options = {}) {
      const problem = ports.problem(problemId);
      if (problem === undefined)
        throw new PlaygroundError("no-problem", "This problem is no longer here.", { hint: "Choose another one." });
      const id = randomId() as RunId;
      openedView = { id, view: emptyRunView() };
      streaming = {};
      waiting = {};
      store.setState({ opened: { id, view: { ...emptyRunView(), problem } }, streaming, waiting });
      void drive(id, problem, options);
      return id;
    },
    async open(id) {
      if (openedView?.id === id) return;
      const watched = { id, view: emptyRunView(), reading: true };
      openedView = watched;
      streaming = {};
      waiting = {};
      store.setState({ opened: null, streaming, waiting });
      try {
        for (const event of await eventsFrom(id, 0)) applyRunEvent(watched.view, event);
      } catch (error) {
        // Asked for again, it is read again.
        if (openedView === watched) openedView = null;
        throw error;
      }
      watched.reading = false;
      publish();
    },
    async resume(id) {
      await drive(id, await problemOf(id));
    },
    cancel: (id) => aborts.get(id)?.abort(),
    async remove(id) {
      aborts.get(id)?.abort();
      await (await ports.storage).runs.remove(id);
      if (openedView?.id === id) {
        openedView = null;
        publish();
      }
      await refresh();
    },
    async repair(id, candidate) {
      await drive(id, await problemOf(id), { extra: { type: "repair-requested", candidate } });
    },
  }));

  async function follow(): Promise<void> {
    const storage = await ports.storage;
    storage.liveChanges((change) => {
      if (change.kind !== "runs" && change.kind !== "everything") return;
      refreshSoon();
      const watched = openedView;
      if (watched === null || aborts.has(watched.id) || !(change.ids?.includes(watched.id) ?? true)) return;
      eventsFrom(watched.id, watched.view.lastSeq + 1).then(
        (events) => events.forEach(take),
        () => undefined,
      );
    });
  }
  follow().catch(() => undefined);

  async function begin(): Promise<void> {
    const before = ports.interrupted.read();
    await Promise.all([refresh(), ports.ready]);
    for (const id of before) goOn(id).catch(notResumed(ports.notify, "run"));
    // What was cut off with another tab is known before anybody asks what the run cost.
    // A storage that cannot be read says so where its content would stand.
    const cut = await ports.storage.then(({ replies }) => replies.withOpenLines()).catch(() => new Set<string>());
    const { active, runs } = store.getState();
    for (const { id, lockedElsewhere } of runs)
      if (cut.has(id) && !lockedElsewhere && !active.has(id) && !before.includes(id)) settle(id).catch(() => {});
  }

  /** The tab was reloaded in mid-run: it goes on by itself where that needs nothing of the person. */
  async function goOn(id: RunId): Promise<void> {
    const summary = (): RunSummary | undefined => store.getState().runs.find((item) => item.id === id);
    for (let check = 0; check < RELOAD_CHECKS && summary()?.lockedElsewhere === true; check += 1) {
      await new Promise((resolve) => setTimeout(resolve, RELOAD_CHECK_MS));
      await refresh();
    }
    const run = summary();
    if (run?.status !== "open" || run.lockedElsewhere) return;
    const { problem, synthesizer } = await load(id);
    if (problem === null) return;
    const cut = await settle(id);
    if (cut === null) return;
    if (costsAgain(cut)) {
      const requests = cut.length === 1 ? "A request was" : `${cut.length} requests were`;
      return ports.notify({
        level: "info",
        title: "A run was cut off by the reload",
        message: `${requests} under way for “${problem.title}” and will be paid for again. The run waits for you: open it and press Resume.`,
      });
    }
    if (synthesizer === "compiler" || ports.hasModels()) await drive(id, problem);
  }

  function reset(): void {
    for (const [id, abort] of aborts) {
      erased.add(id);
      abort.abort();
    }
    openedView = null;
    streaming = {};
    waiting = {};
    publish();
    void refresh();
  }

  return { store, ready: begin(), reset };
}

function viewOf(events: readonly StoredRunEvent[]): RunView {
  const view = emptyRunView();
  for (const event of events) applyRunEvent(view, event);
  return view;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}

function streamKey(key: string, candidate: number | null): string {
  return `${key}@${candidate ?? ""}`;
}
