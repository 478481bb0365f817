import { describe, expect, test } from "vitest";
import { type Cell, type Limits } from "@/domain";
import { proveSolverOnEnvironment } from "@/verification/gates/proof.ts";
import { MAX_STEPS, runSolver } from "@/verification/gates/solvability.ts";
import { gateContext, swap } from "../../support/python.ts";
import { testSandbox } from "../../support/sandbox.ts";
import { CANDIDATE, proofTests, sandboxForFile, SOLVER, TESTS, verdictsOf } from "./gates-support.ts";

const sandbox = sandboxForFile();

describe("solvability", () => {
  const run = (solver: string, limits: Partial<Limits> = {}, tests = TESTS, prior: Cell[] = [], told: Cell[] = []) =>
    runSolver(gateContext(sandbox(), limits), CANDIDATE, { index: 3, source: solver }, tests, prior, (cell) => void told.push(cell));
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
    const proof = await proveSolverOnEnvironment(gateContext(sandbox()), CANDIDATE, SOLVER, await proofTests(sandbox(), 4), traces);
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
      const python = await one.acquire({ searchFor: CANDIDATE.source });
      await python.call(
        "run_main",
        {
          source:
            "import sys\nepisodes = sys.modules['codegym_sandbox.episodes']\nreal = episodes._outcome\nepisodes._outcome = lambda e: real(e) if type(e).__name__ == 'CanaryEnv' else {'reward': 0.0, 'finished': True}",
        },
        { deadlineMs: 60_000 },
      );
      python.release();
      const again = await one.acquire({ searchFor: CANDIDATE.source });
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
