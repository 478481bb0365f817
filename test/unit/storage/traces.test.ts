import { describe, expect, it } from "vitest";
import {
  DEFAULT_EPISODE_LIMITS,
  type EnvironmentId,
  environmentIdSchema,
  type EvaluationId,
  evaluationIdSchema,
  evaluationView,
  type EvaluationEvent,
  type TraceEvent,
  traceView,
} from "@/domain";
import { freshName, open, raw, traceId as id, traceStarted as started } from "./storage-support.ts";

const evaluation = (text: string): EvaluationId => evaluationIdSchema.parse(text);
const environment = (text: string): EnvironmentId => environmentIdSchema.parse(text);

const answered = (reward = 0, faults: ("environment-hung" | "unknown-tool")[] = []): TraceEvent => ({
  type: "call-answered",
  by: "person",
  action: "{}",
  callId: null,
  ok: true,
  observation: "\ud800 1",
  cut: 0,
  faults,
  ms: 1,
  reward,
  finished: reward > 0,
  change: [{ at: ["total"], to: 1 }],
});

describe("traces", () => {
  it("keep events in order, several at once too, and summarise them", async () => {
    const storage = await open();
    expect(await storage.traces.append(id("t"), started())).toMatchObject({ traceId: "t", seq: 0 });
    expect((await storage.traces.list()).items).toMatchObject([{ id: "t", status: "open", rounds: 0, why: null }]);
    await storage.traces.appendAll(id("t"), [answered(), answered(0, ["environment-hung"]), answered(1)]);
    await storage.traces.append(id("t"), { type: "episode-halted", error: null });
    expect((await storage.traces.list()).items).toMatchObject([{ status: "halted" }]);
    await storage.traces.appendAll(id("t"), [{ type: "episode-resumed" }, { type: "episode-ended", why: "finished" }]);
    const { items, faults } = await storage.traces.read(id("t"));
    expect(faults).toEqual([]);
    expect(items.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(items[1]?.event).toEqual(answered());
    const [head] = (await storage.traces.list()).items;
    const view = traceView(items);
    expect(head).toMatchObject({ status: view.status, why: view.why, rounds: view.rounds, reward: view.reward, lastSeq: 6 });
    expect(head).toMatchObject({ status: "ended", why: "finished", rounds: 3, reward: 1 });
  });

  it("are all or nothing: no batch is stored in part", async () => {
    const storage = await open();
    await storage.traces.append(id("t"), started());
    await expect(storage.traces.appendAll(id("t"), [answered(), started()])).rejects.toMatchObject({ code: "unavailable" });
    expect((await storage.traces.read(id("t"))).items).toHaveLength(1);
    expect((await storage.traces.list()).items).toMatchObject([{ rounds: 0, lastSeq: 0 }]);
  });

  it("are not brought back after a removal, and tries go with their evaluation", async () => {
    const storage = await open();
    await storage.traces.append(id("own"), started("e"));
    await storage.traces.append(id("other"), started("f"));
    await storage.traces.append(id("v-0-0-0"), started("e", "v"));
    await storage.traces.append(id("w-0-0-0"), started("e", "w"));
    expect((await storage.traces.listOf(environment("e"))).items.map((head) => head.id)).toEqual(["own"]);
    expect((await storage.traces.listTries(evaluation("v"))).items.map((head) => head.id)).toEqual(["v-0-0-0"]);
    await storage.traces.removeTries(evaluation("v"));
    await expect(storage.traces.append(id("v-0-0-0"), answered())).rejects.toMatchObject({ code: "unavailable" });
    expect((await storage.traces.read(id("v-0-0-0"))).items).toEqual([]);
    await storage.traces.removeOf([environment("e")]);
    expect((await storage.traces.list()).items.map((head) => head.id)).toEqual(["other"]);
  });

  it("name what is corrupt, and refuse what is newer without touching it", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.traces.appendAll(id("t"), [started(), answered(), answered()]);
    await raw(name, (database) => database.table("traceEvents").put({ v: 1, traceId: "t", seq: 1, at: 1, event: { type: "unheard-of" } }));
    expect(await storage.traces.read(id("t"))).toMatchObject({
      items: [{ seq: 0 }, { seq: 2 }],
      faults: [{ kind: "episode event", id: "t #1", error: { code: "corrupt" } }],
    });
    await raw(name, (database) => database.table("traces").put({ v: 2, id: "t", environmentId: "e", evaluationId: "" }));
    await expect(storage.traces.append(id("t"), answered())).rejects.toMatchObject({ code: "newer-version" });
    await expect(storage.traces.remove(id("t"))).rejects.toMatchObject({ code: "newer-version" });
    await storage.traces.removeOf([environment("e")]);
    expect((await storage.traces.list()).faults).toHaveLength(1);
  });

  it("of two tabs have one order", async () => {
    const name = freshName();
    const [one, two] = [await open(name), await open(name)];
    await one.traces.append(id("t"), started());
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).traces.appendAll(id("t"), [answered(), answered()])),
    );
    expect((await one.traces.read(id("t"))).items.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, index) => index));
    expect((await two.traces.list()).items).toMatchObject([{ rounds: 40 }]);
  });
});

describe("evaluations", () => {
  const plan: Extract<EvaluationEvent, { type: "evaluation-started" }>["plan"] = {
    title: "Which is better?",
    tasks: [{ environmentId: environment("e"), sourceHash: "h", config: "{}", referenceRounds: 7 }],
    players: [{ kind: "prober" }, { kind: "reference-solver" }],
    tries: 2,
    concurrency: 2,
    limits: DEFAULT_EPISODE_LIMITS,
    caps: { usd: null, tokens: null },
  };
  const ended = (player: number, number: number): EvaluationEvent => ({
    type: "try-ended",
    result: {
      task: 0,
      player,
      try: number,
      traceId: id(`v-0-${player}-${number}`),
      why: "finished",
      reward: 1,
      rounds: 7,
      faults: { "unknown-tool": 1 },
      tools: { Weigh: 2 },
      inputTokens: 0,
      outputTokens: 0,
      usd: 0,
      unknownCosts: 0,
      ms: 1,
    },
  });

  it("keep their plan and results, and summarise them", async () => {
    const storage = await open();
    const { evaluations } = storage;
    await expect(evaluations.append(evaluation("v"), ended(0, 0))).rejects.toMatchObject({ code: "unavailable" });
    await evaluations.append(evaluation("v"), { type: "evaluation-started", plan });
    await evaluations.appendAll(evaluation("v"), [ended(0, 0), ended(1, 1), { type: "evaluation-halted", error: null }]);
    expect((await evaluations.list()).items).toMatchObject([{ id: "v", title: "Which is better?", status: "halted", done: 2, total: 4 }]);
    const { items } = await evaluations.read(evaluation("v"));
    const view = evaluationView(items);
    expect(view.plan).toEqual(plan);
    expect([...view.results.keys()]).toEqual(["0:0:0", "0:1:1"]);
    await evaluations.append(evaluation("v"), { type: "evaluation-resumed" });
    await evaluations.append(evaluation("v"), { type: "evaluation-finished" });
    expect((await evaluations.list()).items).toMatchObject([{ status: "finished" }]);
    await evaluations.remove(evaluation("v"));
    expect((await evaluations.list()).items).toEqual([]);
  });

  it("with a person among the players are no plan", async () => {
    const name = freshName();
    const storage = await open(name);
    const started = { type: "evaluation-started" as const, plan: { ...plan, players: [{ kind: "person" as const }] } };
    await expect(storage.evaluations.append(evaluation("v"), started)).rejects.toMatchObject({ code: "unwritable" });
    expect((await storage.evaluations.list()).items).toEqual([]);
    await raw(name, (database) => database.table("evaluationEvents").put({ v: 1, evaluationId: "v", seq: 0, at: 1, event: started }));
    expect(await storage.evaluations.read(evaluation("v"))).toMatchObject({ items: [], faults: [{ error: { code: "corrupt" } }] });
  });
});

describe("a database of the version before", () => {
  it("is taken over with all that is in it", async () => {
    const name = freshName();
    const { Dexie } = await import("dexie");
    const old = new Dexie(name, { indexedDB, IDBKeyRange });
    old.version(2).stores({
      problems: "id",
      environments: "id",
      episodes: "id, environmentId",
      runs: "id",
      runEvents: "[runId+seq]",
      settings: "id",
      keys: "id",
      damaged: "++number",
      replies: "id, key",
      spend: "id, day, runId",
    });
    await old.open();
    await old.table("episodes").put({
      v: 1,
      id: "old",
      environmentId: "e",
      config: "{}",
      player: "person",
      steps: [],
      reward: 0,
      finished: false,
      startedAt: 1,
      endedAt: null,
    });
    old.close();
    const storage = await open(name);
    expect((await storage.episodes.list()).items.map((episode) => episode.id)).toEqual(["old"]);
    await storage.traces.append(id("t"), started());
    expect((await storage.traces.list()).items).toHaveLength(1);
  });
});
