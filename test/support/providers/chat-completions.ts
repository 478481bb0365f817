import { type CallStep, callSteps, inPieces, type Reply, type ScriptedUsage } from "./behaviours.ts";
import { event, type RecordedRequest } from "./http.ts";
import { bearerIn, type Events, pathOf, type WireFormat } from "./server.ts";

/** The protocol that OpenAI's chat completions, OpenRouter and Ollama share, and the places where they differ. */
export type ChatDialect = {
  basePath: string;
  /** What a model's thinking is called in messages and deltas. */
  reasoning: (text: string) => Record<string, unknown>;
  refusal: (text: string) => Record<string, unknown>;
  finish: (reply: Reply) => string | null;
  usage: (usage: ScriptedUsage) => Record<string, unknown>;
  /** Stands in every chunk and reply. */
  always?: Record<string, unknown>;
  /** Where a stream tells its usage: by itself at the end, if asked to (default); or unasked, there beside a choice, or with the reason. */
  usageStands?: "asked" | "beside-choice" | "with-reason";
  /** Where a chunk keeps it; default `usage`. */
  usageInChunk?: (usage: unknown) => Record<string, unknown>;
  /** All calls in one event, whatever a test asks for. */
  callsAtOnce?: boolean;
  /** Sent before the first chunk. */
  opening?: readonly string[];
};

export const DONE = "data: [DONE]\n\n";

export function usageOf({ input, output, cached, reasoning }: ScriptedUsage): Record<string, unknown> {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

export const finishOf = ({ finish }: Reply): string | null =>
  finish === "tool-calls" ? "tool_calls" : finish === "content-filter" ? "content_filter" : finish;

const inChunk = (usage: unknown) => ({ usage });
const wantsUsage = (request: RecordedRequest) => Reflect.get(Object(request.body?.["stream_options"]), "include_usage") === true;

const wholeCall = (call: Reply["calls"][number]) => ({
  id: call.id,
  type: "function",
  function: { name: call.name, arguments: call.arguments },
});

function callDelta({ index, call, head, piece }: CallStep): Record<string, unknown> {
  const described = { ...(head ? { name: call.name } : {}), ...(piece === null ? {} : { arguments: piece }) };
  return { index, ...(head ? { id: call.id, type: "function" } : {}), function: described };
}

export type Chat = Pick<
  WireFormat,
  "basePath" | "keyIn" | "asksForReply" | "asksForModels" | "modelIn" | "streams" | "whole" | "events" | "broken"
> & {
  /** One event with one delta. */
  chunk: (model: string, delta: Record<string, unknown>, finish?: string | null, more?: Record<string, unknown>) => string;
};

export function chatOf(dialect: ChatDialect): Chat {
  const frame = (kind: string, model: string) => ({ id: "chat-1", object: kind, created: 1_700_000_000, model, ...dialect.always });
  const chunk: Chat["chunk"] = (model, delta, finish = null, more = {}) =>
    event({ ...frame("chat.completion.chunk", model), choices: [{ index: 0, delta, finish_reason: finish }], ...more });

  function events(reply: Reply, request: RecordedRequest): Events {
    const { model, text, reasoning, calls, refusal, usage } = reply;
    const say = (delta: Record<string, unknown>) => chunk(model, delta);
    const callEvents = dialect.callsAtOnce
      ? [say({ role: "assistant", content: "", tool_calls: calls.map((call, index) => ({ index, ...wholeCall(call) })) })]
      : callSteps(calls, reply.split).map((step) => say({ tool_calls: [callDelta(step)] }));
    const counted = usage === null ? {} : (dialect.usageInChunk ?? inChunk)(dialect.usage(usage));
    const stands = dialect.usageStands ?? "asked";
    const usageEvents: string[] = [];
    if (usage !== null && stands === "beside-choice") usageEvents.push(chunk(model, { role: "assistant", content: "" }, null, counted));
    if (usage !== null && stands === "asked" && wantsUsage(request))
      usageEvents.push(event({ ...frame("chat.completion.chunk", model), choices: [], ...counted }));
    return {
      open: [...(dialect.opening ?? []), say({ role: "assistant", content: "" })],
      body: [
        ...inPieces(reasoning, 3).map((piece) => say(dialect.reasoning(piece))),
        ...inPieces(text, reply.pieces).map((piece) => say({ content: piece })),
        ...(refusal === null ? [] : inPieces(refusal, 3).map((piece) => say(dialect.refusal(piece)))),
        ...(calls.length === 0 ? [] : callEvents),
      ],
      end: [chunk(model, {}, dialect.finish(reply), stands === "with-reason" ? counted : {}), ...usageEvents, DONE],
    };
  }

  return {
    basePath: dialect.basePath,
    keyIn: bearerIn,
    asksForReply: (request) => request.method === "POST" && pathOf(request) === `${dialect.basePath}/chat/completions`,
    asksForModels: (request) => request.method === "GET" && pathOf(request) === `${dialect.basePath}/models`,
    modelIn: (request) => request.body?.model ?? "test-model",
    streams: (request) => request.body?.stream === true,
    broken: 'data: {"choices": [{"delta": {"content": oops',
    chunk,
    events,
    whole(reply) {
      const { model, text, reasoning, calls, refusal, usage } = reply;
      const message = {
        role: "assistant",
        content: refusal !== null || (text === "" && calls.length > 0) ? null : text,
        ...(reasoning === "" ? {} : dialect.reasoning(reasoning)),
        ...(refusal === null ? {} : dialect.refusal(refusal)),
        ...(calls.length === 0 ? {} : { tool_calls: calls.map(wholeCall) }),
      };
      const choices = [{ index: 0, message, finish_reason: dialect.finish(reply) }];
      return { ...frame("chat.completion", model), choices, ...(usage === null ? {} : { usage: dialect.usage(usage) }) };
    },
  };
}
