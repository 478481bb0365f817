import type { Finding, GateResult } from "@/domain";
import { analyse, ANALYSIS_MS } from "../analysis.ts";
import { withInterpreter } from "../failure.ts";
import { type Gate, type GateContext, gateResult, type SolverRecord } from "../gate.ts";

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

export function passesContract({ solver, findings }: { solver: string | null; findings: readonly Finding[] }): boolean {
  return solver !== null && solver !== "" && !findings.some((finding) => finding.severity === "error");
}

const fits = ({ source, findings }: Pick<SolverRecord, "source" | "findings">): boolean => passesContract({ solver: source, findings });

/** Over all solvers: one that keeps the contract is enough. */
function sumUp(solvers: readonly SolverRecord[]): GateResult {
  const startedAt = performance.now();
  const fitting = solvers.filter(fits).length;
  const findings = solvers.flatMap((solver) =>
    solver.findings.map((item): Finding => ({
      ...item,
      severity: fitting > 0 ? "warning" : item.severity,
      message: solvers.length > 1 ? `solver ${solver.solver + 1}: ${item.message}` : item.message,
    })),
  );
  if (fitting === 0 && !findings.some((finding) => finding.severity === "error")) {
    findings.push({ severity: "error", code: "no-solver", message: "there is no solver", line: null });
  }
  return gateResult("solver-contract", findings, { "keep the contract": `${fitting} of ${solvers.length}` }, startedAt);
}

/** Gate 5: a solver uses nothing of the environment but `step`. */
export const gate: Gate<"solver-contract"> = {
  name: "solver-contract",
  async attempt({ context, recorder }, attempt) {
    const { offer } = attempt;
    const known = recorder.seen().solvers.find(({ solver }) => solver === offer.solver);
    const read = known ?? (await readSolver(context, offer));
    if (known === undefined) await recorder.proposed(offer, read);
    attempt.source = read.source;
    return fits(read);
  },
  run: async ({ recorder }) => sumUp(recorder.seen().solvers),
};

async function readSolver(
  context: GateContext,
  offer: { source: string | null; findings: readonly Finding[] },
): Promise<{ source: string; findings: Finding[] }> {
  if (offer.source === null) return { source: "", findings: [...offer.findings] };
  const { solver, findings } = await checkSolver(context, offer.source);
  return { source: solver ?? "", findings: [...offer.findings, ...findings] };
}
