import type { Finding, Inspection } from "@/domain";
import { type Failure, failureOf, withInterpreter } from "./failure.ts";
import type { GateContext } from "./gate.ts";

/** Reading a source takes milliseconds; a hostile one must not hold the analysis interpreter for long. */
export const ANALYSIS_MS = 10_000;

/** `work` with sources that are read, not run; what breaks the reader is the source's fault. */
export async function analyse<T>(work: () => Promise<T>, failed: (failure: Failure) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return failed(failureOf(error));
  }
}

/** What is read from the source alone: nothing of it runs. @throws PythonError, SandboxError, CancelledError */
export function inspectSource(
  context: GateContext,
  source: string,
  className: string | null,
  started: Record<string, boolean> | null = null,
): Promise<Inspection> {
  return withInterpreter(context.sandbox, "analysis", context.signal, (python) =>
    python.call("inspect_environment", { source, className, started }, { deadlineMs: ANALYSIS_MS, signal: context.signal }),
  );
}

export type Assembled = { source: string; className: string; findings: Finding[]; lines: number[] };

/** The whole file around a compact reply. Findings count lines of the compact source; an error means: no file. */
export function assembleEnvironment(context: GateContext, source: string): Promise<Assembled> {
  return analyse(
    () =>
      withInterpreter(context.sandbox, "analysis", context.signal, (python) =>
        python.call("assemble", { source }, { deadlineMs: ANALYSIS_MS, signal: context.signal }),
      ),
    ({ finding }): Assembled => ({ source: "", className: "", findings: [finding], lines: [] }),
  );
}

/** The environment's file with the solver in the place of its `solve`. @throws PythonError when it does not fit */
export function insertSolver(context: GateContext, source: string, className: string, solver: string): Promise<string> {
  return withInterpreter(context.sandbox, "analysis", context.signal, async (python) => {
    const placed = await python.call("insert_solver", { source, className, solver }, { deadlineMs: ANALYSIS_MS, signal: context.signal });
    return placed.source;
  });
}
