import type { GateResult, Inspection } from "@/domain";
import { analyse, ANALYSIS_MS } from "../analysis.ts";
import { withInterpreter } from "../failure.ts";
import { type Gate, type GateContext, gateResult } from "../gate.ts";

/** Gate 2. `className` null: the file's own. */
export async function checkContract(
  context: GateContext,
  source: string,
  className: string | null,
): Promise<{ inspection: Inspection; result: GateResult }> {
  const startedAt = performance.now();
  const inspection = await analyse(
    () =>
      withInterpreter(context.sandbox, "analysis", context.signal, (python) =>
        python.call("inspect_environment", { source, className }, { deadlineMs: ANALYSIS_MS, signal: context.signal }),
      ),
    ({ finding }): Inspection => ({ className: className ?? "", tools: [], docstring: "", findings: [finding], configs: [] }),
  );
  const figures = { tools: inspection.tools.length, lines: source.split("\n").length };
  return { inspection, result: gateResult("contract", inspection.findings, figures, startedAt) };
}

export const gate: Gate<"contract"> = {
  name: "contract",
  async run({ context, candidate, sources: { reading }, recorder }) {
    if (reading !== null && reading.unassembled !== null) return gateResult("contract", reading.unassembled, {}, reading.startedAt);
    const { inspection, result } = await checkContract(context, candidate.source, candidate.className === "" ? null : candidate.className);
    candidate.className = inspection.className;
    await recorder.inspected(inspection);
    return result;
  },
};
