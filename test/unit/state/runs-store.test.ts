import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Cost,
  DEFAULT_LIMITS,
  DEFAULT_SETTINGS,
  type LanguageModel,
  type Problem,
  type PythonSandbox,
  type RunEvent,
  type RunId,
  type Settings,
  spendOfRun,
} from "@/domain";
import { createRunsStore, type RunsState } from "@/state";
import type { PlaygroundStorage } from "@/storage";
import { profileOf } from "../../support/chat.ts";
import { type ModelServer, promptText, startModelServer } from "../../support/model-server.ts";
import { languageModelAt } from "../../support/models.ts";
import { sameForAll } from "../../support/runs.ts";
import { open, problem, runId, runStarted } from "../storage/storage-support.ts";

/** Python is not reached: each run here waits for its first reply, or was cut off in it. */
const NO_PYTHON = {} as PythonSandbox;
const ID = runId("run-1");
const REQUEST = { role: "designer" as const, sample: 0, attempt: 0 };
const asked: RunEvent = {
  type: "reply-requested",
  ...REQUEST,
  candidate: null,
  request: { ...REQUEST, problemId: problem("p").id, system: "s", user: "u", promptVersion: "1" },
};

let server: ModelServer;
let storage: PlaygroundStorage;
let notices: string[];

beforeEach(async () => {
  server = await startModelServer();
  server.setRespond(() => ({ kind: "hang", text: "so far" }));
  storage = await open();
  notices = [];
});
afterEach(() => server.close());

type PageOptions = { interrupted?: RunId[]; settings?: Partial<Settings>; problems?: Problem[]; key?: string | null };

function page({ interrupted = [], settings = {}, problems = [], key = null }: PageOptions = {}) {
  const model = (): LanguageModel => languageModelAt(profileOf({ baseUrl: server.baseUrl }), key, { ledger: storage.replies, runId: ID });
  return createRunsStore({
    storage: Promise.resolve(storage),
    sandbox: () => Promise.resolve(NO_PYTHON),
    models: () => sameForAll(model()),
    hasModels: () => true,
    ready: Promise.resolve(),
    settings: () => ({ ...DEFAULT_SETTINGS, ...settings }),
    problem: (id) => problems.find((item) => item.id === id),
    environments: () => [],
    saveEnvironment: () => Promise.resolve(),
    notify: ({ title }) => notices.push(title),
    interrupted: { read: () => interrupted, write: () => undefined },
  });
}

/** What a page leaves that was reloaded in mid-reply. */
async function cutOff(cost: Cost, started: Partial<Extract<RunEvent, { type: "run-started" }>> = {}): Promise<void> {
  await storage.runs.append(ID, { ...runStarted(), ...started } as RunEvent);
  await storage.runs.append(ID, asked);
  const usage = { inputTokens: 700, outputTokens: 2000, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null };
  await storage.replies.open({
    id: "line",
    runId: ID,
    day: "2026-11-26",
    role: "designer",
    at: 1,
    model: "m",
    usage,
    cost,
    estimated: true,
    open: true,
  });
}

const viewed = (state: RunsState) => {
  if (state.opened === null) throw new Error("no run is open");
  return state.opened.view;
};

describe("a run that a reload cut off in mid-reply", () => {
  it("asks nothing again by itself where that would be paid for; its log and the books have the estimate", async () => {
    await cutOff({ usd: 0.02, source: "table" });
    const { store, ready } = page({ interrupted: [ID] });
    await ready;
    await expect.poll(() => notices).toEqual(["A run was cut off by the reload"]);
    expect(store.getState().active.size).toBe(0);
    await store.getState().open(ID);
    await expect.poll(() => store.getState().opened?.view.lastSeq).toBe(2);
    const view = viewed(store.getState());
    expect(view.status).toBe("open");
    expect(spendOfRun(view).total).toMatchObject({ replies: 1, estimated: 1, usd: 0.02, inputTokens: 700, outputTokens: 2000 });
    expect(server.chats()).toHaveLength(0);
    // Pressed: now it is asked again, and what was lost stays counted.
    void store.getState().resume(ID);
    await expect.poll(() => server.chats().length).toBe(1);
    store.getState().cancel(ID);
    await expect.poll(() => store.getState().active.size).toBe(0);
    const { items } = await storage.runs.read(ID);
    expect(items.map(({ event }) => event.type)).toEqual([
      "run-started",
      "reply-requested",
      "reply-cut",
      "run-resumed",
      "reply-requested",
      "run-cancelled",
      "reply-cut",
    ]);
    // What was given up was told apart: its prompt, and the words that had come.
    expect(items.at(-1)?.event).toMatchObject({ usage: { outputTokens: 2 } });
    expect(await storage.replies.spentInRun(ID)).toMatchObject({ replies: 2, estimated: 2 });
  });

  it("goes on by itself where asking again costs nothing", async () => {
    await cutOff({ usd: 0, source: "free" });
    const { store, ready } = page({ interrupted: [ID] });
    await ready;
    await expect.poll(() => server.chats().length).toBe(1);
    expect(notices).toEqual([]);
    store.getState().cancel(ID);
    await expect.poll(() => store.getState().active.size).toBe(0);
  });

  it("says so where it could not go on", async () => {
    await cutOff({ usd: 0, source: "free" });
    storage.runs.read = () => Promise.reject(new Error("the disk is busy"));
    const { ready } = page({ interrupted: [ID] });
    await ready;
    await expect.poll(() => notices).toEqual(["The run was not resumed"]);
    expect(server.chats()).toHaveLength(0);
  });

  it("of a tab that is gone has its estimate before anybody opens it", async () => {
    await cutOff({ usd: 0.02, source: "table" });
    const { ready } = page();
    await ready;
    await expect
      .poll(async () => (await storage.runs.read(ID)).items.at(-1)?.event)
      .toMatchObject({ type: "reply-cut", cost: { usd: 0.02 } });
    expect(server.chats()).toHaveLength(0);
    expect(notices).toEqual([]);
  });
});

/** The first read of a log comes back when it is let go: what happens meanwhile meets a page that has nothing yet. */
function holdFirstRead(): { letGo: () => void; read: PlaygroundStorage["runs"]["read"] } {
  const read = storage.runs.read.bind(storage.runs);
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let reads = 0;
  storage.runs.read = async (id, from) => {
    reads += 1;
    const wait = reads === 1 ? held : undefined;
    const result = await read(id, from);
    await wait;
    return result;
  };
  return { letGo: () => letGo(), read };
}

describe("a run whose page is opened", () => {
  it("while its log is written is shown whole: what comes before it is read waits for what comes before that", async () => {
    await cutOff({ usd: 0.02, source: "table" });
    // The reload's estimate is in the log, and has been told, before the page has the log's beginning.
    const { letGo, read } = holdFirstRead();
    const { store, ready } = page();
    const opening = store.getState().open(ID);
    await ready;
    await expect.poll(async () => (await read(ID)).items.length).toBe(3);
    expect(store.getState().opened).toBeNull();
    letGo();
    await opening;
    await expect.poll(() => store.getState().opened?.view.lastSeq).toBe(2);
    expect(viewed(store.getState()).problem?.title).toBeDefined();
    expect(spendOfRun(viewed(store.getState())).total.estimated).toBe(1);
  });

  it("resumes though it has not been read yet", async () => {
    await cutOff({ usd: 0.02, source: "table" });
    const { letGo } = holdFirstRead();
    const { store, ready } = page();
    const opening = store.getState().open(ID);
    await ready;
    void store.getState().resume(ID);
    await expect.poll(() => server.chats().length).toBe(1);
    letGo();
    await opening;
    store.getState().cancel(ID);
    await expect.poll(() => store.getState().active.size).toBe(0);
    expect(viewed(store.getState()).problem?.title).toBeDefined();
  });

  it("is read again after its log could not be read", async () => {
    await cutOff({ usd: 0.02, source: "table" });
    const read = storage.runs.read.bind(storage.runs);
    storage.runs.read = () => Promise.reject(new Error("the disk is busy"));
    const { store, ready } = page();
    await expect(store.getState().open(ID)).rejects.toThrow("the disk is busy");
    await ready;
    storage.runs.read = read;
    await store.getState().open(ID);
    await expect.poll(() => store.getState().opened?.view.problem?.title).toBeDefined();
  });
});

describe("a run that is resumed", () => {
  it("keeps to the prompts and limits it was begun with, whatever the settings say by now", async () => {
    const prompt = (text: string) => ({ designer: { system: `${text} system`, user: `${text} {{statement}}` } });
    await cutOff({ usd: 0.02, source: "table" }, { prompts: prompt("Then"), limits: { ...DEFAULT_LIMITS, designerReplies: 3 } });
    const { store, ready } = page({ settings: { prompts: prompt("Now"), limits: { ...DEFAULT_LIMITS, designerReplies: 1 } } });
    await ready;
    void store.getState().resume(ID);
    await expect.poll(() => server.chats().length).toBe(1);
    expect(promptText(server.chats()[0]!, "system")).toBe("Then system");
    store.getState().cancel(ID);
    await expect.poll(() => store.getState().active.size).toBe(0);
  });
});

describe("the list of runs", () => {
  it("has a run from its first event on", async () => {
    const { store, ready } = page({
      problems: [problem("p", { origin: "own" })],
      settings: { compileFirst: false, profiles: [profileOf({})], profile: profileOf({}).id },
    });
    await ready;
    const id = await store.getState().start(problem("p").id);
    await expect.poll(() => store.getState().runs.map((run) => run.id)).toEqual([id]);
    expect(store.getState().active.has(id)).toBe(true);
    await expect
      .poll(() => store.getState().runs[0])
      .toMatchObject({ title: "Problem p", status: "open", stage: "design", model: `test-model at ${new URL(server.baseUrl).host}` });
    store.getState().cancel(id);
    await expect.poll(() => store.getState().active.size).toBe(0);
    expect(store.getState().runs[0]).toMatchObject({ status: "cancelled" });
  });
});

describe("a run whose key is not taken", () => {
  it.each([
    ["none was sent", null, /asks for a key \(status 401\)/, /^Enter a key in Settings/],
    ["a wrong one was sent", "sk-not-the-right-one", /refused the key \(status 401\)/, /^Check the key in Settings/],
  ])("says which it was: %s", async (_, key, says, todo) => {
    server.setRespond(() => ({ kind: "status", status: 401, message: "Unauthorized" }));
    await storage.runs.append(ID, runStarted() as RunEvent);
    const { store, ready } = page({ key });
    await ready;
    await store.getState().open(ID);
    await store.getState().resume(ID);
    await expect.poll(() => viewed(store.getState()).status).toBe("failed");
    const { error } = viewed(store.getState());
    expect(error).toMatchObject({ code: "unauthorized", message: expect.stringMatching(says), hint: expect.stringMatching(todo) });
    expect(JSON.stringify(error)).not.toContain("sk-not");
    expect(server.chats()).toHaveLength(1);
  });
});
