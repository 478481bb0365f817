import { type CallStep, callSteps, inPieces, type Reply, replyOf, type ScriptedUsage } from "./behaviours.ts";
import { event } from "./http.ts";
import { openaiFailure, openaiTrouble } from "./openai-trouble.ts";
import { OPENAI_CHAT } from "./openai-chat.ts";
import { type Events, type ModelServer, type ModelServerOptions, pathOf, startProvider, type WireFormat } from "./server.ts";

type Item = Record<string, unknown>;

const usageOf = ({ input, output, cached = 0, reasoning = 0 }: ScriptedUsage) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
});

const reasoningItem = ({ reasoning }: Reply): Item => ({
  id: "rs_1",
  type: "reasoning",
  summary: [{ type: "summary_text", text: reasoning }],
});

const messageItem = ({ text, refusal }: Reply, status: string): Item => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  status,
  content: refusal === null ? [{ type: "output_text", text, annotations: [], logprobs: [] }] : [{ type: "refusal", refusal }],
});

const callItem = (call: Reply["calls"][number], index: number, args = call.arguments, status = "completed"): Item => ({
  id: `fc_${index}`,
  type: "function_call",
  status,
  call_id: call.id,
  name: call.name,
  arguments: args,
});

const speaks = ({ text, refusal, calls }: Reply) => text !== "" || refusal !== null || calls.length === 0;

function response(reply: Reply, output: readonly Item[] | null) {
  const cut =
    reply.finish === "length" ? "max_output_tokens" : reply.finish === "content-filter" && reply.refusal === null ? "content_filter" : null;
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    status: output === null ? "in_progress" : cut === null ? "completed" : "incomplete",
    error: null,
    incomplete_details: output === null || cut === null ? null : { reason: cut },
    model: reply.model,
    output: output ?? [],
    usage: output === null || reply.usage === null ? null : usageOf(reply.usage),
  };
}

/** An unfinished reply of reasoning alone has no message. */
function outputOf(reply: Reply): Item[] {
  const silent = reply.text === "" && reply.refusal === null && reply.finish === "length";
  return [
    ...(reply.reasoning === "" ? [] : [reasoningItem(reply)]),
    ...(speaks(reply) && !silent ? [messageItem(reply, reply.finish === "length" ? "incomplete" : "completed")] : []),
    ...reply.calls.map((call, index) => callItem(call, index)),
  ];
}

function events(reply: Reply): Events {
  let number = 0;
  const say = (type: string, more: Record<string, unknown>) => event({ type, sequence_number: number++, ...more }, type);
  const output = outputOf(reply);
  const has = (type: string) => output.findIndex((item) => item["type"] === type);
  const open = [
    say("response.created", { response: response(reply, null) }),
    say("response.in_progress", { response: response(reply, null) }),
  ];
  const body: string[] = [];

  const thought = has("reasoning");
  if (thought !== -1) {
    const at = { item_id: "rs_1", output_index: thought, summary_index: 0 };
    body.push(say("response.output_item.added", { output_index: thought, item: { id: "rs_1", type: "reasoning", summary: [] } }));
    body.push(say("response.reasoning_summary_part.added", { ...at, part: { type: "summary_text", text: "" } }));
    for (const delta of inPieces(reply.reasoning, 3)) body.push(say("response.reasoning_summary_text.delta", { ...at, delta }));
    body.push(say("response.reasoning_summary_text.done", { ...at, text: reply.reasoning }));
    body.push(say("response.reasoning_summary_part.done", { ...at, part: { type: "summary_text", text: reply.reasoning } }));
    body.push(say("response.output_item.done", { output_index: thought, item: reasoningItem(reply) }));
  }

  const message = has("message");
  const messageEnd: string[] = [];
  if (message !== -1) {
    const at = { item_id: "msg_1", output_index: message, content_index: 0 };
    const empty =
      reply.refusal === null ? { type: "output_text", text: "", annotations: [], logprobs: [] } : { type: "refusal", refusal: "" };
    body.push(say("response.output_item.added", { output_index: message, item: { ...messageItem(reply, "in_progress"), content: [] } }));
    body.push(say("response.content_part.added", { ...at, part: empty }));
    if (reply.refusal === null) {
      for (const delta of inPieces(reply.text, reply.pieces)) body.push(say("response.output_text.delta", { ...at, delta, logprobs: [] }));
      messageEnd.push(say("response.output_text.done", { ...at, text: reply.text, logprobs: [] }));
    } else {
      for (const delta of inPieces(reply.refusal, 3)) body.push(say("response.refusal.delta", { ...at, delta }));
      messageEnd.push(say("response.refusal.done", { ...at, refusal: reply.refusal }));
    }
    const item = output[message];
    messageEnd.push(say("response.output_item.done", { output_index: message, item }));
  }

  const firstCall = has("function_call");
  const callEvents = ({ index, call, head, piece, last }: CallStep): string[] => {
    const at = { item_id: `fc_${index}`, output_index: firstCall + index };
    return [
      ...(head
        ? [say("response.output_item.added", { output_index: at.output_index, item: callItem(call, index, "", "in_progress") })]
        : []),
      ...(piece === null || piece === "" ? [] : [say("response.function_call_arguments.delta", { ...at, delta: piece })]),
      ...(last
        ? [
            say("response.function_call_arguments.done", { ...at, arguments: call.arguments }),
            say("response.output_item.done", { output_index: at.output_index, item: callItem(call, index) }),
          ]
        : []),
    ];
  };
  const calls = callSteps(reply.calls, reply.split).flatMap(callEvents);
  const end = response(reply, output);
  const last = say(end.status === "incomplete" ? "response.incomplete" : "response.completed", { response: end });
  // Where calls follow, the message ends before them; otherwise its end belongs to the end of the stream.
  return calls.length > 0 ? { open, body: [...body, ...messageEnd, ...calls], end: [last] } : { open, body, end: [...messageEnd, last] };
}

const codeOf = (code: number | undefined): string =>
  code === undefined
    ? "server_error"
    : code === 401
      ? "invalid_api_key"
      : code === 429
        ? "rate_limit_exceeded"
        : code === 503
          ? "server_is_overloaded"
          : String(code);

const OPENAI_RESPONSES: WireFormat = {
  ...OPENAI_CHAT,
  asksForReply: (request) => request.method === "POST" && pathOf(request) === "/v1/responses",
  whole: (reply) => response(reply, outputOf(reply)),
  events,
  streamError: (message, code, model) => {
    const error = { type: codeOf(code), code: codeOf(code), message, param: null };
    const failed = { ...response(replyOf({ model, usage: null }), []), status: "failed", error: { code: error.code, message } };
    return [
      event({ type: "error", sequence_number: 90, error }, "error"),
      event({ type: "response.failed", sequence_number: 91, response: failed }, "response.failed"),
    ];
  },
  broken: 'event: response.output_text.delta\ndata: {"type": "response.output_text.delta", "delta": oops',
  failure: openaiFailure,
  trouble: openaiTrouble,
};

/** OpenAI's responses. */
export function startOpenAIResponses(options: ModelServerOptions = {}): Promise<ModelServer> {
  return startProvider(OPENAI_RESPONSES, options);
}
