import fc from "fast-check";
import type { PyodideAPI } from "pyodide";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { compilerPython } from "../support/compiler-python.ts";

const RUNS = 12;
/** What the programs are made for; a rule besides these has a test of its own. */
const RULES = ["expression", "fold", "helper", "loop-body", "predicate"];
const INPUTS = 4;
/** Each is compiled twice. */
const RENAMED_RUNS = 5;

const foundSchema = z.object({
  refused: z.string().nullable(),
  plays: z.number(),
  wrong: z.array(z.string()),
  mended: z.number(),
  rules: z.array(z.string()),
  source: z.string(),
});

/** Few, as WebAssembly is slow: plain CPython plays many more of them (test/compiler/test_answers_as_the_solution.py). */
describe("random programs", { timeout: 300_000 }, () => {
  let python: PyodideAPI;
  beforeAll(async () => {
    python = await compilerPython("random_programs");
  }, 120_000);

  test("every variant's solver submits what the program returns, on inputs that the compiler has not seen", () => {
    const differences = python.pyimport("random_programs").differences;
    const found: z.infer<typeof foundSchema>[] = [];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (program) => {
        const result = foundSchema.parse(JSON.parse(differences(program, INPUTS)));
        found.push(result);
        expect(result.wrong, `program ${program}:\n${result.source}`).toEqual([]);
        // The compiler gives pieces up until the rest is right: a fault in cutting shows here first.
        expect(result.mended, `program ${program} was cut wrongly before it was mended:\n${result.source}`).toBe(0);
      }),
      // The same programs each time: what a new one finds is for whoever works on the compiler (change the seed), not
      // for whoever changes something else. A smaller number is no simpler program.
      { numRuns: RUNS, seed: 4, endOnFailure: true },
    );
    expect(found.filter(({ refused }) => refused === null).length).toBeGreaterThanOrEqual(0.8 * RUNS);
    expect(found.flatMap(({ rules }) => rules)).toEqual(expect.arrayContaining(RULES));
    expect(found.reduce((sum, { plays }) => sum + plays, 0)).toBeGreaterThan(INPUTS * RUNS);
  });

  test("names of the generated file, of Python and of its keywords change nothing: the same answers under each of them", () => {
    const differences = python.pyimport("random_programs").renamed_differences;
    let plays = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (program) => {
        const result = foundSchema.parse(JSON.parse(differences(program, INPUTS)));
        expect(result.wrong, `program ${program}:\n${result.source}`).toEqual([]);
        expect(result.mended, `program ${program} was cut wrongly before it was mended:\n${result.source}`).toBe(0);
        expect(result.refused, result.source).not.toBe("names");
        plays += result.plays;
      }),
      { numRuns: RENAMED_RUNS, seed: 7, endOnFailure: true },
    );
    expect(plays).toBeGreaterThan(INPUTS * RENAMED_RUNS);
  });
});
