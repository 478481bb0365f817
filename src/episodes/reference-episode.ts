import { type Environment, type HiddenState, PlaygroundError, type PythonSandbox, type TraceStep } from "@/domain";

export type ReferenceEpisode = { steps: TraceStep[]; states: HiddenState[]; reward: number; finished: boolean };

export class NoSolverError extends PlaygroundError<"no-solver"> {}

/** Past this many steps the hidden states would be too much to hold. */
const MAX_STEPS = 2000;

/** The environment's own `solve`, with the hidden state before the first and after each step. */
export async function recordReference(
  sandbox: PythonSandbox,
  environment: Pick<Environment, "source" | "className">,
  config: string,
  { stepMs, signal }: { stepMs: number; signal: AbortSignal },
): Promise<ReferenceEpisode> {
  const options = { deadlineMs: stepMs, signal };
  const reader = await sandbox.acquire("analysis", signal);
  const { solver } = await reader.call("inspect_solver", { source: environment.source }, options).finally(() => reader.release());
  if (solver === null) {
    throw new NoSolverError("no-solver", "The environment has no `solve` to watch.", { hint: "Play it by hand, or verify it first." });
  }
  const python = await sandbox.acquire("play", signal);
  try {
    await python.call("load_environment", { source: environment.source, className: environment.className }, options);
    await python.call("load_solver", { solver }, options);
    const { trace, states, reward, finished } = await python.call(
      "solve",
      { config, maxSteps: MAX_STEPS, trace: true, states: true, memory: false },
      options,
    );
    return { steps: trace, states, reward, finished };
  } finally {
    python.release();
  }
}
