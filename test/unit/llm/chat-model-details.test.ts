import { afterEach, describe, expect, it, vi } from "vitest";
import {
  CancelledError,
  type ChatOptions,
  type ChatRequest,
  DEFAULT_PATIENCE,
  type Effort,
  ModelError,
  type ModelProfile,
  type ProviderId,
  type Waiting,
} from "@/domain";
import { type ChatModelOptions, createChatModel } from "@/llm";
import { chatRequestOf, profileOf } from "../../support/chat.ts";
import {
  type Behaviour,
  type ModelServer,
  type ModelServerOptions,
  startAnthropic,
  startGemini,
  startOpenAIChat,
  startOpenAIResponses,
  startOpenRouter,
} from "../../support/providers/index.ts";

const KEY = "sk-test-0123456789abcdef";
const SYSTEM_AND_USER = chatRequestOf([
  { role: "system", text: "You design." },
  { role: "user", text: "Design this." },
]);
const TOOL = { name: "look", description: "Looks.", parameters: { type: "object", properties: { at: { type: "integer" } } } };

const servers: ModelServer[] = [];
async function start(which: (options?: ModelServerOptions) => Promise<ModelServer>, ...behaviours: Behaviour[]): Promise<ModelServer> {
  const server = await which({ respond: (_, index) => behaviours[Math.min(index, behaviours.length - 1)] ?? "ready" });
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Options = Partial<ChatModelOptions> & { getKey?: () => string | null };
function chat(server: ModelServer, profile: Partial<ModelProfile> = {}, { getKey = () => KEY, ...rest }: Options = {}) {
  return createChatModel(profileOf({ baseUrl: server.baseUrl, ...profile }), getKey, {
    patience: DEFAULT_PATIENCE,
    retryBaseMs: 1,
    ...rest,
  });
}
const ask = (model: ReturnType<typeof chat>, request: ChatRequest = SYSTEM_AND_USER, options: Partial<ChatOptions> = {}) =>
  model.chat(request, { signal: new AbortController().signal, ...options });
const bodyOf = (server: ModelServer, index = 0): Record<string, unknown> => server.chats()[index]?.body ?? {};

/** A stream as a provider sent it, to the letter. */
function recorded(...events: unknown[]): Behaviour {
  const body = [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), "data: [DONE]\n\n"].join("");
  return { kind: "status", status: 200, body, headers: { "content-type": "text/event-stream" } };
}
const delta = (content: string, finish: string | null = null, more: Record<string, unknown> = {}) => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: content === "" ? {} : { role: "assistant", content }, finish_reason: finish }],
  ...more,
});

describe("effort", () => {
  const sentWith = async (which: (options?: ModelServerOptions) => Promise<ModelServer>, profile: Partial<ModelProfile>) => {
    const server = await start(which);
    await ask(chat(server, profile));
    return bodyOf(server);
  };
  it.each<[ProviderId, ModelProfile["api"], string, Effort, Record<string, unknown>]>([
    ["openai", "responses", "gpt-5-mini", "minimal", { reasoning: { effort: "minimal", summary: "auto" }, store: false }],
    ["openai", "chat", "gpt-5-mini", "high", { reasoning_effort: "high", store: false }],
    ["anthropic", "chat", "claude-sonnet-4-5-20250929", "low", { thinking: { type: "enabled", budget_tokens: 4096 }, max_tokens: 36_096 }],
    [
      "anthropic",
      "chat",
      "claude-opus-4-6",
      "high",
      { output_config: { effort: "high" }, thinking: { type: "adaptive", display: "summarized" } },
    ],
    [
      "google",
      "chat",
      "gemini-2.5-flash",
      "medium",
      { generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } } },
    ],
    [
      "google",
      "chat",
      "gemini-3-pro-preview",
      "low",
      { generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: "low" } } },
    ],
    ["openrouter", "chat", "x/y", "low", { reasoning: { effort: "low" } }],
    ["groq", "chat", "openai/gpt-oss-120b", "minimal", { reasoning_effort: "low" }],
    ["groq", "chat", "qwen/qwen3-32b", "high", { reasoning_effort: "default", reasoning_format: "parsed" }],
    ["xai", "chat", "grok-4-fast", "high", { reasoning_effort: "high" }],
    ["compatible", "chat", "m", "medium", { reasoning_effort: "medium" }],
  ])("%s (%s, %s) says %s in its own words", async (provider, api, model, effort, expected) => {
    const which =
      provider === "openai" && api === "responses"
        ? startOpenAIResponses
        : provider === "anthropic"
          ? startAnthropic
          : provider === "google"
            ? startGemini
            : provider === "openrouter"
              ? startOpenRouter
              : startOpenAIChat;
    expect(await sentWith(which, { provider, api, model, effort })).toMatchObject(expected);
    // Unset, it is left to the provider.
    expect(JSON.stringify(await sentWith(which, { provider, api, model, effort: null }))).not.toMatch(/effort|budget|thinkingLevel/);
  });

  it("is not sent where there is none", async () => {
    expect(JSON.stringify(await sentWith(startOpenAIChat, { provider: "ollama", effort: "high" }))).not.toContain("effort");
    expect(
      JSON.stringify(await sentWith(startAnthropic, { provider: "anthropic", model: "claude-3-5-haiku-latest", effort: "high" })),
    ).not.toMatch(/effort|thinking/);
  });
});

describe("what a provider is told", () => {
  it("marks the fixed part for Anthropic's cache, and sets the limit it wants", async () => {
    const server = await start(startAnthropic);
    await ask(chat(server, { provider: "anthropic", model: "claude-sonnet-4-5" }));
    expect(bodyOf(server)).toMatchObject({ system: [{ text: "You design.", cache_control: { type: "ephemeral" } }], max_tokens: 32_000 });
  });

  it("marks it through OpenRouter for those who want it marked", async () => {
    const server = await start(startOpenRouter);
    await ask(chat(server, { provider: "openrouter", model: "anthropic/claude-sonnet-4.5" }));
    await ask(chat(server, { provider: "openrouter", model: "deepseek/deepseek-chat" }));
    expect(JSON.stringify(bodyOf(server, 0))).toContain("cache_control");
    expect(JSON.stringify(bodyOf(server, 1))).not.toContain("cache_control");
  });

  it("sends malformed arguments of an earlier call inside of an object", async () => {
    for (const which of [startOpenAIChat, startAnthropic, startGemini]) {
      const server = await start(which);
      const provider = which === startAnthropic ? "anthropic" : which === startGemini ? "google" : "compatible";
      const call = { id: "call_00001", name: "look", argumentsText: '{"at": ', parameters: null };
      await ask(chat(server, { provider }), {
        ...chatRequestOf([
          ...SYSTEM_AND_USER.messages,
          { role: "assistant", text: "", toolCalls: [call] },
          { role: "tool", callId: call.id, name: "look", text: "That was no JSON." },
        ]),
        tools: [TOOL],
      });
      expect(server.chats()[0]?.rawBody).toContain("arguments_as_written");
      expect(server.chats()[0]?.rawBody).toContain("That was no JSON.");
    }
  });

  it("gives signed thoughts back with the call they led to", async () => {
    const server = await start(
      startAnthropic,
      { kind: "tools", calls: [{ id: "toolu_00001", name: "look", arguments: '{"at": 3}' }], reasoning: "I should look." },
      "Seven.",
    );
    const model = chat(server, { provider: "anthropic", model: "claude-sonnet-4-5", effort: "low" });
    const first = await ask(model, { ...SYSTEM_AND_USER, tools: [TOOL] });
    const messages: ChatRequest["messages"] = [
      ...SYSTEM_AND_USER.messages,
      { role: "assistant", text: first.text, toolCalls: first.toolCalls },
      { role: "tool", callId: first.toolCalls[0]?.id ?? "", name: "look", text: "7" },
    ];
    await ask(model, { messages, tools: [TOOL], sample: 0 });
    expect(bodyOf(server, 1)).toMatchObject({ thinking: { type: "enabled" } });
    expect(server.chats()[1]?.rawBody).toContain("I should look.");
    // After a reload they are gone, and thinking with a budget would be refused without them.
    const forgotten = messages.map((message) =>
      message.role === "assistant"
        ? { ...message, toolCalls: message.toolCalls.map((call) => ({ ...call, argumentsText: `${call.argumentsText} ` })) }
        : message,
    );
    await ask(model, { messages: forgotten, tools: [TOOL], sample: 0 });
    expect(bodyOf(server, 2)).not.toHaveProperty("thinking");
  });
});

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

describe("patience", () => {
  it("does not wait longer than was set, all waits together", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 429, headers: { "retry-after": "1800" } });
    const waits: (Waiting | null)[] = [];
    await expect(ask(chat(server), SYSTEM_AND_USER, { onWait: (waiting) => waits.push(waiting) })).rejects.toMatchObject({
      code: "rate-limited",
      retryable: true,
    });
    expect(server.chats()).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it("says until when it waits, and stops when it is told to", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 429, headers: { "retry-after": "100" } });
    const abort = new AbortController();
    const before = Date.now();
    const waits: (Waiting | null)[] = [];
    const asked = ask(chat(server), SYSTEM_AND_USER, {
      signal: abort.signal,
      onWait: (waiting) => {
        waits.push(waiting);
        if (waiting !== null) abort.abort();
      },
    });
    await expect(asked).rejects.toBeInstanceOf(CancelledError);
    expect(waits).toHaveLength(2);
    expect((waits[0]?.until ?? 0) - before).toBeGreaterThanOrEqual(100_000);
    expect(waits[1]).toBeNull();
  });

  it("asks an address once where nobody ever answered", async () => {
    const server = await start(startOpenAIChat);
    const model = chat(server);
    await server.close();
    await expect(ask(model)).rejects.toMatchObject({ code: "unreachable", retryable: true });
  });
});

describe("requests at once", () => {
  it("are as many as was set, for all models of an address together", async () => {
    let open = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const server = await startOpenAIChat({
      respond: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise<void>((resolve) => release.push(resolve));
        open -= 1;
        return "ready";
      },
    });
    servers.push(server);
    const waits: (Waiting | null)[] = [];
    const models = [chat(server, { concurrency: 2 }), chat(server, { concurrency: 2, model: "other" })];
    const replies = Promise.all(
      [0, 1, 2, 3].map((index) => ask(models[index % 2] ?? chat(server), SYSTEM_AND_USER, { onWait: (waiting) => waits.push(waiting) })),
    );
    for (let answered = 0; answered < 4; answered += 1) {
      await expect.poll(() => release.length).toBeGreaterThan(0);
      release.shift()?.();
    }
    expect(await replies).toHaveLength(4);
    expect(most).toBe(2);
    expect(waits.filter((waiting) => waiting?.reason === "Waiting for its turn.")).toHaveLength(2);
    expect(waits.filter((waiting) => waiting === null)).toHaveLength(2);
  });

  it("halve when the provider says that it is too many, and grow again", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 429, headers: { "retry-after": "0" } }, "ready");
    const model = chat(server, { concurrency: 4 });
    expect(model.concurrency).toBe(4);
    await ask(model);
    expect(model.concurrency).toBe(2);
    for (let index = 0; index < 7; index += 1) await ask(model);
    expect(model.concurrency).toBe(3);
    for (let index = 0; index < 8; index += 1) await ask(model);
    expect(model.concurrency).toBe(4);
    for (let index = 0; index < 8; index += 1) await ask(model);
    expect(model.concurrency).toBe(4);
  });

  it("leave the queue when they are cancelled, unsent", async () => {
    const server = await start(startOpenAIChat, { kind: "hang", text: "some" }, "ready");
    const [first, second] = [new AbortController(), new AbortController()];
    const model = chat(server, { concurrency: 1 });
    const hanging = ask(model, SYSTEM_AND_USER, { signal: first.signal });
    await server.when(({ method }) => method === "POST");
    const waits: (Waiting | null)[] = [];
    const queued = ask(model, SYSTEM_AND_USER, { signal: second.signal, onWait: (waiting) => waits.push(waiting) });
    second.abort();
    await expect(queued).rejects.toBeInstanceOf(CancelledError);
    expect(waits).toMatchObject([{ until: null }, null]);
    first.abort();
    await expect(hanging).rejects.toBeInstanceOf(CancelledError);
    expect((await ask(model)).text).toBe("ready");
    expect(server.chats()).toHaveLength(2);
  });
});
