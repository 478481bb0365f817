import {
  type Environment,
  type EnvironmentId,
  type EpisodeId,
  PlaygroundError,
  sourceHashOf,
  storedEventsOf,
  type StoredTraceEvent,
  type Trace,
  traceOf,
  traceView,
} from "@/domain";
import { loadRecordings } from "@/episodes";
import type { EpisodeRepository, StoredTraceSummary, TraceRepository } from "@/storage";
import { eventsOfOld, summaryOfOld } from "./old-episodes.ts";
import type { EpisodeSummary } from "./play-types.ts";

export type EpisodeRecords = {
  traces: Pick<TraceRepository, "read" | "appendAll" | "listOf" | "remove">;
  episodes: Pick<EpisodeRepository, "get" | "listOf" | "remove">;
};

class NoEpisodeError extends PlaygroundError<"no-episode"> {
  override readonly name = "NoEpisodeError";

  constructor() {
    super("no-episode", "This episode is not on this device.", { hint: "It may have been removed, or it lives in another browser." });
  }
}

function summaryOf({
  evaluationId: _evaluationId,
  className: _className,
  updatedAt: _updatedAt,
  lastSeq: _lastSeq,
  ...summary
}: StoredTraceSummary): EpisodeSummary {
  return summary;
}

function summaryOfTrace(trace: Trace): EpisodeSummary[] {
  const { head, startedAt, status, why, rounds, reward } = traceView(storedEventsOf(trace));
  if (head === null) return [];
  const { environmentId, config, player } = head;
  return [{ id: trace.id, environmentId, config, player, branchOf: null, startedAt: startedAt ?? 0, status, why, rounds, reward }];
}

/** All stored episodes, those of before there were traces too. */
export function createEpisodeArchive(storage: Promise<EpisodeRecords>, environment: (id: EnvironmentId) => Environment | undefined) {
  async function readOld(id: EpisodeId): Promise<StoredTraceEvent[]> {
    const episode = await (await storage).episodes.get(id);
    return episode === null ? [] : eventsOfOld(episode, environment(episode.environmentId)?.className ?? "");
  }

  return {
    /** The events from number `from` on. @throws NoEpisodeError, StorageError */
    async read(id: EpisodeId, from = 0): Promise<StoredTraceEvent[]> {
      const { items } = await (await storage).traces.read(id, from);
      if (from > 0) return items;
      const events = items.length > 0 ? items : await readOld(id);
      if (events.length === 0) throw new NoEpisodeError();
      return events;
    },

    /** An old episode becomes a trace, so that it can be resumed. */
    async takeOver(id: EpisodeId): Promise<void> {
      const { traces } = await storage;
      if ((await traces.read(id)).items.length > 0) return;
      const old = await readOld(id);
      if (old.length > 0)
        await traces.appendAll(
          id,
          old.map(({ event }) => event),
        );
    },

    async listOf(environmentId: EnvironmentId): Promise<EpisodeSummary[]> {
      const { traces, episodes } = await storage;
      const [{ items }, old] = await Promise.all([traces.listOf(environmentId), episodes.listOf(environmentId)]);
      const known = new Set<string>(items.map(({ id }) => id));
      return [...items.map(summaryOf), ...old.items.filter(({ id }) => !known.has(id)).map(summaryOfOld)].toSorted(
        (one, other) => other.startedAt - one.startedAt,
      );
    },

    /** Recorded on this very source: on another one they would play something else. */
    async recordings(environmentId: EnvironmentId): Promise<EpisodeSummary[]> {
      const hash = sourceHashOf(environment(environmentId)?.source ?? "");
      const traces = await loadRecordings(environmentId);
      return traces.filter((trace) => traceView(storedEventsOf(trace)).head?.sourceHash === hash).flatMap(summaryOfTrace);
    },

    /** The trace that a recorded player plays again; null when it is not here. */
    async recorded(environmentId: EnvironmentId, id: EpisodeId): Promise<Trace | null> {
      const { items } = await (await storage).traces.read(id);
      if (items.length > 0) return traceOf(id, items);
      return (await loadRecordings(environmentId)).find((trace) => trace.id === id) ?? null;
    },

    async remove(id: EpisodeId): Promise<void> {
      const { traces, episodes } = await storage;
      await traces.remove(id);
      await episodes.remove([id]);
    },
  };
}
export type EpisodeArchive = ReturnType<typeof createEpisodeArchive>;
