import { afterEach, describe, expect, it } from "vitest";
import * as datasets from "@/datasets";
import {
  DEFAULT_EPISODE_LIMITS,
  type Environment,
  episodeIdSchema,
  ImportError,
  type JsonObject,
  type PythonSandbox,
  SandboxError,
  sourceHashOf,
  type Trace,
  type TraceEvent,
} from "@/domain";
import { createLibraryStore, createShareStore, type Library } from "@/state";
import { eraseStorage } from "@/storage";
import { environment, freshName, open } from "../storage/storage-support.ts";
import { answeredCall } from "../../support/trace-events.ts";

const SOURCE = "class SumEnv:\n    pass\n";
const CONFIG = '{"n": 3}';
const OURS = environment("sum__SumEnv", { codeId: "sum", className: "SumEnv", source: SOURCE, taskText: "Add.", status: "verified" });
const STEP_MS = 4321;

const libraries: Library[] = [];
afterEach(() => {
  for (const library of libraries.splice(0)) library.dispose();
});

/** Without Python: what needs none must work all the same. */
async function sharing(stored: readonly Environment[]) {
  const name = freshName();
  const storage = open(name);
  await (await storage).saveLibrary({ problems: [], environments: stored });
  const library = createLibraryStore({
    storage,
    eraseUnopened: () => eraseStorage(name),
    datasets: { ...datasets, loadBundledProblems: async () => [] },
    notify: () => undefined,
  });
  libraries.push(library);
  await library.ready;
  let asked = 0;
  const sandbox = async (): Promise<PythonSandbox> => {
    asked += 1;
    throw new SandboxError("boot-failed", "There is no Python in this test.");
  };
  const share = createShareStore({ storage, sandbox, stepMs: () => STEP_MS, library, datasets, notify: () => undefined, now: () => 7 });
  return { storage: await storage, library, guests: share.guests, asked: () => asked, ...share.store.getState() };
}

function started(more: JsonObject = {}): TraceEvent {
  return {
    type: "episode-started",
    environmentId: OURS.id,
    className: "SumEnv",
    sourceHash: sourceHashOf(SOURCE),
    config: CONFIG,
    player: { kind: "random", seed: 1 },
    limits: { ...DEFAULT_EPISODE_LIMITS, stepMs: 600_000 },
    sample: 0,
    branch: null,
    evaluationId: null,
    state: { n: 3 },
    ...more,
  } as TraceEvent;
}
const answered = (observation: string): TraceEvent => answeredCall({ observation });
const traceOf = (...events: TraceEvent[]): Trace => ({
  version: 1,
  id: episodeIdSchema.parse("t"),
  events: events.map((event, at) => ({ at, event })),
});
const shared = (trace: Trace | null, source = SOURCE): datasets.Shared =>
  datasets.sharedOf({ codeId: "sum", className: "SumEnv", taskText: "Add.", source }, CONFIG, trace);
const never = new AbortController().signal;

describe("sharing", () => {
  it("opens what was linked, with the steps' time that this device gives, and needs neither Python nor storage for it", async () => {
    const owner = await sharing([OURS]);
    const id = episodeIdSchema.parse("mine");
    await owner.storage.traces.appendAll(id, [started(), answered("one"), { type: "episode-ended", why: "gave-up" }]);
    const { payload, slim } = await owner.link({ environmentId: OURS.id, config: "{}", episodeId: id });
    expect(slim).toBe(false);

    const visitor = await sharing([]);
    const view = await visitor.open(payload, never);
    expect(view).toMatchObject({
      config: CONFIG,
      payload,
      environment: {
        className: "SumEnv",
        status: "unverified",
        report: null,
        tools: [],
        provenance: { source: "imported", fromLink: true },
      },
    });
    expect(view.trace?.view).toMatchObject({
      status: "ended",
      why: "gave-up",
      head: { environmentId: view.environment.id, limits: { stepMs: STEP_MS } },
    });
    await visitor.guests.getState().open(id);
    expect(visitor.guests.getState().opened[id]?.view.calls.map(({ observation }) => observation)).toEqual(["one"]);
    expect(visitor.asked()).toBe(0);
    expect((await visitor.storage.traces.list()).items).toEqual([]);
    expect(visitor.library.store.getState().environments).toEqual([]);
  });

  it("leaves hidden states out of a long link and not of the file", async () => {
    const { storage, link, file } = await sharing([OURS]);
    const id = episodeIdSchema.parse("long");
    const noise = Array.from({ length: 20_000 }, (_, index) => (index * 7919 * index) % 65_521);
    await storage.traces.appendAll(id, [started({ state: { noise } }), answered("one")]);
    const wish = { environmentId: OURS.id, config: CONFIG, episodeId: id };
    const { payload, slim } = await link(wish);
    expect(slim).toBe(true);
    expect(payload.length).toBeLessThan(8000);
    expect(JSON.stringify(await datasets.decodeShared(payload))).not.toContain("noise");
    expect(new TextDecoder().decode((await file(wish)).bytes)).toContain("noise");
  });

  it("is kept once: beside another source of the same name, and not at all where the same is", async () => {
    const { open: read, keep, library } = await sharing([OURS]);
    expect(await keep(await read(datasets.encodeShared(shared(null)), never))).toEqual({ id: OURS.id, task: null });
    const other = await read(datasets.encodeShared(shared(null, `${SOURCE}# other\n`)), never);
    const kept = await keep(other);
    expect(kept).toEqual({ id: "sum-2__SumEnv", task: 0 });
    expect(await keep(other)).toEqual(kept);
    expect(library.store.getState().environments.map(({ id, status, provenance }) => [id, status, provenance.fromLink])).toEqual([
      [OURS.id, "verified", undefined],
      ["sum-2__SumEnv", "unverified", true],
    ]);
  });

  it("opens from files: a shared one as it is, a trace by itself with the environment it was played in", async () => {
    const here = await sharing([OURS]);
    const file = new File([datasets.exportShared(shared(null)).bytes.slice()], "s.json");
    expect((await here.openFile(file, never)).environment.source).toBe(SOURCE);
    const pages = [datasets.exportTrace(OURS, traceOf(started())), datasets.exportTracePage(OURS, traceOf(started()))].map(
      ({ bytes, fileName }) => new File([bytes.slice()], fileName),
    );
    for (const page of pages) expect((await here.openFile(page, never)).environment.source).toBe(SOURCE);
    const elsewhere = await sharing([]);
    for (const page of pages)
      await expect(elsewhere.openFile(page, never)).rejects.toMatchObject({
        code: "wrong-kind",
        hint: expect.stringContaining("Import the environment"),
      });
    await expect(here.openFile(new File(["<p>no trace</p>"], "p.html"), never)).rejects.toBeInstanceOf(ImportError);
    await expect(here.openFile(new File([JSON.stringify({ ...shared(null), version: 99 })], "n.json"), never)).rejects.toMatchObject({
      code: "newer-version",
    });
  });

  it("is not opened once it was given up", async () => {
    const { open: read } = await sharing([]);
    const abort = new AbortController();
    const reading = read(datasets.encodeShared(shared(null)), abort.signal);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: "CancelledError" });
  });

  it("has no model that a link could let play", async () => {
    const { open: read, guests } = await sharing([]);
    await read(datasets.encodeShared(shared(traceOf(started()))), never);
    expect(() => guests.getState().modelPlayer("p" as never, "text")).toThrow("by hand");
  });
});
