import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelServer, startAnthropic } from "../../../support/providers/index.ts";
import { describeFailures } from "./failures.ts";
import { describeReplies } from "./replies.ts";
import { ask, at, type Body, FULL_USAGE, list, modelOf, request, script, type Sent, TOOLS, TROUBLES, type WireCase } from "./wire-case.ts";

const textIn = (content: unknown): string =>
  typeof content === "string"
    ? content
    : list(content)
        .map((part) => at(part, "text"))
        .join("");

function sent(body: Body): Sent {
  return {
    system: textIn(body["system"]),
    user: textIn(at(list(body["messages"])[0], "content")),
    temperature: body["temperature"],
    limit: body["max_tokens"],
    effort: at(body["output_config"], "effort"),
    tools: list(body["tools"]).map((tool) => ({
      name: at(tool, "name"),
      description: at(tool, "description"),
      parameters: at(tool, "input_schema"),
    })),
  };
}

const ANTHROPIC: WireCase = {
  profile: { provider: "anthropic" },
  start: startAnthropic,
  path: () => "/v1/messages",
  headers: ["accept", "content-type", "x-api-key", "anthropic-version", "anthropic-dangerous-direct-browser-access"],
  keyHeader: ["x-api-key", (key) => key],
  sent,
  usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: 30, cacheWriteTokens: 0, reasoningTokens: 16 },
  reasoning: true,
  refusal: { behaviour: { kind: "refusal", text: "I will not write that.", usage: FULL_USAGE }, words: /refused: I will not write that\./ },
  brokenArguments: "streamed",
  troubles: { ...TROUBLES, "browser-forbidden": { code: "forbidden", again: false } },
};

describe("Anthropic", () => {
  describeReplies(ANTHROPIC);
  describeFailures(ANTHROPIC);

  describe("of its own", () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startAnthropic();
    });
    afterEach(() => server.close());

    it("counts what is written to the cache and what is read from it as parts of the input", async () => {
      script(server, { kind: "text", text: "cached", usage: { input: 1000, output: 10, cached: 700, written: 200 } });
      const usage = { inputTokens: 1000, outputTokens: 10, cachedInputTokens: 700, cacheWriteTokens: 200, reasoningTokens: null };
      expect((await ask(modelOf(ANTHROPIC, server))).usage).toEqual(usage);
      expect((await ask(modelOf(ANTHROPIC, server, { streaming: false }))).usage).toEqual(usage);
    });

    it("sets a limit when the person set none, and marks the fixed part of the prompt for the cache", async () => {
      await ask(modelOf(ANTHROPIC, server, { model: "claude-sonnet-4-5" }));
      const body = server.chats()[0]?.body ?? {};
      expect(body["max_tokens"]).toEqual(expect.any(Number));
      expect(list(body["system"])[0]).toMatchObject({ type: "text", cache_control: { type: "ephemeral" } });
    });

    it.each([
      ["claude-sonnet-4-5", { thinking: { type: "enabled", budget_tokens: 8192 } }],
      ["claude-opus-4-7", { thinking: { type: "adaptive" }, output_config: { effort: "medium" } }],
      ["claude-3-5-haiku-latest", {}],
    ])("asks %s for effort in its own way", async (name, expected) => {
      await ask(modelOf(ANTHROPIC, server, { model: name, effort: "medium" }));
      const body = server.chats()[0]?.body ?? {};
      expect(body).toMatchObject(expected);
      if (!("thinking" in expected)) expect(body).not.toHaveProperty("thinking");
    });

    it("leaves room for the answer beside the thoughts, and no temperature with them", async () => {
      await ask(modelOf(ANTHROPIC, server, { model: "claude-sonnet-4-5", effort: "high", maxOutputTokens: 1000, temperature: 0.5 }));
      const body = server.chats()[0]?.body ?? {};
      expect(Number(body["max_tokens"])).toBeGreaterThan(Number(at(body["thinking"], "budget_tokens")));
      expect(body).not.toHaveProperty("temperature");
    });

    it("sends thoughts back with their signature, then the results of all calls in one message", async () => {
      const calls = [
        { id: "call_a", name: "look_up", arguments: '{"item":"bread"}' },
        { id: "call_b", name: "look_up", arguments: '{"item":"milk"}' },
      ];
      script(server, { kind: "tools", calls, reasoning: "where are they", text: "Looking." }, "done");
      const model = modelOf(ANTHROPIC, server, { model: "claude-sonnet-4-5", effort: "low" });
      const first = request({ tools: TOOLS });
      const { text, toolCalls } = await ask(model, first);
      const results = toolCalls.map(({ id, name }) => ({ role: "tool" as const, callId: id, name, text: `result of ${id}` }));
      await ask(model, { ...first, messages: [...first.messages, { role: "assistant", text, toolCalls }, ...results] });
      const [, assistant, answers, ...more] = list(server.chats()[1]?.body?.["messages"]);
      expect(more).toEqual([]);
      expect(at(assistant, "content")).toMatchObject([
        { type: "thinking", thinking: "where are they", signature: "c2lnbmVk" },
        { type: "text", text: "Looking." },
        { type: "tool_use", id: "call_a", name: "look_up", input: { item: "bread" } },
        { type: "tool_use", id: "call_b", name: "look_up", input: { item: "milk" } },
      ]);
      expect(at(answers, "role")).toBe("user");
      expect(list(at(answers, "content")).map((part) => [at(part, "type"), at(part, "tool_use_id")])).toEqual([
        ["tool_result", "call_a"],
        ["tool_result", "call_b"],
      ]);
    });

    it("goes on without thoughts in a conversation that was taken up after a reload", async () => {
      const first = request({ tools: TOOLS });
      const messages = [
        ...first.messages,
        {
          role: "assistant" as const,
          text: "",
          toolCalls: [{ id: "call_from_before", name: "look_up", argumentsText: "{}", parameters: {} }],
        },
        { role: "tool" as const, callId: "call_from_before", name: "look_up", text: "gone" },
      ];
      await ask(modelOf(ANTHROPIC, server, { model: "claude-sonnet-4-5", effort: "low" }), { ...first, messages });
      expect(server.chats()[0]?.body).not.toHaveProperty("thinking");
    });

    it("names a refusal that comes without a word", async () => {
      script(server, { kind: "refusal", text: "" });
      await expect(ask(modelOf(ANTHROPIC, server))).rejects.toMatchObject({ code: "refused", message: expect.stringContaining("filter") });
    });
  });
});
