import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemSchema } from "@/domain";
import { createRecordedModel } from "@/llm";
import { createRun } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";

const SOLUTION = `def below_zero(operations: list[int]) -> bool:
    balance = 0
    for amount in operations:
        balance += amount
        if balance < 0:
            return True
    return False
`;
const STATEMENT = "You are given a list of deposit and withdrawal operations on an account that starts at zero. Tell whether at any point the balance falls below zero.";

const problem = (solution: string, statement = STATEMENT) =>
  problemSchema.parse({ id: "own-1", title: "Below zero", statement, solution, extra: {}, origin: "own", addedAt: 1 });

describe("the built-in compiler, through all gates", { timeout: 120_000 }, () => {
  let sandbox: Awaited<ReturnType<typeof testSandbox>>;
  beforeAll(async () => {
    sandbox = await testSandbox({ parallelism: 2 });
  });
  afterAll(() => sandbox.dispose());

  test("a solution becomes a verified environment without any model", async () => {
    const run = createRun(problem(SOLUTION), createRecordedModel(), sandbox, {}, "compact", { synthesizer: "compiler" });
    const started = performance.now();
    const view = await run.run();
    console.log("ms", performance.now() - started, view.log.map((l) => l.text).join("\n"));
    expect(view.status).toBe("verified");
    expect(view.replies).toEqual([]);
    expect(run.environments[0]?.tools.map(({ name }) => name)).toContain("Observe");
  });
});
