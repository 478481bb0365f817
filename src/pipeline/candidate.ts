import { type CandidateView, type Finding, GATES, type GateName, type GateResult, type Report, type Tool } from "@/domain";
import { buildReport, checkContract, checkRun, solvabilityResult, solverContractResult } from "@/verification";
import { type CandidateContext, gateContext, type Parsed, viewOf } from "./candidate-context.ts";
import { trySolvers } from "./solvers.ts";
import { decideTests } from "./tests.ts";

export type Rejection = { gate: GateName; findings: Finding[] };
export type Made = Parsed & { tools: Tool[]; report: Report };
export type CandidateOutcome =
  | { kind: "rejected"; rejection: Rejection }
  | { kind: "verified-before" }
  /** `settled`: replies still under way when the winner was found; they are paid for and are stored. */
  | { kind: "verified"; made: Made; settled: Promise<void> };

/** The gate's result from the log, or found out now and put there. */
async function gateOnce(context: CandidateContext, gate: GateName, find: () => Promise<GateResult>): Promise<GateResult> {
  const known = viewOf(context).gates.find((result) => result.gate === gate);
  if (known !== undefined) return known;
  const result = await find();
  await context.log.emit({ type: "gate-decided", candidate: context.index, result });
  return result;
}

function reportOf(context: CandidateContext): Report {
  const { gates, tests, solvers, cells } = viewOf(context);
  return buildReport({
    gates,
    tests: tests.toSorted((a, b) => a.index - b.index),
    solvers: solvers.map(({ solver, source, findings, solvedAll, proven }) => ({
      solver,
      source,
      findings,
      solvedAll: solvedAll ?? false,
      proven,
    })),
    cells: [...cells.values()],
    limits: context.limits,
    runtime: context.sandbox.runtime,
  });
}

function firstFailure(view: CandidateView): Rejection | null {
  for (const gate of GATES) {
    const failed = view.gates.find((result) => result.gate === gate && !result.passed);
    if (failed !== undefined) return { gate, findings: failed.findings };
  }
  return null;
}

async function reject(context: CandidateContext): Promise<CandidateOutcome> {
  const view = viewOf(context);
  const rejection = firstFailure(view) ?? { gate: "solvability", findings: [] };
  if (view.status !== "rejected") {
    await context.log.emit({ type: "candidate-rejected", candidate: context.index, report: reportOf(context) });
  }
  return { kind: "rejected", rejection };
}

/** Gates 2 to 7 of one parsed candidate; `parsed` null when gate 1 failed already. */
export async function verifyCandidate(context: CandidateContext, parsed: Parsed | null): Promise<CandidateOutcome> {
  const before = viewOf(context);
  if (before.status === "verified") return { kind: "verified-before" };
  if (before.status === "rejected" || parsed === null) return reject(context);
  const gates = gateContext(context);

  const contract = await gateOnce(context, "contract", async () => {
    const { inspection, result } = await checkContract(gates, parsed.source, parsed.className);
    await context.log.emit({ type: "candidate-inspected", candidate: context.index, tools: inspection.tools, configs: inspection.configs });
    return result;
  });
  if (!contract.passed) return reject(context);
  if (!(await gateOnce(context, "run", () => checkRun(gates, parsed.source))).passed) return reject(context);
  if (!(await decideTests(context, parsed)).passed) return reject(context);

  const startedAt = performance.now();
  const { winner, settled } = await trySolvers(context, parsed);
  const after = viewOf(context);
  await gateOnce(context, "solver-contract", async () =>
    solverContractResult(
      after.solvers.map(({ solver, findings }) => ({ solver, findings, fits: !findings.some((finding) => finding.severity === "error") })),
      // Reading a solver takes no time worth telling; what passed since is the model's and the tests'.
      performance.now(),
    ),
  );
  const tests = after.tests.filter((test) => test.passed).length;
  await gateOnce(context, "solvability", async () =>
    solvabilityResult(
      [...after.cells.values()],
      after.solvers.map(({ solver, solvedAll }) => ({ solver, solvedAll: solvedAll ?? false })),
      tests,
      startedAt,
    ),
  );
  if (winner === null) {
    await settled;
    return reject(context);
  }
  const report = reportOf(context);
  if (!report.verified) return reject(context);
  return { kind: "verified", made: { ...parsed, source: winner.source, tools: winner.tools, report }, settled };
}
