import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  applyEvaluationEvent,
  emptyEvaluationView,
  type EvaluationEvent,
  type EvaluationId,
  evaluationIdSchema,
  type EvaluationPlan,
  evaluationProgress,
  type EvaluationView,
  type ModelProfile,
  type Player,
  playerScores,
  scoreFields,
  sourceHashOf,
  type StoredEvaluationEvent,
  taskScores,
} from "@/domain";
import { type EvaluationPorts, type PlayableEnvironment, runEvaluation } from "@/episodes";
import { profileOf } from "../support/chat.ts";
import { chatAt, MemoryTraces, modelPlayer, PATIENT_LIMITS, playable } from "../support/episodes.ts";
import { MemoryLedger } from "../support/models.ts";
import { type Behaviour, type ModelServer, promptText, startOpenAIChat } from "../support/providers/index.ts";
import { PANTRY, pantryConfig, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let environments: PlayableEnvironment[];
let server: ModelServer;
let profile: ModelProfile;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  const kilos = swap(PANTRY, "Find the total weight", "Find the whole weight");
  environments = [await playable(sandbox, PANTRY, "pantry"), await playable(sandbox, kilos, "larder")];
});
afterAll(() => sandbox.dispose());
afterEach(() => server.close());

const CONFIGS = [pantryConfig(["oats", "rye"], [3, 90]), pantryConfig(["rye", "oats"], [90, 2])];

/** Looks once, then hands in the number of jars: right for the second configuration only. */
async function serve(trouble?: (index: number) => Behaviour | null): Promise<void> {
  server = await startOpenAIChat({
    respond: (request, index) => {
      const odd = trouble?.(index) ?? null;
      if (odd !== null) return odd;
      const jars = /"jars": (\d+)/.exec(promptText(request, "tool"))?.[1];
      const call = jars === undefined ? { name: "Observe", arguments: "{}" } : { name: "Done", arguments: `{"answer": ${jars}}` };
      return { kind: "tools", calls: [{ id: `call_${index}`, ...call }] };
    },
  });
  profile = profileOf({ baseUrl: server.baseUrl, model: "vendor/Guesser-1" });
}

const ID = evaluationIdSchema.parse("evaluation") as EvaluationId;
const REFERENCE: Player = { kind: "reference-solver" };

/** An evaluation over memory that can be run again with what it has stored. */
class Table {
  readonly events: StoredEvaluationEvent[] = [];
  readonly traces = new MemoryTraces();
  readonly ledger = new MemoryLedger();
  onEvent: (event: EvaluationEvent) => void = () => {};
  readonly plan: EvaluationPlan;

  constructor(players: readonly Player[], more: Partial<EvaluationPlan> = {}) {
    const tasks = environments.flatMap(({ id, source }) =>
      CONFIGS.map((config) => ({ environmentId: id, sourceHash: sourceHashOf(source), config, referenceRounds: 5 })),
    );
    this.plan = {
      title: "Test",
      tasks,
      players: [...players],
      tries: 2,
      concurrency: 2,
      limits: PATIENT_LIMITS,
      caps: { usd: null, tokens: null },
      ...more,
    };
  }

  async run(
    more: { signal?: AbortSignal; plan?: Partial<EvaluationPlan>; ports?: Partial<EvaluationPorts> } = {},
  ): Promise<EvaluationView> {
    return await runEvaluation(
      {
        id: ID,
        plan: { ...this.plan, ...more.plan },
        prior: structuredClone(this.events),
        signal: more.signal ?? new AbortController().signal,
      },
      {
        sandbox,
        chat: () => chatAt(profile, this.ledger, ID),
        recorded: async () => null,
        environment: async (id) => environments.find((environment) => environment.id === id) ?? null,
        append: async (event) => {
          this.onEvent(event);
          const stored = { evaluationId: ID, seq: this.events.length, at: 1000 + this.events.length, event: structuredClone(event) };
          this.events.push(stored);
          return stored;
        },
        traces: this.traces,
        ...more.ports,
      },
    );
  }
}

describe("an evaluation", () => {
  test("plays every try of every player, and its results say how hard each task is", async () => {
    await serve();
    const table = new Table([REFERENCE, modelPlayer(profile, "native")]);
    const view = await table.run();
    expect(view).toMatchObject({ status: "finished", error: null });
    expect(evaluationProgress(view, Date.now())).toEqual({ done: 16, total: 16, msLeft: null });

    const [reference, model] = playerScores(view);
    expect(reference).toMatchObject({ tries: 8, successes: 8, rate: 1, failures: {}, meanRounds: 5, ratio: 1, inputTokens: 0, usd: 0 });
    expect(reference?.passAt).toEqual([
      { k: 1, value: 1 },
      { k: 2, value: 1 },
    ]);
    expect(model).toMatchObject({
      tries: 8,
      successes: 4,
      rate: 0.5,
      failures: { "wrong-answer": 4 },
      meanRounds: 2,
      ratio: 0.4,
      inputTokens: 8 * 22,
      outputTokens: 8 * 14,
    });
    expect(model?.passAt).toEqual([
      { k: 1, value: 0.5 },
      { k: 2, value: 0.5 },
    ]);
    expect(
      taskScores(view)
        .filter(({ player }) => player === 1)
        .map(({ task, successes, difficulty, hardEnough }) => [task, successes, difficulty, hardEnough]),
    ).toEqual([
      [0, 0, "unsolved", null],
      [1, 2, "easy", null],
      [2, 0, "unsolved", null],
      [3, 2, "easy", null],
    ]);
    expect([scoreFields(view, 0), scoreFields(view, 1)]).toEqual([{ guesser_1_Bo2_score: 0 }, { guesser_1_Bo2_score: 1 }]);
    expect(view.results.get("1:1:0")).toMatchObject({ tools: { Observe: 1, Done: 1 }, faults: {}, reward: 1, traceId: "evaluation-1-1-0" });
    // Two replies a try, each paid for once, and each try's trace is kept.
    expect(server.chats()).toHaveLength(16);
    expect(table.traces.byId.size).toBe(16);
    expect(table.traces.view("evaluation-1-1-0").head).toMatchObject({ evaluationId: "evaluation", sample: 10 });
  });

  test("that is cut off again and again asks for nothing twice and ends with the same results", async () => {
    await serve();
    const model = modelPlayer(profile, "native");
    const whole = new Table([REFERENCE, model]);
    const expected = await whole.run();
    const asked = server.chats().length;
    const figures = (view: EvaluationView) =>
      [...view.results]
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([key, { reward, rounds, why }]) => [key, reward, rounds, why]);

    const table = new Table([REFERENCE, model]);
    let writes = 0;
    let until = 5;
    const cut = (): void => {
      writes += 1;
      if (writes >= until) throw new Error("reload");
    };
    table.onEvent = cut;
    table.traces.onAppend = cut;
    let sittings = 0;
    for (;;) {
      sittings += 1;
      writes = 0;
      const view = await table.run().catch(() => null);
      if (view !== null) {
        expect(figures(view)).toEqual(figures(expected));
        break;
      }
      until += 7;
    }
    expect(sittings).toBeGreaterThan(3);
    expect(server.chats()).toHaveLength(asked * 2);
    expect(new Set(table.ledger.paid.map(({ key }) => key)).size).toBe(table.ledger.paid.length);
  });

  test("is stopped by the person and goes on when they want", async () => {
    await serve();
    const table = new Table([modelPlayer(profile, "text")]);
    server.setRespond((_request, index) =>
      index % 2 === 0
        ? '<|FunctionCallBegin|>[{"name": "Observe", "parameters": {}}]<|FunctionCallEnd|>'
        : '<|FunctionCallBegin|>[{"name": "Done", "parameters": {"answer": 2}}]<|FunctionCallEnd|>',
    );
    const stop = new AbortController();
    table.onEvent = (event) => {
      if (event.type === "try-ended") stop.abort();
    };
    const halted = await table.run({ signal: stop.signal, plan: { concurrency: 1 } });
    expect(halted).toMatchObject({ status: "halted", error: null });
    expect(halted.results.size).toBe(1);
    table.onEvent = () => {};
    const view = await table.run({ plan: { concurrency: 1 } });
    expect(view.status).toBe("finished");
    expect(view.results.size).toBe(8);
    expect(server.chats()).toHaveLength(16);
    const again = emptyEvaluationView();
    for (const event of table.events) applyEvaluationEvent(again, event);
    expect(again).toEqual(view);
  });

  test("does not go on asking a model that cannot be asked; the other players go on, and resuming asks again", async () => {
    await serve(() => ({ kind: "trouble", trouble: "wrong-key" }));
    const table = new Table([modelPlayer(profile, "native"), REFERENCE]);
    const view = await table.run({ plan: { concurrency: 1 } });
    expect(view).toMatchObject({ status: "halted", error: { code: "unauthorized" } });
    expect(view.results.size).toBe(8);
    expect(server.chats()).toHaveLength(1);
    server.setRespond(() => ({ kind: "tools", calls: [{ id: "c", name: "Done", arguments: '{"answer": 2}' }] }));
    const resumed = await table.run();
    expect(resumed).toMatchObject({ status: "finished", error: null });
    expect(resumed.results.size).toBe(16);
  });

  test("stops at its own cap, and goes on when that is raised", async () => {
    await serve();
    // 18 tokens a turn, two turns a try: a fourth turn would pass the cap.
    const table = new Table([modelPlayer(profile, "native")], { caps: { usd: null, tokens: 60 }, concurrency: 1 });
    const view = await table.run();
    expect(view).toMatchObject({ status: "halted", error: { code: "capped" } });
    expect(view.results.size).toBe(1);
    expect(server.chats()).toHaveLength(3);
    expect(await table.run({ plan: { caps: { usd: null, tokens: null } } })).toMatchObject({ status: "finished" });
    expect(server.chats()).toHaveLength(16);
  });

  test("without an environment, or with another one in its place, says so and plays the rest", async () => {
    await serve();
    const table = new Table([REFERENCE]);
    const changed = { ...environments[1], source: `${environments[1]?.source}\n` } as PlayableEnvironment;
    const view = await table.run({ ports: { environment: async (id) => (id === "pantry" ? null : changed) } });
    expect(view).toMatchObject({ status: "halted", error: { code: "no-environment" } });
    expect(new Set([...view.failures.values()].map(({ error }) => error.code))).toEqual(new Set(["no-environment", "other-source"]));
    expect(await table.run()).toMatchObject({ status: "finished" });
  });
});
