import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProviderId } from "@/domain";
import { type ModelServer, startDeepSeek, startGroq, startMistral, startOpenAIChat, startXai } from "../../../support/providers/index.ts";
import {
  ask,
  failureOf,
  FULL_USAGE,
  KEY,
  modelOf,
  onlyChat,
  ownHeaders,
  request,
  script,
  sentAsChat,
  TOOLS,
  type WireCase,
} from "./wire-case.ts";

/** Providers whose protocol is a copy of OpenAI's chat completions, most of them asked through a library of their own. */
const COPIES: {
  provider: ProviderId;
  model: string;
  start?: WireCase["start"];
  path?: string;
  effort?: unknown;
  reasoning: boolean;
  billedUsd?: number;
  reasoningTokens?: number | null;
}[] = [
  // Mistral's thoughts come as parts of the text, which are not asked for; it counts no reasoning.
  { provider: "mistral", model: "mistral-medium-latest", start: startMistral, reasoning: false, reasoningTokens: null },
  { provider: "groq", model: "openai/gpt-oss-120b", start: startGroq, path: "/openai/v1/chat/completions", effort: "low", reasoning: true },
  { provider: "deepseek", model: "deepseek-chat", start: startDeepSeek, reasoning: true },
  { provider: "xai", model: "grok-4-fast", start: startXai, effort: "low", reasoning: true, billedUsd: 0.0125 },
  { provider: "together", model: "Qwen/Qwen3-Next-80B-A3B-Instruct", reasoning: true },
  { provider: "compatible", model: "provider/model", effort: "low", reasoning: true },
  { provider: "lm-studio", model: "qwen/qwen3-8b", reasoning: true },
  { provider: "vllm", model: "Qwen/Qwen3-8B", reasoning: true },
  { provider: "llama-cpp", model: "default", reasoning: true },
];

const CALLS = [
  { id: "callaaaaa", name: "look_up", arguments: '{"item":"bread"}' },
  { id: "callbbbbb", name: "finish", arguments: "{}" },
];

describe.each(COPIES)(
  "$provider",
  ({
    provider,
    model: name,
    start = startOpenAIChat,
    path = "/v1/chat/completions",
    effort,
    reasoning,
    billedUsd = null,
    reasoningTokens = 16,
  }) => {
    const wire: WireCase = {
      profile: { provider, model: name },
      start,
      path: () => path,
      headers: ["accept", "authorization", "content-type"],
      keyHeader: ["authorization", (key) => `Bearer ${key}`],
      sent: sentAsChat,
      usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: 30, cacheWriteTokens: null, reasoningTokens },
      reasoning,
      brokenArguments: "always",
      troubles: {},
    };

    describe.each([
      ["streamed", true],
      ["in one piece", false],
    ])("%s", (_, streaming) => {
      let server: ModelServer;
      beforeEach(async () => {
        server = await start({ key: KEY });
      });
      afterEach(() => server.close());
      const model = (more = {}) => modelOf(wire, server, { streaming, ...more });

      it("is asked and answers, with the headers that pages may send", async () => {
        script(server, { kind: "text", text: "naïve 🎉 reply", usage: FULL_USAGE });
        const reply = await ask(model({ temperature: 0.25, maxOutputTokens: 4321, effort: "low" }), request({ tools: TOOLS }));
        expect(reply).toMatchObject({ text: "naïve 🎉 reply", finishReason: "stop", usage: wire.usage, billedUsd });
        const chat = onlyChat(server);
        expect(chat.path).toBe(path);
        expect(ownHeaders(chat).toSorted()).toEqual(wire.headers);
        const sent = sentAsChat(chat.body ?? {});
        expect(sent).toMatchObject({ system: "You play by the rules.", user: "Begin, naïvely 🎉.", temperature: 0.25, effort });
        expect(chat.body?.["max_tokens"] ?? chat.body?.["max_completion_tokens"]).toBe(4321);
        expect(sent.tools.map((tool) => tool.name)).toEqual(["look_up", "finish"]);
        expect(sent.tools[0]?.parameters).toMatchObject(TOOLS[0]?.parameters ?? {});
      });

      it.each(["whole", "characters"] as const)("calls tools, %s", async (split) => {
        script(server, { kind: "tools", calls: CALLS, split });
        const { toolCalls, finishReason } = await ask(model(), request({ tools: TOOLS }));
        expect(finishReason).toBe("tool-calls");
        expect(toolCalls.map(({ name: called, parameters }) => [called, parameters])).toEqual([
          ["look_up", { item: "bread" }],
          ["finish", {}],
        ]);
      });

      it.runIf(reasoning)("keeps reasoning apart", async () => {
        script(server, { kind: "text", text: "the answer", reasoning: "first this" });
        expect(await ask(model())).toMatchObject({ text: "the answer", reasoning: "first this" });
      });

      it("fails with a name, and is asked again where that helps", async () => {
        script(server, { kind: "status", status: 429, headers: { "retry-after": "0" } }, { kind: "cut", text: "half" }, "at last");
        expect((await ask(model())).text).toBe("at last");
        script(server, { kind: "trouble", trouble: "wrong-key" });
        expect((await failureOf(ask(model()))).code).toBe("unauthorized");
        script(server, { kind: "empty" });
        expect((await failureOf(ask(model()))).code).toBe("empty-reply");
        expect(server.chats()).toHaveLength(5);
      });
    });
  },
);
