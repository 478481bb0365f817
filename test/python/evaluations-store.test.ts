import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as datasets from "@/datasets";
import { type Environment, type EnvironmentId, type EvaluationId, type EvaluationPlan, sourceHashOf } from "@/domain";
import { createEvaluationsStore } from "@/state";
import type { PlaygroundStorage } from "@/storage";
import { planOver, REFERENCE } from "../support/evaluations.ts";
import { PATIENT_LIMITS, playable } from "../support/episodes.ts";
import { PANTRY, pantryConfig } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";
import { environment as stored, freshName, open } from "../unit/storage/storage-support.ts";

/** The store with the real storage and real Python; only the models are left out. */
let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let pantry: Environment;
let plan: EvaluationPlan;

beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  pantry = { ...stored("pantry"), ...(await playable(sandbox, PANTRY, "pantry")), status: "verified" };
  const configs = [pantryConfig(["oats", "rye"], [3, 90]), pantryConfig(["rye", "oats"], [90, 2])];
  plan = {
    ...planOver({ players: [REFERENCE, { kind: "prober" }], tries: 3, limits: PATIENT_LIMITS }),
    tasks: configs.map((config) => ({ environmentId: pantry.id, sourceHash: sourceHashOf(pantry.source), config, referenceRounds: 3 })),
  };
});
afterAll(() => sandbox.dispose());

/** What one tab has; `interrupted` outlives it, as the session storage does. */
function tab(
  storage: PlaygroundStorage,
  interrupted: { ids: EvaluationId[] } = { ids: [] },
  environments: readonly Environment[] = [pantry],
) {
  const notices: string[] = [];
  const noModel = (): never => {
    throw new Error("no model in this test");
  };
  const handle = createEvaluationsStore({
    storage: Promise.resolve(storage),
    sandbox: async () => sandbox,
    models: { modelPlayer: noModel, chat: noModel, canAsk: () => false },
    price: async () => null,
    history: async () => [],
    ready: Promise.resolve(),
    environment: (id: EnvironmentId) => environments.find((item) => item.id === id),
    saveEnvironment: async () => {},
    datasets,
    notify: ({ title }) => notices.push(title),
    interrupted: { read: () => interrupted.ids, write: (ids) => (interrupted.ids = [...ids]) },
  });
  const summary = (id: EvaluationId) => handle.store.getState().evaluations.find((item) => item.id === id);
  const settled = (id: EvaluationId) => vi.waitFor(() => expect(handle.store.getState().active.has(id)).toBe(false), { timeout: 60_000 });
  return { ...handle, state: () => handle.store.getState(), notices, summary, settled };
}

const EPISODES = 12;
const endedIn = async (storage: PlaygroundStorage, id: EvaluationId): Promise<string[]> =>
  (await storage.evaluations.read(id)).items.flatMap(({ event }) => (event.type === "try-ended" ? [event.result.traceId] : []));

describe("the store of evaluations", () => {
  it("plays a plan to its end, with a trace for each try, and shows it as it goes", async () => {
    const storage = await open(freshName());
    const one = tab(storage);
    const id = await one.state().start(plan);
    expect(one.state().views[id]?.plan?.tasks).toHaveLength(2);
    await one.settled(id);
    await vi.waitFor(() => expect(one.state().views[id]).toMatchObject({ status: "finished" }));
    expect(one.state().views[id]?.results.size).toBe(EPISODES);
    expect(one.summary(id)).toMatchObject({ status: "finished", done: EPISODES, total: EPISODES, lockedElsewhere: false });
    expect((await storage.traces.listTries(id)).items).toHaveLength(EPISODES);
    expect(
      new TextDecoder()
        .decode((await one.state().exportTable(id)).bytes)
        .trim()
        .split("\r\n"),
    ).toHaveLength(EPISODES + 1);
    expect(one.notices).toEqual([]);
  });

  it("is paused, and resumed by another tab that takes up what is missing", async () => {
    const name = freshName();
    const storage = await open(name);
    const one = tab(storage);
    const id = await one.state().start({ ...plan, tries: 20, concurrency: 1 });
    await vi.waitFor(async () => expect((await endedIn(storage, id)).length).toBeGreaterThan(3), { timeout: 60_000 });
    one.state().pause(id);
    await one.settled(id);
    const before = await endedIn(storage, id);
    expect(before.length).toBeLessThan(80);
    expect(one.summary(id)).toMatchObject({ status: "halted" });

    const other = tab(await open(name));
    await other.ready;
    await other.state().resume(id, { concurrency: 2 });
    await other.settled(id);
    const after = await endedIn(storage, id);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after).size).toBe(80);
    expect(after).toHaveLength(80);
  });

  it("goes on by itself in a tab that was reloaded, and is left alone by others meanwhile", async () => {
    const name = freshName();
    const storage = await open(name);
    const interrupted: { ids: EvaluationId[] } = { ids: [] };
    const id = "cut-off" as EvaluationId;
    await storage.evaluations.append(id, { type: "evaluation-started", plan });
    interrupted.ids = [id];
    const reloaded = tab(storage, interrupted);
    await reloaded.ready;
    await vi.waitFor(() => expect(reloaded.summary(id)).toMatchObject({ status: "finished", done: EPISODES }), { timeout: 60_000 });
    await reloaded.settled(id);
    expect(interrupted.ids).toEqual([]);
  });

  it("goes on by itself though its page is open and has not been read yet", async () => {
    const storage = await open(freshName());
    const id = "cut-off" as EvaluationId;
    await storage.evaluations.append(id, { type: "evaluation-started", plan });
    const read = storage.evaluations.read.bind(storage.evaluations);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reads = 0;
    storage.evaluations.read = async (which, from) => {
      reads += 1;
      const wait = reads === 1 ? held : undefined;
      const result = await read(which, from);
      await wait;
      return result;
    };
    const reloaded = tab(storage, { ids: [id] });
    const opening = reloaded.state().open(id);
    await reloaded.ready;
    await vi.waitFor(() => expect(reloaded.state().active.has(id)).toBe(true));
    release();
    await opening;
    await reloaded.settled(id);
    await vi.waitFor(() => expect(reloaded.state().views[id]).toMatchObject({ status: "finished", plan: { tries: 3 } }));
    expect(reloaded.state().views[id]?.results.size).toBe(EPISODES);
    expect(reloaded.notices).toEqual([]);
  });

  it("says which environment is gone, and plays the others' tries", async () => {
    const storage = await open(freshName());
    const one = tab(storage, undefined, []);
    const id = await one.state().start(plan);
    await one.settled(id);
    await vi.waitFor(() => expect(one.state().views[id]).toMatchObject({ status: "halted", error: { code: "no-environment" } }));
    expect(one.state().views[id]?.failures.size).toBe(EPISODES);
  });

  it("is removed while it runs, with its traces and without a word", async () => {
    const storage = await open(freshName());
    const one = tab(storage);
    const id = await one.state().start({ ...plan, tries: 50 });
    await vi.waitFor(async () => expect((await endedIn(storage, id)).length).toBeGreaterThan(0), { timeout: 60_000 });
    await one.state().remove(id);
    await one.settled(id);
    await vi.waitFor(async () => expect((await storage.evaluations.list()).items).toEqual([]));
    await vi.waitFor(async () => expect((await storage.traces.listTries(id)).items).toEqual([]));
    await vi.waitFor(() => expect(one.state().views[id]).toBeUndefined());
    expect(one.notices).toEqual([]);
  });
});
