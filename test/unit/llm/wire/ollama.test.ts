import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChatModel } from "@/llm";
import { type ModelServer, startOllama } from "../../../support/providers/index.ts";
import { describeFailures } from "./failures.ts";
import { describeReplies } from "./replies.ts";
import { ask, KEY, modelOf, ownHeaders, profileFor, request, script, sentAsChat, TOOLS, type WireCase } from "./wire-case.ts";

const OLLAMA: WireCase = {
  profile: { provider: "ollama" },
  start: startOllama,
  path: () => "/v1/chat/completions",
  headers: ["accept", "authorization", "content-type"],
  keyHeader: ["authorization", (key) => `Bearer ${key}`],
  sent: sentAsChat,
  usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null },
  reasoning: true,
  brokenArguments: "always",
  troubles: {
    "no-such-model": { code: "no-such-model", again: false },
    overloaded: { code: "server-error", again: true },
  },
};

describe("Ollama", () => {
  describeReplies(OLLAMA);
  describeFailures(OLLAMA);

  describe("of its own", () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startOllama();
    });
    afterEach(() => server.close());

    it.each([true, false])("is asked without a key (streaming %s)", async (streaming) => {
      const model = createChatModel(profileFor(OLLAMA, server, { streaming }), () => null, {
        patience: { retries: 0, waitMs: 0, cut: "keep" },
      });
      expect((await ask(model)).text).toBe("ready");
      expect(ownHeaders(server.chats()[0]!).toSorted()).toEqual(["accept", "content-type"]);
      expect(server.chats()[0]?.rawBody).not.toContain(KEY);
    });

    it.each([true, false])("keeps calls apart that an old version gives the same index (each in its own event: %s)", async (apart) => {
      const event = (delta: unknown, finish: string | null = null) =>
        `data: ${JSON.stringify({ id: "chat-1", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
      const call = (id: string, item: string) => ({
        index: 0,
        id,
        type: "function",
        function: { name: "look_up", arguments: JSON.stringify({ item }) },
      });
      const calls = [call("call_a", "bread"), call("call_b", "milk")];
      const events = apart ? calls.map((one) => event({ tool_calls: [one] })) : [event({ tool_calls: calls })];
      script(server, {
        kind: "status",
        status: 200,
        headers: { "content-type": "text/event-stream" },
        body: `${events.join("")}${event({}, "tool_calls")}data: [DONE]\n\n`,
      });
      const { toolCalls } = await ask(modelOf(OLLAMA, server), request({ tools: TOOLS }));
      expect(toolCalls.map(({ id, parameters }) => [id, parameters])).toEqual([
        ["call_a", { item: "bread" }],
        ["call_b", { item: "milk" }],
      ]);
    });

    it("asks for no effort, which Ollama does not know", async () => {
      await ask(modelOf(OLLAMA, server, { effort: "high" }));
      expect(server.chats()[0]?.body).not.toHaveProperty("reasoning_effort");
    });
  });
});
