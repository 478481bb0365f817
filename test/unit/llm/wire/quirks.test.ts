import { afterEach, describe, expect, it } from "vitest";
import type { ModelErrorCode, ProviderId, RawReply, ToolCall } from "@/domain";
import { createChatModel } from "@/llm";
import { profileOf } from "../../../support/chat.ts";
import { chunk, completion, type RawAnswer, type RawServer, sse, startRawServer } from "../../../support/providers/raw-server.ts";
import { ask, failureOf, request, TOOLS } from "./wire-case.ts";

/**
 * What servers of chat completions really send, one quirk a row, through every library that speaks the protocol.
 * Each row says what the reply, or the failure, is.
 */
const PROVIDERS: readonly ProviderId[] = ["openai", "openrouter", "mistral", "groq", "deepseek", "xai", "together", "compatible"];
const KEY = "key-1234567890-abcdefghijklmnop";
const DONE = "[DONE]";
const USAGE = { choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } };
const end = (finish: unknown = "stop") => [chunk({}, finish), USAGE, DONE];

type Wanted = Partial<Omit<RawReply, "toolCalls">> & { toolCalls?: Partial<ToolCall>[] };
type Good = { name: string; body: string; wanted: Wanted; type?: string; cut?: boolean };
type Bad = {
  name: string;
  body: string;
  code: ModelErrorCode;
  says?: RegExp;
  type?: string;
  cut?: boolean;
  paid?: boolean;
  requests?: number;
};

const hello: Wanted = { text: "Hello there", finishReason: "stop" };
const say = (...more: unknown[]) => sse(chunk({ role: "assistant", content: "Hello" }), ...more, chunk({ content: " there" }), ...end());

const call = (index: unknown, id: unknown, name: unknown, written: unknown) => ({
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
  type: "function",
  function: { ...(name === undefined ? {} : { name }), ...(written === undefined ? {} : { arguments: written }) },
});
const calls = (...pieces: unknown[]) =>
  sse(...pieces.map((piece) => chunk({ role: "assistant", content: null, tool_calls: [piece] })), ...end("tool_calls"));
const LOOK = '{"item":"bread"}';
const both: Wanted = {
  finishReason: "tool-calls",
  toolCalls: [
    { name: "look_up", argumentsText: LOOK },
    { name: "look_up", argumentsText: '{"item":"milk"}' },
  ],
};
const one = (argumentsText: string): Wanted => ({ finishReason: "tool-calls", toolCalls: [{ name: "look_up", argumentsText }] });

const GOOD: Good[] = [
  // ---------------------------------------------- one odd event in a good stream
  {
    name: "usage without choices",
    body: say({ id: "chat-1", object: "chat.completion.chunk", usage: { prompt_tokens: 1, completion_tokens: 1 } }),
    wanted: hello,
  },
  { name: "choices null", body: say({ choices: null }), wanted: hello },
  { name: "an empty object", body: say({}), wanted: hello },
  { name: "an empty event", body: say(""), wanted: hello },
  { name: "a keep-alive in words", body: say("keep-alive", "[PING]"), wanted: hello },
  { name: "error null", body: say({ ...chunk({ content: "" }), error: null }), wanted: hello },
  { name: "a role of another type", body: say(chunk({ role: 7, content: "" })), wanted: hello },
  { name: "a role of another name", body: say(chunk({ role: "model", content: "" })), wanted: hello },
  { name: "an id of another type", body: say({ ...chunk({ content: "" }), id: 12, created: "yesterday", model: 5 }), wanted: hello },
  { name: "usage as text", body: say({ ...chunk({ content: "" }), usage: "none" }), wanted: hello },
  {
    name: "counts as text",
    body: sse(
      chunk({ content: "Hello there" }),
      chunk({}, "stop", { usage: { prompt_tokens: "11", completion_tokens: "7", total_tokens: "18" } }),
      DONE,
    ),
    wanted: { ...hello, usage: expect.objectContaining({ inputTokens: 11 }) as never },
  },
  {
    name: "NaN",
    body: say('{"choices":[{"index":0,"delta":{"content":""},"finish_reason":null,"logprobs":NaN}],"time":-Infinity}'),
    wanted: hello,
  },
  { name: "bytes after the end", body: `${say()}data: {"broken\n\n<html>`, wanted: hello },
  {
    name: "a content that is null at its beginning",
    body: say(chunk({ content: null, reasoning: null, tool_calls: null, function_call: null, refusal: null })),
    wanted: hello,
  },
  {
    name: "content in parts",
    body: sse(
      chunk({
        content: [
          { type: "text", text: "Hello" },
          { type: "text", text: " there" },
        ],
      }),
      ...end(),
    ),
    wanted: hello,
  },
  {
    name: "whole messages in place of pieces",
    body: sse({ choices: [{ message: { role: "assistant", content: "Hello there" }, finish_reason: "stop" }] }, DONE),
    wanted: hello,
  },
  {
    name: "no blank line at the end",
    body: sse(chunk({ content: "Hello there" })) + `data: ${JSON.stringify(chunk({}, "stop"))}`,
    wanted: hello,
  },
  { name: "no [DONE]", body: sse(chunk({ content: "Hello there" }), chunk({}, "stop")), wanted: hello },
  {
    name: "a line that breaks after the reason",
    body: sse(chunk({ content: "Hello there" }), chunk({}, "stop")),
    cut: true,
    wanted: hello,
  },
  {
    name: "an empty reason in each event",
    body: sse(chunk({ content: "Hello" }, ""), chunk({ content: " there" }, ""), ...end()),
    wanted: hello,
  },
  { name: "a byte order mark", body: `\uFEFF${say()}`, wanted: hello },
  { name: "data without a space, and no type of content", body: say().replaceAll("data: ", "data:"), type: "text/plain", wanted: hello },

  // ---------------------------------------------- reasons
  ...["stop", "STOP", "eos", "eos_token", "end_turn", "stop_sequence"].map((finish): Good => ({
    name: `the reason ${finish}`,
    body: sse(chunk({ content: "Hello there" }), ...end(finish)),
    wanted: hello,
  })),
  ...["length", "LENGTH", "max_tokens", "MAX_TOKENS", "model_length", "max_output_tokens"].map((finish): Good => ({
    name: `the reason ${finish}`,
    body: sse(chunk({ content: "Hello" }), ...end(finish)),
    wanted: { text: "Hello", finishReason: "length" },
  })),

  // ---------------------------------------------- in another form than was asked for
  {
    name: "a whole JSON",
    body: JSON.stringify(completion({ role: "assistant", content: "Hello there" })),
    type: "application/json",
    wanted: { ...hello, usage: expect.objectContaining({ outputTokens: 7 }) as never },
  },
  {
    name: "a whole JSON that calls itself a stream",
    body: JSON.stringify(completion({ role: "assistant", content: "Hello there" })),
    wanted: hello,
  },
  { name: "a stream that calls itself JSON", body: say(), type: "application/json", wanted: hello },
  {
    name: "one JSON a line",
    body: [chunk({ content: "Hello" }), chunk({ content: " there" }), chunk({}, "stop")].map((event) => JSON.stringify(event)).join("\n"),
    type: "application/x-ndjson",
    wanted: hello,
  },
  {
    name: "a whole JSON with a call",
    body: JSON.stringify(
      completion({ role: "assistant", content: null, tool_calls: [call(undefined, "call_a", "look_up", LOOK)] }, "tool_calls"),
    ),
    type: "application/json",
    wanted: one(LOOK),
  },

  // ---------------------------------------------- reasoning
  {
    name: "all in the reasoning",
    body: sse(chunk({ reasoning_content: "Hello there" }), ...end()),
    wanted: { ...hello, reasoning: "Hello there" },
  },
  {
    name: "an unclosed thought",
    body: sse(chunk({ content: "<think>Hello there" }), ...end()),
    wanted: { ...hello, reasoning: "Hello there" },
  },
  {
    name: "reasoning in parts of the content",
    body: sse(
      chunk({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
          { type: "text", text: "Hello there" },
        ],
      }),
      ...end(),
    ),
    wanted: { ...hello, reasoning: "hm" },
  },
  {
    name: "the end of a thought in code",
    body: sse(chunk({ content: 'Split it:\n```python\nparts = text.split("</think>")\n```' }), ...end()),
    wanted: { text: 'Split it:\n```python\nparts = text.split("</think>")\n```', reasoning: "" },
  },

  // ---------------------------------------------- calls
  {
    name: "two calls without an index",
    body: calls(call(undefined, "call_a", "look_up", LOOK), call(undefined, "call_b", "look_up", '{"item":"milk"}')),
    wanted: both,
  },
  {
    name: "two calls without index and id",
    body: calls(call(undefined, undefined, "look_up", LOOK), call(undefined, undefined, "look_up", '{"item":"milk"}')),
    wanted: both,
  },
  {
    name: "two calls with the same index",
    body: calls(call(0, "call_a", "look_up", LOOK), call(0, "call_b", "look_up", '{"item":"milk"}')),
    wanted: both,
  },
  {
    name: "pieces without an index",
    body: calls(
      call(undefined, "call_a", "look_up", ""),
      call(undefined, undefined, undefined, '{"item":'),
      call(undefined, undefined, undefined, '"bread"}'),
    ),
    wanted: one(LOOK),
  },
  {
    name: "the name in each piece",
    body: calls(call(0, "call_a", "look_up", '{"item":'), call(0, "call_a", "look_up", '"bread"}')),
    wanted: one(LOOK),
  },
  {
    name: "all arguments once more at the end",
    body: calls(call(0, "call_a", "look_up", '{"item":'), call(0, undefined, undefined, '"bread"}'), call(0, undefined, undefined, LOOK)),
    wanted: one(LOOK),
  },
  { name: "an index as text and an id as number", body: calls(call("0", 7, "look_up", LOOK)), wanted: one(LOOK) },
  { name: "no id", body: calls(call(0, undefined, "look_up", LOOK)), wanted: one(LOOK) },
  { name: "arguments as an object", body: calls(call(0, "call_a", "look_up", { item: "bread" })), wanted: one(LOOK) },
  {
    name: "arguments as an object with large numbers",
    body: calls("@@").replace(
      '"@@"',
      '{"index":0,"id":"a","type":"function","function":{"name":"look_up","arguments":{"x":3,"y":9007199254740993,"z":1.0}}}',
    ),
    wanted: one('{"x":3,"y":9007199254740993,"z":1.0}'),
  },
  {
    name: "arguments encoded twice, as they were written",
    body: calls(call(0, "call_a", "look_up", JSON.stringify(LOOK))),
    wanted: { toolCalls: [{ name: "look_up", argumentsText: JSON.stringify(LOOK), parameters: null }] },
  },
  { name: "arguments null", body: calls(call(0, "call_a", "finish", null)), wanted: { toolCalls: [{ name: "finish", parameters: {} }] } },
  {
    name: "arguments absent",
    body: calls(call(0, "call_a", "finish", undefined)),
    wanted: { toolCalls: [{ name: "finish", parameters: {} }] },
  },
  {
    name: "malformed arguments",
    body: calls(call(0, "call_a", "look_up", '{"item": bread')),
    wanted: { toolCalls: [{ name: "look_up", argumentsText: '{"item": bread', parameters: null }] },
  },
  {
    name: "large numbers in arguments",
    body: calls(call(0, "call_a", "look_up", '{"x": 3, "y": 9007199254740993}')),
    wanted: one('{"x": 3, "y": 9007199254740993}'),
  },
  {
    name: "the old function_call",
    body: sse(
      chunk({ role: "assistant", function_call: { name: "look_up", arguments: '{"item":' } }),
      chunk({ function_call: { arguments: '"bread"}' } }),
      ...end("function_call"),
    ),
    wanted: one(LOOK),
  },
  {
    name: "one call in place of a list",
    body: sse(chunk({ tool_calls: call(0, "call_a", "look_up", LOOK) }), ...end("tool_calls")),
    wanted: one(LOOK),
  },
  {
    name: "a call with the reason stop",
    body: sse(chunk({ tool_calls: [call(0, "call_a", "look_up", LOOK)] }), ...end("stop")),
    wanted: one(LOOK),
  },
];

const half = (finish: unknown, more: Record<string, unknown> = {}) => sse(chunk({ content: "Half of " }), chunk({}, finish, more), DONE);

const BAD: Bad[] = [
  // A reason is said to the person, so it is no place for the key in whichever form.
  ...[[...KEY].join(" "), encodeURIComponent(KEY), Buffer.from(KEY).toString("base64"), KEY.slice(0, 12)].map((echo): Bad => ({
    name: `a reason that holds the key as ${echo}`,
    body: half(`error for ${echo}`),
    code: "not-a-reply",
    says: /error for \[key\]/,
    paid: true,
    requests: 2,
  })),
  ...["error", "network_error", "abort", "cancelled", "insufficient_system_resource", "unheard_of"].map((finish): Bad => ({
    name: `half a reply that ends with ${finish}`,
    body: half(finish),
    code: "not-a-reply",
    says: new RegExp(finish),
    paid: true,
    requests: 2,
  })),
  { name: "half a reply that a filter ends", body: half("SAFETY"), code: "refused", paid: true },
  {
    name: "half a reply that ends without a reason",
    body: sse(chunk({ content: "Half of " })),
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "half a reply whose line breaks",
    body: sse(chunk({ content: "Half of " })),
    cut: true,
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "a stream that is cut in mid-call",
    body: sse(chunk({ tool_calls: [call(0, "call_a", "look_up", '{"item":')] })),
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "a stream that is cut before a call's arguments",
    body: sse(chunk({ tool_calls: [call(0, "call_a", "look_up", "")] })),
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "a stream that is cut in mid-event",
    body: `${sse(chunk({ content: "Half of " }))}data: {"choices":[{"del`,
    code: "not-a-reply",
    paid: true,
  },
  {
    name: "an error in an event",
    body: sse(chunk({ content: "Half of " }), { error: { message: "Overloaded", type: "overloaded_error" } }),
    code: "server-error",
    says: /Overloaded/,
    paid: true,
    requests: 2,
  },
  {
    name: "an error beside the reason",
    body: sse(chunk({ content: "Half of " }), chunk({}, "error", { error: { code: 502, message: "Upstream lost" } })),
    code: "server-error",
    says: /Upstream lost/,
    requests: 2,
  },
  {
    name: "an error by its event's name",
    body: `${sse(chunk({ content: "Half of " }))}event: error\ndata: lost the worker\n\n`,
    code: "server-error",
    says: /lost the worker/,
    requests: 2,
  },
  {
    name: "an error object in a 200",
    body: JSON.stringify({ error: { message: "Incorrect API key provided", type: "invalid_request_error", code: "invalid_api_key" } }),
    type: "application/json",
    code: "unauthorized",
    says: /Incorrect API key/,
  },
  {
    name: "an error as text in a 200",
    body: JSON.stringify({ error: "model 'llama9' not found" }),
    type: "application/json",
    code: "no-such-model",
    says: /llama9/,
  },
  {
    name: "vLLM's error object in a 200",
    body: JSON.stringify({ object: "error", message: "The model `x` does not exist.", type: "NotFoundError", code: 404 }),
    type: "application/json",
    code: "no-such-model",
    says: /does not exist/,
  },
  {
    name: "code and msg in a 200",
    body: JSON.stringify({ code: 1302, msg: "Rate limit reached for requests" }),
    type: "application/json",
    code: "rate-limited",
    says: /Rate limit reached/,
    requests: 2,
  },
  {
    name: "a detail in a 200",
    body: JSON.stringify({ detail: "Invalid API key" }),
    type: "application/json",
    code: "unauthorized",
    says: /Invalid API key/,
  },
  {
    name: "an error object in a list",
    body: JSON.stringify([{ error: { code: 400, message: "API key not valid", status: "INVALID_ARGUMENT" } }]),
    type: "application/json",
    code: "unauthorized",
    says: /not valid/,
  },
  { name: "a web page", body: "<!doctype html><title>Sign in</title>", type: "text/html", code: "not-a-reply", says: /web page/ },
  { name: "a web page that calls itself a stream", body: "<html>Sign in", code: "not-a-reply", says: /web page/ },
  { name: "words", body: "All good here.", type: "text/plain", code: "not-a-reply" },
];

describe.each(PROVIDERS)("quirks of chat completions: %s", (provider) => {
  let server: RawServer;
  afterEach(() => server.close());

  async function modelFor(answer: RawAnswer, streaming: boolean) {
    server = await startRawServer(() => answer);
    return createChatModel(profileOf({ provider, api: "chat", baseUrl: `${server.origin}/v1`, streaming }), () => KEY, {
      patience: { retries: 1, waitMs: 60_000, cut: "keep" },
      retryBaseMs: 1,
    });
  }
  const answerOf = ({ body, type, cut }: Good | Bad): RawAnswer => ({
    body,
    ...(type === undefined ? {} : { type }),
    ...(cut === undefined ? {} : { cut }),
  });

  describe.each([
    ["streamed", true],
    ["in one piece", false],
  ] as const)("%s", (_, streaming) => {
    it.each(GOOD)("reads $name", async (row) => {
      const model = await modelFor(answerOf(row), streaming);
      expect(await ask(model, request({ tools: TOOLS }))).toMatchObject(row.wanted);
      expect(server.posts()).toHaveLength(1);
    });

    it.each(BAD)("names $name", async (row) => {
      const model = await modelFor(answerOf(row), streaming);
      const error = await failureOf(ask(model, request({ tools: TOOLS })));
      expect(error).toMatchObject({
        code: row.code,
        ...(row.says === undefined ? {} : { message: expect.stringMatching(row.says) as string }),
      });
      if (row.paid === true) expect(error.paid).not.toBeNull();
      expect(server.posts()).toHaveLength(row.requests ?? 1);
    });
  });
});
