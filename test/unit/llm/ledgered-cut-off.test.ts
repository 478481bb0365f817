import { describe, expect, it } from "vitest";
import { costsAgain, dayOf, ModelError } from "@/domain";
import { freshName, open } from "../storage/storage-support.ts";
import { ask, gate, going, ledgered, MemoryLedger, ScriptedChat, settled, thrownBy, usage } from "./ledgered-support.ts";

/** A request that never comes to its end (the page goes away, it is given up, the line breaks) costs something all the same. */
const question = "q".repeat(400);

describe("the book", () => {
  it("holds an estimate from before the request is sent; the page goes away, and it stays", async () => {
    const name = freshName();
    const { replies } = await open(name);
    const chat = new ScriptedChat(() => new Promise(() => undefined));
    void ledgered(chat, replies).chat(ask(question), going());
    await expect.poll(() => chat.asked.length).toBe(1);
    // A page that was loaded anew: other objects over the same tables.
    const next = await open(name);
    expect([...(await next.replies.withOpenLines())]).toEqual(["run"]);
    expect(await next.replies.spentInRun("run")).toMatchObject({ replies: 1, estimated: 1, inputTokens: 100, outputTokens: 2000 });
    expect(await next.replies.spentOnDay(dayOf(Date.now()))).toMatchObject({ estimated: 1, usd: (100 + 2000 * 10) / 1e6 });
    const cut = await next.replies.takeCutOff("run");
    expect(cut).toMatchObject([{ role: "solver", runId: "run", usage: { inputTokens: 100 }, estimated: true }]);
    expect(costsAgain(cut)).toBe(true);
    // It is given out once, and stays in the book.
    expect(await next.replies.takeCutOff("run")).toEqual([]);
    expect([...(await next.replies.withOpenLines())]).toEqual([]);
    expect(await next.replies.spentInRun("run")).toMatchObject({ replies: 1, estimated: 1 });
    expect(await next.replies.history()).toEqual([]);
  });

  it("has the reply in the estimate's place, once there is one", async () => {
    const { replies } = await open();
    await ledgered(new ScriptedChat(), replies).chat(ask(question), going());
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 1, estimated: 0, inputTokens: 1000, outputTokens: 100 });
    expect(await replies.takeCutOff("run")).toEqual([]);
  });

  it("has the prompt and the words until then, where it was given up or broke off", async () => {
    const { replies } = await open();
    const stop = new AbortController();
    const chat = new ScriptedChat((_, { onText }) => {
      onText?.("w".repeat(40));
      return new Promise(() => undefined);
    });
    const given = thrownBy(ledgered(chat, replies).chat(ask(question), { signal: stop.signal }));
    await expect.poll(() => chat.asked.length).toBe(1);
    stop.abort();
    await given;
    await expect.poll(async () => (await replies.spentInRun("run")).outputTokens).toBe(10);
    const broken = new ScriptedChat(async (_, { onText }) => {
      onText?.("w".repeat(80));
      throw new ModelError("unreachable", "The connection was lost.");
    });
    await thrownBy(ledgered(broken, replies).chat(ask(question, 1), going()));
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 2, estimated: 2, inputTokens: 200, outputTokens: 30 });
  });

  it("has nothing of what failed before a word came, or was given up while it waited for its turn", async () => {
    const { replies } = await open();
    const failing = new ScriptedChat(async () => {
      throw new ModelError("unauthorized", "The key was not accepted.");
    });
    await thrownBy(ledgered(failing, replies).chat(ask(question), going()));
    const stop = new AbortController();
    const queued = new ScriptedChat((_, { onWait }) => {
      onWait?.({ reason: "its turn", until: null, attempt: 1, attempts: 1 });
      return new Promise(() => undefined);
    });
    const given = thrownBy(ledgered(queued, replies).chat(ask(question), { signal: stop.signal }));
    await expect.poll(() => queued.asked.length).toBe(1);
    stop.abort();
    await given;
    await expect.poll(async () => (await replies.withOpenLines()).size).toBe(0);
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 0, usd: 0 });
  });

  it("gets nothing back after everything was erased", async () => {
    const storage = await open();
    const stop = new AbortController();
    const chat = new ScriptedChat(() => new Promise(() => undefined));
    const given = thrownBy(ledgered(chat, storage.replies).chat(ask(question), { signal: stop.signal }));
    await expect.poll(() => chat.asked.length).toBe(1);
    await storage.eraseAll();
    stop.abort();
    await given;
    await settled();
    expect(await storage.replies.spentInRun("run")).toMatchObject({ replies: 0 });
  });

  it("that cannot be written holds up no request", async () => {
    class Shut extends MemoryLedger {
      override open(): Promise<never> {
        return Promise.reject(new Error("no room"));
      }
    }
    const reply = await ledgered(new ScriptedChat(), new Shut()).chat(ask("a"), going());
    expect(reply.text).toBe("reply to a");
  });

  it("of another tab counts against a cap, one's own request only once", async () => {
    const name = freshName();
    const one = await open(name);
    const other = await open(name);
    const go = gate<{ usage: ReturnType<typeof usage> }>();
    const chat = new ScriptedChat(() => go.promise);
    const caps = { runTokens: 4500 };
    const first = ledgered(chat, one.replies, { caps }).chat(ask(question), going());
    await expect.poll(() => chat.asked.length).toBe(1);
    // 2,100 are held for the first: a second fits under the cap, and not a third, from whichever tab.
    const second = ledgered(chat, one.replies, { caps }).chat(ask(question, 1), going());
    await expect.poll(() => chat.asked.length).toBe(2);
    expect(await thrownBy(ledgered(chat, other.replies, { caps }).chat(ask(question, 2), going()))).toMatchObject({ code: "cap-reached" });
    go.open({ usage: usage(100, 10) });
    await Promise.all([first, second]);
    expect(await one.replies.spentInRun("run")).toMatchObject({ replies: 2, estimated: 0, outputTokens: 20 });
  });
});
