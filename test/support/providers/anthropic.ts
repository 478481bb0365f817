import { callSteps, inPieces, type Reply, type ScriptedUsage, type Trouble } from "./behaviours.ts";
import { event } from "./http.ts";
import { type Answer, type Events, type ModelServer, type ModelServerOptions, pathOf, startProvider, type WireFormat } from "./server.ts";

const failure = (type: string, message: string) => ({ type: "error", error: { type, message }, request_id: "req_1" });

const TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};
const typeOf = (status: number) => TYPES[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");

function trouble(which: Trouble, { model, afterSeconds }: { model: string; afterSeconds: number }): Answer {
  const as = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
    status,
    body: failure(typeOf(status), message),
    headers,
  });
  switch (which) {
    case "wrong-key":
      return as(401, "invalid x-api-key");
    case "no-credit":
      return as(
        400,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      );
    case "browser-forbidden":
      return as(401, "CORS requests are not allowed for this Organization because of its custom data retention settings.");
    case "no-such-model":
      return as(404, `model: ${model}`);
    case "rate-limit":
      return as(429, "This request would exceed your organization's rate limit of 50,000 input tokens per minute.", {
        "retry-after": String(afterSeconds),
      });
    case "overloaded":
      return as(529, "Overloaded");
    case "too-long":
      return as(400, "prompt is too long: 210000 tokens > 200000 maximum");
    case "unverified-streaming":
      throw new Error("Anthropic streams for everyone");
  }
}

/** Cached and written tokens are counted beside the others here, not among them. */
function inputUsage({ input, cached = 0, written = 0 }: ScriptedUsage) {
  return { input_tokens: input - cached - written, cache_creation_input_tokens: written, cache_read_input_tokens: cached };
}

function outputUsage({ output, reasoning }: ScriptedUsage) {
  return { output_tokens: output, ...(reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } }) };
}

function stopReason({ finish, refusal }: Reply): string | null {
  if (refusal !== null || finish === "content-filter") return "refusal";
  return finish === "length" ? "max_tokens" : finish === "tool-calls" ? "tool_use" : finish === "stop" ? "end_turn" : null;
}

/** What a model says when it refuses stands in the text; the reason to stop tells that it is a refusal. */
const textOf = (reply: Reply) => reply.refusal ?? reply.text;

function inputOf(argumentsText: string): unknown {
  try {
    return JSON.parse(argumentsText);
  } catch {
    throw new Error("Anthropic can send broken arguments only in a stream");
  }
}

function whole(reply: Reply) {
  const text = textOf(reply);
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: reply.model,
    content: [
      ...(reply.reasoning === "" ? [] : [{ type: "thinking", thinking: reply.reasoning, signature: "c2lnbmVk" }]),
      ...(text === "" ? [] : [{ type: "text", text }]),
      ...reply.calls.map((call) => ({ type: "tool_use", id: call.id, name: call.name, input: inputOf(call.arguments) })),
    ],
    stop_reason: stopReason(reply),
    stop_sequence: null,
    usage: reply.usage === null ? { input_tokens: 0, output_tokens: 0 } : { ...inputUsage(reply.usage), ...outputUsage(reply.usage) },
  };
}

const named = (type: string, more: Record<string, unknown> = {}) => event({ type, ...more }, type);
const start = (index: number, block: unknown) => named("content_block_start", { index, content_block: block });
const delta = (index: number, what: unknown) => named("content_block_delta", { index, delta: what });
const stop = (index: number) => named("content_block_stop", { index });

/** Blocks come one after the other; an event without arguments follows the head of each call. */
function events(reply: Reply): Events {
  const usage = reply.usage ?? { input: 0, output: 0 };
  const message = {
    ...whole({ ...reply, reasoning: "", text: "", refusal: null, calls: [], finish: null }),
    usage: { ...inputUsage(usage), output_tokens: 1 },
  };
  const open = [named("message_start", { message }), named("ping")];
  const body: string[] = [];
  const end: string[] = [];
  let index = 0;
  if (reply.reasoning !== "") {
    body.push(start(index, { type: "thinking", thinking: "", signature: "" }));
    for (const thinking of inPieces(reply.reasoning, 3)) body.push(delta(index, { type: "thinking_delta", thinking }));
    body.push(delta(index, { type: "signature_delta", signature: "c2lnbmVk" }), stop(index));
    index += 1;
  }
  const text = textOf(reply);
  if (text !== "") {
    body.push(start(index, { type: "text", text: "" }));
    for (const piece of inPieces(text, reply.pieces)) body.push(delta(index, { type: "text_delta", text: piece }));
    (reply.calls.length > 0 ? body : end).push(stop(index));
    index += 1;
  }
  const split = reply.split === "parallel-interleaved" ? "characters" : reply.split;
  for (const step of callSteps(reply.calls, split)) {
    const at = index + step.index;
    if (step.head) {
      body.push(start(at, { type: "tool_use", id: step.call.id, name: step.call.name, input: {} }));
      body.push(delta(at, { type: "input_json_delta", partial_json: "" }));
    }
    if (step.piece !== null && step.piece !== "") body.push(delta(at, { type: "input_json_delta", partial_json: step.piece }));
    if (step.last) body.push(stop(at));
  }
  end.push(
    named("message_delta", { delta: { stop_reason: stopReason(reply), stop_sequence: null }, usage: outputUsage(usage) }),
    named("message_stop"),
  );
  return { open, body, end };
}

const ANTHROPIC: WireFormat = {
  basePath: "/v1",
  allowedHeaders: ["content-type", "x-api-key", "anthropic-version", "anthropic-dangerous-direct-browser-access"],
  keyIn: (request) => request.headers["x-api-key"] ?? null,
  objection(request) {
    if (request.headers["anthropic-version"] === undefined) {
      return { status: 400, body: failure("invalid_request_error", "anthropic-version: header is required") };
    }
    if (request.headers["origin"] !== undefined && request.headers["anthropic-dangerous-direct-browser-access"] !== "true") {
      return {
        status: 401,
        body: failure("authentication_error", "CORS requests must set 'anthropic-dangerous-direct-browser-access' header"),
      };
    }
    return null;
  },
  asksForReply: (request) => request.method === "POST" && pathOf(request) === "/v1/messages",
  asksForModels: (request) => request.method === "GET" && pathOf(request) === "/v1/models",
  modelList: (ids) => ({
    data: ids.map((id) => ({ type: "model", id, display_name: id, created_at: "2025-01-01T00:00:00Z" })),
    has_more: false,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  }),
  modelIn: (request) => request.body?.model ?? "test-model",
  streams: (request) => request.body?.stream === true,
  whole,
  events,
  streamError: (message, code) => [event(failure(code === undefined ? "overloaded_error" : typeOf(code), message), "error")],
  broken: 'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": oops',
  failure: (status, message) => failure(typeOf(status), message),
  trouble,
};

/** Anthropic's messages. */
export function startAnthropic(options: ModelServerOptions = {}): Promise<ModelServer> {
  return startProvider(ANTHROPIC, options);
}
