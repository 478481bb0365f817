import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CancelledError, type Cell, DEFAULT_LIMITS, type Limits, type TestResult } from "@/domain";
import { checkRun, checkTests, insertSolver, MAX_STEPS, proveSolverOnEnvironment, runSolver, type Traces } from "@/verification";
import { testsNeeded } from "@/verification/tests-gate.ts";
import { SEARCH, gateContext, PANTRY, PANTRY_CONFIGS, pantryConfig, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
});
afterAll(() => sandbox.dispose());

const CANDIDATE = { source: PANTRY, className: "PantryEnv" };
const SOLVER = `import json\n${PANTRY.slice(PANTRY.indexOf("    def solve"), PANTRY.indexOf("\n\n\nif __name__")).replace(/^ {4}/gm, "")}\n`;
const TESTS = PANTRY_CONFIGS.map((config, index) => ({ index, config }));
const verdictsOf = (items: readonly { verdict: string }[]): string[] => items.map((item) => item.verdict);

/** The environment answers jar counts of 2 to 13; this makes some of them fail in their own ways. */
const failing = (code: string): string =>
  swap(
    PANTRY,
    "    def get_ref_answer(self):\n",
    `    def get_ref_answer(self):\n        count = len(self.labels)\n${code
      .split("\n")
      .map((line) => `        ${line}`)
      .join("\n")}\n`,
  );

describe("run", () => {
  test("passes with its figures and what was printed", async () => {
    const result = await checkRun(gateContext(sandbox), PANTRY);
    expect(result).toMatchObject({ gate: "run", passed: true, findings: [] });
    expect(result.figures["printed"]).toBe("submitted 660, reward=1\nstep count: 7\nsubmitted 0, reward=1\nstep count: 3");
    expect(result.figures["time (ms)"]).toEqual(expect.any(Number));
  });

  test("an exception is found with its line and traceback", async () => {
    const source = swap(PANTRY, "        print(environment.solve())", "        print(environment.solve().missing)");
    const line = source.split("\n").findIndex((text) => text.includes(".missing")) + 1;
    const { passed, findings } = await checkRun(gateContext(sandbox), source);
    expect(passed).toBe(false);
    expect(findings).toMatchObject([
      {
        severity: "error",
        code: "error",
        line,
        message: expect.stringContaining("AttributeError"),
        failure: { traceback: expect.stringContaining(`line ${line}`) },
      },
    ]);
  });

  test.each([
    ["a syntax error", "x = (", "SyntaxError", 1],
    ["a return outside a function", "x = 1\nreturn x", "SyntaxError", 2],
    ["a failed assertion", "\nassert 1 == 2, 'no'", "AssertionError", 2],
  ])("%s", async (_name, source, type, line) => {
    expect((await checkRun(gateContext(sandbox), source)).findings).toMatchObject([{ line, failure: { type } }]);
  });
});

describe("tests", () => {
  test("the measure: 80 % and ten, whichever is more", () => {
    const needed = (proposed: number, limits: Partial<Limits> = {}): number => testsNeeded({ ...DEFAULT_LIMITS, ...limits }, proposed);
    expect([1, 10, 12, 13, 30, 31].map((count) => needed(count))).toEqual([10, 10, 10, 11, 24, 25]);
    expect(needed(15, { minTests: 1 })).toBe(12);
    expect(needed(15, { minTests: 1, minTestShare: 0 })).toBe(1);
    // 0.8 of 35 is 28.000000000000004 in floating point where it is computed in another way.
    for (let count = 5; count <= 500; count += 5) expect(needed(count, { minTests: 1 })).toBe((count * 4) / 5);
  });

  test("pass with answers and figures; each result is told once", async () => {
    const told: number[] = [];
    const { tests, result } = await checkTests(
      gateContext(sandbox, { minTests: 10 }),
      CANDIDATE,
      PANTRY_CONFIGS,
      [],
      (item) => void told.push(item.index),
    );
    expect(told.toSorted((a, b) => a - b)).toEqual(TESTS.map((item) => item.index));
    expect(tests.map((item) => item.index)).toEqual(TESTS.map((item) => item.index));
    expect(tests[1]).toMatchObject({ passed: true, verdict: "solved", answer: "24", peakBytes: expect.any(Number) });
    expect(result).toMatchObject({ gate: "tests", passed: true, findings: [], figures: { passed: "12 of 12", "distinct answers": 12 } });
  });

  test.each([
    [2, true],
    [3, false],
  ])("%s failures of 13 with all looked at: passes %s", async (failures, passes) => {
    const source = failing(`if count < ${2 + failures}: raise ValueError(count)`);
    const configs = [
      ...PANTRY_CONFIGS,
      pantryConfig(
        Array.from({ length: 14 }, () => "oats"),
        Array.from({ length: 14 }, () => 2),
      ),
    ];
    const { tests, result } = await checkTests(
      gateContext(sandbox, { minTests: 10, stopEarly: false }),
      { ...CANDIDATE, source },
      configs,
      [],
      () => {},
    );
    expect(tests.filter((item) => !item.passed)).toHaveLength(failures);
    expect(tests).toHaveLength(13);
    expect(result.passed).toBe(passes);
    expect(result.findings.some((item) => item.code === "too-few-tests")).toBe(!passes);
  });

  test("every verdict has its name, and a reason", async () => {
    const source = failing(
      [
        "if count == 2: raise KeyError('jar')",
        "if count == 3:\n    while True: pass",
        "if count == 4: x = [0] * 10**9",
        "if count == 5:\n    import os\n    os._exit(1)",
        "if count == 6: return __import__('random').random()",
        "if count == 7: return {1}",
        "if count == 8: return 'x' * 200",
        "if count == 9: x = bytearray(60_000_000)",
      ].join("\n"),
    );
    const limits = { testMs: 4000, testMemoryBytes: 50_000_000, stopEarly: false };
    const configs = [...PANTRY_CONFIGS, "{", "[1]", "", '{"labels": 5}'];
    const { tests, result } = await checkTests(gateContext(sandbox, limits), { ...CANDIDATE, source }, configs, [], () => {});
    expect(verdictsOf(tests)).toEqual([
      "error",
      "time-limit",
      "memory-limit",
      "crash",
      "wrong",
      "error",
      "error",
      "memory-limit",
      "solved",
      "solved",
      "solved",
      "solved",
      "error",
      "error",
      "error",
      "error",
    ]);
    expect(tests.filter((item) => !item.passed).every((item) => (item.message ?? "") !== "")).toBe(true);
    expect(tests[0]?.message).toBe("KeyError: 'jar'");
    expect(result.passed).toBe(false);
    expect(result.findings[0]).toMatchObject({
      code: "too-few-tests",
      message: expect.stringContaining("4 of 16"),
      hint: expect.any(String),
    });
    // The three that are no JSON object are one finding.
    expect(result.findings).toContainEqual(
      expect.objectContaining({ code: "test-error", message: expect.stringMatching(/^configurations 13, 14, 15: /) }),
    );
  });

  test("stops early once too few can pass, and says of how many", async () => {
    const source = failing("raise ValueError('always')");
    const { tests, result } = await checkTests(
      gateContext(sandbox, { minTests: 10 }),
      { ...CANDIDATE, source },
      PANTRY_CONFIGS,
      [],
      () => {},
    );
    expect(tests.length).toBeLessThan(PANTRY_CONFIGS.length);
    expect(tests.length).toBeGreaterThanOrEqual(3);
    expect(result.passed).toBe(false);
  });

  test("a module that does not load fails every test with the reason", async () => {
    const { tests } = await checkTests(
      gateContext(sandbox, { stopEarly: false }),
      { source: "raise ValueError('at import')", className: "PantryEnv" },
      PANTRY_CONFIGS.slice(0, 3),
      [],
      () => {},
    );
    expect(tests.map((item) => [item.verdict, item.message])).toEqual(Array.from({ length: 3 }, () => ["error", "ValueError: at import"]));
    const other = await checkTests(
      gateContext(sandbox),
      { source: PANTRY, className: "CellarEnv" },
      PANTRY_CONFIGS.slice(0, 1),
      [],
      () => {},
    );
    expect(other.tests[0]?.message).toContain("CellarEnv");
  });

  test("goes on where it was: what was decided stands", async () => {
    const decided = (index: number, passed: boolean): TestResult => ({
      index,
      config: PANTRY_CONFIGS[index] ?? "",
      passed,
      verdict: passed ? "solved" : "error",
      answer: passed ? '"kept"' : null,
      ms: 1,
      peakBytes: 1,
    });
    const prior = [decided(0, true), decided(4, false)];
    const told: number[] = [];
    const { tests } = await checkTests(gateContext(sandbox), CANDIDATE, PANTRY_CONFIGS, prior, (item) => void told.push(item.index));
    expect(told).not.toContain(0);
    expect(told).not.toContain(4);
    expect(told).toHaveLength(10);
    expect([tests[0], tests[4]]).toEqual(prior);
  });

  test("the same answer everywhere is a warning", async () => {
    const { result } = await checkTests(
      gateContext(sandbox),
      { ...CANDIDATE, source: failing("return 1") },
      PANTRY_CONFIGS.slice(0, 3),
      [],
      () => {},
    );
    expect(result.passed).toBe(true);
    expect(result.findings).toMatchObject([{ severity: "warning", code: "same-answer" }]);
  });

  test("cancelling rejects, with what was decided told before", async () => {
    const controller = new AbortController();
    const told: TestResult[] = [];
    const work = checkTests(gateContext(sandbox, {}, controller.signal), CANDIDATE, PANTRY_CONFIGS, [], (item) => {
      told.push(item);
      controller.abort();
    });
    await expect(work).rejects.toBeInstanceOf(CancelledError);
    expect(told.length).toBeGreaterThan(0);
    expect(told.every((item) => item.passed)).toBe(true);
    expect((await checkTests(gateContext(sandbox), CANDIDATE, PANTRY_CONFIGS.slice(0, 1), [], () => {})).result.passed).toBe(true);
  });
});

describe("solvability", () => {
  const run = (solver: string, limits: Partial<Limits> = {}, tests = TESTS, prior: Cell[] = [], told: Cell[] = []) =>
    runSolver(gateContext(sandbox, limits), CANDIDATE, { index: 3, source: solver }, tests, prior, (cell) => void told.push(cell));
  /** Fails where the number of jars says so. */
  const moody = (code: string): string =>
    swap(
      SOLVER,
      "    total = 0\n",
      `${code
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n")}\n    total = 0\n`,
    );

  test("an honest solver solves all, with rounds and traces", async () => {
    const { cells, traces, solvedAll } = await run(SOLVER);
    expect(solvedAll).toBe(true);
    expect(cells.map((cell) => [cell.solver, cell.test, cell.reward])).toEqual(TESTS.map(({ index }) => [3, index, 1]));
    expect(cells.map((cell) => cell.rounds)).toEqual(TESTS.map(({ index }) => 2 + index + 2 + Math.ceil((index + 2) / 2)));
    for (const cell of cells) expect(traces.get(cell.test)).toHaveLength(cell.rounds);
    expect(traces.get(0)?.at(-1)).toEqual({
      action: '{"name": "Done", "parameters": {"answer": 1}}',
      ok: true,
      observation: "submitted 1, reward=1",
    });
  });

  test("every verdict has its name", async () => {
    const solver = moody(
      [
        "if jars == 2: return self.step(json.dumps({'name': 'Done', 'parameters': {'answer': -1}}))",
        "if jars == 3: return 'gave up'",
        "if jars == 4: raise KeyError('jar')",
        "if jars == 5:\n    while True: pass",
        "if jars == 6: x = [0] * 10**9",
        "if jars == 7:\n    import os\n    os._exit(1)",
        `if jars == 8:\n    for _ in range(${MAX_STEPS}): self.step('{}')`,
      ].join("\n"),
    );
    const { cells, traces, solvedAll } = await run(solver, { testMs: 4000, stopEarly: false });
    expect(solvedAll).toBe(false);
    expect(verdictsOf(cells)).toEqual([
      "wrong",
      "wrong",
      "error",
      "time-limit",
      "memory-limit",
      "crash",
      "error",
      "solved",
      "solved",
      "solved",
      "solved",
      "solved",
    ]);
    expect(cells[0]?.message).toMatch(/reward 0 after 2 rounds; last observation: submitted -1, reward=0/);
    expect(cells[1]?.message).toMatch(/not finished after 1 rounds: Done was not called/);
    expect([...traces.keys()].toSorted((a, b) => a - b)).toEqual([7, 8, 9, 10, 11]);
  });

  test("stops at the first failure when the rest cannot change the outcome", async () => {
    const { cells, solvedAll } = await run(moody("raise ValueError(jars)"));
    expect(solvedAll).toBe(false);
    expect(cells.length).toBeLessThan(TESTS.length);
  });

  test("goes on where it was", async () => {
    const prior: Cell[] = [0, 1, 2].map((index) => ({ solver: 3, test: index, verdict: "solved", rounds: 99, reward: 1, ms: 1 }));
    const told: Cell[] = [];
    const { cells, solvedAll, traces } = await run(SOLVER, {}, TESTS, prior, told);
    expect(told.map((cell) => cell.test).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(cells.slice(0, 3)).toEqual(prior);
    expect(solvedAll).toBe(true);
    // The proof records anew what an earlier part of the run did not leave.
    const proof = await proveSolverOnEnvironment(gateContext(sandbox), CANDIDATE, SOLVER, await proofTests(4), traces);
    expect(proof.findings).toEqual([]);
    expect(traces.get(0)).toHaveLength(5);
  });

  test("a failure recorded before still loses, without playing more", async () => {
    const told: Cell[] = [];
    const prior: Cell[] = [{ solver: 3, test: 0, verdict: "wrong", rounds: 1, reward: 0, ms: 1 }];
    expect((await run(SOLVER, {}, TESTS, prior, told)).solvedAll).toBe(false);
    expect(told).toEqual([]);
    expect((await run(SOLVER, {}, [])).solvedAll).toBe(false);
  });

  test("a solver that does not load fails with the reason", async () => {
    for (const [solver, message] of [
      ["raise ValueError('at load')", "ValueError: at load"],
      ["x = (", "SyntaxError"],
      ["x = 1", "no function `solve`"],
    ] as const) {
      const { cells } = await run(solver, {}, TESTS.slice(0, 1));
      expect(cells).toMatchObject([{ verdict: "error", message: expect.stringContaining(message) }]);
    }
  });

  test("a rejection by a used interpreter is confirmed by a fresh one", async () => {
    const one = await testSandbox({ parallelism: 1 });
    try {
      // It harms every environment but the canary, and stays where it did so.
      const python = await one.acquire(SEARCH);
      await python.call(
        "run_main",
        {
          source:
            "import sys\nepisodes = sys.modules['codegym_sandbox.episodes']\nreal = episodes._outcome\nepisodes._outcome = lambda e: real(e) if type(e).__name__ == 'CanaryEnv' else {'reward': 0.0, 'finished': True}",
        },
        { deadlineMs: 60_000 },
      );
      python.release();
      const again = await one.acquire(SEARCH);
      expect(again.fresh).toBe(false);
      again.release();
      const { cells, solvedAll } = await runSolver(
        gateContext(one),
        CANDIDATE,
        { index: 0, source: SOLVER },
        TESTS.slice(0, 3),
        [],
        () => {},
      );
      expect(verdictsOf(cells)).toEqual(["solved", "solved", "solved"]);
      expect(solvedAll).toBe(true);
    } finally {
      one.dispose();
    }
  });
});

async function proofTests(count: number): Promise<{ index: number; config: string; answer: string }[]> {
  const { tests } = await checkTests(gateContext(sandbox), CANDIDATE, PANTRY_CONFIGS.slice(0, count), [], () => {});
  return tests.map(({ index, config, answer }) => ({ index, config, answer: answer ?? "" }));
}

describe("proof", () => {
  test("rests on fresh interpreters: traces from a search that was tampered with are recorded anew", async () => {
    const tests = await proofTests(2);
    const forged: Traces = new Map(tests.map(({ index }) => [index, [{ action: "{}", ok: true, observation: "made up" }]]));
    const result = await proveSolverOnEnvironment(gateContext(sandbox), CANDIDATE, SOLVER, tests, forged);
    expect(result).toMatchObject({ gate: "proof", passed: true, figures: { "tests proven": 2, rounds: "5 to 7" } });
    expect(forged.get(0)?.at(-1)?.action).toContain("Done");
  });

  test("a reference answer that was another before is found", async () => {
    const tests = (await proofTests(2)).map((item) => ({ ...item, answer: item.index === 1 ? "5" : item.answer }));
    const result = await proveSolverOnEnvironment(gateContext(sandbox), CANDIDATE, SOLVER, tests, new Map());
    expect(result.findings.map((item) => [item.code, item.message])).toEqual([
      ["answer-changed", "test 2: the reference answer is 24 in a fresh interpreter and was 5 before"],
    ]);
    expect(result.figures["tests proven"]).toBe(0);
  });

  test("actions that would break their reader do not end the run", async () => {
    const tests = await proofTests(1);
    const action = `{"name": "Done", "parameters": {"answer": ${"[".repeat(200_000)}${"]".repeat(200_000)}}}`;
    const forged: Traces = new Map([[0, [{ action, ok: true, observation: "" }]]]);
    expect((await proveSolverOnEnvironment(gateContext(sandbox), CANDIDATE, SOLVER, tests, forged)).findings).toEqual([]);
    const deep = swap(SOLVER, "    total = 0\n", "    self.step('[' * 10**6)\n    total = 0\n");
    const result = await proveSolverOnEnvironment(gateContext(sandbox), CANDIDATE, deep, tests, new Map());
    expect(result.findings.map((item) => item.code)).toEqual(["proof-failure"]);
  });

  test("the solver that was put into the file is the one that is proven", async () => {
    const source = await insertSolver(gateContext(sandbox), PANTRY, "PantryEnv", SOLVER.replace("import json\n", ""));
    const { result } = await checkTests(gateContext(sandbox), { source, className: "PantryEnv" }, PANTRY_CONFIGS.slice(0, 2), [], () => {});
    expect(result.passed).toBe(true);
  });
});
