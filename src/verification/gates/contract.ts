import type { GateResult, Inspection } from "@/domain";
import { analyse, inspectSource } from "../analysis.ts";
import { SLACK_MS, withInterpreter } from "../failure.ts";
import { type Gate, type GateContext, gateResult } from "../gate.ts";

/** Where the tools' numbers are computed, they are read off a started instance, and the source is read again. */
async function inspect(context: GateContext, source: string, className: string | null): Promise<Inspection> {
  const inspection = await inspectSource(context, source, className);
  const broken = inspection.findings.some(({ severity, code }) => severity === "error" && code !== "func-mapping");
  if (!inspection.computed || broken) return inspection;
  const { tools } = await withInterpreter(context.sandbox, { searchFor: source }, context.signal, async (python) => {
    const options = { deadlineMs: context.limits.testMs + SLACK_MS, signal: context.signal };
    await python.call("load_environment", { source, className: inspection.className }, options);
    return python
      .call("read_mapping", { config: null }, options)
      .catch(() => python.call("read_mapping", { config: inspection.configs[0] ?? "{}" }, options));
  });
  return inspectSource(context, source, className, tools);
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
