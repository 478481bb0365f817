import { type CandidateView, type Finding, type GateName, GATES, type Report, type Tool } from "@/domain";
import { buildReport, insertSolver, type Reading, runGates } from "@/verification";
import { type CandidateContext, gateContext, type Parsed, viewOf } from "./candidate-context.ts";
import { createLogRecorder } from "./log-recorder.ts";
import { SolverOffers } from "./solvers.ts";
import { proposalsOf } from "./tests.ts";

export type Rejection = { gate: GateName; findings: Finding[] };
export type Made = Parsed & { tools: Tool[]; report: Report };
export type CandidateOutcome =
  | { kind: "rejected"; rejection: Rejection }
  | { kind: "verified-before" }
  /** `settled`: replies still under way when the winner was found; they are paid for and are stored. */
  | { kind: "verified"; made: Made; settled: Promise<void> };

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
    const report = buildReport(createLogRecorder(context).seen(), context);
    await context.log.emit({ type: "candidate-rejected", candidate: context.index, report });
  }
  return { kind: "rejected", rejection };
}

/** One candidate through the gates. `reading` null: it was read, and that judged, in an earlier part of the run. */
export async function verifyCandidate(context: CandidateContext, parsed: Parsed, reading: Reading | null): Promise<CandidateOutcome> {
  const before = viewOf(context);
  if (before.status === "verified") return { kind: "verified-before" };
  if (before.status === "rejected") return reject(context);
  const gates = gateContext(context);
  const recorder = createLogRecorder(context);
  const solvers = new SolverOffers(context, parsed);
  const winner = await runGates({
    context: gates,
    candidate: { source: parsed.source, className: parsed.className },
    sources: {
      reading,
      proposals: (last) => proposalsOf(context, parsed, last),
      offers: (won) => solvers.offers(won),
      fileWith: (solver) => insertSolver(gates, parsed.source, parsed.className, solver),
    },
    recorder,
  });
  if (winner === null) {
    await solvers.settled;
    return reject(context);
  }
  const report = buildReport(recorder.seen(), context);
  if (!report.verified) return reject(context);
  const made = { ...parsed, source: winner.file, tools: viewOf(context).tools, report };
  return { kind: "verified", made, settled: solvers.settled };
}
