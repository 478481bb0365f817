import type { Finding, GateResult, Interpreter, TraceStep } from "@/domain";
import { ANALYSIS_MS } from "../analysis.ts";
import { failureOf, SLACK_MS, withInterpreter } from "../failure.ts";
import { type Candidate, type Gate, type GateContext, gateResult, passedTests, type Traces } from "../gate.ts";
import { MAX_STEPS, type SolverTest } from "./solvability.ts";

/**
 * Gate 7 (docs/runtime.md, "A verdict that code cannot forge"). Neither interpreter that runs here ran anything before,
 * and neither holds both sides:
 *
 *   E  the environment and recorded actions  → same observations, reward 1; a wrong answer gets 0; reference answers
 *   S  the solver and recorded observations  → same actions, so it depends on nothing but observations
 *
 * S gets no observation before it gave the action that earns it; they wait where Python cannot look (prompter.ts).
 * Observations may echo actions, so a solver that knew the answer while recording could have hidden it in its own
 * trace for S to find ahead of time.
 *
 * E and S take the tests in the same order, one after the other. So what S saw of earlier tests was given by an
 * environment that had not met the later ones: no answer can be handed from one test to another.
 *
 * The host compares what `Done` was given with E's reference answer, type and value, and needs E to agree.
 */
export type ProofTest = SolverTest & { answer: string };

type Part = { findings: Finding[] };
type CallOptions = { deadlineMs: number; signal: AbortSignal };

const ONE_ANSWER = "An episode ends with Done; trying answers is no solution.";

const finding = (code: string, message: string, hint?: string): Finding => ({
  severity: "error",
  code,
  message,
  line: null,
  ...(hint === undefined ? {} : { hint }),
});

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Runs one part in a fresh interpreter; what kills or fails it is its finding. */
async function part(
  context: GateContext,
  name: string,
  work: (python: Interpreter, options: CallOptions) => Promise<Finding[]>,
): Promise<Part> {
  const options = { deadlineMs: context.limits.testMs + SLACK_MS, signal: context.signal };
  try {
    return { findings: await withInterpreter(context.sandbox, "proof", context.signal, (python) => work(python, options)) };
  } catch (error) {
    const { finding: evidence } = failureOf(error);
    return { findings: [{ ...evidence, code: "proof-failure", message: `${name}: ${evidence.message}` }] };
  }
}

/** Traces that an earlier part of the run did not leave are recorded again. */
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

type Tries = { tests: readonly ProofTest[]; traces: Traces; wrongActions: readonly string[]; answers: Map<number, string> };

function proveEnvironment(context: GateContext, candidate: Candidate, tries: Tries): Promise<Part> {
  const { tests, traces, wrongActions, answers } = tries;
  return part(context, "replay", async (python, options) => {
    await python.call("load_environment", candidate, options);
    const findings: Finding[] = [];
    for (const [position, test] of tests.entries()) {
      const trace = traces.get(test.index) ?? [];
      const wrong = wrongActions[position];
      // An environment that remembers could tell an episode from a probe by which of them comes first.
      const parts = shuffled([
        () => replayed(python, options, test, trace),
        () => referred(python, options, test, context.limits.answerChars, answers),
        ...(wrong === undefined ? [] : [() => refused(python, options, test, trace, wrong)]),
      ]);
      for (const check of parts) findings.push(...(await check()));
    }
    return findings;
  });
}

async function replayed(python: Interpreter, options: CallOptions, test: ProofTest, trace: readonly TraceStep[]): Promise<Finding[]> {
  const again = await python.call("replay", { config: test.config, actions: trace.map((step) => step.action) }, options);
  const differs = again.steps.findIndex((step, index) => step.observation !== trace[index]?.observation || step.ok !== trace[index]?.ok);
  const name = `test ${test.index + 1}`;
  if (differs >= 0) {
    return [
      finding(
        "observation-changed",
        `${name}, round ${differs + 1}: the same action gives another observation in a fresh interpreter`,
        "Observations must follow from the configuration and the actions alone.",
      ),
    ];
  }
  if (again.reward !== 1 || !again.finished)
    return [finding("reward-changed", `${name}: the same actions earn reward ${again.reward} in a fresh interpreter`)];
  if (again.finishedAt === trace.length - 1) return [];
  return [
    finding("acts-after-done", `${name}: the episode is over after round ${(again.finishedAt ?? 0) + 1} of ${trace.length}`, ONE_ANSWER),
  ];
}

async function referred(
  python: Interpreter,
  options: CallOptions,
  test: ProofTest,
  answerChars: number,
  answers: Map<number, string>,
): Promise<Finding[]> {
  const { answer } = await python.call("reference_answer", { config: test.config, answerChars, memory: false }, options);
  answers.set(test.index, answer);
  if (answer === test.answer) return [];
  return [
    finding(
      "answer-changed",
      `test ${test.index + 1}: the reference answer is ${answer} in a fresh interpreter and was ${test.answer} before`,
      "It must follow from the configuration alone.",
    ),
  ];
}

/** At once, and in the place of the right one: Done may not depend on when it is called. */
async function refused(
  python: Interpreter,
  options: CallOptions,
  test: ProofTest,
  trace: readonly TraceStep[],
  wrong: string,
): Promise<Finding[]> {
  const last = trace.length - 1;
  for (const before of last > 0 ? [0, last] : [0]) {
    const actions = [...trace.slice(0, before).map((step) => step.action), wrong];
    const { reward } = await python.call("replay", { config: test.config, actions }, options);
    if (reward === 0) continue;
    return [
      finding(
        "wrong-answer-rewarded",
        `test ${test.index + 1}: a wrong answer in round ${before + 1} earns reward ${reward}`,
        "Done must compare type and value with the reference answer.",
      ),
    ];
  }
  return [];
}

function proveSolver(context: GateContext, solver: string, tests: readonly ProofTest[], traces: Traces): Promise<Part> {
  return part(context, "the solver without an environment", async (python, options) => {
    await python.call("load_solver", { solver }, options);
    const findings: Finding[] = [];
    for (const test of tests) {
      const trace = traces.get(test.index) ?? [];
      const { actions } = await python.call("feed", { steps: trace.map(({ ok, observation }) => ({ ok, observation })) }, options);
      const differs = Array.from({ length: Math.max(actions.length, trace.length) }).findIndex(
        (_, index) => actions[index] !== trace[index]?.action,
      );
      if (differs < 0) continue;
      findings.push(
        finding(
          "actions-changed",
          `test ${test.index + 1}, round ${differs + 1}: given the same observations, the solver acts differently`,
          "It depends on something else than observations: chance, time, or the environment's inside.",
        ),
      );
    }
    return findings;
  });
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
    return [finding("answer-differs", message, 'Type and value must be the same: 3 is not 3.0 and not "3".')];
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
      proveEnvironment(context, candidate, { tests, traces, wrongActions: read.wrong, answers }),
      proveSolver(context, solver, tests, traces),
    ]);
    findings.push(...parts.flatMap((item) => item.findings), ...compareAnswers(tests, traces, submitted, answers));
  } else findings.push(...(read?.findings ?? []));
  const rounds = tests.map((test) => traces.get(test.index)?.length ?? 0);
  const figures = {
    "tests proven": findings.length === 0 ? tests.length : 0,
    "actions replayed": rounds.reduce((sum, count) => sum + count, 0),
    "fresh interpreters": 2,
    rounds: rounds.length === 0 ? "none" : `${Math.min(...rounds)} to ${Math.max(...rounds)}`,
  };
  return gateResult("proof", findings, figures, startedAt);
}

export const gate: Gate<"proof"> = {
  name: "proof",
  async attempt({ context, candidate, sources, recorder }, attempt) {
    const { run, source } = attempt;
    if (run === null) return false;
    const file = await sources.fileWith(source);
    const tests = passedTests(recorder.seen()).map(({ index, config, answer }) => ({ index, config, answer: answer ?? "" }));
    const result = await proveSolverOnEnvironment(context, { ...candidate, source: file }, source, tests, run.traces);
    // The rounds are those of what was proven, should the search have counted others.
    for (const cell of run.cells) {
      const rounds = run.traces.get(cell.test)?.length ?? cell.rounds;
      if (result.passed && rounds !== cell.rounds) await recorder.played({ ...cell, rounds });
    }
    // One proof decides for the environment: a later solver's failure does not take it back.
    if (result.passed || !recorder.seen().gates.some(({ gate: name, passed }) => name === "proof" && passed))
      await recorder.decided(result);
    if (result.passed) attempt.file = file;
    return result.passed;
  },
  run: async () => null,
};
