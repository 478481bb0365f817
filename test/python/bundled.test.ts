import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadBundledProblems } from "@/datasets";
import { type Environment, GATES, type Problem, type ReplyForm } from "@/domain";
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

async function verified(problem: Problem, form: ReplyForm, gate: string | null): Promise<Environment> {
  const run = createRun(problem, createRecordedModel({ durationMs: 0 }), sandbox, {}, form);
  const view = await run.run();
  expect(view.error).toBeNull();
  expect(view.status).toBe("verified");
  const [environment] = run.environments;
  if (environment === undefined) throw new Error("no environment");
  expect(environment.report?.gates.map((item) => [item.gate, item.passed])).toEqual(GATES.map((name) => [name, true]));
  expect(environment.tasks.filter((task) => task.kept).length).toBeGreaterThanOrEqual(20);
  const failed = run.events.flatMap(({ event }) => (event.type === "gate-decided" && !event.result.passed ? [event.result.gate] : []));
  const candidate = view.candidates.at(-1);
  if (gate === "solver-contract")
    expect(candidate?.solvers.some((solver) => solver.findings.some((item) => item.code === "uses-self"))).toBe(true);
  else if (gate === "solvability") expect(candidate?.solvers.some((solver) => solver.solvedAll === false)).toBe(true);
  else expect(failed).toEqual(gate === null ? [] : [gate]);
  return environment;
}

/** What agents are told of the tools, but for the texts that the forms word differently. */
const toolsOf = ({ tools }: Environment) =>
  tools.map(({ name, parameters }) => [name, parameters.map((parameter) => [parameter.name, parameter.type])]);
const tasksOf = ({ tasks }: Environment) => tasks.map((task) => [task.config, task.answer, task.rounds, task.kept]);

/** Made by the compact replies, for comparison. */
const made = new Map<string, Environment>();

describe.each(["compact", "full"] as const)(
  "%s: every bundled problem ends verified, after the rejection it is there to show",
  { timeout: 240_000 },
  (form) => {
    test.each(Object.entries(SHOWS))("%s: %s", async (id, gate) => {
      const problem = problems.find((item) => item.id === id);
      if (problem === undefined) throw new Error(`no bundled problem ${id}`);
      const environment = await verified(problem, form, gate);

      const compact = made.get(id);
      if (compact === undefined) {
        made.set(id, environment);
        // What was made stands on its own: verified again from its file, by its own `solve`.
        const context = {
          sandbox,
          limits:
            environment.report?.limits ??
            (() => {
              throw new Error("no report");
            })(),
          signal: new AbortController().signal,
        };
        const again = await verifyEnvironment(context, { ...environment, status: "unverified", report: null }, () => {});
        expect(again.report?.gates.filter((item) => !item.passed)).toEqual([]);
        expect(again.status).toBe("verified");
        expect(tasksOf(again)).toEqual(tasksOf(environment));
      } else {
        // Both forms of a reply make the same environment: the same solvers play it in the same rounds.
        expect(environment.className).toBe(compact.className);
        expect(environment.taskText).toBe(compact.taskText);
        expect(toolsOf(environment)).toEqual(toolsOf(compact));
        expect(tasksOf(environment)).toEqual(tasksOf(compact));
      }
    });
  },
);
