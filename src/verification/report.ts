import { GATES, type Report, type Task } from "@/domain";
import type { GateContext, Seen } from "./gate.ts";

/** `verified` is the proof gate passed and no gate failed: nothing else may say so. */
export function buildReport(seen: Seen, { limits, sandbox }: Pick<GateContext, "limits" | "sandbox">): Report {
  const gates = GATES.flatMap((name) => seen.gates.filter((gate) => gate.gate === name).slice(-1));
  const winner = seen.solvers.find((solver) => solver.proven) ?? null;
  const isProven = gates.some((gate) => gate.gate === "proof" && gate.passed);
  return {
    version: 1,
    verified: isProven && winner !== null && gates.every((gate) => gate.passed),
    gates,
    tests: seen.tests.toSorted((a, b) => a.index - b.index),
    solvers: seen.solvers.map(({ solver, source, findings, solvedAll, proven }) => ({
      solver,
      source,
      findings: [...findings],
      solvedAll: solvedAll ?? false,
      proven,
    })),
    cells: [...seen.cells],
    winner: winner?.solver ?? null,
    limits,
    runtime: sandbox.runtime,
    finishedAt: Date.now(),
  };
}

/** Tasks of a verified environment, with the rounds of the accepted solver; kept within the round limits. */
export function tasksOf(report: Report): Task[] {
  const rounds = new Map(report.cells.filter((cell) => cell.solver === report.winner).map((cell) => [cell.test, cell.rounds]));
  return report.tests
    .filter((test) => test.passed)
    .map((test) => {
      const count = rounds.get(test.index) ?? null;
      const kept = count !== null && count >= report.limits.minRounds && count <= report.limits.maxRounds;
      return { config: test.config, answer: test.answer, answerMs: test.ms, answerBytes: test.peakBytes, rounds: count, kept };
    });
}
