import {
  actionAround,
  CALL_BEGIN,
  CALL_END,
  type CallProtocol,
  type FaultKind,
  type JsonObject,
  jsonObjectSchema,
  parametersFault,
  type Tool,
  type TraceReply,
  wholeFloats,
} from "@/domain";
import { readArguments, toolNameOf } from "./call-form.ts";
import { spokenCalls } from "./spoken-calls.ts";

/** What a reply comes to: one call for the environment, or none and what the model is told about it. */
export type ReadTurn =
  { kind: "call"; action: string; callId: string | null; faults: FaultKind[] } | { kind: "none"; fault: FaultKind; answer: string };

const none = (fault: FaultKind, answer: string): ReadTurn => ({ kind: "none", fault, answer });

const CUT_OFF = "Your turn was cut off in the middle of the call, so it was not made. Think less and send the call again.";
export const FORM = `Send exactly one call: ${CALL_BEGIN}[{"name": "…", "parameters": {…}}]${CALL_END}`;

type Meant = { name: string; argumentsText: string; loose: boolean; several: boolean };

/** Faults of a call that is made all the same: the environment answers those of its name and parameters itself. */
function callFaults({ name, argumentsText, loose, several }: Meant, tools: readonly Tool[]): FaultKind[] {
  const tool = tools.find((item) => item.name === name);
  const faults: FaultKind[] = [...(several ? (["several-calls"] as const) : []), ...(loose ? (["loose-form"] as const) : [])];
  const parameters: JsonObject | undefined = jsonObjectSchema.safeParse(JSON.parse(argumentsText)).data;
  if (tool === undefined) faults.push("unknown-tool");
  else if (parameters === undefined || parametersFault(tool, parameters) !== null) faults.push("wrong-types");
  return faults;
}

export function isToolOf(tools: readonly Tool[]): (name: string) => boolean {
  return (name) => tools.some((tool) => tool.name === name);
}

function readNative(reply: TraceReply, tools: readonly Tool[]): ReadTurn {
  const { toolCalls, finishReason } = reply;
  const [call] = toolCalls;
  // Servers that do not know a model's way of calling pass its calls on as text.
  if (call === undefined) return readSpoken(reply, tools, "Your turn made no tool call. Make exactly one; hand the answer in with Done.");
  const name = toolNameOf(call.name, isToolOf(tools));
  const tool = tools.find((item) => item.name === name);
  const given = readArguments(call.argumentsText);
  if ("fault" in given) {
    if (finishReason === "length") return none("cut-off", CUT_OFF);
    return none("malformed", `Your call of ${name} was not made. ${given.fault}`);
  }
  const meant = { name, argumentsText: given.text, loose: given.loose || name !== call.name, several: toolCalls.length > 1 };
  // Some providers hand over values and not text, and then a float that is whole has lost its point.
  return { kind: "call", action: actionAround(name, wholeFloats(given.text, tool)), callId: call.id, faults: callFaults(meant, tools) };
}

/** The last call that can be read, outside of reasoning: what came before it were drafts. */
function readSpoken({ text, reasoning, finishReason }: TraceReply, tools: readonly Tool[], noCall: string): ReadTurn {
  const spoken = spokenCalls(text);
  // A turn that is nothing but reasoning comes as both.
  const thought = reasoning !== "" && text.trim() === reasoning.trim();
  const { calls, unread, inReasoning } = thought ? { calls: [], unread: null, inReasoning: spoken.calls.length > 0 } : spoken;
  const call = calls.at(-1);
  if (call !== undefined) {
    const name = toolNameOf(call.name, isToolOf(tools));
    const renamed = name !== call.name;
    const meant = { name, argumentsText: call.argumentsText, loose: call.loose || renamed, several: call.count > 1 || calls.length > 1 };
    return {
      kind: "call",
      action: renamed ? actionAround(name, call.argumentsText) : call.action,
      callId: null,
      faults: callFaults(meant, tools),
    };
  }
  if (finishReason === "length" && (unread === null || unread.open)) return none("cut-off", CUT_OFF);
  if (unread !== null) return none("malformed", `Your call was not made. ${unread.fault} ${FORM}`);
  return none(
    "no-call",
    inReasoning ? `Your turn held a call in its reasoning only, which is not made. End the reasoning, then call. ${noCall}` : noCall,
  );
}

/** Never throws, whatever a model wrote. */
export function readTurn(reply: TraceReply, protocol: CallProtocol, tools: readonly Tool[]): ReadTurn {
  return protocol === "native" ? readNative(reply, tools) : readSpoken(reply, tools, `Your turn held no call. ${FORM}`);
}
