import type { Finding, GateResult, Purpose } from "@/domain";
import { failureOf, memoryFailure, SLACK_MS, timeFailure, withInterpreter } from "../failure.ts";
import { type Gate, type GateContext, gateResult } from "../gate.ts";

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

export const gate: Gate<"run"> = { name: "run", run: ({ context, candidate }) => checkRun(context, candidate.source) };
