import { describe, expect, it } from "vitest";
import { CancelledError, type ChatOptions, dayOf, ModelError, type RawReply, StorageError } from "@/domain";
import { open } from "../storage/storage-support.ts";
import { ask, gate, going, ledgered, MemoryLedger, ScriptedChat, settled, thrownBy, usage } from "./ledgered-support.ts";

/** 1000 tokens of input and 100 of output. */
const ONE = 0.002;

describe("the ledger on this device", () => {
  it("has each reply before anybody reads it, with its price and its question", async () => {
    const { replies } = await open();
    const chat = new ScriptedChat(async () => ({ model: "priced-2026", billedUsd: null }));
    const reply = await ledgered(chat, replies, { role: "tester" }).chat(ask("a"), going());
    expect(reply).toMatchObject({ text: "reply to a", cost: { usd: ONE, source: "edited" }, reusedFrom: null });
    expect(reply).not.toHaveProperty("billedUsd");
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 1, usd: ONE, inputTokens: 1000, outputTokens: 100 });
    expect(await replies.spentOnDay(dayOf(reply.receivedAt))).toMatchObject({ replies: 1, usd: ONE });
    expect(await replies.stored()).toBe(1);
  });

  it("answers an identical request, in another run and another visit, without asking", async () => {
    const { replies } = await open();
    const chat = new ScriptedChat();
    const first = await ledgered(chat, replies).chat(ask("a"), going());
    const later = new ScriptedChat();
    const texts: string[] = [];
    // Another object for the same tables: a page that was loaded anew.
    const visit = {
      find: replies.find.bind(replies),
      findUseless: replies.findUseless.bind(replies),
      add: replies.add.bind(replies),
      open: replies.open.bind(replies),
      correct: replies.correct.bind(replies),
      spentInRun: replies.spentInRun.bind(replies),
      spentOnDay: replies.spentOnDay.bind(replies),
    };
    const again = await ledgered(later, visit, { runId: "other" }).chat(ask("a"), { ...going(), onText: (text) => texts.push(text) });
    expect(again).toEqual({ ...first, reusedFrom: first.receivedAt });
    expect(texts).toEqual(["reply to a"]);
    expect(later.asked).toEqual([]);
    expect(await replies.spentInRun("other")).toMatchObject({ replies: 0, usd: 0 });
    await ledgered(later, visit, { runId: "other" }).chat(ask("a", 1), going());
    expect(later.asked).toEqual(["a"]);
  });

  it("asks anew when that is wished, but never twice in the same run", async () => {
    const { replies } = await open();
    const chat = new ScriptedChat();
    await ledgered(chat, replies).chat(ask("a"), going());
    await ledgered(chat, replies, { runId: "fresh", reuse: false }).chat(ask("a"), going());
    expect(chat.asked).toHaveLength(2);
    const cutOff = await ledgered(chat, replies, { runId: "fresh", reuse: false }).chat(ask("a"), going());
    expect(chat.asked).toHaveLength(2);
    expect(cutOff.reusedFrom).not.toBeNull();
    await ledgered(chat, replies, { runId: null, reuse: false }).chat(ask("a"), going());
    await ledgered(chat, replies, { runId: null, reuse: false }).chat(ask("a"), going());
    expect(chat.asked).toHaveLength(4);
  });

  it("books a refusal, never gives it out again, and says what it cost", async () => {
    const { replies } = await open();
    const chat: ScriptedChat = new ScriptedChat(async () => {
      throw new ModelError("refused", "The model declined.", {
        hint: "Ask otherwise.",
        paid: chat.raw("a", { text: "", finishReason: "content-filter" }),
      });
    });
    const model = ledgered(chat, replies);
    const error = await thrownBy(model.chat(ask("a"), going()));
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({
      code: "refused",
      message: "The model declined.",
      hint: "Ask otherwise.",
      retryable: false,
      paid: { cost: { usd: ONE } },
    });
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 1, usd: ONE });
    await thrownBy(model.chat(ask("a"), going()));
    expect(chat.asked).toHaveLength(2);
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 2, usd: 2 * ONE });
  });

  it("gives a player its useless reply of the same run again, as a failure that costs nothing", async () => {
    const { replies } = await open();
    const chat: ScriptedChat = new ScriptedChat(async () => {
      throw new ModelError("empty-reply", "The model replied with no text.", {
        retryable: true,
        paid: chat.raw("a", { text: "", finishReason: "length" }),
      });
    });
    const player = { role: "player", runId: "episode" } as const;
    const first = await thrownBy(ledgered(chat, replies, player).chat(ask("a"), going()));
    expect(first).toMatchObject({ code: "empty-reply", paid: { reusedFrom: null } });
    const again = await thrownBy(ledgered(chat, replies, player).chat(ask("a"), going()));
    expect(chat.asked).toEqual(["a"]);
    expect(again).toBeInstanceOf(ModelError);
    expect(again).toMatchObject({
      code: "empty-reply",
      paid: { finishReason: "length", cost: { usd: ONE }, reusedFrom: expect.any(Number) },
    });
    expect(await replies.spentInRun("episode")).toMatchObject({ replies: 1, usd: ONE });
    // Another episode and another try are other turns.
    await thrownBy(ledgered(chat, replies, { ...player, runId: "other" }).chat(ask("a"), going()));
    await thrownBy(ledgered(chat, replies, player).chat(ask("a", 1), going()));
    expect(chat.asked).toHaveLength(3);
  });

  it("asks again when a player's reply was lost on the way: that is not the model's doing", async () => {
    const { replies } = await open();
    let lost = true;
    const chat: ScriptedChat = new ScriptedChat(async () => {
      if (lost) throw new ModelError("cut-off", "The stream broke.", { paid: chat.raw("a", {}) });
      return {};
    });
    const player = { role: "player", runId: "episode" } as const;
    expect(await thrownBy(ledgered(chat, replies, player).chat(ask("a"), going()))).toMatchObject({ code: "cut-off" });
    lost = false;
    expect(await ledgered(chat, replies, player).chat(ask("a"), going())).toMatchObject({ text: "reply to a" });
    expect(chat.asked).toHaveLength(2);
  });
});

describe("replies that were broken off", () => {
  it("are booked beside the one that came in the end", async () => {
    const { replies } = await open();
    const chat: ScriptedChat = new ScriptedChat(async (_, { onLost }) => {
      for (const text of ["half", "more than half"])
        onLost?.(new ModelError("not-a-reply", "It broke off.", { paid: { ...chat.raw("a", { finishReason: "broken-off" }), text } }));
      return {};
    });
    expect(await ledgered(chat, replies).chat(ask("a"), going())).toMatchObject({ text: "reply to a" });
    expect(await replies.spentInRun("run")).toMatchObject({ replies: 3, usd: 3 * ONE });
    // And none of them answers anybody.
    expect(await ledgered(chat, replies, { runId: "other" }).chat(ask("a"), going())).toMatchObject({ text: "reply to a" });
    expect(chat.asked).toHaveLength(1);
  });

  it.each(["error", "network_error", "abort"])("with %s by earlier versions of the page, are not given out again", async (finishReason) => {
    const { replies } = await open();
    const chat = new ScriptedChat(async () => (chat.asked.length === 1 ? { finishReason } : {}));
    await ledgered(chat, replies).chat(ask("a"), going());
    expect(await ledgered(chat, replies, { runId: "other" }).chat(ask("a"), going())).toMatchObject({
      finishReason: "stop",
      reusedFrom: null,
    });
    expect(chat.asked).toHaveLength(2);
  });
});

describe("identical requests under way", () => {
  it("are asked once and paid once; each hears what the model writes", async () => {
    const reply = gate<Partial<RawReply>>();
    const chat = new ScriptedChat((_, options) => {
      options.onText?.("half");
      options.onWait?.({ reason: "busy", until: null, attempt: 1, attempts: 3 });
      return reply.promise;
    });
    const ledger = new MemoryLedger();
    const heard: string[] = [];
    const listening = (name: string): ChatOptions => ({
      ...going(),
      onText: (text) => heard.push(`${name}: ${text}`),
      onWait: (waiting) => heard.push(`${name}: ${waiting?.reason}`),
    });
    const first = ledgered(chat, ledger).chat(ask("a"), listening("one"));
    const second = ledgered(chat, ledger, { runId: "other" }).chat(ask("a"), listening("two"));
    await settled();
    const late = ledgered(chat, ledger).chat(ask("a"), listening("late"));
    expect(heard).toEqual(["one: half", "two: half", "one: busy", "two: busy", "late: busy"]);
    reply.open({});
    const [one, two, three] = await Promise.all([first, second, late]);
    expect(chat.asked).toEqual(["a"]);
    expect(ledger.paid).toHaveLength(1);
    expect([one.reusedFrom, two.reusedFrom, three.reusedFrom]).toEqual([null, one.receivedAt, one.receivedAt]);
  });

  it("go on while one of them is still wanted, and stop when none is", async () => {
    const reply = gate<Partial<RawReply>>();
    const chat = new ScriptedChat(() => reply.promise);
    const ledger = new MemoryLedger();
    const model = ledgered(chat, ledger);
    const [one, two] = [new AbortController(), new AbortController()];
    const first = thrownBy(model.chat(ask("a"), { signal: one.signal }));
    const second = model.chat(ask("a"), { signal: two.signal });
    await settled();
    one.abort();
    expect(await first).toBeInstanceOf(CancelledError);
    expect(chat.stopped).toEqual([]);
    reply.open({});
    expect((await second).text).toBe("reply to a");
    expect(ledger.paid).toHaveLength(1);

    const stuck = new ScriptedChat(() => new Promise(() => {}));
    const other = ledgered(stuck, ledger);
    const aborts = [new AbortController(), new AbortController()];
    const waits = aborts.map((abort) => thrownBy(other.chat(ask("b"), { signal: abort.signal })));
    await settled();
    for (const abort of aborts) abort.abort();
    for (const error of await Promise.all(waits)) expect(error).toBeInstanceOf(CancelledError);
    expect(stuck.stopped).toEqual(["b"]);
    // Whoever comes now does not board what is being stopped.
    const next = new AbortController();
    const again = thrownBy(other.chat(ask("b"), { signal: next.signal }));
    await settled();
    expect(stuck.asked).toEqual(["b", "b"]);
    next.abort();
    expect(await again).toBeInstanceOf(CancelledError);
  });

  it("nobody asks for a request that was cancelled before", async () => {
    const chat = new ScriptedChat();
    const abort = new AbortController();
    abort.abort();
    expect(await thrownBy(ledgered(chat, new MemoryLedger()).chat(ask("a"), { signal: abort.signal }))).toBeInstanceOf(CancelledError);
    const late = new AbortController();
    const waiting = thrownBy(ledgered(chat, new MemoryLedger()).chat(ask("a"), { signal: late.signal }));
    late.abort();
    expect(await waiting).toBeInstanceOf(CancelledError);
    await settled();
    expect(chat.asked).toEqual([]);
  });

  it("share a failure, and what it cost is one's only", async () => {
    const refusal = gate<void>();
    const chat: ScriptedChat = new ScriptedChat(async () => {
      await refusal.promise;
      throw new ModelError("refused", "The model declined.", { paid: chat.raw("a", {}) });
    });
    const ledger = new MemoryLedger();
    const waits = ["run", "other"].map((runId) => thrownBy(ledgered(chat, ledger, { runId }).chat(ask("a"), going())));
    await settled();
    refusal.open();
    const [one, two] = await Promise.all(waits);
    expect(one).toMatchObject({ code: "refused", paid: { cost: { usd: ONE } } });
    expect(two).toMatchObject({ code: "refused", paid: null });
    expect(ledger.paid).toHaveLength(1);
  });

  it("do not take over the cap of another run", async () => {
    const chat = new ScriptedChat();
    const ledger = new MemoryLedger();
    const poor = thrownBy(ledgered(chat, ledger, { runId: "poor", caps: { runUsd: 0 } }).chat(ask("a"), going()));
    const rich = ledgered(chat, ledger, { runId: "rich" }).chat(ask("a"), going());
    expect(await poor).toMatchObject({ code: "cap-reached" });
    expect(await rich).toMatchObject({ text: "reply to a", reusedFrom: null });
    expect(ledger.paid.map((paid) => paid.runId)).toEqual(["rich"]);
  });

  it("are asked apart by runs that want fresh replies", async () => {
    const chat = new ScriptedChat();
    const ledger = new MemoryLedger();
    await Promise.all(["one", "two", "two"].map((runId) => ledgered(chat, ledger, { runId, reuse: false }).chat(ask("a"), going())));
    expect(chat.asked).toHaveLength(2);
  });
});

describe("a ledger that cannot store", () => {
  class FullLedger extends MemoryLedger {
    full = true;
    override async add(paid: Parameters<MemoryLedger["add"]>[0]): Promise<void> {
      if (this.full) throw new StorageError("full", "The browser has no room left.");
      await super.add(paid);
    }
  }

  it("loses no reply: it is given out, told of, not paid for again, and counted", async () => {
    const ledger = new FullLedger();
    const chat = new ScriptedChat();
    const errors: unknown[] = [];
    const caps = { runUsd: 0.05 };
    const model = ledgered(chat, ledger, { caps, onUnstored: (error) => errors.push(error) });
    const reply = await model.chat(ask("a"), going());
    expect(reply).toMatchObject({ text: "reply to a", cost: { usd: ONE }, reusedFrom: null });
    expect(errors).toMatchObject([{ code: "full" }]);
    expect(await model.chat(ask("a"), going())).toMatchObject({ text: "reply to a", reusedFrom: reply.receivedAt });
    expect(chat.asked).toHaveLength(1);
    const dear = new ScriptedChat(async () => ({ usage: usage(0, 4900) }));
    await ledgered(dear, ledger, { caps }).chat(ask("b"), going());
    expect(await thrownBy(model.chat(ask("c"), going()))).toMatchObject({ code: "cap-reached" });
  });

  it("stops before anything is paid when it cannot be read", async () => {
    const chat = new ScriptedChat();
    class Unreadable extends MemoryLedger {
      override find(): Promise<never> {
        return Promise.reject(new StorageError("unavailable", "The browser's storage does not answer."));
      }
    }
    expect(await thrownBy(ledgered(chat, new Unreadable()).chat(ask("a"), going()))).toBeInstanceOf(StorageError);
    class Uncounted extends MemoryLedger {
      override spentOnDay(): Promise<never> {
        return Promise.reject(new StorageError("unavailable", "The browser's storage does not answer."));
      }
    }
    const uncounted = ledgered(chat, new Uncounted(), { caps: { dayUsd: 1 } });
    expect(await thrownBy(uncounted.chat(ask("a"), going()))).toBeInstanceOf(StorageError);
    expect(chat.asked).toEqual([]);
  });
});

describe("what it passes on", () => {
  it("is the model's own label, settings and concurrency of the moment", () => {
    const chat = new ScriptedChat();
    const model = ledgered(chat, new MemoryLedger());
    chat.concurrency = 2;
    expect([model.label, model.settings, model.concurrency]).toEqual(["scripted", chat.settings, 2]);
    chat.concurrency = 1;
    expect(model.concurrency).toBe(1);
  });

  it("is every other failure as it was, with nothing booked or held", async () => {
    let fail = true;
    const chat = new ScriptedChat(async () => {
      if (fail) throw new ModelError("server-error", "The provider failed.", { retryable: true });
      return {};
    });
    const ledger = new MemoryLedger();
    const model = ledgered(chat, ledger, { caps: { runUsd: 0.03 } });
    for (let time = 0; time < 5; time++)
      expect(await thrownBy(model.chat(ask("a"), going()))).toMatchObject({ code: "server-error", retryable: true, paid: null });
    expect(ledger.paid).toEqual([]);
    fail = false;
    expect((await model.chat(ask("a"), going())).text).toBe("reply to a");
  });
});
