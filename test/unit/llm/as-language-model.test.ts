import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChatReply, ModelError, type ModelRequest, problemIdSchema } from "@/domain";
import { asLanguageModel } from "@/llm";
import { joinParts } from "../../../src/llm/chat/join.ts";
import { scriptedChat, TEST_SETTINGS } from "../../support/chat.ts";

const request: ModelRequest = {
  problemId: problemIdSchema.parse("p"),
  role: "designer",
  sample: 2,
  attempt: 0,
  promptVersion: "designer@1",
  system: "You design.",
  user: "Design this.",
};
const signal = new AbortController().signal;
const script = (...replies: Partial<ChatReply>[]) => scriptedChat((_, index) => replies[Math.min(index, replies.length - 1)] ?? {});
const cutReply = (text: string): Partial<ChatReply> => ({ text, finishReason: "length" });

function empty(finishReason: string): ModelError {
  const paid: ChatReply = {
    text: "",
    reasoning: "much thought",
    toolCalls: [],
    finishReason,
    model: "test-model",
    usage: { inputTokens: 10, outputTokens: 1000, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: 1000 },
    cost: { usd: 0.25, source: "table" },
    settings: TEST_SETTINGS,
    reusedFrom: null,
    ms: 10,
    receivedAt: 1,
  };
  return new ModelError("empty-reply", "no text", { paid });
}

describe("one prompt, one text", () => {
  it("asks with both prompts and the sample's number", async () => {
    const chat = script({ text: "whole", reasoning: "hm" });
    const reply = await asLanguageModel(chat, { cut: "continue" }).generate(request, { signal });
    expect(chat.requests).toEqual([
      {
        messages: [
          { role: "system", text: "You design." },
          { role: "user", text: "Design this." },
        ],
        tools: [],
        sample: 2,
      },
    ]);
    expect(reply).toMatchObject({
      text: "whole",
      reasoning: "hm",
      finishReason: "stop",
      parts: 1,
      cost: { usd: 0.5, source: "table" },
      settings: TEST_SETTINGS,
    });
  });

  it("leaves an empty system prompt out", async () => {
    const chat = script({ text: "whole" });
    await asLanguageModel(chat, { cut: "keep" }).generate({ ...request, system: "" }, { signal });
    expect(chat.requests[0]?.messages).toEqual([{ role: "user", text: "Design this." }]);
  });
});

describe("a reply that was cut off", () => {
  it("is continued where it stopped, and counted as one", async () => {
    const chat = script(cutReply("one, two, "), cutReply("three, "), { text: "four" });
    const seen: string[] = [];
    const reply = await asLanguageModel(chat, { cut: "continue" }).generate(request, { signal, onText: (text) => seen.push(text) });
    expect(reply).toMatchObject({
      text: "one, two, three, four",
      finishReason: "stop",
      parts: 3,
      ms: 300,
      cost: { usd: 1.5, source: "table" },
    });
    expect(reply.usage).toMatchObject({ inputTokens: 30, outputTokens: 15, cachedInputTokens: null });
    expect(seen).toEqual(["one, two, ", "one, two, three, ", "one, two, three, four"]);
    expect(chat.requests[2]?.messages.slice(2)).toMatchObject([{ role: "assistant", text: "one, two, three, " }, { role: "user" }]);
    expect(new Set(chat.requests.map(({ sample }) => sample))).toEqual(new Set([2]));
  });

  it("is continued four times at most", async () => {
    let count = 0;
    const chat = scriptedChat(() => cutReply(`part ${(count += 1)}. `));
    const reply = await asLanguageModel(chat, { cut: "continue" }).generate(request, { signal });
    expect(reply).toMatchObject({ text: "part 1. part 2. part 3. part 4. part 5. ", finishReason: "length", parts: 5 });
  });

  it("stays as it is when nothing more comes, and what that cost is counted", async () => {
    const chat = scriptedChat((_, index) => {
      if (index > 0) throw empty("stop");
      return cutReply("half");
    });
    const reply = await asLanguageModel(chat, { cut: "continue" }).generate(request, { signal });
    expect(reply).toMatchObject({ text: "half", finishReason: "length", parts: 1, cost: { usd: 0.75 } });
  });

  it("fails when its continuation fails", async () => {
    const chat = scriptedChat((_, index) => {
      if (index > 0) throw new ModelError("server-error", "boom");
      return cutReply("half");
    });
    await expect(asLanguageModel(chat, { cut: "continue" }).generate(request, { signal })).rejects.toMatchObject({ code: "server-error" });
  });

  it("is kept where that is set", async () => {
    const chat = script(cutReply("half"));
    expect(await asLanguageModel(chat, { cut: "keep" }).generate(request, { signal })).toMatchObject({
      text: "half",
      finishReason: "length",
    });
    expect(chat.requests).toHaveLength(1);
  });

  it("costs nobody-knows when one part does", async () => {
    const chat = script(cutReply("a"), { text: "b", cost: { usd: null, source: "unknown" } });
    expect((await asLanguageModel(chat, { cut: "continue" }).generate(request, { signal })).cost).toEqual({ usd: null, source: "unknown" });
  });

  it("counts only those parts that were paid for now", async () => {
    const chat = script({ ...cutReply("a"), reusedFrom: 77 }, { text: "b" });
    expect(await asLanguageModel(chat, { cut: "continue" }).generate(request, { signal })).toMatchObject({
      text: "ab",
      cost: { usd: 0.5 },
      reusedFrom: null,
    });
    const stored = script({ ...cutReply("a"), reusedFrom: 77 }, { text: "b", reusedFrom: 78 });
    expect(await asLanguageModel(stored, { cut: "continue" }).generate(request, { signal })).toMatchObject({
      cost: { usd: 1 },
      reusedFrom: 78,
    });
  });
});

describe("asking again larger", () => {
  function growing(first: (limit: number | null, index: number) => Partial<ChatReply>, maxOutputTokens: number | null) {
    const limits: (number | null)[] = [];
    const model = (limit: number | null): ReturnType<typeof scriptedChat> =>
      scriptedChat(
        () => {
          limits.push(limit);
          return first(limit, limits.length - 1);
        },
        { maxOutputTokens: limit },
      );
    return { limits, made: asLanguageModel(model(maxOutputTokens), { cut: "larger", enlarge: model }) };
  }

  it("doubles the limit until the reply fits, and counts all that was paid", async () => {
    const { limits, made } = growing((limit) => ((limit ?? 0) < 4000 ? cutReply("ha") : { text: "whole" }), 1000);
    expect(await made.generate(request, { signal })).toMatchObject({
      text: "whole",
      parts: 1,
      cost: { usd: 1.5 },
      settings: { maxOutputTokens: 4000 },
    });
    expect(limits).toEqual([1000, 2000, 4000]);
  });

  it("does so twice at most", async () => {
    const { limits, made } = growing(() => cutReply("half"), 1000);
    expect(await made.generate(request, { signal })).toMatchObject({ text: "half", finishReason: "length" });
    expect(limits).toHaveLength(3);
  });

  it("starts from what was used when no limit is set", async () => {
    const { limits, made } = growing(
      (_, index) =>
        index === 0
          ? {
              ...cutReply("ha"),
              usage: { inputTokens: 1, outputTokens: 300, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null },
            }
          : { text: "whole" },
      null,
    );
    await made.generate(request, { signal });
    expect(limits).toEqual([null, 600]);
  });

  it("helps when reasoning used up the limit", async () => {
    const { limits, made } = growing((_, index) => {
      if (index === 0) throw empty("length");
      return { text: "whole" };
    }, 1000);
    expect(await made.generate(request, { signal })).toMatchObject({ text: "whole", cost: { usd: 0.75 } });
    expect(limits).toEqual([1000, 2000]);
    const keeping = asLanguageModel(
      scriptedChat(() => {
        throw empty("length");
      }),
      { cut: "keep" },
    );
    await expect(keeping.generate(request, { signal })).rejects.toMatchObject({ code: "empty-reply" });
  });
});

describe("joining", () => {
  it.each([
    ["def f():\n    retu", "    return 1\n", "def f():\n    return 1\n"],
    ["total = first_value + second_va", "first_value + second_value\n", "total = first_value + second_value\n"],
    ["row = [0, 0, 0, 0, 0, 0, 0, 0, ", "0, 0, 0, 0, 0, 0, 0, 0]", "row = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"],
    ["```python\nx = 1\n", "```python\ny = 2\n```\n", "```python\nx = 1\ny = 2\n```\n"],
    ["```python\nx = 1\n", "```\nDone.", "```python\nx = 1\n```\nDone."],
    ["```python\nlong_name = 1\n", "```\nlong_name = 1\nother = 2\n", "```python\nlong_name = 1\nother = 2\n"],
    ["text ends. ", "```python\nx\n```", "text ends. ```python\nx\n```"],
    ["}\n", "}\n", "}\n}\n"],
    ["half a wo", "rd", "half a word"],
    ["same", "", "same"],
  ])("%j + %j", (before, next, whole) => expect(joinParts(before, next)).toBe(whole));

  /** Lines that differ from each other, so that no overlap is a coincidence. */
  const lines = fc
    .uniqueArray(fc.integer({ min: 100_000, max: 999_999 }), { minLength: 2, maxLength: 30 })
    .map((values) => values.map((value) => `    value_${value} = step(${value})\n`));

  it("puts a text together again wherever it was cut, with lines repeated or not", () => {
    fc.assert(
      fc.property(lines, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), (all, where, repeated) => {
        const whole = all.join("");
        const at = Math.max(1, Math.floor(whole.length * where));
        const before = whole.slice(0, at);
        // Models repeat from the beginning of a line, if they repeat at all; a bit of one is no repetition yet.
        let from = at;
        for (let line = 0; line < repeated; line += 1) from = Math.max(0, whole.lastIndexOf("\n", from - 2) + 1);
        fc.pre(from === at || whole.slice(from, at).replace(/\s/g, "").length >= 4);
        expect(joinParts(before, whole.slice(from))).toBe(whole);
      }),
    );
  });

  it("never loses anything of either part but a repetition", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, next) => {
        const joined = joinParts(before, next);
        expect(joined.startsWith(before)).toBe(true);
        expect(next.endsWith(joined.slice(before.length))).toBe(true);
      }),
    );
  });
});
