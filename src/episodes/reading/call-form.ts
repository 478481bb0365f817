import { actionAround, jsonDepth, jsonHint, memberTexts, objectEnd, type ToolCall } from "@/domain";

/** Deeper ones overflow the stack of Python's reader; no tool needs them. */
const MAX_DEPTH = 100;
export const MAX_CALL_CHARS = 200_000;
/** JSON in a text in a text: so often it is unpacked. */
const MAX_WRAPS = 3;

/**
 * A call as it was meant, in the model's own words: `argumentsText` is a JSON object as it was written, so that its
 * numbers keep their digits. `loose`: the form is not the one that was asked for. `count`: calls in the list.
 */
export type ReadCall = { name: string; argumentsText: string; action: string; loose: boolean; count: number };
/** `fault`: what is wrong with it, as a sentence. */
export type Read<T> = T | { fault: string };

type Arguments = { text: string; loose: boolean };

const invalid = (what: string, json: string): { fault: string } => ({
  fault: [`${what} not valid JSON.`, jsonHint(json) ?? ""].join(" ").trim(),
});

function parsed(json: string): { value: unknown } | null {
  try {
    const value: unknown = JSON.parse(json);
    return { value };
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** Arguments in every form that plainly means an object: one in a text, nothing, null. */
export function readArguments(written: string): Read<Arguments> {
  let text = written;
  for (let wraps = 0; wraps <= MAX_WRAPS; wraps += 1) {
    if (text.length > MAX_CALL_CHARS) return { fault: `The call has ${text.length} characters, more than ${MAX_CALL_CHARS}.` };
    if (jsonDepth(text) > MAX_DEPTH) return { fault: `The call's parameters are nested deeper than ${MAX_DEPTH} levels.` };
    if (text.trim() === "") return { text: "{}", loose: true };
    const json = parsed(text);
    if (json === null) return invalid("Its parameters are", text);
    const { value } = json;
    if (isObject(value)) return { text, loose: wraps > 0 };
    if (value === null) return { text: "{}", loose: true };
    if (typeof value !== "string")
      return { fault: `Its parameters are a ${Array.isArray(value) ? "list" : typeof value}, not an object with the parameters' names.` };
    text = value;
  }
  return { fault: "Its parameters are text within text, not an object." };
}

const PARAMETERS = ["parameters", "arguments", "args", "params", "input"];

function stringOf(json: string | undefined): string | null {
  const value = json === undefined ? null : parsed(json)?.value;
  return typeof value === "string" ? value : null;
}

/** One call's object, as it stands in the text. `loose`: what stands around it already is not as asked. */
function readEntry(text: string, count: number, loose: boolean): Read<ReadCall> {
  const members = memberTexts(text);
  const inner = members.get("function");
  // The form in which programs send tools to models: {"type": "function", "function": {…}}.
  if (!members.has("name") && inner?.startsWith("{") === true && memberTexts(inner).has("name")) return readEntry(inner, count, true);
  const name = stringOf(members.get("name")) ?? stringOf(inner);
  if (name === null || name.trim() === "") return { fault: 'It has no "name", which says what to call.' };
  const key = PARAMETERS.find((one) => members.has(one));
  const given = readArguments(key === undefined ? "" : (members.get(key) ?? ""));
  if ("fault" in given) return given;
  const plain = !loose && !given.loose && key === "parameters" && members.has("name");
  return { name, argumentsText: given.text, action: plain ? text : actionAround(name, given.text), loose: !plain, count };
}

const FENCE = /^(`{3,40}|~{3,40})[^\n`]{0,40}\n?/;

/** Without a fence around it. */
function unfenced(body: string): { text: string; loose: boolean } {
  const text = body.trim();
  const mark = FENCE.exec(text);
  if (mark === null) return { text, loose: false };
  const inner = text.slice(mark[0].length);
  const close = inner.lastIndexOf(mark[1]?.slice(0, 3) ?? "");
  return { text: (close === -1 ? inner : inner.slice(0, close)).trim(), loose: true };
}

/** Whether a call begins here, and no sentence about calls. */
export function looksLikeCall(body: string): boolean {
  return /^\s{0,200}(?:(?:`{3}|~{3})[^\n`]{0,40}\s{0,40})?["[{]/.test(body);
}

/** The first call of a list, or the only one; the text may be in a fence, be JSON in a text, and be followed by more. */
export function readCallText(body: string): Read<ReadCall> {
  let { text, loose } = unfenced(body);
  for (let wraps = 0; wraps <= MAX_WRAPS; wraps += 1) {
    if (text.length > MAX_CALL_CHARS) return { fault: `The call has ${text.length} characters, more than ${MAX_CALL_CHARS}.` };
    if (jsonDepth(text) > MAX_DEPTH) return { fault: `The call's parameters are nested deeper than ${MAX_DEPTH} levels.` };
    let json = parsed(text);
    if (json === null && /^[[{]/.test(text)) {
      const end = objectEnd(text, 0, text.length);
      const value = end === -1 ? null : parsed(text.slice(0, end));
      if (value === null)
        return end === -1 ? { fault: `It has no end: a bracket is missing. ${jsonHint(text) ?? ""}`.trim() } : invalid("It is", text);
      json = value;
      text = text.slice(0, end);
      loose = true;
    }
    if (json === null) return invalid("It is", text);
    const { value } = json;
    if (typeof value === "string") {
      text = value.trim();
      loose = true;
      continue;
    }
    if (isObject(value)) return readEntry(text, 1, true);
    if (!Array.isArray(value)) return { fault: "It is no list with one call in it." };
    if (value.length === 0) return { fault: "The list is empty." };
    const start = text.search(/[^[\s]/);
    if (!isObject(value[0])) return { fault: "The list's entry is no object with a name and parameters." };
    return readEntry(text.slice(start, objectEnd(text, start, text.length)), value.length, loose);
  }
  return { fault: "It is text within text, and no call." };
}

const PREFIX = /^(?:to=)?(?:functions?|tools?|default_api|multi_tool_use)[.:/]/i;

/** The tool that a name means when servers or models put their own marks around it; the name itself when none fits. */
export function toolNameOf(written: string, known: (name: string) => boolean): string {
  if (known(written)) return written;
  const bare = (written.split("<|")[0] ?? "").trim();
  for (const name of [bare, bare.replace(PREFIX, ""), bare.replace(PREFIX, "").replace(/(?::\d{1,6}|\(\))$/, "")])
    if (known(name)) return name;
  return written;
}

/** A call as strict servers take it back in the conversation: a plain name, and an object of arguments. */
export function cleanCall(call: ToolCall, known: (name: string) => boolean): ToolCall {
  const name = toolNameOf(call.name, known);
  const plain = known(name) ? name : name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64) || "unknown";
  const given = readArguments(call.argumentsText);
  if ("fault" in given) return { ...call, name: plain };
  return { ...call, name: plain, argumentsText: given.text, parameters: JSON.parse(given.text) };
}
