import { DEFAULT_EPISODE_LIMITS, episodeIdSchema, PlaygroundError, type PythonSandbox, randomId, type TraceView } from "@/domain";
import { playEpisode } from "./play-episode.ts";
import { nextOf, solverActions } from "./players/reference.ts";
import { type PlayableEnvironment, Stage } from "./stage.ts";
import { keptInMemory } from "./trace-log.ts";

/**
 * The reference solver's way through a configuration, played by the referee as in any other trace, but stored nowhere.
 * `stepMs`: for one step, and for the solver as a whole.
 * @throws NoSolverError, PythonError, SandboxError, CancelledError, PlaygroundError: whatever halted it
 */
export async function referenceTrace(
  sandbox: PythonSandbox,
  environment: PlayableEnvironment,
  config: string,
  { stepMs, signal }: { stepMs: number; signal: AbortSignal },
): Promise<TraceView> {
  // Before the episode: a solver that fails is no path, and its error says more than "gave up".
  const actions = await solverActions(sandbox, environment, config, stepMs, signal);
  const id = episodeIdSchema.parse(randomId());
  const limits = { ...DEFAULT_EPISODE_LIMITS, stepMs, rounds: actions.length };
  const stage = new Stage(sandbox, environment, stepMs);
  try {
    const view = await playEpisode(
      { id, config, player: { kind: "reference-solver" }, limits, sample: 0, states: false, prior: [], signal },
      { stage, mover: { move: ({ view: sofar }) => Promise.resolve(nextOf(actions, sofar)) }, append: keptInMemory([], id) },
    );
    if (view.status !== "halted") return view;
    signal.throwIfAborted();
    const { code, message, hint } = view.error ?? { code: "halted", message: "The reference solver's episode was stopped." };
    throw new PlaygroundError(code, message, hint === undefined ? {} : { hint });
  } finally {
    stage.close();
  }
}
