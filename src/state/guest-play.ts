import { type Environment, type EnvironmentId, type EpisodeId, PlaygroundError, type StoredTraceEvent, type TraceEvent } from "@/domain";
import { createPlayStore, type PlayHandle, type PlayPorts } from "./play-store.ts";

export type GuestPlayPorts = Pick<PlayPorts, "sandbox" | "stepMs" | "datasets" | "notify"> & {
  environment(id: EnvironmentId): Environment | undefined;
};

export type GuestPlay = {
  store: PlayHandle["store"];
  /** Puts a trace on the table; one that is there already is replaced. */
  lay(id: EpisodeId, events: readonly StoredTraceEvent[]): void;
};

const noModel = (): never => {
  throw new PlaygroundError("no-profile", "What came by a link is played by hand here, never by a model.", {
    hint: "Keep the environment, and let a model play it on its Play page.",
  });
};

/**
 * Episodes of what came by a link: the same play store, on records that live in memory and with no model at hand. So
 * nothing of it is stored, nothing is spent, and it works where a frame in a foreign page has its storage denied.
 */
export function createGuestPlay(ports: GuestPlayPorts): GuestPlay {
  const logs = new Map<EpisodeId, StoredTraceEvent[]>();

  async function appendAll(traceId: EpisodeId, events: readonly TraceEvent[]): Promise<StoredTraceEvent[]> {
    const log = logs.get(traceId) ?? [];
    const at = Date.now();
    const stored = events.map((event, index) => ({ traceId, seq: log.length + index, at, event }));
    logs.set(traceId, [...log, ...stored]);
    return stored;
  }

  const play = createPlayStore({
    ...ports,
    storage: Promise.resolve({
      traces: {
        appendAll,
        read: async (id, from = 0) => ({ items: (logs.get(id) ?? []).slice(from), faults: [] }),
        listOf: async () => ({ items: [], faults: [] }),
        remove: async (id) => void logs.delete(id),
      },
      episodes: { get: async () => null, listOf: async () => ({ items: [], faults: [] }), remove: async () => undefined },
      replies: { takeCutOff: async () => [] },
      lockJob: async (_id, work) => ({ held: true, value: await work() }),
      lockedJobs: async () => new Set(),
      liveChanges: () => () => undefined,
    }),
    models: { modelPlayer: noModel, chat: noModel, canAsk: () => false },
    ready: Promise.resolve(),
    interrupted: { read: () => [], write: () => undefined },
  });
  return { store: play.store, lay: (id, events) => void logs.set(id, [...events]) };
}
