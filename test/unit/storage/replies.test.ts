import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, dayOf, type PaidReply, paidReplySchema, RECORDED_PROFILE } from "@/domain";
import { freshName, open, raw } from "./storage-support.ts";

let count = 0;

function paid(
  more: {
    key?: string;
    runId?: string | null;
    at?: number;
    usd?: number | null;
    text?: string;
    usable?: boolean;
    failure?: PaidReply["failure"];
  } = {},
): PaidReply {
  const at = more.at ?? 1_000_000;
  const { provider, baseUrl, api, model, temperature, maxOutputTokens, effort } = RECORDED_PROFILE;
  return paidReplySchema.parse({
    id: `reply-${(count += 1)}`,
    key: more.key ?? "k",
    runId: more.runId === undefined ? "run" : more.runId,
    role: "designer",
    day: dayOf(at),
    request: { messages: [{ role: "user", text: "Hello" }], tools: [], sample: 0 },
    reply: {
      text: more.text ?? "Hi",
      reasoning: "",
      toolCalls: [],
      finishReason: "stop",
      model: "m",
      usage: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 40, reasoningTokens: null },
      cost: { usd: more.usd === undefined ? 0.5 : more.usd, source: more.usd === null ? "unknown" : "table" },
      settings: { provider, baseUrl, api, model, temperature, maxOutputTokens, effort },
      reusedFrom: null,
      ms: 5,
      receivedAt: at,
    },
    usable: more.usable ?? true,
    failure: more.failure ?? null,
  });
}

describe("the ledger", () => {
  it("gives out the newest usable reply of a key, of any run or of one", async () => {
    const { replies } = await open();
    await replies.add(paid({ text: "old", at: 1 }));
    await replies.add(paid({ text: "new", at: 2, runId: "other" }));
    await replies.add(paid({ text: "refused", at: 3, usable: false }));
    expect((await replies.find("k", null))?.reply.text).toBe("new");
    expect((await replies.find("k", "run"))?.reply.text).toBe("old");
    expect(await replies.find("k", "third")).toBeNull();
    expect(await replies.find("another", null)).toBeNull();
    expect(await replies.findUseless("k", "run")).toBeNull();
    await replies.add(paid({ text: "", at: 4, usable: false, failure: { code: "refused", message: "No." } }));
    expect(await replies.findUseless("k", "run")).toMatchObject({ failure: { code: "refused" } });
    expect(await replies.findUseless("k", "other")).toBeNull();
    expect((await replies.find("k", "run"))?.reply.text).toBe("old");
  });

  it("adds up by run and by day; what is unknown is counted, never taken for nothing", async () => {
    const { replies } = await open();
    const day = new Date(2026, 10, 22, 23, 59).getTime();
    const nextDay = new Date(2026, 10, 23, 0, 1).getTime();
    await replies.add(paid({ at: day }));
    await replies.add(paid({ at: day, usd: null, runId: "other", usable: false }));
    await replies.add(paid({ at: nextDay }));
    expect(await replies.spentInRun("run")).toMatchObject({
      replies: 2,
      usd: 1,
      unknownCosts: 0,
      inputTokens: 200,
      cachedInputTokens: 80,
      outputTokens: 20,
    });
    expect(await replies.spentOnDay("2026-11-22")).toMatchObject({ replies: 2, usd: 0.5, unknownCosts: 1 });
    expect((await replies.days()).map(({ day: name, tally }) => [name, tally.replies])).toEqual([
      ["2026-11-23", 1],
      ["2026-11-22", 2],
    ]);
  });

  it("forgets texts and keeps the book", async () => {
    const { replies } = await open();
    await replies.add(paid());
    await replies.forgetTexts();
    expect(await replies.stored()).toBe(0);
    expect(await replies.find("k", null)).toBeNull();
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 1, usd: 0.5 });
  });

  it("is the same after a reload, and another tab hears of it", async () => {
    const name = freshName();
    const [storage, other] = [await open(name), await open(name)];
    const heard: string[] = [];
    other.liveChanges(({ kind }) => heard.push(kind));
    await storage.replies.add(paid());
    await expect.poll(() => heard).toContain("replies");
    expect((await other.replies.find("k", null))?.request.messages).toEqual([{ role: "user", text: "Hello" }]);
    expect(await other.replies.history()).toHaveLength(1);
  });
});

describe("settings and key of the first version", () => {
  /** A database as version 1 left it. */
  async function firstVersion(name: string, model: Record<string, unknown>): Promise<void> {
    const {
      profiles: _,
      profile: _1,
      roles: _2,
      replyForm: _3,
      reuseReplies: _4,
      patience: _5,
      caps: _6,
      prices: _7,
      version: _8,
      ...rest
    } = DEFAULT_SETTINGS;
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(name, 10);
      request.addEventListener("upgradeneeded", () => {
        const { result } = request;
        for (const table of ["problems", "environments", "runs", "settings", "keys"]) result.createObjectStore(table, { keyPath: "id" });
        result.createObjectStore("episodes", { keyPath: "id" }).createIndex("environmentId", "environmentId");
        result.createObjectStore("runEvents", { keyPath: ["runId", "seq"] });
        result.createObjectStore("damaged", { keyPath: "number", autoIncrement: true });
        request.transaction?.objectStore("settings").put({ v: 1, id: "settings", version: 1, model, ...rest, workers: 3 });
        request.transaction?.objectStore("keys").put({ v: 1, id: "key", key: "sk-old" });
      });
      request.addEventListener("success", () => {
        request.result.close();
        resolve();
      });
      request.addEventListener("error", () => reject(request.error));
    });
  }

  const model = {
    kind: "openai-compatible",
    baseUrl: "http://localhost:1/v1",
    model: "old-model",
    streaming: false,
    temperature: 0.5,
    maxOutputTokens: null,
    concurrency: 2,
  };

  it("become a profile in use, with its key", async () => {
    const name = freshName();
    await firstVersion(name, model);
    const storage = await open(name);
    const settings = await storage.settings.read();
    expect(settings).toMatchObject({ version: 2, profile: "first", workers: 3, replyForm: "compact" });
    expect(settings.profiles).toEqual([
      {
        id: "first",
        name: "old-model",
        provider: "compatible",
        baseUrl: "http://localhost:1/v1",
        api: "chat",
        model: "old-model",
        streaming: false,
        temperature: 0.5,
        maxOutputTokens: null,
        concurrency: 2,
        effort: null,
      },
    ]);
    expect([...(await storage.keys.read())]).toEqual([["first", "sk-old"]]);
    await raw(name, async (database) => expect(await database.table("keys").count()).toBe(1));
  });

  it("leave recorded replies in use where they were", async () => {
    const name = freshName();
    await firstVersion(name, { ...model, kind: "recorded" });
    const settings = await (await open(name)).settings.read();
    expect([settings.profile, settings.profiles.length]).toEqual(["recorded", 1]);
    const untouched = freshName();
    await firstVersion(untouched, { ...model, kind: "recorded", model: "" });
    expect((await (await open(untouched)).settings.read()).profiles).toEqual([]);
  });
});
