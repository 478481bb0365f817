import { type HiddenState, isUndone, type StoredTraceEvent, type TraceCall, traceView, type TraceView } from "@/domain";
import { shownObservation } from "./observation.ts";
import { EpisodeError, type Stage, type StagedStep } from "./stage.ts";

/** Steps are counted from 1. `states`: before the first and after each step that was not undone; null unless asked for. */
export type ReplayOutcome = { reward: number; finished: boolean; states: HiddenState[] | null } & (
  { agrees: true } | { agrees: false; step: number; recorded: string; got: string }
);

/** What the environment's answer looks like in a trace: an error of its own is its observation. */
export function answerOf(step: StagedStep, maxChars: number): { ok: boolean; observation: string; cut: number } {
  const text = step.raised === null ? step.observation : `${step.raised.type}: ${step.raised.message}`;
  return { ok: step.ok, ...shownObservation(text, maxChars) };
}

function describe({ ok, observation, cut }: Pick<TraceCall, "ok" | "observation" | "cut">): string {
  return `${ok ? "" : "(bad call) "}${observation}${cut > 0 ? `… (${cut} more characters)` : ""}`;
}

/**
 * Plays the calls of a trace again in a fresh episode. Each observation must be the same, and what the environment
 * says of reward and end; if not, it says at which step they part.
 * @throws EpisodeError "will-not-start", SandboxError, CancelledError
 */
export async function replayCalls(stage: Stage, view: TraceView, states: boolean, signal: AbortSignal): Promise<ReplayOutcome> {
  const { head } = view;
  if (head === null) throw new EpisodeError("will-not-start", "The trace is empty.");
  const calls = view.calls.filter((call) => !isUndone(call));
  const first = await stage.start(head.config, states, signal);
  const seen: HiddenState[] = first === null ? [] : [first];
  let reward = 0;
  let finished = false;
  const outcome = (): Pick<ReplayOutcome, "reward" | "finished" | "states"> => ({ reward, finished, states: states ? seen : null });

  for (let done = 0; done < calls.length;) {
    const { steps, hung } = await stage.step(
      calls.slice(done).map(({ action }) => action),
      states,
      signal,
    );
    for (const step of steps) {
      const call = calls[done];
      if (call === undefined) break;
      const answer = answerOf(step, head.limits.observationChars);
      const outcomeParts = step.raised === null && (step.reward !== call.reward || step.finished !== call.finished);
      if (answer.ok !== call.ok || answer.observation !== call.observation || answer.cut !== call.cut || outcomeParts) {
        const told = (one: { reward: number; finished: boolean }): string =>
          outcomeParts ? ` [reward ${one.reward}${one.finished ? ", finished" : ""}]` : "";
        return { ...outcome(), agrees: false, step: done + 1, recorded: describe(call) + told(call), got: describe(answer) + told(step) };
      }
      if (step.raised === null) ({ reward, finished } = step);
      if (step.state !== null) seen.push(step.state);
      done += 1;
    }
    const call = calls[done];
    if (call !== undefined && (hung !== null || finished)) {
      const got = hung === null ? "(the episode was over before)" : hung.message;
      return { ...outcome(), agrees: false, step: done + 1, recorded: describe(call), got };
    }
  }
  return { ...outcome(), agrees: true };
}

/** The same for a whole trace, of whatever origin. @throws as `replayCalls` */
export async function replayTrace(
  stage: Stage,
  events: readonly Omit<StoredTraceEvent, "traceId">[],
  signal: AbortSignal,
): Promise<ReplayOutcome> {
  return await replayCalls(stage, traceView(events), true, signal);
}
