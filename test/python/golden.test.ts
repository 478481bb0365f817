import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadBundledProblems } from "@/datasets";
import { DEFAULT_LIMITS, type Environment, type Problem, type StoredRunEvent } from "@/domain";
import { createRecordedModel } from "@/llm";
import { verifyEnvironment } from "@/verification";
import { goldenLine } from "../support/golden.ts";
import { gateContext, PANTRY, PANTRY_CONFIGS, swap } from "../support/python.ts";
import { createRun, type RunHarness } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";

/**
 * What a run stores, event by event, and what "Verify" reports, as they have been since the files in
 * `test/fixtures/golden` were written. A difference is a change of stored data: write the files again
 * (`npx vitest run --project python test/python/golden.test.ts -u`) only when it is meant, and read what git shows.
 */
let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let problems: Problem[];
beforeAll(async () => {
  // One interpreter at a time: events come in one order.
  sandbox = await testSandbox({ parallelism: 1 });
  problems = await loadBundledProblems();
});
afterAll(() => sandbox.dispose());

function problemOf(id: string): Problem {
  const problem = problems.find((item) => item.id === id);
  if (problem === undefined) throw new Error(`no bundled problem ${id}`);
  return problem;
}

/** A recorded solver acts by chance. That its proof fails is certain; where, and in how many rounds, differs from one run to the next. */
function withoutChance(event: StoredRunEvent["event"]): object {
  if (event.type !== "gate-decided" || event.result.gate !== "proof" || event.result.passed) return event;
  return { ...event, result: { ...event.result, findings: "*", figures: "*" } };
}

/** Testers are asked side by side, and which replies first is chance: replies in a row stand in the order of their samples. */
function lines(events: readonly StoredRunEvent[]): string[] {
  const all = events.map(({ event }) => {
    const { type: _type, ...fields } = { type: "", ...withoutChance(event) };
    return goldenLine(event.type, fields);
  });
  const isReply = (line: string): boolean => line.startsWith("reply-received");
  return all.flatMap((line, index) => {
    if (!isReply(line)) return [line];
    if (index > 0 && isReply(all[index - 1] ?? "")) return [];
    const end = all.findIndex((other, at) => at > index && !isReply(other));
    return all.slice(index, end).toSorted();
  });
}
const file = (name: string): string => `../fixtures/golden/${name}.txt`;

function verifiedBy(run: RunHarness): Environment {
  const [environment] = run.environments;
  if (environment === undefined) throw new Error("the run verified nothing");
  return environment;
}

async function verifyLines(environment: Environment, limits = DEFAULT_LIMITS): Promise<string[]> {
  const context = { ...gateContext(sandbox), limits };
  const { report, ...rest } = await verifyEnvironment(context, { ...environment, status: "unverified", report: null }, () => {});
  if (report === null) throw new Error("there is no report");
  const { gates, tests, cells, solvers, ...decided } = report;
  return [
    goldenLine("environment", rest),
    goldenLine("report", decided),
    ...gates.map((gate) => goldenLine("gate", gate)),
    ...tests.map((item) => goldenLine("test", item)),
    ...solvers.map((solver) => goldenLine("solver", solver)),
    ...cells.toSorted((a, b) => a.test - b.test).map((cell) => goldenLine("cell", cell)),
  ];
}

const BUNDLED = [
  "warmest-spell",
  "postfix-tape",
  "lighthouse-relay",
  "blinking-beacons",
  "bead-necklace",
  "loose-ledges",
  "rotor-garden",
  "bakery-orders",
] as const;

describe("events of a run", { timeout: 240_000 }, () => {
  test.each(BUNDLED)("%s, and Verify of what it made", async (id) => {
    const run = createRun(problemOf(id), createRecordedModel(), sandbox, {}, "compact");
    await run.run();
    await expect(`${lines(run.events).join("\n")}\n`).toMatchFileSnapshot(file(`${id}.compact`));
    await expect(`${(await verifyLines(verifiedBy(run))).join("\n")}\n`).toMatchFileSnapshot(file(`${id}.verify`));
  });

  test.each(["bead-necklace", "loose-ledges", "rotor-garden"] as const)("%s, from whole replies", async (id) => {
    const run = createRun(problemOf(id), createRecordedModel(), sandbox, {}, "full");
    await run.run();
    await expect(`${lines(run.events).join("\n")}\n`).toMatchFileSnapshot(file(`${id}.full`));
  });

  test.each(["bakery-orders", "warmest-spell"] as const)("%s, compiled", async (id) => {
    const run = createRun(problemOf(id), createRecordedModel(), sandbox, {}, "compact", { synthesizer: "compiler" });
    await run.run();
    await expect(`${lines(run.events).join("\n")}\n`).toMatchFileSnapshot(file(`${id}.compiled`));
  });

  test("nothing is stopped early: every solver is played and proven", async () => {
    const limits = { stopEarly: false, solverReplies: 2, designerReplies: 1 };
    const run = createRun(problemOf("postfix-tape"), createRecordedModel(), sandbox, limits, "compact");
    await run.run();
    await expect(`${lines(run.events).join("\n")}\n`).toMatchFileSnapshot(file("postfix-tape.all"));
  });

  test("no solver keeps its contract", async () => {
    const run = createRun(problemOf("postfix-tape"), createRecordedModel(), sandbox, { solverReplies: 1, repairs: 0 }, "compact");
    await run.run();
    await expect(`${lines(run.events).join("\n")}\n`).toMatchFileSnapshot(file("postfix-tape.no-solver"));
  });

  test("cut off after each kind of event, and resumed", async () => {
    const problem = problemOf("postfix-tape");
    const whole = createRun(problem, createRecordedModel(), sandbox, {}, "compact");
    await whole.run();
    const seen = new Set<string>();
    const cuts = whole.events.flatMap(({ event }, index) => {
      const kind = event.type === "gate-decided" ? `${event.type} ${event.result.gate}` : event.type;
      if (seen.has(kind)) return [];
      seen.add(kind);
      return [{ kind, events: whole.events.slice(0, index + 1) }];
    });
    const told: string[] = [];
    for (const { kind, events } of cuts) {
      const resumed = createRun(problem, createRecordedModel(), sandbox, {}, "compact");
      resumed.events.push(...events);
      const { status } = await resumed.run();
      const after = resumed.events.slice(events.length);
      const counts = after.reduce<[string, number][]>((groups, { event }) => {
        const name = event.type === "gate-decided" ? `gate-decided ${event.result.gate} ${event.result.passed}` : event.type;
        const last = groups.at(-1);
        if (last?.[0] === name) last[1]++;
        else groups.push([name, 1]);
        return groups;
      }, []);
      told.push(`after ${kind}: ${counts.map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(", ")}`);
      expect([kind, status]).toEqual([kind, "verified"]);
    }
    await expect(`${told.join("\n")}\n`).toMatchFileSnapshot(file("postfix-tape.resumed"));
  });
});

describe("reports of Verify where a gate fails", { timeout: 120_000 }, () => {
  test.each([
    ["contract", (source: string) => swap(source, "def get_ref_answer(self)", "def get_ref_answer(self, extra)")],
    ["run", (source: string) => `${source}\nraise ValueError('at import')\n`],
    [
      "tests",
      (source: string) => swap(source, "    def get_ref_answer(self):\n", "    def get_ref_answer(self):\n        raise KeyError('jar')\n"),
    ],
    [
      "solver-contract",
      (source: string) => swap(source, "    def solve(self):\n", "    def solve(self):\n        self.get_ref_answer()\n"),
    ],
    ["solvability", (source: string) => swap(source, "    def solve(self):\n", "    def solve(self):\n        return 'gave up'\n")],
    // What the proof says of it is the same each time; of a wrong answer that is rewarded, it says which of its own by chance.
    [
      "proof",
      (source: string) =>
        swap(
          source,
          'json.dumps({"jars": len(self.labels)})',
          'json.dumps({"jars": len(self.labels), "luck": __import__("random").random()})',
        ),
    ],
  ])("%s", async (name, change) => {
    const environment = {
      id: "pantry__PantryEnv",
      codeId: "pantry",
      className: "PantryEnv",
      taskText: "",
      source: change(PANTRY),
      tools: [],
      tasks: PANTRY_CONFIGS.map((config) => ({ config, answer: null, answerMs: null, answerBytes: null, rounds: null, kept: true })),
      status: "unverified",
      report: null,
      provenance: { source: "imported" },
      addedAt: 0,
    } as unknown as Environment;
    const limits = { ...DEFAULT_LIMITS, minTests: 1 };
    await expect(`${(await verifyLines(environment, limits)).join("\n")}\n`).toMatchFileSnapshot(file(`pantry.${name}`));
  });
});
