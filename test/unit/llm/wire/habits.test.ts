import { afterEach, describe, expect, it } from "vitest";
import type { ModelProfile } from "@/domain";
import { checkConnection, createChatModel, createPriceBook } from "@/llm";
import { profileOf } from "../../../support/chat.ts";
import type { RecordedRequest } from "../../../support/providers/http.ts";
import { completion, type RawServer, startRawServer } from "../../../support/providers/raw-server.ts";
import { ask, at, failureOf, KEY, list, request, TOOLS } from "./wire-case.ts";

/** A server that refuses a request as long as it has what it does not know; the refusal in its own words. */
type Row = {
  name: string;
  refuses: (body: NonNullable<RecordedRequest["body"]>) => boolean;
  status: number;
  words: unknown;
  check: RegExp;
  sent?: (body: Record<string, unknown>) => void;
};

const has = (field: string) => (body: object) => Object.hasOwn(body, field);
const hasSystem = (body: Record<string, unknown>) => list(body["messages"]).some((message) => at(message, "role") === "system");
const openai = (message: string, param: string | null = null, code: string | null = "unsupported_parameter") => ({
  error: { message, type: "invalid_request_error", param, code },
});

const ROWS: Row[] = [
  {
    name: "temperature, FastAPI",
    refuses: has("temperature"),
    status: 422,
    words: { detail: [{ type: "extra_forbidden", loc: ["body", "temperature"], msg: "Extra inputs are not permitted", input: 0.25 }] },
    check: /temperature/,
  },
  {
    name: "temperature, OpenAI",
    refuses: has("temperature"),
    status: 400,
    words: openai(
      "Unsupported value: 'temperature' does not support 0.25 with this model. Only the default (1) value is supported.",
      "temperature",
      "unsupported_value",
    ),
    check: /temperature/,
  },
  {
    name: "max_tokens, FastAPI",
    refuses: has("max_tokens"),
    status: 422,
    words: { detail: [{ type: "extra_forbidden", loc: ["body", "max_tokens"], msg: "Extra inputs are not permitted" }] },
    check: /output limit/,
  },
  {
    name: "max_tokens for its newer name",
    refuses: has("max_tokens"),
    status: 400,
    words: openai(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
    ),
    check: /max_completion_tokens/,
    sent: (body) => expect(body["max_completion_tokens"]).toBe(4321),
  },
  {
    name: "stream_options, FastAPI",
    refuses: has("stream_options"),
    status: 422,
    words: {
      detail: [{ type: "extra_forbidden", loc: ["body", "stream_options", "include_usage"], msg: "Extra inputs are not permitted" }],
    },
    check: /token counts/,
  },
  {
    name: "stream_options, in words",
    refuses: has("stream_options"),
    status: 400,
    words: openai("Unrecognized request argument supplied: stream_options", null, null),
    check: /token counts/,
  },
  {
    name: "several fields, one after the other",
    refuses: (body) => has("stream_options")(body) || has("temperature")(body),
    status: 422,
    words: {
      detail: [
        { type: "extra_forbidden", loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" },
        { type: "extra_forbidden", loc: ["body", "temperature"], msg: "Extra inputs are not permitted" },
      ],
    },
    check: /temperature/,
  },
  {
    name: "system, by its place",
    refuses: hasSystem,
    status: 422,
    words: { detail: [{ type: "literal_error", loc: ["body", "messages", 0, "role"], msg: "Input should be 'user' or 'assistant'" }] },
    check: /system message/,
    sent: firstSaysBoth,
  },
  {
    name: "system, in words",
    refuses: hasSystem,
    status: 400,
    words: { error: "System role not supported" },
    check: /system message/,
    sent: firstSaysBoth,
  },
  {
    name: "system, by its template",
    refuses: hasSystem,
    status: 500,
    words: { error: { message: "Conversation roles must alternate user/assistant/user/assistant/...", code: 500 } },
    check: /system message/,
    sent: firstSaysBoth,
  },
];

function firstSaysBoth(body: Record<string, unknown>): void {
  const [first] = list(body["messages"]);
  expect(first).toMatchObject({ role: "user", content: "You play by the rules.\n\nBegin, naïvely 🎉." });
}

describe("a server that refuses a part of the request", () => {
  let server: RawServer;
  afterEach(() => server.close());
  const profile = (more: Partial<ModelProfile> = {}) =>
    profileOf({ provider: "compatible", baseUrl: `${server.origin}/v1`, temperature: 0.25, maxOutputTokens: 4321, ...more });
  const modelOf = (more: Partial<ModelProfile> = {}) =>
    createChatModel(profile(more), () => KEY, { patience: { retries: 0, waitMs: 0, cut: "keep" }, retryBaseMs: 1 });
  const good = { type: "application/json", body: JSON.stringify(completion({ role: "assistant", content: "ready" })) };

  it.each(ROWS)("is asked without it from then on, and the check says so: $name", async ({ refuses, status, words, check, sent }) => {
    server = await startRawServer(({ body }) => (refuses(body ?? {}) ? { status, body: JSON.stringify(words) } : good));
    expect((await ask(modelOf())).text).toBe("ready");
    const learned = server.posts().length;
    expect(learned).toBeLessThanOrEqual(3);
    sent?.({ ...server.posts().at(-1)?.body });
    // Another model object of the same model knows it from the start.
    expect((await ask(modelOf())).text).toBe("ready");
    expect(server.posts()).toHaveLength(learned + 1);
    const report = await checkConnection(profile(), () => KEY, { signal: new AbortController().signal, prices: createPriceBook(() => []) });
    expect(report).toMatchObject({ ok: true, summary: expect.stringMatching(check) as string });
    // What one model refuses, another is sent.
    await ask(modelOf({ model: "another" })).catch(() => undefined);
    expect(server.posts().at(learned + 2)?.body).toMatchObject({ model: "another", temperature: 0.25, max_tokens: 4321 });
  });

  it.each([
    ["OpenAI's servers", 400, openai("This model does not support tools.", "tools")],
    [
      "vLLM",
      400,
      {
        object: "error",
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        type: "BadRequestError",
        code: 400,
      },
    ],
    ["llama.cpp", 500, { error: { code: 500, message: "tools param requires --jinja flag", type: "server_error" } }],
    ["Ollama", 400, { error: { message: "registry.ollama.ai/library/gemma2 does not support tools", type: "api_error" } }],
    [
      "OpenRouter",
      404,
      {
        error: {
          code: 404,
          message: "No endpoints found that support tool use. To learn more about provider routing, visit the documentation",
        },
      },
    ],
  ])("offers the text protocol where tools are refused: %s", async (_, status, words) => {
    server = await startRawServer(({ body }) =>
      body !== null && Object.hasOwn(body, "tools") ? { status, body: JSON.stringify(words) } : good,
    );
    const error = await failureOf(ask(modelOf(), request({ tools: TOOLS })));
    expect(error).toMatchObject({ code: "bad-request", retryable: false, hint: expect.stringContaining("text protocol") as string });
    expect(server.posts()).toHaveLength(1);
    const report = await checkConnection(profile(), () => KEY, { signal: new AbortController().signal, prices: createPriceBook(() => []) });
    expect(report).toMatchObject({ ok: true, summary: expect.stringContaining("text protocol") as string });
  });

  it.each([
    [
      "a limit that is too large",
      400,
      openai("max_tokens is too large: 4321. This model supports at most 2048 completion tokens.", "max_tokens", "invalid_value"),
    ],
    [
      "a value that is out of range",
      422,
      { detail: [{ type: "less_than_equal", loc: ["body", "temperature"], msg: "Input should be less than or equal to 0.2" }] },
    ],
    [
      "a prompt that is too long",
      400,
      openai(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        "messages",
        "context_length_exceeded",
      ),
    ],
  ])("leaves nothing out for %s: that is the person's to change", async (_, status, words) => {
    server = await startRawServer(() => ({ status, body: JSON.stringify(words) }));
    expect((await failureOf(ask(modelOf()))).code).toBe("bad-request");
    expect(server.posts()).toHaveLength(1);
  });
});

describe("history", () => {
  it("goes back with the model's own digits and with names that strict servers take", async () => {
    const server = await startRawServer(() => ({
      type: "application/json",
      body: JSON.stringify(completion({ role: "assistant", content: "ready" })),
    }));
    const argumentsText = '{"x": 3, "y": 9007199254740993, "z": 1.0, "deep": [123456789012345678901234567890]}';
    const messages = [
      ...request().messages,
      {
        role: "assistant" as const,
        text: "",
        toolCalls: [{ id: "call_a", name: "functions.look_up<|channel|>commentary", argumentsText, parameters: { x: 3 } }],
      },
      { role: "tool" as const, callId: "call_a", name: "functions.look_up<|channel|>commentary", text: "on the shelf" },
    ];
    const model = createChatModel(profileOf({ provider: "compatible", baseUrl: `${server.origin}/v1` }), () => KEY, {
      patience: { retries: 0, waitMs: 0, cut: "keep" },
    });
    await ask(model, request({ messages, tools: TOOLS }));
    const sent = list(server.posts()[0]?.body?.["messages"]).flatMap((message) => list(at(message, "tool_calls")));
    expect(sent).toMatchObject([{ function: { name: "look_up", arguments: argumentsText.replaceAll(/([:,]) /g, "$1") } }]);
    await server.close();
  });
});
