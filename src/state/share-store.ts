import { createStore, type StoreApi } from "zustand/vanilla";
import {
  CancelledError,
  DEFAULT_LIMITS,
  type Environment,
  type EnvironmentId,
  ImportError,
  type Inspection,
  neverAborted,
  PlaygroundError,
  type PythonSandbox,
  slimTrace,
  sourceHashOf,
  storedEventsOf,
  type Trace,
  traceOf,
  traceView,
} from "@/domain";
import type * as Datasets from "@/datasets";
import { inspectSource } from "@/verification";
import { createEpisodeArchive, type EpisodeRecords } from "./episode-archive.ts";
import { createGuestPlay, type GuestPlay, type GuestPlayPorts } from "./guest-play.ts";
import type { Library } from "./library-store.ts";
import type { SharedView, ShareState, ShareWish } from "./share-types.ts";

export type SharePorts = Omit<GuestPlayPorts, "environment" | "datasets"> & {
  storage: Promise<EpisodeRecords>;
  sandbox(): Promise<PythonSandbox>;
  library: Pick<Library, "store" | "ready" | "saveEnvironments">;
  datasets: GuestPlayPorts["datasets"] &
    Pick<
      typeof Datasets,
      "encodeShared" | "environmentOfShared" | "exportShared" | "linkAdvice" | "openShared" | "planWrites" | "readSharedFile" | "sharedOf"
    >;
  now?(): number;
};

export type ShareHandle = {
  store: StoreApi<ShareState>;
  /** Plays what came by links, in memory. */
  guests: GuestPlay["store"];
};

/** What this device gives a step, whatever a link says: nobody's link may keep it busy for longer. */
function atHome(trace: Trace, environmentId: EnvironmentId, stepMs: number): Trace {
  const events = trace.events.map(({ at, event }) => ({
    at,
    event: event.type === "episode-started" ? { ...event, environmentId, evaluationId: null, limits: { ...event.limits, stepMs } } : event,
  }));
  return { ...trace, events };
}

export function createShareStore(ports: SharePorts): ShareHandle {
  const { datasets, library } = ports;
  const now = ports.now ?? Date.now;
  const inLibrary = (): readonly Environment[] => library.store.getState().environments;
  const archive = createEpisodeArchive(ports.storage, (id) => inLibrary().find((item) => item.id === id));
  /** What was opened, by id: the guests' play store finds environments here only. */
  const opened = new Map<EnvironmentId, Environment>();
  const guests = createGuestPlay({ ...ports, environment: (id) => opened.get(id) });
  const inspections = new Map<string, Promise<Inspection>>();

  async function wished({ environmentId, config, episodeId }: ShareWish): Promise<Datasets.Shared> {
    await library.ready;
    const environment = inLibrary().find((item) => item.id === environmentId);
    if (environment === undefined || environment.source === "") {
      throw new PlaygroundError("no-environment", "The environment's Python file is not here.", {
        hint: "Import its .py file, then share it.",
      });
    }
    const trace = episodeId === null ? null : traceOf(episodeId, await archive.read(episodeId));
    return datasets.sharedOf(environment, trace === null ? config : (traceView(storedEventsOf(trace)).head?.config ?? config), trace);
  }

  function viewOf(shared: Datasets.Shared, payload: string): SharedView {
    const environment = datasets.environmentOfShared(shared, null, now());
    opened.set(environment.id, environment);
    if (shared.trace === null) return { environment, config: shared.config, trace: null, payload };
    const events = storedEventsOf(atHome(shared.trace, environment.id, ports.stepMs()));
    const view = traceView(events);
    const { head } = view;
    if (head === null)
      throw new ImportError("wrong-kind", "The episode in the link has no beginning.", { hint: "Ask for the link again." });
    guests.lay(shared.trace.id, events);
    // What was played is what is shown, whatever the link says beside it.
    return { environment, config: head.config, trace: { id: shared.trace.id, player: head.player, view }, payload };
  }

  /** A trace by itself goes with the environment it was played on, where that is here. */
  async function withSource(trace: Trace): Promise<Datasets.Shared> {
    await library.ready;
    const head = traceView(storedEventsOf(trace)).head;
    const environment =
      head === null ? undefined : inLibrary().find(({ source }) => source !== "" && sourceHashOf(source) === head.sourceHash);
    if (head === null || environment === undefined) {
      throw new ImportError(
        "wrong-kind",
        `The file holds an episode of ${head?.className ?? "an environment"} and not the environment it was played in, which is not in your library either.`,
        {
          hint: "Import the environment's .py file first, or ask for the file that “Share” saves: it holds both.",
        },
      );
    }
    return datasets.sharedOf(environment, head.config, trace);
  }

  /** The source is read once; what strangers wrote runs only when it is asked for. */
  function inspection({ source, className }: Environment): Promise<Inspection> {
    const key = `${className}\n${source}`;
    const known = inspections.get(key);
    if (known !== undefined) return known;
    const reading = ports
      .sandbox()
      .then((sandbox) => inspectSource({ sandbox, limits: DEFAULT_LIMITS, signal: neverAborted() }, source, className));
    inspections.set(key, reading);
    reading.catch(() => inspections.delete(key));
    return reading;
  }

  async function inspected({ environment, config }: SharedView): Promise<Environment> {
    const found = await inspection(environment);
    const read = datasets.environmentOfShared(datasets.sharedOf(environment, config, null), found, environment.addedAt);
    if (opened.get(read.id)?.source === read.source) opened.set(read.id, read);
    return read;
  }

  const store: StoreApi<ShareState> = createStore<ShareState>()(() => ({
    async link(wish) {
      const shared = await wished(wish);
      const payload = datasets.encodeShared(shared);
      if (shared.trace === null || datasets.linkAdvice(payload.length) === "short") return { payload, slim: false };
      const slim = datasets.encodeShared({ ...shared, trace: slimTrace(shared.trace) });
      return slim.length < payload.length ? { payload: slim, slim: true } : { payload, slim: false };
    },
    file: async (wish) => datasets.exportShared(await wished(wish)),
    advice: (chars) => datasets.linkAdvice(chars),
    async open(payload, signal) {
      const shared = await datasets.openShared(payload, signal);
      if (signal.aborted) throw new CancelledError();
      return viewOf(shared, payload);
    },
    async openFile(file, signal) {
      const read = await datasets.readSharedFile(file, signal);
      if (signal.aborted) throw new CancelledError();
      const shared = "source" in read ? read : await withSource(read);
      return viewOf(shared, datasets.encodeShared(shared));
    },
    async inspect(shared) {
      const environment = await inspected(shared);
      if (environment.tools.length > 0) return environment;
      throw new ImportError("wrong-kind", "No tools were found in the environment's source, so it cannot be played.", {
        hint: "Ask whoever made the link for another one, or keep it and verify it to read what is wrong.",
      });
    },
    async keep(shared) {
      await library.ready;
      const { source, className } = shared.environment;
      const present = (): Environment | undefined => inLibrary().find((item) => item.source === source && item.className === className);
      const placed = ({ id, tasks }: Environment): { id: EnvironmentId; task: number | null } => {
        const task = tasks.findIndex(({ config }) => config === shared.config);
        return { id, task: task < 0 ? null : task };
      };
      // Without Python it is kept all the same: its tools are read once Python is there.
      const environment = present() ?? (await inspected(shared).catch(() => shared.environment));
      const known = present();
      if (known !== undefined) return placed(known);
      const { environments } = await datasets.planWrites(
        { problems: [], environments: [{ ...environment, addedAt: now() }] },
        { policy: "keep-both" },
        library.store.getState(),
      );
      await library.saveEnvironments(environments);
      return placed(environments[0] ?? environment);
    },
  }));
  return { store, guests: guests.store };
}
