import { CALL_BEGIN, CALL_END, type CallProtocol, actionText, fieldKindOf, type FaultKind, jsonDepth, type JsonObject, jsonObjectSchema, objectEnd, parametersFault, type Tool, type TraceReply } from "@/domain";

/** What a reply comes to: one call for the environment, or none and what the model is told about it. */
export type ReadTurn =
  | { kind: "call"; action: string; callId: string | null; faults: FaultKind[] }
  | { kind: "none"; fault: FaultKind; answer: string };

const none = (fault: FaultKind, answer: string): ReadTurn => ({ kind: "none", fault, answer });

/** Deeper ones overflow the stack of Python's reader; no tool needs them. */
const MAX_DEPTH = 100;
const MAX_ACTION_CHARS = 200_000;

function tooMuch(json: string): string | null {
  if (json.length > MAX_ACTION_CHARS) return `The call has ${json.length} characters, more than ${MAX_ACTION_CHARS}. It was not made.`;
  return jsonDepth(json) > MAX_DEPTH ? `The call's parameters are nested deeper than ${MAX_DEPTH} levels. It was not made.` : null;
}

/** Faults of a call that is made all the same: the environment answers it with a message of its own. */
function callFaults(name: string, parameters: JsonObject, tools: readonly Tool[], several: boolean): FaultKind[] {
  const tool = tools.find((item) => item.name === name);
  const faults: FaultKind[] = several ? ["several-calls"] : [];
  if (tool === undefined) faults.push("unknown-tool");
  else if (parametersFault(tool, parameters) !== null) faults.push("wrong-types");
  return faults;
}

const CUT_OFF = "Your turn was cut off in the middle of the call, so it was not made. Think less and send the call again.";

/** The action as the model wrote it: numbers too large for JavaScript and `3.0` stay what they are. */
function nativeAction(name: string, argumentsText: string, parameters: JsonObject, tool: Tool | undefined): string {
  // Some providers hand over values and not text, and then a float that is whole has lost its point.
  const whole = tool?.parameters.some(({ name: key, type }) => fieldKindOf(type) === "number" && Number.isInteger(parameters[key])) ?? false;
  if (whole) return actionText(name, parameters, tool);
  return `{"name": ${JSON.stringify(name)}, "parameters": ${argumentsText.trim() === "" ? "{}" : argumentsText}}`;
}

function readNative({ toolCalls, finishReason }: TraceReply, tools: readonly Tool[]): ReadTurn {
  const [call] = toolCalls;
  if (call === undefined) {
    if (finishReason === "length") return none("cut-off", CUT_OFF);
    return none("no-call", "Your turn made no tool call. Make exactly one; hand the answer in with Done.");
  }
  const excess = tooMuch(call.argumentsText);
  if (excess !== null) return none("malformed", excess);
  if (call.parameters === null) {
    if (finishReason === "length") return none("cut-off", CUT_OFF);
    return none("malformed", `The arguments of ${call.name} are not one JSON object, so the call was not made.`);
  }
  const tool = tools.find(({ name }) => name === call.name);
  const action = nativeAction(call.name, call.argumentsText, call.parameters, tool);
  return { kind: "call", action, callId: call.id, faults: callFaults(call.name, call.parameters, tools, toolCalls.length > 1) };
}

const FORM = `Send exactly one call: ${CALL_BEGIN}[{"name": "…", "parameters": {…}}]${CALL_END}`;

/** The list between the markers, its first entry as it was written, and how many there are. */
function readList(body: string): { text: string; name: string; parameters: JsonObject; count: number } | null {
  try {
    const list: unknown = JSON.parse(body);
    if (!Array.isArray(list)) return null;
    const call = jsonObjectSchema.safeParse(list[0]);
    const parameters = jsonObjectSchema.safeParse(call.data?.["parameters"]);
    const name = call.data?.["name"];
    const start = body.indexOf("{");
    const end = objectEnd(body, start, body.length);
    if (typeof name !== "string" || !parameters.success || Array.isArray(parameters.data) || end < 0) return null;
    return { text: body.slice(start, end), name, parameters: parameters.data, count: list.length };
  } catch {
    return null;
  }
}

function readText({ text, finishReason }: TraceReply, tools: readonly Tool[]): ReadTurn {
  const begin = text.indexOf(CALL_BEGIN);
  if (begin < 0) {
    if (finishReason === "length") return none("cut-off", CUT_OFF);
    return none("no-call", `Your turn held no call. ${FORM}`);
  }
  const start = begin + CALL_BEGIN.length;
  const end = text.indexOf(CALL_END, start);
  // Servers take the end mark away where it is what the model stops at.
  const body = text.slice(start, end < 0 ? text.length : end).trim();
  const excess = tooMuch(body);
  if (excess !== null) return none("malformed", excess);
  const read = readList(body);
  if (read === null) {
    if (end < 0 && finishReason === "length") return none("cut-off", CUT_OFF);
    return none("malformed", `What stands between the markers is no JSON list with one call in it. ${FORM}`);
  }
  const several = read.count > 1 || text.includes(CALL_BEGIN, start);
  return { kind: "call", action: read.text, callId: null, faults: callFaults(read.name, read.parameters, tools, several) };
}

/** Never throws, whatever a model wrote. */
export function readTurn(reply: TraceReply, protocol: CallProtocol, tools: readonly Tool[]): ReadTurn {
  return protocol === "native" ? readNative(reply, tools) : readText(reply, tools);
}
