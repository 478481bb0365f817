import { describe, expect, test } from "vitest";
import { checkRun } from "@/verification/gates/run.ts";
import { gateContext, PANTRY, swap } from "../../support/python.ts";
import { sandboxForFile } from "./gates-support.ts";

const sandbox = sandboxForFile();

describe("run", () => {
  test("passes with its figures and what was printed", async () => {
    const result = await checkRun(gateContext(sandbox()), PANTRY);
    expect(result).toMatchObject({ gate: "run", passed: true, findings: [] });
    expect(result.figures["printed"]).toBe("submitted 660, reward=1\nstep count: 7\nsubmitted 0, reward=1\nstep count: 3");
    expect(result.figures["time (ms)"]).toEqual(expect.any(Number));
  });

  test("an exception is found with its line and traceback", async () => {
    const source = swap(PANTRY, "        print(environment.solve())", "        print(environment.solve().missing)");
    const line = source.split("\n").findIndex((text) => text.includes(".missing")) + 1;
    const { passed, findings } = await checkRun(gateContext(sandbox()), source);
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
    expect((await checkRun(gateContext(sandbox()), source)).findings).toMatchObject([{ line, failure: { type } }]);
  });
});
