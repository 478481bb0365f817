import { describe, expect, it } from "vitest";
import {
  applyRunEvent,
  CancelledError,
  type Cost,
  DEFAULT_LIMITS,
  emptyRunView,
  type LanguageModel,
  ModelError,
  modelReplySchema,
  problemSchema,
  type PythonSandbox,
  type Role,
  type RunEvent,
  runIdSchema,
  type RunView,
  type StoredRunEvent,
  spendOfRun,
  type Tally,
} from "@/domain";
import { runPipeline } from "@/pipeline";

const cents = (usd: number): Cost => ({ usd: usd / 100, source: "table" });

function reply(cost: Cost, more: { reusedFrom?: number } = {}): Extract<RunEvent, { type: "reply-received" }>["reply"] {
  return modelReplySchema.parse({
    text: "…",
    finishReason: "stop",
    model: "m",
    usage: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 40, reasoningTokens: 5 },
    cost,
    ms: 1,
    receivedAt: 1,
    ...more,
  });
}

type Place = { role: Role; sample: number; attempt: number; candidate: number | null };
const place = (role: Role, sample: number, attempt: number, candidate: number | null): Place => ({ role, sample, attempt, candidate });

const received = (at: Place, cost: Cost, more: { reusedFrom?: number } = {}): RunEvent => ({
  type: "reply-received",
  ...at,
  reply: reply(cost, more),
});
const failed = (at: Place, code: string, cost: Cost | null = null): RunEvent => ({
  type: "reply-failed",
  ...at,
  error: { name: "ModelError", code, message: "…", retryable: false },
  cost,
  usage: null,
});

function viewOf(events: readonly RunEvent[]): RunView {
  const view = emptyRunView();
  events.forEach((event, seq) => applyRunEvent(view, { seq, at: seq, event }));
  return view;
}

describe("spendOfRun", () => {
  it("sums by role, stage and candidate", () => {
    const spend = spendOfRun(
      viewOf([
        received(place("designer", 0, 0, null), cents(10)),
        received(place("tester", 0, 0, 0), cents(4)),
        received(place("tester", 0, 1, 0), cents(3)),
        received(place("designer", 0, 1, null), cents(20)),
        received(place("solver", 0, 0, 1), cents(1)),
        received(place("solver", 1, 0, 1), { usd: null, source: "unknown" }),
        received(place("solver", 1, 1, 1), cents(2)),
      ]),
    );
    expect(spend.total).toMatchObject({
      replies: 7,
      unknownCosts: 1,
      inputTokens: 700,
      cachedInputTokens: 280,
      outputTokens: 70,
      reasoningTokens: 35,
    });
    expect(spend.total.usd).toBeCloseTo(0.4);
    expect(spend.byStage.design.usd).toBe(0.1);
    expect(spend.byStage["design-repair"].usd).toBe(0.2);
    expect(spend.byStage.tests.usd).toBe(0.04);
    expect(spend.byStage["tests-repair"].usd).toBe(0.03);
    expect(spend.byStage.solvers).toMatchObject({ usd: 0.01, unknownCosts: 1 });
    expect(spend.byStage["solvers-repair"].usd).toBe(0.02);
    expect(spend.byCandidate.map(({ candidate, tally }) => [candidate, tally.replies])).toEqual([
      [0, 3],
      [1, 4],
    ]);
    for (const parts of [Object.values(spend.byRole), Object.values(spend.byStage), spend.byCandidate.map(({ tally }) => tally)]) {
      for (const name of Object.keys(spend.total) as (keyof Tally)[])
        expect(parts.reduce((sum, part) => sum + part[name], 0)).toBeCloseTo(spend.total[name]);
    }
  });

  it("counts what was taken from the store apart, and what was paid in vain as well", () => {
    const spend = spendOfRun(
      viewOf([
        received(place("designer", 0, 0, null), cents(10), { reusedFrom: 7 }),
        failed(place("tester", 0, 0, 0), "refused", cents(5)),
        failed(place("tester", 1, 0, 0), "server-error"),
      ]),
    );
    expect(spend.total).toMatchObject({ replies: 2, reused: 1, usd: 0.05, unknownUsage: 1 });
    expect(spend.byRole.tester.usd).toBe(0.05);
  });

  it("counts both a reply of no use and the one that came when it was asked again", () => {
    const at = place("solver", 0, 0, 0);
    const spend = spendOfRun(
      viewOf([
        received(place("designer", 0, 0, null), cents(1)),
        failed(at, "refused", cents(5)),
        { type: "run-resumed", model: "m" },
        received(at, cents(3)),
      ]),
    );
    expect(spend.byRole.solver).toMatchObject({ replies: 2 });
    expect(spend.byRole.solver.usd).toBeCloseTo(0.08);
  });

  it("is nothing for a run without replies, and while the first is under way", () => {
    expect(spendOfRun(emptyRunView())).toMatchObject({ total: { replies: 0, usd: 0 }, byCandidate: [] });
    expect(spendOfRun(viewOf([failed(place("designer", 0, 0, null), "rate-limited")])).byCandidate).toEqual([]);
  });
});

describe("a designer's reply and the candidate that it became", () => {
  /** Replies that are no environment: each is rejected at the first gate, which needs no Python. */
  class Babbler implements LanguageModel {
    readonly label = "babbler";
    readonly recorded = false;
    readonly concurrency = 1;
    asked = 0;
    constructor(readonly useless: ReadonlySet<number>) {}
    async generate(): ReturnType<LanguageModel["generate"]> {
      const number = this.asked++;
      if (this.useless.has(number)) throw new ModelError("empty-reply", "The model's reply was empty.", { paid: null });
      return { ...reply(cents(number + 1)), text: `babble ${number}` };
    }
  }
  const noPython: PythonSandbox = {
    parallelism: 1,
    runtime: { pyodide: "0", python: "0" },
    acquire: () => Promise.reject(new CancelledError("no Python here")),
  };

  it.each([[[]], [[0]], [[1, 2]], [[0, 3]]])("fit, with replies %j of no use", async (useless) => {
    const runId = runIdSchema.parse("r");
    const model = new Babbler(new Set(useless));
    const events: StoredRunEvent[] = [];
    await runPipeline(
      {
        runId,
        problem: problemSchema.parse({
          id: "p",
          title: "P",
          statement: "Add.",
          solution: "print(1)",
          extra: {},
          origin: "imported",
          addedAt: 1,
        }),
        limits: { ...DEFAULT_LIMITS, designerReplies: 2, repairs: 1 },
        prompts: {},
        form: "full",
        prior: [],
        signal: new AbortController().signal,
      },
      {
        models: { designer: model, tester: model, solver: model },
        sandbox: noPython,
        append: async (event) => {
          const stored = { runId, seq: events.length, at: 1, event };
          events.push(stored);
          return stored;
        },
        saveEnvironment: () => Promise.reject(new Error("nothing is verified here")),
        onProgress: () => {},
      },
    );
    const view = emptyRunView();
    for (const event of events) applyRunEvent(view, event);
    expect(view.status).toBe("rejected");
    expect(view.candidates.map(({ candidate }) => candidate)).toEqual([0, 1, 2, 3]);
    const expected = [0, 1, 2, 3].filter((number) => !useless.includes(number as never)).map((number) => [number, (number + 1) / 100]);
    expect(spendOfRun(view).byCandidate.map(({ candidate, tally }) => [candidate, tally.usd])).toEqual(expected);
  });
});
