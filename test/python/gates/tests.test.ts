import { describe, expect, test } from "vitest";
import { CancelledError, DEFAULT_LIMITS, type Limits, type TestResult } from "@/domain";
import { checkTests, testsNeeded } from "@/verification/gates/tests.ts";
import { gateContext, PANTRY, PANTRY_CONFIGS, pantryConfig, swap } from "../../support/python.ts";
import { CANDIDATE, sandboxForFile, TESTS, verdictsOf } from "./gates-support.ts";

const sandbox = sandboxForFile();

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
      gateContext(sandbox(), { minTests: 10 }),
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
      gateContext(sandbox(), { minTests: 10, stopEarly: false }),
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
    const { tests, result } = await checkTests(gateContext(sandbox(), limits), { ...CANDIDATE, source }, configs, [], () => {});
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
      gateContext(sandbox(), { minTests: 10 }),
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
      gateContext(sandbox(), { stopEarly: false }),
      { source: "raise ValueError('at import')", className: "PantryEnv" },
      PANTRY_CONFIGS.slice(0, 3),
      [],
      () => {},
    );
    expect(tests.map((item) => [item.verdict, item.message])).toEqual(Array.from({ length: 3 }, () => ["error", "ValueError: at import"]));
    const other = await checkTests(
      gateContext(sandbox()),
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
    const { tests } = await checkTests(gateContext(sandbox()), CANDIDATE, PANTRY_CONFIGS, prior, (item) => void told.push(item.index));
    expect(told).not.toContain(0);
    expect(told).not.toContain(4);
    expect(told).toHaveLength(10);
    expect([tests[0], tests[4]]).toEqual(prior);
  });

  test("cancelling rejects, with what was decided told before", async () => {
    const controller = new AbortController();
    const told: TestResult[] = [];
    const work = checkTests(gateContext(sandbox(), {}, controller.signal), CANDIDATE, PANTRY_CONFIGS, [], (item) => {
      told.push(item);
      controller.abort();
    });
    await expect(work).rejects.toBeInstanceOf(CancelledError);
    expect(told.length).toBeGreaterThan(0);
    expect(told.every((item) => item.passed)).toBe(true);
    expect((await checkTests(gateContext(sandbox()), CANDIDATE, PANTRY_CONFIGS.slice(0, 1), [], () => {})).result.passed).toBe(true);
  });
});
