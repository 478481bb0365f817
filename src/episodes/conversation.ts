import {
  actionAround,
  CALL_BEGIN,
  CALL_END,
  type CallProtocol,
  type ChatMessage,
  isUndone,
  NATIVE_RULES,
  textProtocolMessage,
  type ToolCall,
  toolDocs,
  type TraceCall,
  type TraceEntry,
  type TraceReply,
} from "@/domain";
import { cleanCall } from "./reading/call-form.ts";
import { FORM, isToolOf } from "./reading/read-turn.ts";
import type { PlayableEnvironment } from "./stage.ts";

const NOT_RUN = "This call was not made: one call a turn.";

/** What is said beside a result about how its call was made. */
function noteOn({ action, faults }: TraceCall, protocol: CallProtocol): string {
  if (faults.includes("several-calls")) return `(Only one of your calls was made, ${action}: send one call a turn.)`;
  if (!faults.includes("loose-form")) return "";
  return `(Your call was made, though it was not in the form that was asked for. ${protocol === "text" ? FORM : "Call the tool by its own name, with one JSON object of arguments."})`;
}

/** What a call came to, as a model reads it. */
function resultOf({ observation, cut }: TraceCall): string {
  if (observation === "" && cut === 0) return "(an empty text)";
  return cut === 0 ? observation : `${observation}… (${cut} more characters were cut)`;
}

/** A turn by text; one that was made natively before the conversation changed its protocol is written out. */
function textOf({ text, toolCalls }: TraceReply): string {
  const [call] = toolCalls;
  if (text !== "" || call === undefined) return text;
  return `${CALL_BEGIN}[${actionAround(call.name, call.argumentsText)}]${CALL_END}`;
}

/**
 * The conversation of an episode, made of its events alone: the same events, the same bytes. So a reply that was paid
 * for before a reload is found again in the ledger under the same request.
 */
export function conversationOf(environment: PlayableEnvironment, protocol: CallProtocol, entries: readonly TraceEntry[]): ChatMessage[] {
  const native = protocol === "native";
  const isTool = isToolOf(environment.tools);
  const messages: ChatMessage[] = native
    ? [
        { role: "system", text: NATIVE_RULES },
        { role: "user", text: environment.taskText },
      ]
    : [
        { role: "system", text: toolDocs(environment.tools) },
        { role: "user", text: textProtocolMessage(environment.taskText) },
      ];
  /** Calls that providers want an answer to before anything else is said. */
  let open: readonly ToolCall[] = [];
  const answerOpen = (first: string): void => {
    for (const [index, { id, name }] of open.entries())
      messages.push({ role: "tool", callId: id, name, text: index === 0 ? first : NOT_RUN });
    open = [];
  };
  const answer = (text: string): void => {
    if (open.length === 0) messages.push({ role: "user", text });
    else answerOpen(text);
  };

  for (const entry of entries) {
    switch (entry.type) {
      case "reply-received":
        answerOpen(NOT_RUN);
        open = native ? entry.reply.toolCalls.map((call) => cleanCall(call, isTool)) : [];
        messages.push({ role: "assistant", text: native ? entry.reply.text : textOf(entry.reply), toolCalls: [...open] });
        break;
      case "reply-failed":
        answerOpen(NOT_RUN);
        if (entry.reply.text.trim() !== "") messages.push({ role: "assistant", text: entry.reply.text, toolCalls: [] });
        messages.push({ role: "user", text: entry.answer });
        break;
      case "turn-faulted":
        answer(entry.answer);
        break;
      case "call-answered": {
        const result = resultOf(entry);
        if (entry.by === "person") {
          answerOpen(NOT_RUN);
          const undone = isUndone(entry) ? "It was undone" : "It returned";
          messages.push({ role: "user", text: `A person made this call in your place: ${entry.action}\n${undone}:\n${result}` });
        } else {
          // Natively, the other calls are answered each by itself.
          const note = open.length > 1 ? "" : noteOn(entry, protocol);
          answer(note === "" ? result : `${result}\n\n${note}`);
        }
        break;
      }
      case "control-changed":
        break;
    }
  }
  return messages;
}
