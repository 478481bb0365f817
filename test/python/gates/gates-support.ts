import { afterAll, beforeAll } from "vitest";
import { checkTests } from "@/verification/gates/tests.ts";
import { gateContext, PANTRY, PANTRY_CONFIGS } from "../../support/python.ts";
import { testSandbox } from "../../support/sandbox.ts";

type Sandbox = Awaited<ReturnType<typeof testSandbox>>;

/** A sandbox for one file of tests: `sandbox()` once they run. */
export function sandboxForFile(): () => Sandbox {
  let sandbox: Sandbox | null = null;
  beforeAll(async () => {
    sandbox = await testSandbox({ parallelism: 2 });
  });
  afterAll(() => sandbox?.dispose());
  return () => {
    if (sandbox === null) throw new Error("the sandbox is there once tests run");
    return sandbox;
  };
}

export const CANDIDATE = { source: PANTRY, className: "PantryEnv" };
export const SOLVER = `import json\n${PANTRY.slice(PANTRY.indexOf("    def solve"), PANTRY.indexOf("\n\n\nif __name__")).replace(/^ {4}/gm, "")}\n`;
export const TESTS = PANTRY_CONFIGS.map((config, index) => ({ index, config }));
export const verdictsOf = (items: readonly { verdict: string }[]): string[] => items.map((item) => item.verdict);

export async function proofTests(sandbox: Sandbox, count: number): Promise<{ index: number; config: string; answer: string }[]> {
  const { tests } = await checkTests(gateContext(sandbox), CANDIDATE, PANTRY_CONFIGS.slice(0, count), [], () => {});
  return tests.map(({ index, config, answer }) => ({ index, config, answer: answer ?? "" }));
}
