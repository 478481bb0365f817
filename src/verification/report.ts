import { type Cell, type Finding, type GateResult, GATES, type Limits, type Report, type Task, type TestResult } from "@/domain";
import { gateResult } from "./static-gates.ts";

export type SolverRecord = { solver: number; source: string; findings: Finding[]; solvedAll: boolean; proven: boolean };

export type ReportParts = {
  gates: readonly GateResult[];
  tests: readonly TestResult[];
  solvers: readonly SolverRecord[];
  cells: readonly Cell[];
  limits: Limits;
  runtime: { pyodide: string; python: string };
};

/** `verified` is the proof gate passed and no gate failed: nothing else may say so. */
export function buildReport(parts: ReportParts): Report {
  const { limits, runtime } = parts;
  const gates = GATES.flatMap((name) => parts.gates.filter((gate) => gate.gate === name).slice(-1));
  const winner = parts.solvers.find((solver) => solver.proven) ?? null;
  const proven = gates.some((gate) => gate.gate === "proof" && gate.passed);
  return {
    version: 1,
    verified: proven && winner !== null && gates.every((gate) => gate.passed),
    gates,
    tests: [...parts.tests],
    solvers: [...parts.solvers],
    cells: [...parts.cells],
    winner: winner?.solver ?? null,
    limits,
    runtime,
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

/** Gate 5 over all solvers: one that keeps the contract is enough. */
export function solverContractResult(
  solvers: readonly { solver: number; findings: readonly Finding[]; fits: boolean }[],
  startedAt: number,
): GateResult {
  const fitting = solvers.filter((solver) => solver.fits).length;
  const findings = solvers.flatMap((solver) =>
    solver.findings.map((item): Finding => ({
      ...item,
      severity: fitting > 0 ? "warning" : item.severity,
      message: solvers.length > 1 ? `solver ${solver.solver + 1}: ${item.message}` : item.message,
    })),
  );
  if (solvers.length === 0) findings.push({ severity: "error", code: "no-solver", message: "there is no solver", line: null });
  return gateResult("solver-contract", findings, { "keep the contract": `${fitting} of ${solvers.length}` }, startedAt);
}

/** Gate 6 over all solvers. */
export function solvabilityResult(
  cells: readonly Cell[],
  solvers: readonly { solver: number; solvedAll: boolean }[],
  tests: number,
  startedAt: number,
): GateResult {
  const winners = solvers.filter((solver) => solver.solvedAll).length;
  const solved = cells.filter((cell) => cell.verdict === "solved").length;
  const figures = {
    "solved all tests": `${winners} of ${solvers.length} solvers`,
    "cells solved": `${solved} of ${cells.length} played`,
    tests,
  };
  if (winners > 0) return gateResult("solvability", [], figures, startedAt);
  const findings: Finding[] = solvers.map(({ solver }) => {
    const failed = cells.find((cell) => cell.solver === solver && cell.verdict !== "solved");
    const message =
      failed === undefined
        ? "was not played"
        : `${failed.verdict} on test ${failed.test + 1}${failed.message === undefined ? "" : `: ${failed.message}`}`;
    return { severity: "error", code: "unsolved", message: `solver ${solver + 1} ${message}`, line: null };
  });
  findings.unshift({
    severity: "error",
    code: "unsolvable",
    message: `no solver earns reward 1 on all ${tests} tests`,
    line: null,
    hint: "Either the task text and tool docs do not say enough, or the solvers are wrong.",
  });
  return gateResult("solvability", findings, figures, startedAt);
}
