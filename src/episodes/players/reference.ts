import { isJudgedDoing, PlaygroundError, type PythonSandbox, type TraceView } from "@/domain";
import type { PlayableEnvironment } from "../stage.ts";
import { type Move, type Mover, plainCalls } from "./mover.ts";

export class NoSolverError extends PlaygroundError<"no-solver"> {
  override readonly name = "NoSolverError";
}

/** A solver that goes on longer is stopped. */
const MAX_STEPS = 10_000;

/** Cut out of its environment once, however many episodes it plays. */
const solvers = new WeakMap<PlayableEnvironment, Promise<string | null>>();

async function cutOut(
  sandbox: PythonSandbox,
  { source }: PlayableEnvironment,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  const reader = await sandbox.acquire("analysis", signal);
  try {
    return (await reader.call("inspect_solver", { source }, { deadlineMs, signal })).solver;
  } finally {
    reader.release();
  }
}

/** The environment's own `solve` with the hidden data beside it. @throws NoSolverError, PythonError, SandboxError, CancelledError */
export async function solverActions(
  sandbox: PythonSandbox,
  environment: PlayableEnvironment,
  config: string,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<string[]> {
  const known = solvers.get(environment) ?? cutOut(sandbox, environment, deadlineMs, signal);
  solvers.set(environment, known);
  const solver = await known.catch((error: unknown) => {
    solvers.delete(environment);
    throw error;
  });
  if (solver === null) {
    throw new NoSolverError("no-solver", "The environment has no `solve` that could play it.", {
      hint: "Verify it first, or choose another player.",
    });
  }
  const python = await sandbox.acquire({ searchFor: environment.source }, signal);
  const options = { deadlineMs, signal };
  try {
    await python.call("load_environment", { source: environment.source, className: environment.className }, options);
    await python.call("load_solver", { solver }, options);
    const { trace } = await python.call("solve", { config, maxSteps: MAX_STEPS, trace: true, states: false, memory: false }, options);
    return trace.map(({ action }) => action);
  } finally {
    python.release();
  }
}

/** Those that this player has not made yet. */
export function nextOf(actions: readonly string[], { calls }: TraceView): Move {
  const left = actions.slice(calls.filter(({ by }) => by === "player").length);
  return left.length === 0 ? { type: "give-up" } : plainCalls(left);
}

/**
 * The reference solver. It runs in an interpreter of its own and only its actions come out: the referee plays them on
 * an environment that it never touched, so that what they earn is not its word.
 */
export function createReferencePlayer(sandbox: PythonSandbox, environment: PlayableEnvironment, config: string, deadlineMs: number): Mover {
  let actions: readonly string[] | null = null;
  return {
    async move({ view, signal }): Promise<Move> {
      try {
        actions ??= await solverActions(sandbox, environment, config, deadlineMs, signal);
      } catch (error) {
        // A solver that fails on this configuration, or does not come back, has no move to make.
        if (isJudgedDoing(error)) return { type: "give-up" };
        throw error;
      }
      return nextOf(actions, view);
    },
  };
}
