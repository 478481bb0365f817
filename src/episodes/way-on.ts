import { compareWith, isUndone, type TraceView } from "@/domain";
import { replayCalls } from "./replay.ts";
import { EpisodeError, type Stage } from "./stage.ts";

/**
 * How the reference solver goes on from where an episode stands. "call": its next call. "parted": after what was done
 * instead, its calls no longer earn the reward; the first `steps` calls are still its own.
 */
export type WayOn = { kind: "call"; action: string; detour: boolean } | { kind: "parted"; steps: number };

/** Whether these calls, after those of the episode, finish it with the whole reward. */
async function succeeds(stage: Stage, view: TraceView, actions: readonly string[], signal: AbortSignal): Promise<boolean> {
  const before = await replayCalls(stage, view, false, signal);
  if (!before.agrees) {
    throw new EpisodeError(
      "not-repeatable",
      `Step ${before.step} gives another observation than before, so nothing can be said about the next.`,
      {
        hint: "Start over. The environment was changed, or depends on chance or time.",
      },
    );
  }
  for (let made = 0; made < actions.length;) {
    const { steps, hung } = await stage.step(actions.slice(made), false, signal);
    const last = steps.at(-1);
    if (hung !== null || last === undefined || last.raised !== null) return false;
    if (last.finished) return last.reward >= 1;
    made += steps.length;
  }
  return false;
}

/**
 * On the solver's own path this is known at once. After a detour it is tried out in a fresh episode: the rest of the path
 * after the calls of it that were made, or the path from its beginning, for what changed in between.
 * @throws EpisodeError, SandboxError, CancelledError
 */
export async function wayOn(stage: Stage, view: TraceView, reference: readonly string[], signal: AbortSignal): Promise<WayOn> {
  const actions = view.calls.filter((call) => !isUndone(call)).map(({ action }) => action);
  const { same, next } = compareWith(reference, actions);
  const direct = next === null ? undefined : reference[next];
  if (same === actions.length && direct !== undefined) return { kind: "call", action: direct, detour: false };
  for (const from of new Set([next ?? 0, 0])) {
    const rest = reference.slice(from);
    const [action] = rest;
    if (action !== undefined && (await succeeds(stage, view, rest, signal))) return { kind: "call", action, detour: true };
  }
  return { kind: "parted", steps: same };
}
