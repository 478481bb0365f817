import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readFiles } from "@/datasets";
import { GATES, type LanguageModel, type Problem, replyKeyOf, type RunEvent, type RunView, type StoredRunEvent } from "@/domain";
import { type Behaviour, type ModelServer, startModelServer } from "../support/model-server.ts";
import { profileOf } from "../support/chat.ts";
import { languageModelAt } from "../support/models.ts";
import { createRun, type RunHarness } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";
import { askedFor, PLANNED_FAULTS, REAL_PROBLEM_IDS, type RealProblemId, replyForRealProblems } from "../support/scripted-replies.ts";

/** Data of others, read where it lies and never copied; the replies to it are ours. */
const dataFile = fileURLToPath(new URL("../../../shared/data/raw_problems.jsonl", import.meta.url));
const KEY = "sk-real-problems-0123456789";

const eventsOf = <T extends RunEvent["type"]>(events: readonly StoredRunEvent[], type: T): Extract<RunEvent, { type: T }>[] =>
  events.flatMap(({ event }) => (event.type === type ? [event as Extract<RunEvent, { type: T }>] : []));
const placeOf = (event: Extract<RunEvent, { type: "reply-requested" | "reply-received" }>): string =>
  `${replyKeyOf(event)} of ${event.candidate ?? "run"}`;

describe.skipIf(!existsSync(dataFile))(
  "the real problems, over HTTP (skipped where ../shared/data/raw_problems.jsonl is not there)",
  { timeout: 240_000 },
  () => {
    let sandbox: Awaited<ReturnType<typeof testSandbox>>;
    let problems: Problem[];
    let server: ModelServer;
    beforeAll(async () => {
      sandbox = await testSandbox({ parallelism: 2 });
      const plan = await readFiles([new File([readFileSync(dataFile)], "raw_problems.jsonl")]);
      expect(plan.faults).toEqual([]);
      problems = plan.problems;
    });
    afterAll(() => sandbox.dispose());
    beforeEach(async () => {
      server = await startModelServer({ key: KEY, respond: replyForRealProblems() });
    });
    afterEach(() => server.close());

    const modelOf = (settings: { streaming: boolean; concurrency: number }): LanguageModel =>
      languageModelAt(profileOf({ baseUrl: server.baseUrl, model: "scripted", ...settings }), KEY);
    const problemOf = (id: RealProblemId): Problem => {
      const found = problems.find((problem) => problem.id === id);
      if (found === undefined) throw new Error(`${id} was not imported`);
      return found;
    };

    test("all five are imported", () => {
      expect(problems.map((problem) => String(problem.id)).toSorted()).toEqual(REAL_PROBLEM_IDS.toSorted());
      expect(problems.every((problem) => problem.origin === "imported" && problem.subset === "Code_Contests")).toBe(true);
    });

    test.each(REAL_PROBLEM_IDS.map((id, index) => ({ id, streaming: index % 2 === 0, fault: PLANNED_FAULTS[id] })))(
      "$id becomes verified (streaming: $streaming, planned fault: $fault)",
      async ({ id, streaming, fault }) => {
        const run = createRun(problemOf(id), modelOf({ streaming, concurrency: 1 }), sandbox);
        const view = await run.run();
        expect(view.error).toBeNull();
        expect(view.status).toBe("verified");
        expect(view.candidates.map((candidate) => [candidate.repairOf, candidate.status])).toEqual(
          fault === "repair"
            ? [
                [null, "rejected"],
                [0, "verified"],
              ]
            : [[null, "verified"]],
        );
        const [environment] = run.environments;
        expect(environment).toMatchObject({
          codeId: id,
          status: "verified",
          provenance: { source: "synthesis", problemId: id, recorded: false },
        });
        expect(environment?.tools.length).toBeGreaterThanOrEqual(4);
        expect(environment?.report?.gates.map((item) => [item.gate, item.passed])).toEqual(GATES.map((name) => [name, true]));
        expect(environment?.tasks).toHaveLength(30);
        expect(environment?.tasks.filter((task) => task.kept).length).toBeGreaterThanOrEqual(25);

        // Each planned fault is seen where it was made.
        const failed = eventsOf(run.events, "gate-decided").flatMap(({ result }) => (result.passed ? [] : [result]));
        expect(failed.map((result) => result.gate)).toEqual(fault === "repair" ? ["contract"] : []);
        if (fault === "repair") {
          const codes = failed[0]?.findings.filter((item) => item.severity === "error").map((item) => item.code);
          expect(codes).toEqual(["not-a-property", "not-a-property", "tool-docstring"]);
        }
        const solvers = view.candidates.at(-1)?.solvers ?? [];
        const first = solvers[0];
        expect(solvers.map((solver) => solver.proven)).toEqual(
          fault === "wrong-solver" || fault === "solver-breaks-contract" ? [false, true] : [true],
        );
        expect(first?.findings.some((item) => item.code === "uses-self")).toBe(fault === "solver-breaks-contract");
        const wrong = [...(view.candidates.at(-1)?.cells.values() ?? [])].filter((cell) => cell.solver === 0 && cell.verdict === "wrong");
        expect(wrong.length > 0).toBe(fault === "wrong-solver");

        // One request for each reply, no more; each reply came whole.
        const received = eventsOf(run.events, "reply-received");
        expect(new Set(received.map(placeOf)).size).toBe(received.length);
        expect(server.chats()).toHaveLength(received.length);
        expect(server.chats().every((request) => (request.body?.stream === true) === streaming && !request.aborted)).toBe(true);
        expect(server.chats().map((request) => askedFor(request).role)).toEqual([
          ...(fault === "repair" ? ["designer", "designer"] : ["designer"]),
          "tester",
          "tester",
          ...solvers.map(() => "solver"),
        ]);
        expect(received.every(({ reply }) => reply.finishReason === "stop" && reply.usage?.outputTokens === 7)).toBe(true);
        expect(JSON.stringify([run.events, run.environments])).not.toContain(KEY);

        // Run again, it has nothing left to ask or to store.
        const requests = server.requests.length;
        const again = await run.run();
        expect(again.status).toBe("verified");
        expect(server.requests).toHaveLength(requests);
        expect(run.environments).toHaveLength(1);
      },
    );

    /** Runs or goes on, and aborts when this part has stored so many events. */
    async function runFor(run: RunHarness, most: number): Promise<RunView> {
      const controller = new AbortController();
      let count = 0;
      return run.run({
        signal: controller.signal,
        onEvent: () => {
          count += 1;
          if (count >= most) controller.abort();
        },
      });
    }

    test.each([
      { id: "Code_Contests_4899_I", streaming: true },
      { id: "Code_Contests_8030_I", streaming: false },
    ] as const)("$id, cut again and again, pays for no reply twice (streaming: $streaming)", async ({ id, streaming }) => {
      const run = createRun(problemOf(id), modelOf({ streaming, concurrency: 3 }), sandbox);
      let cuts = 0;
      while ((await runFor(run, 7)).status === "cancelled") cuts += 1;
      expect(cuts).toBeGreaterThan(5);
      expect(run.view()).toMatchObject({ status: "verified", error: null });
      expect(run.environments).toHaveLength(1);

      const stored = new Set<string>();
      for (const { event } of run.events) {
        if (event.type === "reply-requested") expect(stored).not.toContain(placeOf(event));
        if (event.type === "reply-received") stored.add(placeOf(event));
      }
      const received = eventsOf(run.events, "reply-received");
      expect(received).toHaveLength(stored.size);
      // Whatever was asked more often than it was stored went down with a cut.
      expect(server.chats().length).toBeLessThanOrEqual(eventsOf(run.events, "reply-requested").length);
      const before = server.requests.length;
      expect((await run.run()).status).toBe("verified");
      expect(server.requests).toHaveLength(before);
    });

    test("a request that was cut under way is asked again, the replies before it are not", async () => {
      const reply = replyForRealProblems();
      let hang = true;
      server.setRespond((request): Behaviour =>
        hang && askedFor(request).role === "tester" ? { kind: "hang", text: "Here are" } : reply(request),
      );
      const run = createRun(problemOf("Code_Contests_37519_I"), modelOf({ streaming: true, concurrency: 1 }), sandbox);
      const controller = new AbortController();
      const cut = run.run({ signal: controller.signal });
      const hanging = await server.when((request) => request.method === "POST" && askedFor(request).role === "tester");
      controller.abort();
      expect((await cut).status).toBe("cancelled");
      await expect.poll(() => hanging.aborted).toBe(true);
      expect(eventsOf(run.events, "reply-received").map(placeOf)).toEqual(["designer-0.0 of run"]);

      hang = false;
      expect((await run.run()).status).toBe("verified");
      const roles = server.chats().map((request) => askedFor(request).role);
      expect(roles).toEqual(["designer", "tester", "tester", "tester", "solver"]);
    });
  },
);
