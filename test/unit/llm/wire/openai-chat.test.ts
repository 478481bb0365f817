import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelServer, startOpenAIChat } from "../../../support/providers/index.ts";
import { describeFailures } from "./failures.ts";
import { describeReplies } from "./replies.ts";
import { ask, failureOf, FULL_USAGE, list, modelOf, request, script, sentAsChat, TOOLS, TROUBLES, type WireCase } from "./wire-case.ts";

const CHAT: WireCase = {
  profile: { provider: "openai", api: "chat" },
  start: startOpenAIChat,
  path: () => "/v1/chat/completions",
  headers: ["accept", "authorization", "content-type"],
  keyHeader: ["authorization", (key) => `Bearer ${key}`],
  sent: sentAsChat,
  usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: 30, cacheWriteTokens: null, reasoningTokens: 16 },
  // OpenAI keeps its models' reasoning to itself in this protocol.
  reasoning: false,
  refusal: {
    behaviour: { kind: "refusal", text: "I cannot help with that.", usage: FULL_USAGE },
    words: /refused: I cannot help with that\./,
  },
  brokenArguments: "always",
  troubles: { ...TROUBLES, "unverified-streaming": { code: "forbidden", again: false } },
};

describe("OpenAI, chat completions", () => {
  describeReplies(CHAT);
  describeFailures(CHAT);

  describe("of its own", () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startOpenAIChat();
    });
    afterEach(() => server.close());

    it("gives models that reason their effort and the new name of the limit", async () => {
      await ask(modelOf(CHAT, server, { model: "gpt-5-mini", effort: "low", maxOutputTokens: 4321 }));
      const body = server.chats()[0]?.body;
      expect(body).toMatchObject({ reasoning_effort: "low", max_completion_tokens: 4321, store: false });
      expect(body).not.toHaveProperty("max_tokens");
    });

    it("asks for usage in streams", async () => {
      await ask(modelOf(CHAT, server));
      expect(server.chats()[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    });

    it("sends calls and their results back in order, what was malformed too", async () => {
      const messages = [
        ...request().messages,
        {
          role: "assistant" as const,
          text: "Looking.",
          toolCalls: [
            { id: "call_a", name: "look_up", argumentsText: '{"item":"bread"}', parameters: { item: "bread" } },
            { id: "call_b", name: "look_up", argumentsText: "{item: bread", parameters: null },
          ],
        },
        { role: "tool" as const, callId: "call_a", name: "look_up", text: "on the shelf" },
        { role: "tool" as const, callId: "call_b", name: "look_up", text: "not understood" },
      ];
      await ask(modelOf(CHAT, server), { messages, tools: TOOLS, sample: 0 });
      const [, , assistant, ...results] = list(server.chats()[0]?.body?.["messages"]);
      expect(assistant).toMatchObject({
        role: "assistant",
        content: "Looking.",
        tool_calls: [
          { id: "call_a", type: "function", function: { name: "look_up", arguments: '{"item":"bread"}' } },
          // An object, as every provider wants it, with what was written inside.
          { id: "call_b", type: "function", function: { name: "look_up", arguments: expect.stringContaining("{item: bread") } },
        ],
      });
      expect(results).toMatchObject([
        { role: "tool", tool_call_id: "call_a", content: "on the shelf" },
        { role: "tool", tool_call_id: "call_b", content: "not understood" },
      ]);
    });

    it("does not ask again when the key is refused inside a stream", async () => {
      script(server, { kind: "stream-error", text: "some", message: "Incorrect API key provided", code: 401 });
      expect((await failureOf(ask(modelOf(CHAT, server)))).code).toBe("unauthorized");
      expect(server.chats()).toHaveLength(1);
    });
  });
});
