import { expect, it } from "vitest";
import { chunk, completion, sse } from "../../../support/providers/raw-server.ts";
import { call, calls, DONE, end, type Good, throughEachLibrary, type Wanted } from "./quirk-case.ts";

const hello: Wanted = { text: "Hello there", finishReason: "stop" };
const say = (...more: unknown[]) => sse(chunk({ role: "assistant", content: "Hello" }), ...more, chunk({ content: " there" }), ...end());

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

throughEachLibrary((answerTo, requests) => {
  it.each(GOOD)("reads $name", async (row) => {
    expect(await answerTo(row)).toMatchObject(row.wanted);
    expect(requests()).toBe(1);
  });
});
