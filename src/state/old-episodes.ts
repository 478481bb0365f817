import { DEFAULT_EPISODE_LIMITS, type Episode, type Player, type StoredTraceEvent, type TraceEvent } from "@/domain";
import type { EpisodeSummary } from "./play-types.ts";

/**
 * Episodes of before there were traces: one record each, with neither times nor hidden states. They are read as
 * traces and become ones when they are gone on with.
 */
function playerOf({ player, id }: Episode): Player {
  return player === "model" ? { kind: "recorded", label: "A model", traceId: id } : { kind: player };
}

export function eventsOfOld(episode: Episode, className: string): StoredTraceEvent[] {
  const { id, environmentId, config, steps, reward, finished, startedAt, endedAt } = episode;
  const events: TraceEvent[] = [
    {
      type: "episode-started",
      environmentId,
      className,
      sourceHash: "",
      config,
      player: playerOf(episode),
      // Nothing was cut then.
      limits: { ...DEFAULT_EPISODE_LIMITS, rounds: 10_000, observationChars: 200_000 },
      sample: 0,
      branch: null,
      evaluationId: null,
      state: null,
    },
    ...steps.map((step, index): TraceEvent => {
      const last = finished && index === steps.length - 1;
      return {
        type: "call-answered",
        by: episode.player === "person" ? "person" : "player",
        ...step,
        callId: null,
        cut: 0,
        faults: [],
        ms: 0,
        reward: last ? reward : 0,
        finished: last,
        change: null,
      };
    }),
    finished ? { type: "episode-ended", why: "finished" } : { type: "episode-halted", error: null },
  ];
  return events.map((event, seq) => ({ traceId: id, seq, at: seq === events.length - 1 ? (endedAt ?? startedAt) : startedAt, event }));
}

export function summaryOfOld(episode: Episode): EpisodeSummary {
  const { id, environmentId, config, steps, reward, finished, startedAt } = episode;
  return {
    id,
    environmentId,
    config,
    player: playerOf(episode),
    branchOf: null,
    startedAt,
    status: finished ? "ended" : "halted",
    why: finished ? "finished" : null,
    rounds: steps.length,
    reward,
  };
}
