import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadBundledProblems } from "@/datasets";
import { GATES, type Problem } from "@/domain";
import { createRecordedModel } from "@/llm";
import { verifyEnvironment } from "@/verification";
import { createRun } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let problems: Problem[];
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  problems = await loadBundledProblems();
});
afterAll(() => sandbox.dispose());

/** Problem → the gate at which its recording shows a rejection. */
const SHOWS = {
  "warmest-spell": "solvability",
  "postfix-tape": "solver-contract",
  "lighthouse-relay": "proof",
  "blinking-beacons": "tests",
  "bead-necklace": "format",
  "loose-ledges": "contract",
  "rotor-garden": "run",
  "bakery-orders": null,
} as const;

describe("every bundled problem ends verified, after the rejection it is there to show", () => {
  test.each(Object.entries(SHOWS))("%s: %s", async (id, gate) => {
    const problem = problems.find((item) => item.id === id);
    if (problem === undefined) throw new Error(`no bundled problem ${id}`);
    const run = createRun(problem, createRecordedModel(), sandbox);
    const view = await run.run();
    expect(view.error).toBeNull();
    expect(view.status).toBe("verified");
    const [environment] = run.environments;
    expect(environment?.report?.gates.map((item) => [item.gate, item.passed])).toEqual(GATES.map((name) => [name, true]));
    expect(environment?.tasks.filter((task) => task.kept).length).toBeGreaterThanOrEqual(20);
    const failed = run.events.flatMap(({ event }) => (event.type === "gate-decided" && !event.result.passed ? [event.result.gate] : []));
    const candidate = view.candidates.at(-1);
    if (gate === "solver-contract") expect(candidate?.solvers.some((solver) => solver.findings.some((item) => item.code === "uses-self"))).toBe(true);
    else if (gate === "solvability") expect(candidate?.solvers.some((solver) => solver.solvedAll === false)).toBe(true);
    else expect(failed).toEqual(gate === null ? [] : [gate]);

    // What was made stands on its own: verified again from its file, by its own `solve`.
    if (environment === undefined) throw new Error("no environment");
    const context = { sandbox, limits: environment.report?.limits ?? (() => { throw new Error("no report"); })(), signal: new AbortController().signal };
    const again = await verifyEnvironment(context, { ...environment, status: "unverified", report: null }, () => {});
    expect(again.report?.gates.filter((item) => !item.passed)).toEqual([]);
    expect(again.status).toBe("verified");
    expect(again.tasks.map((task) => [task.config, task.answer, task.rounds, task.kept])).toEqual(environment.tasks.map((task) => [task.config, task.answer, task.rounds, task.kept]));
  });
});
