import { z } from "zod";
import type { CallPiece } from "./calls.ts";
import { exactJson, withMarkedNumbers } from "./exact-numbers.ts";

/** What one event of a stream, or a whole body, says; in one form, whoever wrote it. */
export type ReplyEvent = {
  text: string;
  reasoning: string;
  refusal: string;
  /** OpenRouter's signed form of reasoning, handed through. */
  reasoningDetails: readonly object[];
  calls: readonly CallPiece[];
  /** The reason as it was given; null while there is none. */
  finish: string | null;
  usage: Record<string, unknown> | null;
  /** Groq keeps its usage in here. */
  xGroqUsage: Record<string, unknown> | null;
  id: string | null;
  model: string | null;
  provider: string | null;
  /** The error that stands in for a reply, or breaks it off. */
  error: unknown;
};

export type ParsedEvent = { kind: "event"; event: ReplyEvent } | { kind: "nothing" } | { kind: "malformed" };

const anything = z.unknown().optional();
const object = z.record(z.string(), z.unknown());
const objectOrNull = object.nullable().catch(null);
const textOf = z
  .union([z.string(), z.number().transform(String)])
  .nullable()
  .catch(null);
const filled = textOf.transform((text) => (text === null || text.trim() === "" ? null : text));
/** One object where a list of one belongs. */
const listOf = z.preprocess(
  (value) => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]),
  z.array(z.unknown()),
);
const objects = listOf.transform((list) =>
  list.flatMap((item): Record<string, unknown>[] => {
    const one = object.safeParse(item).data;
    return one === undefined ? [] : [one];
  }),
);

const envelopeSchema = z.object({
  id: filled,
  model: filled,
  provider: filled,
  choices: objects,
  usage: anything,
  x_groq: objectOrNull,
});

const choiceSchema = z.object({
  delta: objectOrNull,
  message: objectOrNull,
  text: textOf,
  finish_reason: filled,
  error: anything,
});

const partSchema = z.object({ type: textOf, text: textOf, thinking: anything, refusal: textOf });

const deltaSchema = z.object({
  content: anything,
  reasoning_content: anything,
  reasoning: anything,
  thinking: anything,
  reasoning_details: objects,
  refusal: filled,
  tool_calls: objects,
  function_call: objectOrNull,
});

const callSchema = z.object({
  index: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().int().min(0))
    .nullable()
    .catch(null),
  id: filled,
  name: filled,
  arguments: anything,
  function: objectOrNull,
});

/** Python writes NaN and Infinity, which are no JSON; no field that is read here needs them. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (token) => (token.startsWith('"') ? token : "null")));
  }
}

/** Texts come plain or in parts, thoughts among them. */
function partsOf(content: unknown): { text: string; reasoning: string; refusal: string } {
  const plain = textOf.parse(content ?? null);
  if (plain !== null) return { text: plain, reasoning: "", refusal: "" };
  const said = { text: "", reasoning: "", refusal: "" };
  for (const item of listOf.parse(content)) {
    if (typeof item === "string") said.text += item;
    const part = partSchema.safeParse(item).data;
    if (part === undefined) continue;
    if (part.thinking !== undefined || /think|reason/i.test(part.type ?? "")) said.reasoning += partsOf(part.thinking ?? part.text).text;
    else said.text += part.text ?? "";
    said.refusal += part.refusal ?? "";
  }
  return said;
}

/** The first of the fields in which servers put thoughts; newer ones fill two with the same. */
function reasoningOf({ reasoning_content, reasoning, thinking, reasoning_details: details }: z.infer<typeof deltaSchema>): string {
  for (const field of [reasoning_content, reasoning, thinking]) {
    const { text, reasoning: thought } = partsOf(field);
    if (text + thought !== "") return text + thought;
  }
  return details.map(({ text, summary }) => textOf.parse(text ?? summary ?? null) ?? "").join("");
}

function argumentsOf(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  return typeof given === "string" ? given : exactJson(given);
}

function pieceOf(raw: Record<string, unknown>): CallPiece {
  const call = callSchema.parse(raw);
  const inner = call.function === null ? null : callSchema.parse(call.function);
  return { index: call.index, id: call.id, name: inner?.name ?? call.name, arguments: argumentsOf(inner?.arguments ?? call.arguments) };
}

/** Numbers as numbers, whatever they were written as; what is no count is left out. */
function counted(value: unknown, depth = 0): unknown {
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value === "boolean") return value;
  const inner = object.safeParse(value).data;
  if (inner === undefined || depth > 4) return undefined;
  return Object.fromEntries(
    Object.entries(inner).flatMap(([name, item]) => {
      const kept = counted(item, depth + 1);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function usageOf(given: unknown): Record<string, unknown> | null {
  let value = given;
  if (typeof value === "string") {
    try {
      value = parseJson(value);
    } catch {
      return null;
    }
  }
  const usage = object.safeParse(counted(value)).data;
  return usage === undefined || Object.keys(usage).length === 0 ? null : usage;
}

const isSaid = (error: unknown): boolean =>
  error !== undefined &&
  error !== null &&
  error !== false &&
  error !== "" &&
  error !== 0 &&
  !(typeof error === "object" && Object.keys(error).length === 0);

/** An error that takes the place of a reply, in the forms that servers give it. */
function errorIn(body: Record<string, unknown>, choices: readonly Record<string, unknown>[], eventName: string | undefined): unknown {
  if (isSaid(body["error"])) return typeof body["error"] === "string" ? { ...body, message: body["error"] } : body["error"];
  const inChoice = choices.find(({ error }) => isSaid(error))?.["error"];
  if (inChoice !== undefined) return inChoice;
  if (body["object"] === "error" || body["type"] === "error" || eventName === "error") return body;
  const says = ["message", "msg", "detail", "error_msg", "errorMessage"].some((name) => isSaid(body[name]));
  return says && choices.length === 0 && body["usage"] === undefined ? body : undefined;
}

/** The first choice's message, or the piece of it that an event brings. */
function choiceOf(body: Record<string, unknown>) {
  const { choices } = envelopeSchema.parse(body);
  const choice = choiceSchema.parse(choices[0] ?? {});
  return { choices, choice, delta: deltaSchema.parse(choice.delta ?? choice.message ?? {}) };
}

function piecesOf({ tool_calls, function_call }: z.infer<typeof deltaSchema>): CallPiece[] {
  return [...tool_calls, ...(function_call === null ? [] : [{ function: function_call }])].map(pieceOf);
}

/** Arguments that come as values are written again, and must keep their digits. */
const ARGUMENTS_AS_VALUE = /"arguments"\s*:\s*[^"\s]/;

/** One JSON text of a server; `eventName` as in the stream. */
export function parseEvent(json: string, eventName?: string): ParsedEvent {
  let body: Record<string, unknown> | undefined;
  let exact: Record<string, unknown> | undefined;
  try {
    [body] = objects.parse(parseJson(json));
    exact = ARGUMENTS_AS_VALUE.test(json) ? objects.parse(parseJson(withMarkedNumbers(json)))[0] : body;
  } catch {
    return { kind: "malformed" };
  }
  if (body === undefined || exact === undefined) return { kind: "nothing" };
  const { id, model, provider, usage, x_groq: xGroq } = envelopeSchema.parse(body);
  const { choices, choice, delta } = choiceOf(body);
  const content = partsOf(delta.content ?? choice.text);
  return {
    kind: "event",
    event: {
      text: content.text,
      reasoning: reasoningOf(delta) || content.reasoning,
      refusal: delta.refusal ?? content.refusal,
      reasoningDetails: delta.reasoning_details,
      calls: piecesOf(choiceOf(exact).delta),
      finish: choice.finish_reason,
      usage: usageOf(usage),
      xGroqUsage: usageOf(xGroq?.["usage"]),
      id,
      model,
      provider,
      error: errorIn(body, choices, eventName),
    },
  };
}
