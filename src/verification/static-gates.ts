import { type Finding, type GateName, type GateResult, type Inspection, type Limits, type PythonSandbox, type Purpose } from "@/domain";
import { type Failure, failureOf, memoryFailure, SLACK_MS, timeFailure, withInterpreter } from "./failure.ts";

export type GateContext = { sandbox: PythonSandbox; limits: Limits; signal: AbortSignal };

/** Reading a source takes milliseconds; a hostile one must not hold the analysis interpreter for long. */
export const ANALYSIS_MS = 10_000;

export function gateResult(gate: GateName, findings: readonly Finding[], figures: GateResult["figures"], startedAt: number): GateResult {
  const passed = !findings.some((finding) => finding.severity === "error");
  return { gate, passed, findings: [...findings], figures, ms: Math.round(performance.now() - startedAt) };
}

async function analyse<T>(work: () => Promise<T>, failed: (failure: Failure) => T): Promise<T> {
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
  codes: Record<string, string> | null = null,
): Promise<Inspection> {
  return withInterpreter(context.sandbox, "analysis", context.signal, (python) =>
    python.call("inspect_environment", { source, className, codes }, { deadlineMs: ANALYSIS_MS, signal: context.signal }),
  );
}

/** Where the tools' numbers are computed, they are read off a started instance, and the source is read again. */
async function inspect(context: GateContext, source: string, className: string | null): Promise<Inspection> {
  const inspection = await inspectSource(context, source, className);
  const broken = inspection.findings.some(({ severity, code }) => severity === "error" && code !== "func-mapping");
  if (!inspection.computed || broken) return inspection;
  const { codes } = await withInterpreter(context.sandbox, { searchFor: source }, context.signal, async (python) => {
    const options = { deadlineMs: context.limits.testMs + SLACK_MS, signal: context.signal };
    await python.call("load_environment", { source, className: inspection.className }, options);
    return python
      .call("read_mapping", { config: null }, options)
      .catch(() => python.call("read_mapping", { config: inspection.configs[0] ?? "{}" }, options));
  });
  return inspectSource(context, source, className, codes);
}

/** Gate 2. `className` null: the file's own. */
export async function checkContract(
  context: GateContext,
  source: string,
  className: string | null,
): Promise<{ inspection: Inspection; result: GateResult }> {
  const startedAt = performance.now();
  const inspection = await analyse(
    () => inspect(context, source, className),
    ({ finding }): Inspection => ({
      className: className ?? "",
      tools: [],
      docstring: "",
      findings: [finding],
      configs: [],
      computed: false,
    }),
  );
  const figures = { tools: inspection.tools.length, lines: source.split("\n").length };
  return { inspection, result: gateResult("contract", inspection.findings, figures, startedAt) };
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

/** Gate 3: the module runs as a program; its two demonstrations end. What fails in a used interpreter is run again in a fresh one. */
export async function checkRun(context: GateContext, source: string): Promise<GateResult> {
  const { limits, signal, sandbox } = context;
  const startedAt = performance.now();
  const limitMs = limits.testMs * 2;
  const run = (purpose: Purpose): Promise<{ result: GateResult; fresh: boolean }> =>
    withInterpreter(sandbox, purpose, signal, async (python) => {
      const { fresh } = python;
      const findings: Finding[] = [];
      const figures: GateResult["figures"] = {};
      try {
        const { ms, peakBytes, output } = await python.call("run_main", { source }, { deadlineMs: limitMs + SLACK_MS, signal });
        figures["time (ms)"] = Math.round(ms);
        figures["memory (MB)"] = Number((peakBytes / 1e6).toFixed(2));
        figures["printed"] = output.trim().slice(0, 400);
        for (const failure of [timeFailure(ms, limitMs), memoryFailure(peakBytes, limits.testMemoryBytes)]) {
          if (failure !== null) findings.push(failure.finding);
        }
      } catch (error) {
        findings.push(failureOf(error).finding);
      }
      return { result: gateResult("run", findings, figures, startedAt), fresh };
    });
  try {
    const first = await run({ searchFor: source });
    return first.result.passed || first.fresh ? first.result : (await run("proof")).result;
  } catch (error) {
    return gateResult("run", [failureOf(error).finding], {}, startedAt);
  }
}

/** Gate 5 on one source: the self-contained solver, null when there is none to run. */
export async function checkSolver(context: GateContext, source: string): Promise<{ solver: string | null; findings: Finding[] }> {
  return analyse(
    () =>
      withInterpreter(context.sandbox, "analysis", context.signal, (python) =>
        python.call("inspect_solver", { source }, { deadlineMs: ANALYSIS_MS, signal: context.signal }),
      ),
    ({ finding }): { solver: string | null; findings: Finding[] } => ({ solver: null, findings: [finding] }),
  );
}

export function passesContract(checked: { solver: string | null; findings: readonly Finding[] }): boolean {
  return checked.solver !== null && !checked.findings.some((finding) => finding.severity === "error");
}

/** The environment's file with the solver in the place of its `solve`. @throws PythonError when it does not fit */
export function insertSolver(context: GateContext, source: string, className: string, solver: string): Promise<string> {
  return withInterpreter(context.sandbox, "analysis", context.signal, async (python) => {
    const placed = await python.call("insert_solver", { source, className, solver }, { deadlineMs: ANALYSIS_MS, signal: context.signal });
    return placed.source;
  });
}
