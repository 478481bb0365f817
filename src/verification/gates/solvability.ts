import type { Cell, Finding, GateResult, Interpreter, Limits, SolveResult } from "@/domain";
import { decideAll } from "../crew.ts";
import { failureOf, memoryFailure, SLACK_MS, timeFailure } from "../failure.ts";
import { type Candidate, type Gate, type GateContext, gateResult, passedTests, type Seen, type Traces } from "../gate.ts";

/** Enough for any honest solver; tasks past the round limits are dropped later, not failed here. */
export const MAX_STEPS = 10_000;

export type SolverTest = { index: number; config: string };
export type SolverRun = { cells: Cell[]; traces: Traces; solvedAll: boolean };

/** `grownBytes`: by how much the interpreter's memory grew; tracing it exactly would make every run slower. */
function judge(solver: number, test: number, outcome: SolveResult, grownBytes: number, limits: Limits): Cell {
  const { reward, ms, finished } = outcome;
  // Counted here: the proof replays the trace, nothing confirms a count.
  const rounds = outcome.trace.length;
  const base = { solver, test, rounds, reward, ms };
  const over = timeFailure(ms, limits.testMs) ?? memoryFailure(grownBytes, limits.testMemoryBytes);
  if (over !== null) return { ...base, verdict: over.verdict, message: over.finding.message };
  if (finished && reward === 1) return { ...base, verdict: "solved" };
  const last = outcome.trace.at(-1);
  const message = finished
    ? `reward ${reward} after ${rounds} rounds; last observation: ${last?.observation.slice(0, 200) ?? "none"}`
    : `the episode was not finished after ${rounds} rounds: Done was not called`;
  return { ...base, verdict: "wrong", message };
}

/**
 * Gate 6 for one solver: every test. With `stopEarly` the first failure ends it: the solver can no longer win.
 */
export async function runSolver(
  context: GateContext,
  candidate: Candidate,
  solver: { index: number; source: string },
  tests: readonly SolverTest[],
  prior: readonly Cell[],
  onCell: (cell: Cell) => Promise<void> | void,
): Promise<SolverRun> {
  const { sandbox, limits, signal } = context;
  const cells = new Map(prior.map((cell) => [cell.test, cell]));
  const traces: Traces = new Map();
  const queue = tests.filter((test) => !cells.has(test.index));
  const lost = (): boolean => limits.stopEarly && [...cells.values()].some((cell) => cell.verdict !== "solved");

  async function load(python: Interpreter): Promise<void> {
    const options = { deadlineMs: limits.testMs + SLACK_MS, signal };
    await python.call("load_environment", candidate, options);
    await python.call("load_solver", { solver: solver.source }, options);
  }
  async function play(python: Interpreter, test: SolverTest): Promise<Cell> {
    const before = python.heapBytes;
    try {
      const outcome = await python.call(
        "solve",
        { config: test.config, maxSteps: MAX_STEPS, trace: true, states: false, memory: false },
        { deadlineMs: limits.testMs + SLACK_MS, signal },
      );
      const cell = judge(solver.index, test.index, outcome, python.heapBytes - before, limits);
      if (cell.verdict === "solved") traces.set(test.index, outcome.trace);
      return cell;
    } catch (error) {
      return failedCell(test, error);
    }
  }
  function failedCell(test: SolverTest, error: unknown): Cell {
    const { verdict, finding } = failureOf(error);
    return { solver: solver.index, test: test.index, verdict, rounds: 0, reward: 0, ms: 0, message: finding.message };
  }
  await decideAll(context, Math.min(sandbox.parallelism, Math.max(1, Math.ceil(queue.length / 8))), {
    source: candidate.source,
    queue,
    enough: lost,
    load,
    decide: (python, test, failure) => (failure === null ? play(python, test) : Promise.resolve(failedCell(test, failure.error))),
    passed: (cell) => cell.verdict === "solved",
    take: (cell) => {
      cells.set(cell.test, cell);
      return onCell(cell);
    },
  });
  const all = [...cells.values()].toSorted((a, b) => a.test - b.test);
  const solvedAll = tests.length > 0 && tests.every((test) => cells.get(test.index)?.verdict === "solved");
  return { cells: all, traces, solvedAll };
}

/** Over all solvers: one that solves all is enough. */
function sumUp(seen: Seen): GateResult {
  const startedAt = performance.now();
  const { cells, solvers } = seen;
  const tests = passedTests(seen).length;
  const winners = solvers.filter((solver) => solver.solvedAll === true).length;
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

export const gate: Gate<"solvability"> = {
  name: "solvability",
  async attempt({ context, candidate, recorder }, attempt) {
    const seen = recorder.seen();
    const solver = { index: attempt.offer.solver, source: attempt.source };
    const prior = seen.cells.filter((cell) => cell.solver === solver.index);
    attempt.run = await runSolver(context, candidate, solver, passedTests(seen), prior, (cell) => recorder.played(cell));
    return attempt.run.solvedAll;
  },
  run: async ({ recorder }) => sumUp(recorder.seen()),
};
