import { createStore, type StoreApi } from "zustand/vanilla";
import {
  type Environment,
  type EnvironmentId,
  NO_CHOICES,
  PlaygroundError,
  type Problem,
  type ProblemId,
  randomId,
  replyKeyOf,
  type RoleModels,
  type RunEvent,
  type RunId,
  runView,
  type Settings,
  type Spend,
  type StoredRunEvent,
  synthesizerFor,
  type Waiting,
} from "@/domain";
import { JobDriver, RUN_JOB, type Work } from "@/jobs";
import { runPipeline } from "@/pipeline";
import type { PlaygroundStorage } from "@/storage";
import { jobStorage, type JobStoreHandle, type JobStorePorts, type SharedJobStorage } from "./job-storage.ts";
import type { RunsState } from "./types.ts";

export type RunsPorts = JobStorePorts<RunId> & {
  storage: Promise<Pick<PlaygroundStorage, "runs" | "replies"> & SharedJobStorage>;
  models(run: { runId: RunId; fresh: boolean }): RoleModels;
  hasModels(): boolean;
  settings(): Settings;
  problem(id: ProblemId): Problem | undefined;
  environments(): readonly Environment[];
  saveEnvironment(environment: Environment): Promise<void>;
};

type DriveOptions = NonNullable<Parameters<RunsState["start"]>[1]> & { extra?: RunEvent };

export type RunsHandle = JobStoreHandle<RunsState>;

/** What the book calls cut off goes into the run's log, reply by reply. */
async function takeCutOff(
  { runs, replies }: Awaited<RunsPorts["storage"]>,
  id: RunId,
  append: (events: readonly RunEvent[]) => Promise<unknown>,
): Promise<readonly Spend[]> {
  const cut = await replies.takeCutOff(id);
  if (cut.length === 0) return cut;
  const unanswered = runView((await runs.read(id)).items).replies.filter(({ status }) => status !== "received");
  const events = cut.flatMap(({ role: spender, usage, cost }): RunEvent[] => {
    const index = unanswered.findIndex(({ role }) => role === spender);
    const [reply] = index === -1 ? [] : unanswered.splice(index, 1);
    if (reply === undefined) return [];
    const { role, sample, attempt, candidate } = reply;
    return [{ type: "reply-cut", role, sample, attempt, candidate, usage, cost }];
  });
  if (events.length > 0) await append(events);
  return cut;
}

export function createRunsStore(ports: RunsPorts): RunsHandle {
  /** The run whose page is open. */
  let openId: RunId | null = null;
  let streaming: Record<string, string> = {};
  let waiting: Record<string, Waiting> = {};
  const jobs = new JobDriver({
    kind: RUN_JOB,
    storage: ports.storage.then((storage) =>
      jobStorage(storage, "runs", storage.runs, { takeCutOff: (id, append) => takeCutOff(storage, id, append) }),
    ),
    ready: ports.ready,
    interrupted: ports.interrupted,
    notify: ports.notify,
    title: ({ problem }) => problem?.title ?? "",
    async takeUp(id, { problem, synthesizer }) {
      if (problem !== null && (synthesizer === "compiler" || ports.hasModels())) await drive(id, problem);
    },
    onList: (list) => store.setState("items" in list ? { load: list.load, runs: list.items } : list),
    onViews(changed, active) {
      const shown = openId === null ? null : changed.get(openId);
      const opened =
        shown === null || openId === null ? null : shown === undefined ? store.getState().opened : { id: openId, view: shown.view };
      store.setState({ active, opened, streaming, waiting });
    },
  });

  /** The page of another run, or of none: what was streamed into the one before is of no use in it. */
  function turnTo(id: RunId | null): void {
    const before = openId;
    openId = id;
    streaming = {};
    waiting = {};
    store.setState({ opened: null, streaming, waiting });
    if (before !== null && before !== id) jobs.close(before);
  }

  const drive = (id: RunId, problem: Problem, options: DriveOptions = {}): Promise<void> => jobs.drive(id, workOn(id, problem, options));

  function workOn(id: RunId, problem: Problem, options: DriveOptions): Work<RunEvent, StoredRunEvent> {
    const { extra, fresh = false, choices = NO_CHOICES, synthesizer } = options;
    return async ({ signal, append, appendAll, events }) => {
      const storage = await ports.storage;
      if (extra !== undefined) await append(extra);
      const prior = await events();
      const settings = ports.settings();
      const isFresh = fresh || runView(prior).fresh;
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
          signal,
        },
        {
          models: ports.models({ runId: id, fresh: isFresh }),
          sandbox: ports.sandbox,
          async append(event) {
            const stored = await append(event);
            if (event.type === "reply-received" || event.type === "reply-failed")
              streamed(id, streamKey(replyKeyOf(event), event.candidate));
            return stored;
          },
          saveEnvironment: (environment) => saveUnderFreeId(environment),
          onProgress(reply, candidate, progress) {
            if (openId !== id) return;
            const key = streamKey(reply, candidate);
            if (progress.kind === "text") streaming = { ...streaming, [key]: progress.text };
            else waiting = progress.waiting === null ? without(waiting, key) : { ...waiting, [key]: progress.waiting };
            jobs.publish(id);
          },
        },
      );
      await takeCutOff(storage, id, appendAll);
    };
  }

  /** The reply is in the log now. */
  function streamed(id: RunId, key: string): void {
    if (openId !== id) return;
    streaming = without(streaming, key);
    waiting = without(waiting, key);
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

  async function problemOf(id: RunId): Promise<Problem> {
    const { problem } = await jobs.load(id);
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
      turnTo(id);
      void jobs.begin(id, { problem }, workOn(id, problem, options));
      return id;
    },
    async open(id) {
      if (openId === id) return;
      turnTo(id);
      try {
        await jobs.open(id);
      } catch (error) {
        // Asked for again, it is read again.
        if (openId === id) openId = null;
        throw error;
      }
    },
    async resume(id) {
      await drive(id, await problemOf(id));
    },
    cancel: (id) => jobs.cancel(id),
    async remove(id) {
      if (openId === id) turnTo(null);
      await jobs.remove(id);
    },
    async repair(id, candidate) {
      await drive(id, await problemOf(id), { extra: { type: "repair-requested", candidate } });
    },
  }));

  /** What was cut off with another tab is known before anybody asks what the run cost. */
  async function settleOthers(): Promise<void> {
    const before = ports.interrupted.read();
    await jobs.ready;
    // A storage that cannot be read says so where its content would stand.
    const cut = await ports.storage.then(({ replies }) => replies.withOpenLines()).catch(() => new Set<string>());
    const { active, runs } = store.getState();
    for (const { id, lockedElsewhere } of runs)
      if (cut.has(id) && !lockedElsewhere && !active.has(id) && !before.includes(id)) jobs.settle(id).catch(() => undefined);
  }

  function reset(): void {
    turnTo(null);
    jobs.reset();
  }

  return { store, ready: settleOthers(), reset };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}

function streamKey(key: string, candidate: number | null): string {
  return `${key}@${candidate ?? ""}`;
}
