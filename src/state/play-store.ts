import { createStore, type StoreApi } from "zustand/vanilla";
import {
  branchEvents,
  DEFAULT_EPISODE_LIMITS,
  type Environment,
  type EnvironmentId,
  type EpisodeId,
  episodeIdSchema,
  type EpisodeLimits,
  errorData,
  isScripted,
  type Player,
  PlaygroundError,
  randomId,
  type StoredTraceEvent,
  type TraceEvent,
  traceOf,
  traceView,
} from "@/domain";
import type * as Datasets from "@/datasets";
import { castPlayer, EpisodeControl, playEpisode, Stage, type Watch } from "@/episodes";
import { EPISODE_JOB, JobDriver, type Work } from "@/jobs";
import { createEpisodeArchive, type EpisodeRecords } from "./episode-archive.ts";
import { createEpisodeChecks } from "./episode-checks.ts";
import { layToRest, newTable, notePlayed, openEpisodeOf, type Table, watchedMover } from "./episode-table.ts";
import { jobStorage, type JobStoreHandle, type JobStorePorts, type SharedJobStorage } from "./job-storage.ts";
import type { EpisodeStart, PlayState } from "./play-types.ts";
import type { SettingsHandle } from "./settings-store.ts";
import { withChanges } from "./with-changes.ts";

export type PlayPorts = JobStorePorts<EpisodeId> & {
  storage: Promise<EpisodeRecords & SharedJobStorage>;
  models: Pick<SettingsHandle, "modelPlayer" | "chat" | "canAsk">;
  /** Of one step, in ms. */
  stepMs(): number;
  environment(id: EnvironmentId): Environment | undefined;
  datasets: Pick<typeof Datasets, "exportTrace" | "exportTracePage">;
};

export type PlayHandle = JobStoreHandle<PlayState>;

const freshId = (): EpisodeId => episodeIdSchema.parse(randomId());
const sameIds = (one: ReadonlySet<EpisodeId>, other: ReadonlySet<EpisodeId>): boolean =>
  one.size === other.size && [...one].every((id) => other.has(id));

export function createPlayStore(ports: PlayPorts): PlayHandle {
  const archive = createEpisodeArchive(ports.storage, ports.environment);
  const tables = new Map<EpisodeId, Table>();
  /** Laid down because their page was left; they are taken up again with it. */
  const laidDown = new Set<EpisodeId>();
  const jobs = new JobDriver({
    kind: EPISODE_JOB,
    storage: ports.storage.then((storage) =>
      jobStorage(storage, "traces", storage.traces, { read: archive.read, remove: archive.remove, list: null }),
    ),
    ready: ports.ready,
    interrupted: ports.interrupted,
    survivesReload: (id) => tables.get(id)?.control.paused !== true,
    notify: ports.notify,
    title: ({ head }) => head?.className ?? "",
    takeUp(id, { head, control }, { paused }) {
      const player = head?.player;
      if (control === "player" && player?.kind === "model" && !ports.models.canAsk(player.profileId)) return Promise.resolve();
      // In the person's hand it waits for its page. A turn that was cut off would be paid for again: that is the person's to say.
      if (control === "person" && !jobs.isShown(id)) laidDown.add(id);
      else begin(id, null, control === "player" && paused);
      return Promise.resolve();
    },
    onFailed(id, error, signal) {
      if (!signal.aborted) tableOf(id).error = errorData(error);
    },
    onViews(changed, driven) {
      for (const [id, shown] of changed) if (shown === null && !driven.has(id)) tables.delete(id);
      const moving = [...driven].filter((id) => jobs.present(id)?.control === "player" && tables.get(id)?.control.paused !== true);
      store.setState(({ opened, active }) => ({
        opened: withChanges(opened, changed, (shown, id) => openEpisodeOf(id, tableOf(id), shown)),
        active: sameIds(active, new Set(moving)) ? active : new Set(moving),
      }));
    },
  });

  function tableOf(id: EpisodeId): Table {
    const table = tables.get(id) ?? newTable();
    tables.set(id, table);
    return table;
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

  function watchOf(id: EpisodeId, table: Table): Watch {
    const change = (part: Partial<NonNullable<Table["live"]>>): void => {
      table.live = { ...(table.live ?? { text: "", reasoning: "", waiting: null }), ...part };
      jobs.publish(id);
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
    events: () => Promise<readonly StoredTraceEvent[]>,
  ): Promise<Required<EpisodeStart> & { limits: EpisodeLimits; sample: number; prior: readonly StoredTraceEvent[] }> {
    if (start !== null) {
      const { environmentId, config, player } = start;
      const limits = { ...DEFAULT_EPISODE_LIMITS, stepMs: ports.stepMs(), ...start.limits };
      return { environmentId, config, player, limits, sample: await sampleFor(environmentId, config, player), prior: [] };
    }
    await archive.takeOver(id);
    // Another tab may have played on since it was opened here.
    const prior = await events();
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

  function workOn(id: EpisodeId, table: Table, start: EpisodeStart | null): Work<TraceEvent, StoredTraceEvent> {
    return async ({ signal, appendAll, events }) => {
      const { environmentId, config, player, limits, sample, prior } = await termsOf(id, start, events);
      const environment = found(environmentId);
      const sandbox = await ports.sandbox();
      const mover = await castPlayer(
        player,
        { environment, config, limits, sample, watch: watchOf(id, table) },
        { sandbox, chat: (model) => ports.models.chat(model, id), recorded: ({ traceId }) => archive.recorded(environmentId, traceId) },
      );
      const append = async (made: readonly TraceEvent[]): Promise<readonly StoredTraceEvent[]> => {
        const stored = await appendAll(made);
        for (const event of stored) notePlayed(table, event);
        return stored;
      };
      const stage = new Stage(sandbox, environment, limits.stepMs);
      try {
        await playEpisode(
          { id, config, player, limits, sample, states: true, prior, control: table.control, signal },
          { stage, mover: mover === null ? null : watchedMover(table, mover, player, () => jobs.publish(id)), append },
        );
      } finally {
        stage.close();
        layToRest(table);
      }
    };
  }

  /** Plays until it has an end; one that was stopped by hand to be taken up at once is. */
  async function drive(id: EpisodeId, start: EpisodeStart | null): Promise<void> {
    const table = layToRest(tableOf(id));
    Object.assign(table, { again: false, error: null });
    await jobs.begin(id, start === null ? null : {}, workOn(id, table, start));
    if (table.again && jobs.isShown(id)) void drive(id, null);
  }

  function begin(id: EpisodeId, start: EpisodeStart | null, paused: boolean): void {
    if (jobs.isDriven(id)) return;
    const table = tableOf(id);
    table.control = new EpisodeControl();
    if (paused) table.control.pause();
    void drive(id, start);
  }

  /** Steers an episode that this tab plays. */
  function steer(id: EpisodeId, how: (table: Table) => void): void {
    const table = tables.get(id);
    if (table === undefined || !jobs.isDriven(id)) return;
    how(table);
    jobs.publish(id, "now");
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
      // Its page was left a moment ago, and it is still being laid down.
      if (jobs.isDriven(id) && laidDown.delete(id)) tableOf(id).again = true;
      await jobs.open(id);
      if (laidDown.delete(id)) begin(id, null, false);
    },
    close(id) {
      if (jobs.isDriven(id) && jobs.present(id)?.control === "person") {
        laidDown.add(id);
        jobs.cancel(id);
      }
      jobs.close(id);
    },
    resume: (id, { paused = false } = {}) => begin(id, null, paused),
    pause: (id) => steer(id, ({ control }) => control.pause()),
    play: (id) => steer(id, ({ control }) => control.play()),
    step(id) {
      if (!jobs.isDriven(id)) begin(id, null, true);
      steer(id, ({ control }) => control.step());
    },
    stop(id) {
      steer(id, (table) => {
        // By hand it continues at once, and a next call is taken already; the one that was stopped is not made again.
        if (table.calling) {
          table.control.takeBack();
          Object.assign(table, { again: true, begun: false, calling: false });
        }
        jobs.cancel(id);
      });
    },
    takeOver: (id) => steer(id, ({ control }) => control.takeOver()),
    giveBack: (id) => steer(id, ({ control }) => control.giveBack()),
    act(id, action) {
      steer(id, (table) => {
        if (table.calling || jobs.present(id)?.control !== "person") return;
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
      laidDown.delete(id);
      await jobs.remove(id);
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

  function reset(): void {
    laidDown.clear();
    jobs.reset();
  }

  return { store, ready: jobs.ready, reset };
}
