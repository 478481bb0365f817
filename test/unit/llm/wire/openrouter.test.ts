import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelServer, startOpenRouter } from "../../../support/providers/index.ts";
import { describeFailures } from "./failures.ts";
import { describeReplies } from "./replies.ts";
import { ask, at, failureOf, FULL_USAGE, list, modelOf, request, script, sentAsChat, TOOLS, TROUBLES, type WireCase } from "./wire-case.ts";

const OPENROUTER: WireCase = {
  profile: { provider: "openrouter" },
  start: startOpenRouter,
  path: () => "/api/v1/chat/completions",
  headers: ["accept", "authorization", "content-type"],
  keyHeader: ["authorization", (key) => `Bearer ${key}`],
  sent: (body) => ({ ...sentAsChat(body), effort: at(body["reasoning"], "effort") }),
  usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: 30, cacheWriteTokens: null, reasoningTokens: 16 },
  billedUsd: 0.0125,
  reasoning: true,
  refusal: {
    behaviour: { kind: "refusal", text: "I cannot help with that.", usage: FULL_USAGE },
    words: /refused: I cannot help with that\.|filter/,
  },
  brokenArguments: "always",
  troubles: TROUBLES,
};

describe("OpenRouter", () => {
  describeReplies(OPENROUTER);
  describeFailures(OPENROUTER);

  describe("of its own", () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startOpenRouter();
    });
    afterEach(() => server.close());

    it.each([true, false])("asks for the cost and reads it, the cache's too (streaming %s)", async (streaming) => {
      script(server, { kind: "text", text: "paid", usage: { input: 500, output: 5, cached: 300, written: 100, usd: 0.000321 } });
      expect(await ask(modelOf(OPENROUTER, server, { streaming }))).toMatchObject({
        billedUsd: 0.000321,
        usage: { inputTokens: 500, outputTokens: 5, cachedInputTokens: 300, cacheWriteTokens: 100 },
      });
      expect(server.chats()[0]?.body).toMatchObject({ usage: { include: true } });
      script(server, { kind: "text", text: "free", usage: { input: 1, output: 1, usd: 0 } });
      expect((await ask(modelOf(OPENROUTER, server, { streaming }))).billedUsd).toBe(0);
    });

    it("asks for effort in its own way", async () => {
      await ask(modelOf(OPENROUTER, server, { effort: "high" }));
      expect(server.chats()[0]?.body).toMatchObject({ reasoning: { effort: "high" } });
    });

    it("sends reasoning details back with the calls that they led to", async () => {
      script(
        server,
        { kind: "tools", calls: [{ id: "call_a", name: "look_up", arguments: '{"item":"bread"}' }], reasoning: "where is it" },
        "done",
      );
      const model = modelOf(OPENROUTER, server);
      const first = request({ tools: TOOLS });
      const { text, toolCalls } = await ask(model, first);
      await ask(model, {
        ...first,
        messages: [
          ...first.messages,
          { role: "assistant", text, toolCalls },
          { role: "tool", callId: "call_a", name: "look_up", text: "on the shelf" },
        ],
      });
      const messages = list(server.chats()[1]?.body?.["messages"]);
      expect(messages[2]).toMatchObject({
        role: "assistant",
        tool_calls: [{ id: "call_a", function: { name: "look_up", arguments: '{"item":"bread"}' } }],
      });
      expect(messages[3]).toMatchObject({ role: "tool", tool_call_id: "call_a", content: "on the shelf" });
    });

    it("names what its filter refuses before a model is asked", async () => {
      const body = JSON.stringify({
        error: {
          code: 403,
          message: "Your input was flagged",
          metadata: { reasons: ["violence"], flagged_input: "…", provider_name: "Test", model_slug: "m" },
        },
      });
      script(server, { kind: "status", status: 403, body });
      expect((await failureOf(ask(modelOf(OPENROUTER, server)))).code).toBe("refused");
      expect(server.chats()).toHaveLength(1);
    });

    it("does not ask again when the key is refused inside a stream", async () => {
      script(server, { kind: "stream-error", text: "some", message: "User not found.", code: 401 });
      expect((await failureOf(ask(modelOf(OPENROUTER, server)))).code).toBe("unauthorized");
      expect(server.chats()).toHaveLength(1);
    });
  });
});
