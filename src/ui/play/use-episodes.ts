import { useEffect, useState } from "react";
import { type EnvironmentId, type EpisodeId, type ErrorData, errorData } from "@/domain";
import type { EpisodeSummary, OpenEpisode } from "@/state";
import { usePlay } from "@/ui/stores";

export type StoredEpisodes = { episodes: EpisodeSummary[] | null; error: ErrorData | null };

/** The stored episodes of an environment, read again when `version` says that one may have been stored. */
export function useStoredEpisodes(environmentId: EnvironmentId, version: string): StoredEpisodes {
  const read = usePlay((state) => state.episodes);
  const [loaded, setLoaded] = useState<StoredEpisodes>({ episodes: null, error: null });
  // The old list stays while the new one is read.
  useEffect(() => {
    let current = true;
    read(environmentId).then(
      (episodes) => current && setLoaded({ episodes, error: null }),
      (error: unknown) => current && setLoaded({ episodes: null, error: errorData(error) }),
    );
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `version` asks for another reading
  }, [read, environmentId, version]);
  return loaded;
}

/** Recorded episodes that ship with the app; none while they are being read, or where they cannot be. */
export function useRecordings(environmentId: EnvironmentId): readonly EpisodeSummary[] {
  const read = usePlay((state) => state.recordings);
  const [found, setFound] = useState<readonly EpisodeSummary[]>([]);
  useEffect(() => {
    let current = true;
    read(environmentId).then(
      (recorded) => current && setFound(recorded),
      // They are an offer; whatever plays one later says what is wrong.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [read, environmentId]);
  return found;
}

/** These episodes, opened as long as they are shown; `error`: why one of them could not be. */
export function useOpenEpisodes(ids: readonly EpisodeId[]): { episodes: (OpenEpisode | null)[]; error: ErrorData | null } {
  const open = usePlay((state) => state.open);
  const close = usePlay((state) => state.close);
  const opened = usePlay((state) => state.opened);
  const [failed, setFailed] = useState<{ key: string; error: ErrorData } | null>(null);
  const key = ids.join(",");
  useEffect(() => {
    const shown = key === "" ? [] : (key.split(",") as EpisodeId[]);
    for (const id of shown) open(id).catch((error: unknown) => setFailed({ key, error: errorData(error) }));
    return () => {
      for (const id of shown) close(id);
    };
  }, [key, open, close]);
  return { episodes: ids.map((id) => opened[id] ?? null), error: failed?.key === key ? failed.error : null };
}
