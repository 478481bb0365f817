import { describe, expect, test } from "vitest";
import type { GateResult } from "@/domain";
import { createMemory, runGates, sourcesOfFile } from "@/verification";
import type { Offer } from "@/verification/gate.ts";
import { gateContext, PANTRY } from "../../support/python.ts";
import { CANDIDATE, sandboxForFile, SOLVER } from "./gates-support.ts";

const sandbox = sandboxForFile();
const PEEKING = "def solve(self):\n    self.step('{}')\n    return self._reward\n";

async function judge(solvers: readonly (string | null)[]): Promise<GateResult | undefined> {
  const recorder = createMemory();
  const offers = async function* (): AsyncGenerator<Offer, void, undefined> {
    for (const [solver, source] of solvers.entries()) {
      const findings = source === null ? [{ severity: "error" as const, code: "no-reply", message: "no reply came", line: null }] : [];
      yield { solver, sample: solver, attempt: 0, source, findings };
    }
  };
  const sources = { ...sourcesOfFile(PANTRY, () => []), offers };
  await runGates({ context: gateContext(sandbox()), candidate: { ...CANDIDATE }, sources, recorder }, ["solver-contract"]);
  return recorder.seen().gates.find(({ gate }) => gate === "solver-contract");
}

describe("solver-contract", () => {
  test("one that calls nothing but step passes, alone or among others, whose findings are then warnings", async () => {
    expect(await judge([SOLVER])).toMatchObject({ passed: true, findings: [], figures: { "keep the contract": "1 of 1" } });
    const mixed = await judge([PEEKING, SOLVER]);
    expect(mixed).toMatchObject({ passed: true, figures: { "keep the contract": "1 of 2" } });
    expect(mixed?.findings).toMatchObject([{ severity: "warning", code: "uses-self", message: expect.stringMatching(/^solver 1: /) }]);
  });

  test.each([
    ["it looks at the hidden state", [PEEKING], "uses-self"],
    ["there is nothing to read", [null], "no-reply"],
    ["none is offered", [], "no-solver"],
  ])("fails where %s", async (_name, solvers, code) => {
    const result = await judge(solvers);
    expect(result?.passed).toBe(false);
    expect(result?.findings.map((finding) => finding.code)).toContain(code);
  });
});
