import type { Finding, GateResult, Interpreter, PlayedStep, TraceStep } from "@/domain";
import { ANALYSIS_MS } from "../analysis.ts";
import { failureOf, SLACK_MS, withInterpreter } from "../failure.ts";
import { type Candidate, type Gate, type GateContext, gateResult, passedTests, type Traces } from "../gate.ts";
import { type Trial, trialsOf } from "../trials.ts";
import { MAX_STEPS, type SolverTest } from "./solvability.ts";

/**
 * Gate 7 (docs/runtime.md, "A verdict that code cannot forge"). No interpreter that runs here ran anything before, and none
 * holds both sides:
 *
 *   E  the environment, played as an agent plays it (trials.ts) → the recorded actions earn the same observations and
 *      reward 1, the right answer also after other calls, a wrong one nothing; at last its reference answers
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
const STRICT = "Done must compare type and value with the reference answer, in every round and whatever was called before.";
const ANY_WAY = "What is right follows from the configuration: calls that only look must not change it.";
const SEEN = "What an agent is told must stand in plain sight: a number of blanks can carry the answer.";
/** Several blanks at the end, after something; and characters without width. */
const UNSEEN = /\S\s{2,}$|[\u200b-\u200f\u2060-\u2064\ufeff]/u;
/** What is played first in each of the interpreters that hold the environment. */
const FIRST = ["wrong", "replay", "right"] as const;
/** Of each test that was met, for the calls that are mixed into later trials. */
const MAX_EARLIER = 20;

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

type Tries = { tests: readonly ProofTest[]; traces: Traces; wrongActions: readonly (readonly string[])[]; answers: Map<number, string> };

/**
 * Several interpreters share the tests, since what comes first in one may be treated in another way than what comes later:
 * one meets a wrong answer first, one a whole episode, one the right answer out of its place. Each meets its tests in their
 * order, all trials of one before the next. The reference answer is asked for when everything was played: who is asked for it
 * knows that this is no agent's episode.
 */
async function proveEnvironment(context: GateContext, candidate: Candidate, tries: Tries): Promise<Part & { interpreters: number }> {
  const hands = FIRST.slice(0, Math.max(1, tries.tests.length)).map((first, hand) => ({
    first,
    share: tries.tests.flatMap((test, position) => (position % FIRST.length === hand ? [{ test, position }] : [])),
  }));
  /** By test, whichever interpreter it was in. */
  const found: Finding[][] = tries.tests.map(() => []);
  const parts = await Promise.all(
    hands.map(({ first, share }) =>
      part(context, "replay", async (python, options) => {
        const earlier: string[] = [];
        for (const [turn, { test, position }] of share.entries()) {
          const trace = tries.traces.get(test.index) ?? [];
          for (const trial of trialsOf(trace, tries.wrongActions[position] ?? [], earlier, turn === 0 ? first : null))
            found[position]?.push(...(await tried(python, options, candidate, test, trace, trial)));
          const calls = trace.slice(0, -1).map((step) => step.action);
          earlier.push(...calls.slice(0, MAX_EARLIER));
        }
        await python.call("load_environment", candidate, options);
        for (const { test, position } of share)
          found[position]?.push(...(await referred(python, options, test, context.limits.answerChars, tries.answers)));
        return [];
      }),
    ),
  );
  return { findings: onePerKind([...found.flat(), ...parts.flatMap((item) => item.findings)]), interpreters: hands.length };
}

/** Of the trials of one test, the first that found a thing is enough; of a warning, the first of all. */
function onePerKind(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message, severity }) => {
    const key = severity === "warning" ? code : `${code} ${message.split(/[,:]/, 1)[0]}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** One trial, as an agent would play it: the module loaded again, an episode started, action by action. */
async function tried(
  python: Interpreter,
  options: CallOptions,
  candidate: Candidate,
  test: ProofTest,
  trace: readonly TraceStep[],
  { kind, actions, look, pauses }: Trial,
): Promise<Finding[]> {
  await python.call("load_environment", candidate, options);
  await python.call("start", { config: test.config, state: false, look }, options);
  const steps: PlayedStep[] = [];
  let over = false;
  while (steps.length < actions.length && !over) {
    const given = { actions: actions.slice(steps.length), state: false, look, pauses: pauses.slice(steps.length) };
    const { steps: answered } = await python.call("steps", given, options);
    steps.push(...answered);
    over = answered.length === 0 || answered.at(-1)?.finished === true;
  }
  const name = `test ${test.index + 1}`;
  if (kind === "replay") return replayed(name, trace, steps);
  const paid = steps.at(-1)?.reward ?? 0;
  const round = steps.length;
  if (kind === "right" && paid !== 1 && steps.length === actions.length)
    return [
      finding("right-answer-refused", `${name}: the right answer earns reward ${paid} in round ${round}, after other calls`, ANY_WAY),
    ];
  if (kind === "wrong" && paid > 0)
    return [
      finding(
        "wrong-answer-rewarded",
        `${name}: a wrong answer in round ${round} earns reward ${paid}: ${answerIn(actions[round - 1] ?? "")}`,
        STRICT,
      ),
    ];
  if (kind === "wrong" && paid < 0)
    return [{ ...finding("negative-reward", `${name}: a wrong answer earns reward ${paid}`, "Trainers expect 0."), severity: "warning" }];
  return [];
}

/** As it stands in a call of `Done` that was made here. */
const answerIn = (action: string): string => (/"answer": (.*)\}\}$/su.exec(action)?.[1] ?? action).slice(0, 120);

function replayed(name: string, trace: readonly TraceStep[], steps: readonly PlayedStep[]): Finding[] {
  const differs = steps.findIndex((step, index) => step.observation !== trace[index]?.observation || step.ok !== trace[index]?.ok);
  if (differs >= 0) {
    return [
      finding(
        "observation-changed",
        `${name}, round ${differs + 1}: the same action gives another observation in a fresh interpreter`,
        "Observations must follow from the configuration and the actions alone.",
      ),
    ];
  }
  const last = steps.at(-1);
  if (steps.length < trace.length)
    return [finding("acts-after-done", `${name}: the episode is over after round ${steps.length} of ${trace.length}`, ONE_ANSWER)];
  const early = steps.slice(0, -1).findIndex((step) => step.reward > 0);
  if (early >= 0) return [finding("rewarded-before-done", `${name}: round ${early + 1} earns a reward before there is an answer`)];
  if (last?.reward !== 1 || !last.finished)
    return [finding("reward-changed", `${name}: the same actions earn reward ${last?.reward ?? 0} in a fresh interpreter`)];
  const unseen = steps.findIndex((step) => UNSEEN.test(step.observation));
  if (unseen < 0) return [];
  return [
    finding("unseen-text", `${name}, round ${unseen + 1}: the observation ends in blanks, or holds characters that nobody sees`, SEEN),
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
): Promise<Part & { wrong: string[][] }> {
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

/** What the solver submitted against E's answer; decided here, from canonical texts that no judged code made. */
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
      return [finding("acts-after-done", `${name}: the solver continues after its first answer`, ONE_ANSWER)];
    }
    const reference = answers.get(test.index);
    if (reference === undefined || given[first] === reference) return [];
    const message = `${name}: Done was given ${given[first] ?? ""}, the reference answer is ${reference}, and the environment rewarded it`;
    return [finding("answer-differs", message, 'Type and value must be the same: 3 is not 3.0 and not "3".')];
  });
}

/**
 * `traces` come from the search, whose interpreters an earlier solver may have tampered with: a proof that
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
  let interpreters = 1;
  const read = findings.length > 0 ? null : await readAnswers(context, tests, traces, submitted);
  if (read?.findings.length === 0) {
    const [played, fed] = await Promise.all([
      proveEnvironment(context, candidate, { tests, traces, wrongActions: read.wrong, answers }),
      proveSolver(context, solver, tests, traces),
    ]);
    interpreters = played.interpreters + 1;
    findings.push(...played.findings, ...fed.findings, ...compareAnswers(tests, traces, submitted, answers));
  } else findings.push(...(read?.findings ?? []));
  const rounds = tests.map((test) => traces.get(test.index)?.length ?? 0);
  const figures = {
    "tests proven": findings.some(({ severity }) => severity === "error") ? 0 : tests.length,
    "actions replayed": rounds.reduce((sum, count) => sum + count, 0),
    "fresh interpreters": interpreters,
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
