import { describe, expect, it } from "vitest";
import { type ChatRequest, type Effort, type ModelProfile, type ProviderId } from "@/domain";
import { chatRequestOf } from "../../support/chat.ts";
import {
  type ModelServer,
  type ModelServerOptions,
  startAnthropic,
  startGemini,
  startOpenAIChat,
  startOpenAIResponses,
  startOpenRouter,
} from "../../support/providers/index.ts";
import { ask, bodyOf, chat, start, SYSTEM_AND_USER, TOOL } from "./chat-model-support.ts";

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
