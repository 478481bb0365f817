import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelServer, startOpenAIResponses } from "../../../support/providers/index.ts";
import { describeFailures } from "./failures.ts";
import { describeReplies } from "./replies.ts";
import {
  ask,
  at,
  type Body,
  failureOf,
  FULL_USAGE,
  list,
  modelOf,
  request,
  script,
  type Sent,
  TOOLS,
  TROUBLES,
  type WireCase,
} from "./wire-case.ts";

function sent(body: Body): Sent {
  const said = (...roles: unknown[]) => {
    const content = at(
      list(body["input"]).find((item) => roles.includes(at(item, "role"))),
      "content",
    );
    return typeof content === "string"
      ? content
      : list(content)
          .map((part) => at(part, "text"))
          .join("");
  };
  return {
    system: said("system", "developer"),
    user: said("user"),
    temperature: body["temperature"],
    limit: body["max_output_tokens"],
    effort: at(body["reasoning"], "effort"),
    tools: list(body["tools"]).map((tool) => ({
      name: at(tool, "name"),
      description: at(tool, "description"),
      parameters: at(tool, "parameters"),
    })),
  };
}

const RESPONSES: WireCase = {
  profile: { provider: "openai", api: "responses" },
  start: startOpenAIResponses,
  path: () => "/v1/responses",
  headers: ["accept", "authorization", "content-type"],
  keyHeader: ["authorization", (key) => `Bearer ${key}`],
  sent,
  usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: 30, cacheWriteTokens: null, reasoningTokens: 16 },
  reasoning: true,
  refusal: {
    behaviour: { kind: "refusal", text: "I cannot help with that.", usage: FULL_USAGE },
    words: /refused: I cannot help with that\./,
  },
  brokenArguments: "always",
  troubles: { ...TROUBLES, "unverified-streaming": { code: "forbidden", again: false } },
};

describe("OpenAI, responses", () => {
  describeReplies(RESPONSES);
  describeFailures(RESPONSES);

  describe("of its own", () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startOpenAIResponses();
    });
    afterEach(() => server.close());

    it("stores nothing there, and asks for effort and a summary where OpenAI looks for them", async () => {
      await ask(modelOf(RESPONSES, server, { effort: "low", model: "gpt-5-mini" }));
      expect(server.chats()[0]?.body).toMatchObject({ store: false, reasoning: { effort: "low", summary: "auto" } });
    });

    it("goes on without summaries where the organisation gets none", async () => {
      const message = "Your organization must be verified to generate reasoning summaries. Please go to settings and verify it.";
      const body = JSON.stringify({
        error: { message, type: "invalid_request_error", param: "reasoning.summary", code: "unsupported_value" },
      });
      script(server, { kind: "status", status: 400, body }, "without");
      const model = modelOf(RESPONSES, server, { model: "gpt-5-mini" });
      expect((await ask(model)).text).toBe("without");
      await ask(model);
      expect(server.chats().map(({ body: asked }) => at(asked, "reasoning", "summary"))).toEqual(["auto", undefined, undefined]);
    });

    it("does not ask again when the key is refused inside a stream", async () => {
      script(server, { kind: "stream-error", text: "some", message: "Incorrect API key provided", code: 401 });
      expect((await failureOf(ask(modelOf(RESPONSES, server)))).code).toBe("unauthorized");
      expect(server.chats()).toHaveLength(1);
    });

    it("sends calls and their results back in order", async () => {
      script(
        server,
        { kind: "tools", calls: [{ id: "call_a", name: "look_up", arguments: '{"item":"bread"}' }], reasoning: "where is it" },
        "done",
      );
      const model = modelOf(RESPONSES, server);
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
      const input = list(server.chats()[1]?.body?.["input"]);
      expect(input).toContainEqual(
        expect.objectContaining({ type: "function_call", call_id: "call_a", name: "look_up", arguments: '{"item":"bread"}' }),
      );
      expect(input.at(-1)).toMatchObject({ type: "function_call_output", call_id: "call_a", output: "on the shelf" });
      // Nothing is stored at OpenAI, so nothing there may be pointed at.
      expect(JSON.stringify(input)).not.toContain("item_reference");
    });
  });
});
