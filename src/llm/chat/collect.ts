import { type Json, jsonObjectSchema, type ToolCall } from "@/domain";
import { sentArguments } from "./prompt.ts";
import type { SdkContent, SdkFinish, SdkModel, SdkCall, SdkPart, SdkUsage } from "../providers/types.ts";
import type { TurnPart } from "./turns.ts";

/** What one attempt has brought so far. Kept outside of the call, so that a failure can say how far it had come. */
export type Received = {
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  finish: SdkFinish | null;
  usage: SdkUsage | null;
  model: string | null;
  /** The words of a refusal that the library does not report. */
  refusal: string;
  /** The turn with all that the provider wants back in the next one. */
  parts: TurnPart[];
};

export function nothingYet(): Received {
  return { text: "", reasoning: "", toolCalls: [], finish: null, usage: null, model: null, refusal: "", parts: [] };
}

export type Watch = {
  onText(text: string): void;
  onReasoning(text: string): void;
  /** After each piece; throws when there is too much of it. */
  onSize(characters: number): void;
  /** An error in the stream. Returns when it can be passed over. */
  onError(error: unknown, received: Received): void;
};

export function toolCallOf(id: string, name: string, argumentsText: string): ToolCall {
  // Models leave the arguments of tools without parameters empty.
  const source = argumentsText.trim() === "" ? "{}" : argumentsText;
  let parameters: { [key: string]: Json } | null = null;
  try {
    parameters = jsonObjectSchema.safeParse(JSON.parse(source)).data ?? null;
  } catch {
    // Malformed: it is shown as it was written, and whoever plays is told so.
  }
  return { id, name, argumentsText, parameters };
}

/** OpenAI's field for refusals, which the libraries of those who copied the protocol leave out. */
function refusalIn(raw: unknown): string {
  const choices: unknown = Reflect.get(Object(raw), "choices");
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  for (const field of ["delta", "message"]) {
    const found: unknown = Reflect.get(Object(Reflect.get(Object(choice), field)), "refusal");
    if (typeof found === "string") return found;
  }
  return "";
}

type Metadata = { providerOptions?: NonNullable<TurnPart["providerOptions"]> };
const metadataOf = (given: { providerMetadata?: NonNullable<TurnPart["providerOptions"]> }): Metadata =>
  given.providerMetadata === undefined ? {} : { providerOptions: given.providerMetadata };

function callPart(call: ToolCall, metadata: Metadata): TurnPart {
  return { type: "tool-call", toolCallId: call.id, toolName: call.name, input: sentArguments(call), ...metadata };
}

/** The answer in one piece. */
export async function receiveWhole(model: SdkModel, call: SdkCall, received: Received): Promise<void> {
  const result = await model.doGenerate(call);
  for (const part of result.content) addContent(received, part);
  received.finish = result.finishReason;
  received.usage = result.usage;
  received.model = result.response?.modelId ?? null;
  received.refusal = refusalIn(result.response?.body);
}

function addContent(received: Received, part: SdkContent): void {
  if (part.type === "text") {
    received.text += part.text;
    received.parts.push({ type: "text", text: part.text, ...metadataOf(part) });
  } else if (part.type === "reasoning") {
    received.reasoning += part.text;
    received.parts.push({ type: "reasoning", text: part.text, ...metadataOf(part) });
  } else if (part.type === "tool-call") {
    const call = toolCallOf(part.toolCallId, part.toolName, part.input);
    received.toolCalls.push(call);
    received.parts.push(callPart(call, metadataOf(part)));
  }
}

/** The answer as it comes. */
export async function receiveStream(model: SdkModel, call: SdkCall, received: Received, watch: Watch): Promise<void> {
  const { stream } = await model.doStream({ ...call, includeRawChunks: true });
  const open = new Map<string, TurnPart>();
  const begun: Begun = new Map();
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    take(value, received, watch, open, begun);
  }
  // A call that was cut off in the middle never becomes one; what there is of it is kept.
  for (const [id, { name, text, whole }] of begun) {
    if (!whole) received.toolCalls.push(toolCallOf(id, name, text === "" ? "{" : text));
  }
  // Calls that come by turns end in another order than the model wrote them in.
  const order = [...begun.keys()];
  received.toolCalls.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

/** Calls in the order of their beginnings, with their arguments as they were written. */
type Begun = Map<string, { name: string; text: string; whole: boolean }>;

function take(part: SdkPart, received: Received, watch: Watch, open: Map<string, TurnPart>, begun: Begun): void {
  switch (part.type) {
    case "text-start":
    case "reasoning-start": {
      const made: TurnPart = { type: part.type === "text-start" ? "text" : "reasoning", text: "", ...metadataOf(part) };
      open.set(`${made.type} ${part.id}`, made);
      received.parts.push(made);
      return;
    }
    case "text-delta":
    case "reasoning-delta": {
      const kind = part.type === "text-delta" ? "text" : "reasoning";
      received[kind] += part.delta;
      const into = open.get(`${kind} ${part.id}`);
      if (into !== undefined && into.type !== "tool-call") Object.assign(into, { text: into.text + part.delta }, metadataOf(part));
      watch.onSize(received.text.length + received.reasoning.length);
      if (kind === "text") watch.onText(received.text);
      else watch.onReasoning(received.reasoning);
      return;
    }
    case "text-end":
    case "reasoning-end": {
      const into = open.get(`${part.type === "text-end" ? "text" : "reasoning"} ${part.id}`);
      if (into !== undefined) Object.assign(into, metadataOf(part));
      return;
    }
    case "tool-input-start":
      begun.set(part.id, { name: part.toolName, text: "", whole: false });
      return;
    case "tool-input-delta": {
      const into = begun.get(part.id);
      if (into !== undefined) into.text += part.delta;
      return;
    }
    case "tool-call": {
      const written = begun.get(part.toolCallId);
      begun.set(part.toolCallId, { name: part.toolName, text: "", ...written, whole: true });
      // Some libraries put an empty object in the place of arguments that they cannot read.
      const made = toolCallOf(part.toolCallId, part.toolName, written === undefined || written.text === "" ? part.input : written.text);
      received.toolCalls.push(made);
      received.parts.push(callPart(made, metadataOf(part)));
      return;
    }
    case "response-metadata":
      received.model = part.modelId ?? received.model;
      return;
    case "raw":
      received.refusal += refusalIn(part.rawValue);
      return;
    case "error":
      watch.onError(part.error, received);
      return;
    case "finish":
      received.finish = part.finishReason;
      received.usage = part.usage;
      return;
    default:
      // Sources, files and tools that the provider runs itself are never asked for.
      return;
  }
}
