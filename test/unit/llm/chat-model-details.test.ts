import { describe, expect, it, vi } from "vitest";
import { ModelError, type ModelProfile } from "@/domain";
import { startOpenAIChat, startOpenAIResponses, startOpenRouter } from "../../support/providers/index.ts";
import { ask, chat, delta, KEY, recorded, start, SYSTEM_AND_USER, TOOL } from "./chat-model-support.ts";

describe("what a reply took", () => {
  it("is read where Groq and Mistral write it", async () => {
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
    const groq = await start(startOpenAIChat, recorded(delta("hi"), delta("", "stop", { x_groq: { id: "r", usage } })));
    expect((await ask(chat(groq, { provider: "groq" }))).usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
    const mistral = await start(startOpenAIChat, recorded(delta("hi"), delta("", "stop", { usage })));
    expect((await ask(chat(mistral, { provider: "mistral" }))).usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
  });

  it.each([true, false])("comes with OpenRouter's and xAI's own figure (streaming: %s)", async (streaming) => {
    const openrouter = await start(startOpenRouter, {
      kind: "text",
      text: "hi",
      usage: { input: 100, output: 20, cached: 60, reasoning: 5, usd: 0.0125 },
    });
    const reply = await ask(chat(openrouter, { provider: "openrouter", streaming }));
    expect(reply).toMatchObject({
      billedUsd: 0.0125,
      usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60, reasoningTokens: 5 },
    });
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15, cost_in_usd_ticks: 5_000_000 };
    const xai = await start(
      startOpenAIChat,
      streaming
        ? recorded(delta("hi", "stop"), { ...delta(""), choices: [], usage })
        : {
            kind: "status",
            status: 200,
            body: JSON.stringify({
              id: "c",
              created: 1,
              model: "m",
              object: "chat.completion",
              choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
              usage,
            }),
          },
    );
    expect((await ask(chat(xai, { provider: "xai", streaming }))).billedUsd).toBe(0.0005);
  });

  it("is unknown where nobody says it", async () => {
    const server = await start(startOpenAIChat, { kind: "text", text: "hi", usage: null });
    expect(await ask(chat(server))).toMatchObject({ usage: null, billedUsd: null });
  });
});

describe("calls that are no JSON object", () => {
  it.each(['{"at": 3', "[1]", "look at 3", "null"])("are kept as written: %s", async (written) => {
    const calls = [{ id: "call_00001", name: "look", arguments: written }];
    for (const streaming of [true, false]) {
      const server = await start(startOpenAIChat, { kind: "tools", calls });
      const reply = await ask(chat(server, { streaming }), { ...SYSTEM_AND_USER, tools: [TOOL] });
      expect(reply.toolCalls).toEqual([{ id: "call_00001", name: "look", argumentsText: written, parameters: null }]);
    }
  });

  it("count as calls without parameters when they are empty", async () => {
    const server = await start(startOpenAIChat, { kind: "tools", calls: [{ id: "call_00001", name: "look", arguments: "" }] });
    expect((await ask(chat(server), { ...SYSTEM_AND_USER, tools: [TOOL] })).toolCalls).toMatchObject([{ parameters: {} }]);
  });
});

describe("thoughts in the text", () => {
  it.each([
    ["<think>\nhm, let me see\n</think>\n\nthe answer", "the answer", "hm, let me see"],
    ["hm, let me see\n</think>\nthe answer", "the answer", "hm, let me see"],
    ["the tags <think> and </think> mean", "the tags <think> and </think> mean", ""],
    ["<thin is no tag", "<thin is no tag", ""],
  ])("%j", async (written, text, reasoning) => {
    for (const streaming of [true, false]) {
      const server = await start(startOpenAIChat, { kind: "text", text: written, pieces: written.length, pauseMs: 4 });
      const shown: string[] = [];
      const thought: string[] = [];
      const reply = await ask(chat(server, { provider: "vllm", streaming }), SYSTEM_AND_USER, {
        onText: (part) => shown.push(part),
        onReasoning: (part) => thought.push(part),
      });
      expect(reply).toMatchObject({ text, reasoning });
      if (written.startsWith("<think>")) for (const part of shown) expect(text.startsWith(part)).toBe(true);
      for (const part of thought) expect(reasoning.startsWith(part)).toBe(true);
    }
  });

  it("that use up the limit leave an empty reply", async () => {
    const server = await start(startOpenAIChat, { kind: "text", text: "<think>hm, hm", finishReason: "length" });
    await expect(ask(chat(server, { provider: "vllm" }))).rejects.toMatchObject({
      code: "empty-reply",
      paid: { reasoning: "hm, hm", finishReason: "length" },
    });
  });
});

describe("details", () => {
  it("goes on without summaries of reasoning where the account gets none, and asks for them no more", async () => {
    const server = await start(
      startOpenAIResponses,
      { kind: "status", status: 400, message: "Your organization must be verified to generate reasoning summaries." },
      "one",
      "two",
    );
    const model = chat(server, { provider: "openai", api: "responses", model: "gpt-5-mini" });
    expect((await ask(model)).text).toBe("one");
    expect((await ask(model)).text).toBe("two");
    expect(server.chats().map(({ rawBody }) => rawBody.includes("summary"))).toEqual([true, false, false]);
  });

  it("refuses settings that cannot work before it asks", async () => {
    const server = await start(startOpenAIChat);
    const asked = async (profile: Partial<ModelProfile>, key: string | null = KEY) => {
      const error: unknown = await ask(chat(server, profile, { getKey: () => key })).catch((reason: unknown) => reason);
      return error instanceof ModelError ? error.code : error;
    };
    expect(await asked({ model: " " })).toBe("bad-request");
    expect(await asked({ baseUrl: "nonsense here" })).toBe("bad-request");
    expect(await asked({}, "schlüssel")).toBe("unauthorized");
    expect(await asked({ provider: "openai" }, null)).toBe("unauthorized");
    expect(server.requests).toHaveLength(0);
    // A server of one's own wants none.
    expect((await ask(chat(server, { provider: "vllm" }, { getKey: () => null }))).text).toBe("ready");
    expect(server.chats()[0]?.headers).not.toHaveProperty("authorization");
  });

  it("reads the key at each attempt, and shows it nowhere", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 500 }, "done");
    const keys = ["first-key-12345678", "second-key-12345678"];
    const model = chat(server, {}, { getKey: () => keys.shift() ?? null });
    expect(model.label).toBe(`test-model at ${new URL(server.origin).host}`);
    await ask(model);
    expect(server.chats().map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer first-key-12345678",
      "Bearer second-key-12345678",
    ]);
    expect(JSON.stringify(model)).not.toContain("-key-");
  });

  it("prints nothing", async () => {
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));
    const server = await start(startOpenAIResponses);
    // A reasoning model takes no temperature, of which the library warns.
    await ask(chat(server, { provider: "openai", api: "responses", model: "gpt-5-mini", temperature: 0.3 }));
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("accepts a stream that ends with [DONE] and no reason", async () => {
    const server = await start(startOpenAIChat, { kind: "text", text: "all of it", finishReason: null });
    expect(await ask(chat(server))).toMatchObject({ text: "all of it", finishReason: "unknown" });
    expect(server.chats()).toHaveLength(1);
  });

  it("shows the text as it grows, with a rest between", async () => {
    const server = await start(startOpenAIChat, { kind: "text", text: "0123456789".repeat(10), pieces: 50, pauseMs: 8 });
    const seen: string[] = [];
    const reply = await ask(chat(server), SYSTEM_AND_USER, { onText: (text) => seen.push(text) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.length).toBeLessThan(50);
    for (const text of seen) expect(reply.text.startsWith(text)).toBe(true);
  });

  it.each([true, false])("stops a reply that is too large (streaming: %s)", async (streaming) => {
    const server = await start(startOpenAIChat, { kind: "flood", bytes: 30_000_000 });
    await expect(ask(chat(server, { streaming }, { maxReplyBytes: 3_000_000 }))).rejects.toMatchObject({
      code: "bad-reply",
      message: expect.stringContaining("3 MB"),
    });
    expect(server.chats()).toHaveLength(1);
  });
});
