import type { PyodideAPI } from "pyodide";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { compilerPython } from "../support/compiler-python.ts";

const filesSchema = z.array(z.string());
const resultsSchema = z.array(z.object({ name: z.string(), failure: z.string().nullable() }));

/** The tests of test/compiler, which pytest runs in plain CPython too: here they have the interpreter that judges. */
describe("the compiler's own tests", { timeout: 300_000 }, () => {
  let python: PyodideAPI;
  beforeAll(async () => {
    python = await compilerPython("random_programs");
    python.runPython("sys.path[:0] = ['/compiler_tests']");
  }, 120_000);

  test("pass in WebAssembly, file by file", () => {
    const runner = python.pyimport("run_all") as { listed: () => string; run_one: (name: string) => string };
    const files = filesSchema.parse(JSON.parse(runner.listed()));
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const results = resultsSchema.parse(JSON.parse(runner.run_one(file)));
      expect(results.length, file).toBeGreaterThan(0);
      for (const { name, failure } of results) expect(failure, `${file}: ${name}`).toBeNull();
    }
  });
});
