import {
  type Environment,
  type EnvironmentId,
  type EpisodeId,
  PlaygroundError,
  type PythonSandbox,
  type StoredTraceEvent,
  type TraceHead,
  traceView,
  neverAborted,
} from "@/domain";
import { referenceTrace, replayTrace, Stage, wayOn } from "@/episodes";
import type { EpisodeArchive } from "./episode-archive.ts";
import type { PlayState, ReferencePath } from "./play-types.ts";

type ChecksPorts = {
  archive: Pick<EpisodeArchive, "read">;
  sandbox(): Promise<PythonSandbox>;
  /** Of one step, in ms. */
  stepMs(): number;
  /** @throws PlaygroundError "no-environment" */
  environment(id: EnvironmentId): Environment;
};

/** What is found out beside an episode, in interpreters of its own: the reference solver's path, a hint, a replay. */
export function createEpisodeChecks(ports: ChecksPorts): Pick<PlayState, "reference" | "hint" | "replay"> {
  const references = new Map<string, Promise<ReferencePath>>();

  function reference(environmentId: EnvironmentId, config: string): Promise<ReferencePath> {
    const environment = ports.environment(environmentId);
    const key = JSON.stringify([environment.source, config]);
    const known = references.get(key);
    if (known !== undefined) return known;
    const path = ports
      .sandbox()
      .then((sandbox) => referenceTrace(sandbox, environment, config, { stepMs: ports.stepMs(), signal: neverAborted() }))
      .then(({ calls: steps, reward }): ReferencePath => ({ steps, reward }));
    references.set(key, path);
    path.catch(() => references.delete(key));
    return path;
  }

  /** On a stage that is closed when the work is done. */
  async function onStage<T>(
    id: EpisodeId,
    work: (stage: Stage, events: readonly StoredTraceEvent[], head: TraceHead, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const events = await ports.archive.read(id);
    const { head } = traceView(events);
    if (head === null) throw new PlaygroundError("no-episode", "This episode has no beginning on this device.");
    const stage = new Stage(await ports.sandbox(), ports.environment(head.environmentId), head.limits.stepMs);
    try {
      return await work(stage, events, head, neverAborted());
    } finally {
      stage.close();
    }
  }

  return {
    reference,
    hint: (id) =>
      onStage(id, async (stage, events, { environmentId, config }, signal) => {
        const { steps } = await reference(environmentId, config);
        return await wayOn(
          stage,
          traceView(events),
          steps.map(({ action }) => action),
          signal,
        );
      }),
    replay: (id) =>
      onStage(id, async (stage, events, _head, signal) => {
        const { finished: _finished, states, ...outcome } = await replayTrace(stage, events, signal);
        return { ...outcome, states: states ?? [] };
      }),
  };
}
