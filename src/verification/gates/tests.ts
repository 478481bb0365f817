import { type Finding, type GateResult, type Interpreter, type Limits, parseConfig, type TestResult } from "@/domain";
import { decideAll } from "../crew.ts";
import { type Failure, failureOf, memoryFailure, SLACK_MS, timeFailure } from "../failure.ts";
import { type Candidate, type Gate, type GateContext, gateResult } from "../gate.ts";

/** Tracing memory slows Python down; the second, traced computation gets this many times the time limit. */
const TRACED_FACTOR = 5;

/** How many of `proposed` must pass. */
export function testsNeeded(limits: Limits, proposed: number): number {
  return Math.max(limits.minTests, Math.ceil(proposed * limits.minTestShare));
}

function failed(index: number, config: string, { verdict, finding }: Failure, seen: Partial<TestResult> = {}): TestResult {
  return { index, config, passed: false, verdict, answer: null, ms: null, peakBytes: null, message: finding.message, ...seen };
}

async function decide(python: Interpreter, context: GateContext, index: number, config: string): Promise<TestResult> {
  const { limits, signal } = context;
  try {
    const params = { config, answerChars: limits.answerChars };
    const first = await python.call("reference_answer", { ...params, memory: false }, { deadlineMs: limits.testMs + SLACK_MS, signal });
    const seen = { answer: first.answer, ms: first.ms };
    const late = timeFailure(first.ms, limits.testMs);
    if (late !== null) return failed(index, config, late, seen);
    const second = await python.call(
      "reference_answer",
      { ...params, memory: true },
      { deadlineMs: limits.testMs * TRACED_FACTOR + SLACK_MS, signal },
    );
    const measured = { ...seen, peakBytes: second.peakBytes };
    if (first.answer !== second.answer) {
      const message = `the reference answer differs between two computations: ${first.answer} and ${second.answer}`;
      return { index, config, passed: false, verdict: "wrong", ...measured, message };
    }
    const large = memoryFailure(second.peakBytes, limits.testMemoryBytes);
    if (large !== null) return failed(index, config, large, measured);
    return { index, config, passed: true, verdict: "solved", ...measured };
  } catch (error) {
    return failed(index, config, failureOf(error));
  }
}

/**
 * Gate 4: valid JSON, the environment starts from it, the reference answer comes within limits and twice the
 * same. A configuration that kills its interpreter costs only itself. `prior` holds what an earlier
 * part of the run decided; each new result goes to `onTest` at once.
 */
export async function checkTests(
  context: GateContext,
  candidate: Candidate,
  configs: readonly string[],
  prior: readonly TestResult[],
  onTest: (test: TestResult) => Promise<void> | void,
): Promise<{ tests: TestResult[]; result: GateResult }> {
  const startedAt = performance.now();
  const { limits, signal, sandbox } = context;
  const tests = new Map(prior.map((test) => [test.index, test]));
  const needed = testsNeeded(limits, configs.length);
  const hopeless = (): boolean => {
    const failures = [...tests.values()].filter((test) => !test.passed).length;
    return limits.stopEarly && configs.length - failures < needed;
  };
  const take = async (test: TestResult): Promise<void> => {
    tests.set(test.index, test);
    await onTest(test);
  };
  const queue: { index: number; config: string }[] = [];
  for (const [index, config] of configs.entries()) {
    if (tests.has(index)) continue;
    if (parseConfig(config) !== null) queue.push({ index, config });
    else {
      const message = "the configuration is not one JSON object";
      await take({ index, config, passed: false, verdict: "error", answer: null, ms: null, peakBytes: null, message });
    }
  }

  const options = { deadlineMs: limits.testMs + SLACK_MS, signal };
  await decideAll(context, Math.min(sandbox.parallelism, Math.max(1, Math.ceil(queue.length / 4))), {
    source: candidate.source,
    queue,
    enough: hopeless,
    load: (python) => python.call("load_environment", candidate, options),
    decide: (python, { index, config }, failure) =>
      failure === null ? decide(python, context, index, config) : Promise.resolve(failed(index, config, failureOf(failure.error))),
    passed: (test) => test.passed,
    take,
  });

  const all = [...tests.values()].toSorted((a, b) => a.index - b.index);
  const passed = all.filter((test) => test.passed);
  const findings = summarise(all);
  if (passed.length < needed) {
    findings.unshift({
      severity: "error",
      code: "too-few-tests",
      message: `${passed.length} of ${configs.length} configurations pass; at least ${needed} must (${limits.minTests}, and ${Math.round(limits.minTestShare * 100)} % of those proposed)`,
      line: null,
      hint: "Look at the failures below: either the environment or the configurations are at fault.",
    });
  }
  const answers = new Set(passed.map((test) => test.answer));
  const figures = {
    passed: `${passed.length} of ${configs.length}`,
    "distinct answers": answers.size,
    "slowest (ms)": Number(Math.max(0, ...passed.map((test) => test.ms ?? 0)).toFixed(2)),
    "peak memory (MB)": Number((Math.max(0, ...passed.map((test) => test.peakBytes ?? 0)) / 1e6).toFixed(2)),
  };
  return { tests: all, result: gateResult("tests", findings, figures, startedAt) };
}

/** Failures with the same message as one finding that says how often; warnings, since the count decides. */
function summarise(tests: readonly TestResult[]): Finding[] {
  const groups = new Map<string, TestResult[]>();
  for (const test of tests) {
    if (test.passed) continue;
    const key = `${test.verdict}:${test.message ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), test]);
  }
  return [...groups.values()].map((group): Finding => {
    const [first] = group;
    const numbers = group.map((test) => test.index + 1).join(", ");
    return {
      severity: "warning",
      code: `test-${first?.verdict ?? "error"}`,
      message: `configuration${group.length > 1 ? "s" : ""} ${numbers}: ${first?.message ?? ""}`,
      line: null,
    };
  });
}

export const gate: Gate<"tests"> = {
  name: "tests",
  async run({ context, candidate, sources, recorder }) {
    let decided: GateResult | null = null;
    for await (const { configs, notes } of sources.proposals(() => decided)) {
      const { result } = await checkTests(context, candidate, configs, recorder.seen().tests, (test) => recorder.tested(test));
      decided = { ...result, findings: [...result.findings, ...notes] };
    }
    return decided;
  },
};
