import { createStore, type StoreApi } from "zustand/vanilla";
import { codeIdOf, type Environment, errorData, type Problem, type ProblemId, StorageError, titleOf } from "@/domain";
import type * as Datasets from "@/datasets";
import type { PlaygroundStorage, UnreadableRecord } from "@/storage";
import type { LibraryState } from "./types.ts";

export type LibraryPorts = {
  /** May reject: the bundled problems are shown all the same, and `load` says what is wrong. */
  storage: Promise<
    Pick<
      PlaygroundStorage,
      | "problems"
      | "environments"
      | "episodes"
      | "traces"
      | "saveLibrary"
      | "liveChanges"
      | "onClosed"
      | "eraseAll"
      | "onUnreadable"
      | "findUnreadable"
      | "rawRecord"
      | "removeUnreadable"
    >
  >;
  /** For "erase all" when the storage could not be opened. */
  eraseUnopened(): Promise<void>;
  datasets: Pick<
    typeof Datasets,
    | "exportRaw"
    | "loadBundledProblems"
    | "readFiles"
    | "readPaste"
    | "planWrites"
    | "exportProblems"
    | "exportInstances"
    | "exportEnvironmentFile"
    | "exportArchive"
  >;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
  /** Everything is gone, by this tab or another: other stores start again. */
  onErased?(): void;
  now?(): number;
};

export type Library = {
  store: StoreApi<LibraryState>;
  /** Settles when what is stored has been read, or could not be (`load` tells which). Never rejects. */
  ready: Promise<void>;
  /** Stores a new environment, or a new state of one; for runs and verification. @throws StorageError */
  saveEnvironment(environment: Environment): Promise<void>;
  saveEnvironments(environments: readonly Environment[]): Promise<void>;
  dispose(): void;
};

/** Changes of other tabs come in bursts: a run stores many events a second. */
const REFRESH_MS = 150;

const CLOSED = new StorageError("newer-version", "The playground was updated in another tab.", {
  hint: "Reload the page: nothing can be saved here until then.",
});

function byAge<T extends { addedAt: number }>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => one.addedAt - other.addedAt);
}

export function createLibraryStore(ports: LibraryPorts): Library {
  const { datasets, notify } = ports;
  const now = ports.now ?? Date.now;
  const reported = new Set<string>();
  let bundled: readonly Problem[] = [];
  /** Counts own writes: a listing that was under way meanwhile is out of date. */
  let writes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stops: (() => void)[] = [];
  let disposed = false;

  /** A stored problem under a bundled id is the person's: it is the one that is shown. */
  function withBundled(stored: readonly Problem[]): Problem[] {
    const ids = new Set(stored.map((problem) => problem.id));
    return [...bundled.filter((problem) => !ids.has(problem.id)), ...byAge(stored)];
  }

  const storedProblems = (): Problem[] => store.getState().problems.filter((problem) => problem.origin !== "bundled");

  function reportUnreadable(records: readonly UnreadableRecord[]): void {
    const nameOf = ({ table, id }: UnreadableRecord): string => `${table}:${id}`;
    const fresh = records.filter((record) => !reported.has(nameOf(record)));
    for (const record of fresh) reported.add(nameOf(record));
    const [first] = fresh;
    if (first === undefined) return;
    const more = fresh.length === 1 ? "" : ` ${fresh.length - 1} more records are left out too.`;
    notify({
      level: "error",
      title: "Not everything saved could be read",
      message: `${first.error.message} ${first.error.hint ?? ""}${more}`.trim(),
    });
  }

  async function refresh(): Promise<void> {
    try {
      const storage = await ports.storage;
      for (;;) {
        const before = writes;
        const problems = await storage.problems.list();
        const environments = await storage.environments.list();
        if (disposed) return;
        if (writes !== before) continue;
        store.setState({ load: { status: "ready" }, problems: withBundled(problems.items), environments: byAge(environments.items) });
        return;
      }
    } catch (error) {
      if (!disposed) store.setState({ load: { status: "failed", error: errorData(error) } });
    }
  }

  function takeProblems(changed: readonly Problem[]): void {
    const ids = new Set(changed.map((problem) => problem.id));
    store.setState({ problems: withBundled([...storedProblems().filter((problem) => !ids.has(problem.id)), ...changed]) });
  }

  function takeEnvironments(changed: readonly Environment[]): void {
    const ids = new Set(changed.map((environment) => environment.id));
    store.setState((state) => ({ environments: byAge([...state.environments.filter((item) => !ids.has(item.id)), ...changed]) }));
  }

  async function save(problems: readonly Problem[], environments: readonly Environment[]): Promise<void> {
    await (await ports.storage).saveLibrary({ problems, environments });
    writes += 1;
    if (problems.length > 0) takeProblems(problems);
    if (environments.length > 0) takeEnvironments(environments);
  }

  function chosen(ids: readonly string[]): Environment[] {
    const known = new Map<string, Environment>(store.getState().environments.map((environment) => [environment.id, environment]));
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  function freeProblemId(title: string, wanted: string | undefined): ProblemId {
    const taken = new Set<string>(store.getState().problems.map((problem) => problem.id));
    const stem = wanted ?? codeIdOf(title.toLowerCase()).slice(0, 60);
    let id = stem;
    for (let number = 2; taken.has(id); number += 1) id = `${stem}-${number}`;
    return id as ProblemId;
  }

  const store: StoreApi<LibraryState> = createStore<LibraryState>()(() => ({
    load: { status: "loading" },
    problems: [],
    environments: [],
    unreadable: [],

    async findUnreadable() {
      await (await ports.storage).findUnreadable();
    },

    async exportUnreadable(record) {
      return datasets.exportRaw(record, await (await ports.storage).rawRecord(record));
    },

    async removeUnreadable(record) {
      await (await ports.storage).removeUnreadable(record);
    },

    async addProblem({ id, title, statement, solution }) {
      const present = store.getState().problems.find((problem) => problem.id === id);
      const name = title.trim() === "" ? titleOf({ statement, solution, extra: {} }, "problem") : title.trim();
      // Under the id of one's own problem it is an edit; a bundled one stays, and a copy comes beside it.
      const edited = present !== undefined && present.origin !== "bundled";
      const problem: Problem = edited
        ? { ...present, title: name, statement, solution }
        : { id: freeProblemId(name, id), title: name, statement, solution, extra: {}, origin: "own", addedAt: now() };
      await save([problem], []);
      return problem;
    },

    async removeProblems(ids) {
      const known = new Set(storedProblems().map((problem) => problem.id));
      const own = ids.filter((id) => known.has(id));
      if (own.length === 0) return;
      await (await ports.storage).problems.remove(own);
      writes += 1;
      const gone = new Set(own);
      store.setState({ problems: withBundled(storedProblems().filter((problem) => !gone.has(problem.id))) });
    },

    async removeEnvironments(ids) {
      const storage = await ports.storage;
      await storage.environments.remove(ids);
      writes += 1;
      const gone = new Set(ids);
      store.setState((state) => ({ environments: state.environments.filter((environment) => !gone.has(environment.id)) }));
      await storage.episodes.removeOf(ids);
      await storage.traces.removeOf(ids);
    },

    readFiles: (files, signal) => datasets.readFiles(files, signal),
    readPaste: (text) => datasets.readPaste(text),

    async previewImport(parsed, choice, signal) {
      return (await datasets.planWrites(parsed, choice, store.getState(), signal)).changes;
    },

    async applyImport(parsed, choice) {
      const { problems, environments, outcome } = await datasets.planWrites(parsed, choice, store.getState());
      await save(problems, environments);
      return outcome;
    },

    exportProblems(ids) {
      const wanted = new Set<string>(ids);
      return datasets.exportProblems(store.getState().problems.filter((problem) => wanted.has(problem.id)));
    },

    exportInstances: async (ids) => await datasets.exportInstances(chosen(ids)),

    async exportEnvironmentFile(id) {
      const [environment] = chosen([id]);
      if (environment === undefined) throw new StorageError("unavailable", `The environment “${id}” is no longer here.`);
      return datasets.exportEnvironmentFile(environment);
    },

    async exportArchive(ids) {
      const environments = chosen(ids);
      const origins = new Set(environments.map((environment) => environment.provenance.problemId));
      const problems = store.getState().problems.filter((problem) => origins.has(problem.id));
      return await datasets.exportArchive(environments, problems);
    },

    async eraseAll() {
      const storage = await ports.storage.catch(() => null);
      if (storage === null) await ports.eraseUnopened();
      else await storage.eraseAll();
      writes += 1;
      store.setState({ problems: withBundled([]), environments: [] });
      ports.onErased?.();
    },
  }));

  async function start(): Promise<void> {
    try {
      bundled = await datasets.loadBundledProblems();
      store.setState({ problems: withBundled(storedProblems()) });
    } catch (error) {
      notify({ level: "error", title: "The bundled problems could not be loaded", message: errorData(error).message });
    }
    await refresh();
  }

  async function follow(): Promise<void> {
    const storage = await ports.storage;
    if (disposed) return;
    stops.push(
      storage.onUnreadable((unreadable) => {
        store.setState({ unreadable });
        reportUnreadable(unreadable);
      }),
      storage.liveChanges((change) => {
        if (change.kind === "everything") ports.onErased?.();
        else if (change.kind !== "problems" && change.kind !== "environments") return;
        clearTimeout(timer);
        timer = setTimeout(() => void refresh(), REFRESH_MS);
      }),
      storage.onClosed(() => store.setState({ load: { status: "failed", error: CLOSED.toData() } })),
    );
  }

  // What is wrong with the storage is told by `load`, which `refresh` sets.
  follow().catch(() => undefined);

  return {
    store,
    ready: start(),
    saveEnvironment: (environment) => save([], [environment]),
    saveEnvironments: (environments) => save([], environments),
    dispose() {
      disposed = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
