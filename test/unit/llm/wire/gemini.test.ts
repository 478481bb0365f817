import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelServer, startGemini } from "../../../support/providers/index.ts";
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

const textIn = (content: unknown): string =>
  list(at(content, "parts"))
    .map((part) => at(part, "text"))
    .join("");

/** Schemas go as JSON schemas or in Gemini's own dialect, which writes types in capitals. */
const plain = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema ?? null), (name, value: unknown) =>
    name === "type" && typeof value === "string" ? value.toLowerCase() : value,
  );

function sent(body: Body): Sent {
  const config = body["generationConfig"];
  return {
    system: textIn(body["systemInstruction"]),
    user: textIn(list(body["contents"])[0]),
    temperature: at(config, "temperature"),
    limit: at(config, "maxOutputTokens"),
    effort: at(config, "thinkingConfig", "thinkingBudget"),
    tools: list(at(list(body["tools"])[0], "functionDeclarations")).map((tool) => ({
      name: at(tool, "name"),
      description: at(tool, "description"),
      parameters: plain(at(tool, "parametersJsonSchema") ?? at(tool, "parameters")),
    })),
  };
}

const GEMINI: WireCase = {
  profile: { provider: "google" },
  start: startGemini,
  path: (streaming) => `/v1beta/models/test-model:${streaming ? "streamGenerateContent?alt=sse" : "generateContent"}`,
  headers: ["accept", "content-type", "x-goog-api-key"],
  keyHeader: ["x-goog-api-key", (key) => key],
  sent,
  usage: { inputTokens: 100, outputTokens: 40, cachedInputTokens: 30, cacheWriteTokens: null, reasoningTokens: 16 },
  reasoning: true,
  refusal: { behaviour: { kind: "refusal", text: "Well, first you", usage: FULL_USAGE }, words: /Well, first you|SAFETY/ },
  brokenArguments: "never",
  troubles: { ...TROUBLES, "browser-forbidden": { code: "forbidden", again: false } },
};

describe("Gemini", () => {
  describeReplies(GEMINI);
  describeFailures(GEMINI);

  describe("of its own", () => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await startGemini();
    });
    afterEach(() => server.close());

    it.each([true, false])("names a prompt that is refused before the model speaks (streaming %s)", async (streaming) => {
      script(server, { kind: "refusal", text: "", usage: { input: 50, output: 0 } });
      const error = await failureOf(ask(modelOf(GEMINI, server, { streaming })));
      expect(error).toMatchObject({ code: "refused", paid: { usage: { inputTokens: 50, outputTokens: 0 } } });
      expect(server.chats()).toHaveLength(1);
    });

    it.each([
      ["gemini-2.5-flash", { thinkingBudget: 8192, includeThoughts: true }],
      ["gemini-3-pro-preview", { thinkingLevel: "medium", includeThoughts: true }],
    ])("asks %s for effort in its own way", async (name, expected) => {
      await ask(modelOf(GEMINI, server, { model: name, effort: "medium" }));
      expect(at(server.chats()[0]?.body, "generationConfig", "thinkingConfig")).toMatchObject(expected);
    });

    it("sends calls back with their signatures, and their results", async () => {
      script(server, { kind: "tools", calls: [{ id: "call_a", name: "look_up", arguments: '{"item":"bread"}' }] }, "done");
      const model = modelOf(GEMINI, server, { model: "gemini-3-pro-preview" });
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
      const [, assistant, answer] = list(server.chats()[1]?.body?.["contents"]);
      expect(assistant).toMatchObject({
        role: "model",
        parts: [{ functionCall: { name: "look_up", args: { item: "bread" } }, thoughtSignature: "c2lnbmVk" }],
      });
      expect(answer).toMatchObject({ role: "user", parts: [{ functionResponse: { name: "look_up" } }] });
      expect(JSON.stringify(answer)).toContain("on the shelf");
    });

    it.each([
      ["a call that Gemini itself could not read", { candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL", index: 0 }] }, "bad-reply"],
      [
        "a reply that is held back in the middle",
        { candidates: [{ content: { role: "model", parts: [{ text: "Well" }] }, finishReason: "PROHIBITED_CONTENT", index: 0 }] },
        "refused",
      ],
    ])("names %s, and does not ask again", async (_what, reply, code) => {
      const usageMetadata = { promptTokenCount: 50, candidatesTokenCount: 3, totalTokenCount: 53 };
      script(server, { kind: "status", status: 200, body: JSON.stringify({ ...reply, usageMetadata }) });
      expect(await failureOf(ask(modelOf(GEMINI, server, { streaming: false })))).toMatchObject({
        code,
        paid: { usage: { inputTokens: 50, outputTokens: 3 } },
      });
      expect(server.chats()).toHaveLength(1);
    });

    it("reads a model's name with its folder", async () => {
      await ask(modelOf(GEMINI, server, { model: "models/gemini-2.5-flash" }));
      expect(server.chats()[0]?.path).toBe("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
    });
  });
});
