import { createStore, type StoreApi } from "zustand/vanilla";
import {
  applyTraceEvent,
  branchEvents,
  costsAgain,
  DEFAULT_EPISODE_LIMITS,
  emptyTraceView,
  type Environment,
  type EnvironmentId,
  type EpisodeId,
  episodeIdSchema,
  type EpisodeLimits,
  errorData,
  isScripted,
  type Player,
  PlaygroundError,
  type PythonSandbox,
  randomId,
  type RunId,
  runIdSchema,
  type StoredTraceEvent,
  type TraceEvent,
  traceOf,
  traceView,
} from "@/domain";
import type * as Datasets from "@/datasets";
import { castPlayer, EpisodeControl, playEpisode, Stage, type Watch } from "@/episodes";
import type { PlaygroundStorage } from "@/storage";
import { createEpisodeArchive, type EpisodeRecords } from "./episode-archive.ts";
import { createEpisodeChecks } from "./episode-checks.ts";
import { openEpisodeOf, type Table, watchedMover } from "./episode-table.ts";
import { takeInOrder } from "./log-order.ts";
import { notResumed } from "./not-resumed.ts";
import type { EpisodeStart, PlayState } from "./play-types.ts";
import type { SettingsHandle } from "./settings-store.ts";
import { storeWithPatience } from "./store-with-patience.ts";

export type PlayPorts = {
  storage: Promise<
    EpisodeRecords &
      Pick<PlaygroundStorage, "lockRun" | "lockedRuns" | "liveChanges"> & { replies: Pick<PlaygroundStorage["replies"], "takeCutOff"> }
  >;
  sandbox(): Promise<PythonSandbox>;
  models: Pick<SettingsHandle, "modelPlayer" | "chat" | "canAsk">;
  /** Settings and library have been read. */
  ready: Promise<unknown>;
  /** Of one step, in ms. */
  stepMs(): number;
  environment(id: EnvironmentId): Environment | undefined;
  datasets: Pick<typeof Datasets, "exportTrace" | "exportTracePage">;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
  /** Episodes this tab was driving when it was reloaded; kept for the tab only. */
  interrupted: { read(): EpisodeId[]; write(ids: readonly EpisodeId[]): void };
};

export type PlayHandle = {
  store: StoreApi<PlayState>;
  ready: Promise<void>;
  /** Everything was erased, here or in another tab: what is under way stops without a word. */
  reset(): void;
};

/** The screen is told this often at most; the log gets every event. */
const PUBLISH_MS = 60;
/** On a busy machine the document that was reloaded holds its lock for a while after the new one has begun. */
const RELOAD_CHECK_MS = 500;
const RELOAD_CHECKS = 20;

/** One tab drives it, as with runs; ids of both are random, so they share the locks' names. */
const lockOf = (id: EpisodeId): RunId => runIdSchema.parse(id);
const freshId = (): EpisodeId => episodeIdSchema.parse(randomId());

export function createPlayStore(ports: PlayPorts): PlayHandle {
  const archive = createEpisodeArchive(ports.storage, ports.environment);
  const tables = new Map<EpisodeId, Table>();
  /** Laid down because their page was left; they are taken up again with it. */
  const laidDown = new Set<EpisodeId>();
  /** Removed or erased while they were driven: there is no place left for what they still bring. */
  const gone = new Set<EpisodeId>();
  const changed = new Set<EpisodeId>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function publishNow(): void {
    clearTimeout(timer);
    timer = undefined;
    const opened = { ...store.getState().opened };
    for (const id of changed) {
      const table = tables.get(id);
      if (table === undefined || !table.shown) delete opened[id];
      else opened[id] = openEpisodeOf(table);
    }
    changed.clear();
    const driven = [...tables.values()].filter(({ abort }) => abort !== null);
    ports.interrupted.write(driven.filter(({ control }) => !control.paused).map(({ id }) => id));
    const active = new Set(driven.filter(({ view, control }) => view.control === "player" && !control.paused).map(({ id }) => id));
    const before = store.getState().active;
    store.setState({ opened, active: active.size === before.size && [...active].every((id) => before.has(id)) ? before : active });
  }

  function publish(id: EpisodeId, at: "soon" | "now" = "soon"): void {
    changed.add(id);
    if (at === "now") publishNow();
    else timer ??= setTimeout(publishNow, PUBLISH_MS);
  }

  function tableOf(id: EpisodeId): Table {
    const known = tables.get(id);
    if (known !== undefined) return known;
    const table: Table = {
      id,
      view: emptyTraceView(),
      control: new EpisodeControl(),
      abort: null,
      begun: false,
      moving: false,
      calling: false,
      again: false,
      shown: false,
      elsewhere: false,
      live: null,
      error: null,
    };
    tables.set(id, table);
    return table;
  }

  const eventsFrom = async (id: EpisodeId, from: number): Promise<readonly StoredTraceEvent[]> =>
    (await (await ports.storage).traces.read(id, from)).items;

  function take(stored: StoredTraceEvent): void {
    const table = tables.get(stored.traceId);
    if (table !== undefined)
      takeInOrder(
        table.view,
        stored,
        (next) => see(table, next),
        (from) => eventsFrom(table.id, from),
      );
  }

  function see(table: Table, stored: StoredTraceEvent): void {
    applyTraceEvent(table.view, stored);
    const { type } = stored.event;
    if (type === "episode-started" || type === "episode-resumed") table.begun = true;
    else if (type !== "control-changed") table.live = null;
    if (type === "call-answered") table.calling = false;
    publish(table.id);
  }

  function found(id: EnvironmentId): Environment {
    const environment = ports.environment(id);
    if (environment !== undefined && environment.source !== "") return environment;
    throw new PlaygroundError(
      "no-environment",
      environment === undefined ? "This environment is no longer here." : "The environment's Python file is missing.",
      {
        hint: environment === undefined ? "Choose another one." : "Import its .py file.",
      },
    );
  }

  function watchOf(table: Table): Watch {
    const change = (part: Partial<NonNullable<Table["live"]>>): void => {
      table.live = { ...(table.live ?? { text: "", reasoning: "", waiting: null }), ...part };
      publish(table.id);
    };
    return {
      onText: (text) => change({ text }),
      onReasoning: (reasoning) => change({ reasoning }),
      onWait: (waiting) => change({ waiting }),
    };
  }

  /** What an episode starts from: a new one's wishes, or its own first event. */
  async function termsOf(
    id: EpisodeId,
    start: EpisodeStart | null,
  ): Promise<{
    environmentId: EnvironmentId;
    config: string;
    player: Player;
    limits: EpisodeLimits;
    sample: number;
    prior: StoredTraceEvent[];
  }> {
    if (start !== null) {
      const { environmentId, config, player } = start;
      const limits = { ...DEFAULT_EPISODE_LIMITS, stepMs: ports.stepMs(), ...start.limits };
      return { environmentId, config, player, limits, sample: await sampleFor(environmentId, config, player), prior: [] };
    }
    await archive.takeOver(id);
    const prior = await archive.read(id);
    const { head } = traceView(prior);
    if (head === null)
      throw new PlaygroundError("no-episode", "This episode has no beginning on this device.", { hint: "Start a new one." });
    return { ...head, prior };
  }

  /** A model's further try of a task is another one; a scripted player does the same again. */
  async function sampleFor(environmentId: EnvironmentId, config: string, player: Player): Promise<number> {
    if (player.kind !== "model") return 0;
    return (await archive.listOf(environmentId)).filter((episode) => episode.config === config && episode.player.kind === "model").length;
  }

  /** Holds the episode's lock and plays until it has an end; every other tab only watches. */
  async function drive(id: EpisodeId, start: EpisodeStart | null): Promise<void> {
    const table = tableOf(id);
    if (table.abort !== null) return;
    const abort = new AbortController();
    const { signal } = abort;
    Object.assign(table, { abort, begun: false, moving: false, calling: false, again: false, live: null, error: null, elsewhere: false });
    publish(id, "now");
    const sayFull = (): void =>
      ports.notify({
        level: "error",
        title: "The browser's storage is full",
        message: "The episode waits. Remove old runs or episodes in another tab, and it goes on by itself.",
      });
    try {
      const storage = await ports.storage;
      const append = async (events: readonly TraceEvent[]): Promise<readonly StoredTraceEvent[]> => {
        const stored = await storeWithPatience(() => storage.traces.appendAll(id, events), signal, sayFull);
        stored.forEach(take);
        return stored;
      };
      const outcome = await storage.lockRun(lockOf(id), async () => {
        // What was cut off before stays in the books; who plays on has chosen to ask again.
        await storage.replies.takeCutOff(id);
        const { environmentId, config, player, limits, sample, prior } = await termsOf(id, start);
        // Another tab may have played on since it was opened here.
        prior.forEach(take);
        const environment = found(environmentId);
        const sandbox = await ports.sandbox();
        const mover = await castPlayer(
          player,
          { environment, config, limits, sample, watch: watchOf(table) },
          { sandbox, chat: (model) => ports.models.chat(model, id), recorded: ({ traceId }) => archive.recorded(environmentId, traceId) },
        );
        const stage = new Stage(sandbox, environment, limits.stepMs);
        try {
          await playEpisode(
            { id, config, player, limits, sample, states: true, prior, control: table.control, signal },
            { stage, mover: mover === null ? null : watchedMover(table, mover, player, () => publish(id)), append },
          );
        } finally {
          stage.close();
        }
      });
      if (!outcome.held) {
        table.elsewhere = true;
        ports.notify({
          level: "info",
          title: "Open in another tab",
          message: "Another tab is playing this episode; it is shown here as it goes on.",
        });
      }
    } catch (error) {
      if (!signal.aborted) table.error = errorData(error);
    } finally {
      const { again } = table;
      Object.assign(table, { abort: null, begun: false, moving: false, calling: false, live: null });
      if (gone.delete(id)) {
        tables.delete(id);
        await archive.remove(id).catch(() => undefined);
      } else if (!table.shown) tables.delete(id);
      publish(id, "now");
      if (again && table.shown) void drive(id, null);
    }
  }

  function begin(id: EpisodeId, start: EpisodeStart | null, paused: boolean): void {
    const table = tableOf(id);
    table.shown = true;
    if (table.abort !== null) return;
    table.control = new EpisodeControl();
    if (paused) table.control.pause();
    void drive(id, start);
  }

  /** Steers an episode that this tab plays. */
  function steer(id: EpisodeId, how: (table: Table) => void): void {
    const table = tables.get(id);
    if (table === undefined || table.abort === null) return;
    how(table);
    publish(id, "now");
  }

  const store: StoreApi<PlayState> = createStore<PlayState>()(() => ({
    opened: {},
    active: new Set<EpisodeId>(),

    start(episode) {
      const id = freshId();
      begin(id, episode, false);
      return id;
    },
    async open(id) {
      const table = tableOf(id);
      table.shown = true;
      if (table.abort !== null) {
        // Its page was left a moment ago, and it is still being laid down.
        if (laidDown.delete(id)) table.again = true;
        return publish(id, "now");
      }
      try {
        for (const event of await archive.read(id)) see(table, event);
        table.elsewhere = (await (await ports.storage).lockedRuns()).has(lockOf(id)) && table.abort === null;
      } catch (error) {
        if (table.abort === null && tables.get(id) === table) tables.delete(id);
        throw error;
      }
      publish(id, "now");
      if (laidDown.delete(id)) begin(id, null, false);
    },
    close(id) {
      const table = tables.get(id);
      if (table === undefined) return;
      table.shown = false;
      if (table.abort === null) tables.delete(id);
      else if (table.view.control === "person") {
        laidDown.add(id);
        table.abort.abort();
      }
      publish(id, "now");
    },
    resume: (id, { paused = false } = {}) => begin(id, null, paused),
    pause: (id) => steer(id, ({ control }) => control.pause()),
    play: (id) => steer(id, ({ control }) => control.play()),
    step(id) {
      if (tables.get(id)?.abort === null) begin(id, null, true);
      steer(id, ({ control }) => control.step());
    },
    stop(id) {
      steer(id, (table) => {
        // By hand it goes on at once, and a next call is taken already.
        if (table.calling) Object.assign(table, { again: true, begun: false, calling: false });
        table.abort?.abort();
      });
    },
    takeOver: (id) => steer(id, ({ control }) => control.takeOver()),
    giveBack: (id) => steer(id, ({ control }) => control.giveBack()),
    act(id, action) {
      steer(id, (table) => {
        if (table.calling || table.view.control !== "person") return;
        table.calling = true;
        table.control.act(action);
      });
    },
    async branch(id, steps, player) {
      const events = await archive.read(id);
      const { head } = traceView(events);
      const sample = head === null || isScripted(player) ? (head?.sample ?? 0) : await sampleFor(head.environmentId, head.config, player);
      const branch = freshId();
      await (await ports.storage).traces.appendAll(branch, branchEvents(events, steps, player, sample));
      begin(branch, null, false);
      return branch;
    },
    async remove(id) {
      const table = tables.get(id);
      laidDown.delete(id);
      if (table !== undefined && table.abort !== null) {
        // Removed once its last events are written: they would be a torso otherwise.
        gone.add(id);
        table.shown = false;
        table.abort.abort();
      } else {
        await archive.remove(id);
        tables.delete(id);
      }
      publish(id, "now");
    },
    async exportTrace(id, as) {
      const events = await archive.read(id);
      const { head } = traceView(events);
      const trace = traceOf(id, events);
      const className = head?.className ?? "Environment";
      const taskText = head === null ? "" : (ports.environment(head.environmentId)?.taskText ?? "");
      return as === "json"
        ? ports.datasets.exportTrace({ className }, trace)
        : ports.datasets.exportTracePage({ className, taskText }, trace);
    },
    episodes: (environmentId) => archive.listOf(environmentId),
    recordings: (environmentId) => archive.recordings(environmentId),
    ...createEpisodeChecks({ archive, sandbox: ports.sandbox, stepMs: ports.stepMs, environment: found }),
    modelPlayer: (profileId, protocol) => ports.models.modelPlayer(profileId, protocol),
  }));

  async function follow(): Promise<void> {
    const storage = await ports.storage;
    storage.liveChanges((change) => {
      if (change.kind !== "traces" && change.kind !== "everything") return;
      for (const table of tables.values()) {
        if (table.abort !== null || !(change.ids?.includes(table.id) ?? true)) continue;
        eventsFrom(table.id, table.view.lastSeq + 1).then(
          (events) => events.forEach(take),
          () => undefined,
        );
      }
    });
  }
  follow().catch(() => undefined);

  /** The tab was reloaded while it was driving: it goes on by itself where that needs nothing of the person. */
  async function goOn(id: EpisodeId): Promise<void> {
    const storage = await ports.storage;
    for (let check = 0; check < RELOAD_CHECKS && (await storage.lockedRuns()).has(lockOf(id)); check += 1) {
      await new Promise((resolve) => setTimeout(resolve, RELOAD_CHECK_MS));
    }
    const { head, status, control } = traceView(await archive.read(id));
    if (head === null || status !== "open") return;
    if (control === "player" && head.player.kind === "model" && !ports.models.canAsk(head.player.profileId)) return;
    // In the person's hand it waits for its page.
    if (control === "person" && tables.get(id)?.shown !== true) laidDown.add(id);
    // A turn that was cut off would be paid for again: that is the person's to say.
    else begin(id, null, costsAgain(await storage.replies.takeCutOff(id)));
  }

  async function start(): Promise<void> {
    const before = ports.interrupted.read();
    await ports.ready;
    for (const id of before) goOn(id).catch(notResumed(ports.notify, "episode"));
  }

  function reset(): void {
    for (const table of tables.values()) {
      table.shown = false;
      changed.add(table.id);
      if (table.abort === null) tables.delete(table.id);
      else {
        gone.add(table.id);
        table.abort.abort();
      }
    }
    laidDown.clear();
    publishNow();
  }

  return { store, ready: start(), reset };
}
