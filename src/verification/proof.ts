import { type Finding, type GateResult, type Interpreter, type TraceStep } from "@/domain";
import { failureOf, SLACK_MS, withInterpreter } from "./failure.ts";
import { ANALYSIS_MS, gateResult, type GateContext } from "./static-gates.ts";
import { MAX_STEPS, type SolverTest, type Traces } from "./solvability.ts";
import type { Candidate } from "./tests-gate.ts";

/**
 * Gate 7, "A verdict that code cannot forge" (RUNTIME.md). No interpreter that runs here ran anything before,
 * and none holds both sides:
 *
 *   R  the environment, nothing else         → reference answers
 *   E  the environment and recorded actions  → same observations, reward 1; a wrong answer gets 0
 *   S  the solver and recorded observations  → same actions, so it depends on nothing but observations
 *
 * S never holds an observation before it gave the action that earns it: observations may echo actions, so a
 * solver that knew the answer while recording could have hidden it in its own trace for S to find ahead of time.
 *
 * The host compares what `Done` was given with R's answer, type and value, and needs E to agree.
 */
export type ProofTest = SolverTest & { answer: string };

type Part = { findings: Finding[] };

const ONE_ANSWER = "An episode ends with Done; trying answers is no solution.";

/** Steps that solvers may make in S beyond one plain run. Past it the rounds to stop at are drawn by chance. */
const BLIND_STEPS = 300_000;

const finding = (code: string, message: string, hint?: string): Finding => ({
  severity: "error",
  code,
  message,
  line: null,
  ...(hint === undefined ? {} : { hint }),
});

/** Runs one part in a fresh interpreter; what kills or fails it is its finding. */
async function part(
  context: GateContext,
  name: string,
  work: (python: Interpreter, options: { deadlineMs: number; signal: AbortSignal }) => Promise<Finding[]>,
): Promise<Part> {
  const options = { deadlineMs: context.limits.testMs + SLACK_MS, signal: context.signal };
  try {
    return { findings: await withInterpreter(context.sandbox, "proof", context.signal, (python) => work(python, options)) };
  } catch (error) {
    const { finding: evidence } = failureOf(error);
    return { findings: [{ ...evidence, code: "proof-failure", message: `${name}: ${evidence.message}` }] };
  }
}

/** Traces that an earlier part of the run did not leave are recorded anew. */
async function completeTraces(
  context: GateContext,
  candidate: Candidate,
  solver: string,
  tests: readonly ProofTest[],
  traces: Traces,
): Promise<Part> {
  const missing = tests.filter((test) => !traces.has(test.index));
  if (missing.length === 0) return { findings: [] };
  return part(context, "recording the solver", async (python, options) => {
    await python.call("load_environment", candidate, options);
    await python.call("load_solver", { solver }, options);
    for (const test of missing) {
      const call = { config: test.config, maxSteps: MAX_STEPS, trace: true, states: false, memory: false };
      traces.set(test.index, (await python.call("solve", call, options)).trace);
    }
    return [];
  });
}

function proveAnswers(context: GateContext, candidate: Candidate, tests: readonly ProofTest[], answers: Map<number, string>): Promise<Part> {
  return part(context, "reference answers", async (python, options) => {
    await python.call("load_environment", candidate, options);
    const findings: Finding[] = [];
    for (const test of tests) {
      const call = { config: test.config, answerChars: context.limits.answerChars, memory: false };
      const { answer } = await python.call("reference_answer", call, options);
      answers.set(test.index, answer);
      if (answer !== test.answer) {
        findings.push(
          finding("answer-changed", `test ${test.index + 1}: the reference answer is ${answer} in a fresh interpreter and was ${test.answer} before`, "It must follow from the configuration alone."),
        );
      }
    }
    return findings;
  });
}

function proveEnvironment(
  context: GateContext,
  candidate: Candidate,
  tests: readonly ProofTest[],
  traces: Traces,
  wrongActions: readonly string[],
): Promise<Part> {
  return part(context, "replay", async (python, options) => {
    await python.call("load_environment", candidate, options);
    const findings: Finding[] = [];
    for (const [position, test] of tests.entries()) {
      const trace = traces.get(test.index) ?? [];
      const replayed = await python.call("replay", { config: test.config, actions: trace.map((step) => step.action) }, options);
      const last = trace.length - 1;
      const differs = replayed.steps.findIndex(
        (step, index) => step.observation !== trace[index]?.observation || step.ok !== trace[index]?.ok,
      );
      if (differs >= 0) {
        findings.push(
          finding("observation-changed", `test ${test.index + 1}, round ${differs + 1}: the same action gives another observation in a fresh interpreter`, "Observations must follow from the configuration and the actions alone."),
        );
      } else if (replayed.reward !== 1 || !replayed.finished) {
        findings.push(finding("reward-changed", `test ${test.index + 1}: the same actions earn reward ${replayed.reward} in a fresh interpreter`));
      } else if (replayed.finishedAt !== last) {
        findings.push(finding("acts-after-done", `test ${test.index + 1}: the episode is over after round ${(replayed.finishedAt ?? 0) + 1} of ${trace.length}`, ONE_ANSWER));
      }
      const wrong = wrongActions[position];
      if (wrong === undefined) continue;
      // At once, and in the place of the right one: Done may not depend on when it is called.
      for (const before of last > 0 ? [0, last] : [0]) {
        const actions = [...trace.slice(0, before).map((step) => step.action), wrong];
        const refused = await python.call("replay", { config: test.config, actions }, options);
        if (refused.reward === 0) continue;
        findings.push(
          finding("wrong-answer-rewarded", `test ${test.index + 1}: a wrong answer in round ${before + 1} earns reward ${refused.reward}`, "Done must compare type and value with the reference answer."),
        );
        break;
      }
    }
    return findings;
  });
}

/**
 * After how many observations the solver is asked for its next action, in rising order, the last being all. Each
 * costs a run from the start; all of them when that is affordable, else as many as it is.
 */
export function blindStops(rounds: number, budget: number): number[] {
  const every = Array.from({ length: rounds }, (_, index) => index);
  const affordable = Math.floor((2 * budget) / (rounds + 1));
  if (affordable < rounds) {
    for (let index = rounds - 1; index > 0; index--) {
      const other = Math.floor(Math.random() * (index + 1));
      [every[index], every[other]] = [every[other] ?? 0, every[index] ?? 0];
    }
    every.length = Math.max(1, affordable);
    every.sort((a, b) => a - b);
  }
  return [...every, rounds];
}

function proveSolver(context: GateContext, solver: string, tests: readonly ProofTest[], traces: Traces): Promise<Part> {
  return part(context, "the solver without an environment", async (python, options) => {
    await python.call("load_solver", { solver }, options);
    const findings: Finding[] = [];
    // Short ones first: what they leave of the budget goes to the long ones.
    const traced = tests.map((test) => ({ test, trace: traces.get(test.index) ?? [] })).toSorted((a, b) => a.trace.length - b.trace.length);
    let budget = BLIND_STEPS;
    for (const [done, { test, trace }] of traced.entries()) {
      const steps = trace.map(({ ok, observation }) => ({ ok, observation }));
      const stops = blindStops(trace.length, budget / (traced.length - done));
      budget -= stops.reduce((sum, known) => sum + known, 0);
      for (const known of stops) {
        const { actions } = await python.call("feed", { steps: steps.slice(0, known) }, options);
        const differs = firstDifference(actions, trace.slice(0, known + 1));
        if (differs === null) continue;
        findings.push(
          finding("actions-changed", `test ${test.index + 1}, round ${differs + 1}: given the same observations, the solver acts differently`, "It depends on something else than observations: chance, time, or the environment's inside."),
        );
        break;
      }
    }
    return findings;
  });
}

function firstDifference(actions: readonly string[], trace: readonly TraceStep[]): number | null {
  for (let index = 0; index < Math.max(actions.length, trace.length); index++) {
    if (actions[index] !== trace[index]?.action) return index;
  }
  return null;
}

/** The answers in the recorded actions, and wrong ones to try. The actions come from judged code: they may break their reader. */
async function readAnswers(
  context: GateContext,
  tests: readonly ProofTest[],
  traces: Traces,
  submitted: Map<number, (string | null)[]>,
): Promise<Part & { wrong: string[] }> {
  try {
    return await withInterpreter(context.sandbox, "analysis", context.signal, async (python) => {
      const options = { deadlineMs: ANALYSIS_MS, signal: context.signal };
      for (const test of tests) {
        const actions = (traces.get(test.index) ?? []).map((step) => step.action);
        submitted.set(test.index, (await python.call("done_answers", { actions }, options)).answers);
      }
      const { actions } = await python.call("wrong_actions", { answers: tests.map((test) => test.answer) }, options);
      return { findings: [], wrong: actions };
    });
  } catch (error) {
    const { finding: evidence } = failureOf(error);
    return { findings: [{ ...evidence, code: "proof-failure", message: `reading the actions: ${evidence.message}` }], wrong: [] };
  }
}

/** What the solver submitted against R's answer; decided here, from canonical texts that no judged code made. */
function compareAnswers(
  tests: readonly ProofTest[],
  traces: Traces,
  submitted: ReadonlyMap<number, (string | null)[]>,
  answers: ReadonlyMap<number, string>,
): Finding[] {
  return tests.flatMap((test): Finding[] => {
    const given = submitted.get(test.index) ?? [];
    const first = given.findIndex((answer) => answer !== null);
    const name = `test ${test.index + 1}`;
    if (first < 0) return [finding("no-answer", `${name}: the solver never calls Done with an answer`)];
    if (first !== (traces.get(test.index)?.length ?? 0) - 1) {
      return [finding("acts-after-done", `${name}: the solver goes on after its first answer`, ONE_ANSWER)];
    }
    const reference = answers.get(test.index);
    if (reference === undefined || given[first] === reference) return [];
    const message = `${name}: Done was given ${given[first] ?? ""}, the reference answer is ${reference}, and the environment rewarded it`;
    return [finding("answer-differs", message, "Type and value must be the same: 3 is not 3.0 and not \"3\".")];
  });
}

/**
 * `traces` come from the search, whose interpreters an earlier candidate may have tampered with: a proof that
 * fails with them is tried again with traces recorded in a fresh interpreter, and they are replaced by those.
 */
export async function proveSolverOnEnvironment(
  context: GateContext,
  candidate: Candidate,
  solver: string,
  tests: readonly ProofTest[],
  traces: Traces,
): Promise<GateResult> {
  const recorded = traces.size > 0;
  const result = await prove(context, candidate, solver, tests, traces);
  if (result.passed || !recorded) return result;
  traces.clear();
  return prove(context, candidate, solver, tests, traces);
}

async function prove(
  context: GateContext,
  candidate: Candidate,
  solver: string,
  tests: readonly ProofTest[],
  traces: Traces,
): Promise<GateResult> {
  const startedAt = performance.now();
  const recorded = await completeTraces(context, candidate, solver, tests, traces);
  const submitted = new Map<number, (string | null)[]>();
  const answers = new Map<number, string>();
  const findings = [...recorded.findings];
  const read = findings.length > 0 ? null : await readAnswers(context, tests, traces, submitted);
  if (read?.findings.length === 0) {
    const parts = await Promise.all([
      proveAnswers(context, candidate, tests, answers),
      proveEnvironment(context, candidate, tests, traces, read.wrong),
      proveSolver(context, solver, tests, traces),
    ]);
    findings.push(...parts.flatMap((item) => item.findings), ...compareAnswers(tests, traces, submitted, answers));
  } else findings.push(...(read?.findings ?? []));
  const rounds = tests.map((test) => traces.get(test.index)?.length ?? 0);
  const figures = {
    "tests proven": findings.length === 0 ? tests.length : 0,
    "actions replayed": rounds.reduce((sum, count) => sum + count, 0),
    "fresh interpreters": 3,
    rounds: rounds.length === 0 ? "none" : `${Math.min(...rounds)} to ${Math.max(...rounds)}`,
  };
  return gateResult("proof", findings, figures, startedAt);
}
