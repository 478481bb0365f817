import { describe, expect, test } from "vitest";
import { insertSolver } from "@/verification/analysis.ts";
import { type Traces } from "@/verification/gate.ts";
import { proveSolverOnEnvironment } from "@/verification/gates/proof.ts";
import { checkTests } from "@/verification/gates/tests.ts";
import { gateContext, PANTRY, PANTRY_CONFIGS, swap } from "../../support/python.ts";
import { CANDIDATE, proofTests, sandboxForFile, SOLVER } from "./gates-support.ts";

const sandbox = sandboxForFile();

describe("proof", () => {
  test("rests on fresh interpreters: traces from a search that was tampered with are recorded anew", async () => {
    const tests = await proofTests(sandbox(), 2);
    const forged: Traces = new Map(tests.map(({ index }) => [index, [{ action: "{}", ok: true, observation: "made up" }]]));
    const result = await proveSolverOnEnvironment(gateContext(sandbox()), CANDIDATE, SOLVER, tests, forged);
    expect(result).toMatchObject({ gate: "proof", passed: true, figures: { "tests proven": 2, rounds: "5 to 7" } });
    expect(forged.get(0)?.at(-1)?.action).toContain("Done");
  });

  test("a reference answer that was another before is found", async () => {
    const tests = (await proofTests(sandbox(), 2)).map((item) => ({ ...item, answer: item.index === 1 ? "5" : item.answer }));
    const result = await proveSolverOnEnvironment(gateContext(sandbox()), CANDIDATE, SOLVER, tests, new Map());
    expect(result.findings.map((item) => [item.code, item.message])).toEqual([
      ["answer-changed", "test 2: the reference answer is 24 in a fresh interpreter and was 5 before"],
    ]);
    expect(result.figures["tests proven"]).toBe(0);
  });

  test("actions that would break their reader do not end the run", async () => {
    const tests = await proofTests(sandbox(), 1);
    const action = `{"name": "Done", "parameters": {"answer": ${"[".repeat(200_000)}${"]".repeat(200_000)}}}`;
    const forged: Traces = new Map([[0, [{ action, ok: true, observation: "" }]]]);
    expect((await proveSolverOnEnvironment(gateContext(sandbox()), CANDIDATE, SOLVER, tests, forged)).findings).toEqual([]);
    const deep = swap(SOLVER, "    total = 0\n", "    self.step('[' * 10**6)\n    total = 0\n");
    const result = await proveSolverOnEnvironment(gateContext(sandbox()), CANDIDATE, deep, tests, new Map());
    expect(result.findings.map((item) => item.code)).toEqual(["proof-failure"]);
  });

  test("the solver that was put into the file is the one that is proven", async () => {
    const source = await insertSolver(gateContext(sandbox()), PANTRY, "PantryEnv", SOLVER.replace("import json\n", ""));
    const { result } = await checkTests(
      gateContext(sandbox()),
      { source, className: "PantryEnv" },
      PANTRY_CONFIGS.slice(0, 2),
      [],
      () => {},
    );
    expect(result.passed).toBe(true);
  });
});
