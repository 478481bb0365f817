import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { loadPyodide, type PyodideAPI } from "pyodide";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const SOURCES = fileURLToPath(new URL("../../src/python", import.meta.url));
const PROGRAMS = readFileSync(fileURLToPath(new URL("../support/random_programs.py", import.meta.url)), "utf8");
const PYODIDE = path.dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));

const RUNS = 24;
const RULES = ["expression", "fold", "helper", "loop-body", "predicate"];
const INPUTS = 4;

const foundSchema = z.object({
  refused: z.string().nullable(),
  plays: z.number(),
  wrong: z.array(z.string()),
  mended: z.number(),
  rules: z.array(z.string()),
  source: z.string(),
});

describe("random programs", { timeout: 300_000 }, () => {
  let python: PyodideAPI;
  beforeAll(async () => {
    // An interpreter with the compiler's sources as they lie in the folder: what the property needs is not behind the sandbox's door.
    python = await loadPyodide({ indexURL: PYODIDE });
    python.FS.mkdirTree("/sources");
    python.FS.mount(python.FS.filesystems.NODEFS, { root: SOURCES }, "/sources");
    python.FS.writeFile("/home/pyodide/random_programs.py", PROGRAMS);
    python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.append('/sources')");
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
    expect([...new Set(found.flatMap(({ rules }) => rules))].toSorted()).toEqual(RULES);
    expect(found.reduce((sum, { plays }) => sum + plays, 0)).toBeGreaterThan(INPUTS * RUNS);
  });
});
