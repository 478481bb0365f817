import type { ChatMessage, ChatRequest, ToolCall } from "@/domain";
import { withMarkedNumbers } from "../completions/exact-numbers.ts";
import type { SdkMessage, SdkOptions, SdkTool } from "../providers/types.ts";
import { recallTurn } from "./turns.ts";

type Assistant = Extract<ChatMessage, { role: "assistant" }>;

/**
 * A call's arguments on their way back to the model, with the digits that it wrote. Providers refuse anything but an
 * object here, so what was malformed travels inside of one.
 */
export function sentArguments({ parameters, argumentsText }: ToolCall): unknown {
  if (parameters === null) return { arguments_as_written: argumentsText };
  const written: unknown = argumentsText.trim() === "" ? {} : JSON.parse(withMarkedNumbers(argumentsText));
  return written;
}

/** Strict servers refuse a whole conversation for the name of one call in it: "functions.look_up", "look_up<|channel|>json". */
function sentName(name: string): string {
  const plain = name
    .replace(/<\|.*$/s, "")
    .replace(/^functions?[.:/]/, "")
    .replace(/[^a-zA-Z0-9_-]/g, "_");
  return plain.slice(0, 64) || "unnamed";
}

function assistantOf(message: Assistant): SdkMessage {
  const remembered = recallTurn(message);
  if (remembered !== null) return { role: "assistant", content: [...remembered] };
  return {
    role: "assistant",
    content: [
      ...(message.text === "" ? [] : [{ type: "text" as const, text: message.text }]),
      ...message.toolCalls.map((call) => ({
        type: "tool-call" as const,
        toolCallId: call.id,
        toolName: sentName(call.name),
        input: sentArguments(call),
      })),
    ],
  };
}

/** Messages in the SDK's form. Results of tools that follow each other belong to one turn and become one message. */
export function promptOf(request: ChatRequest, systemOptions: SdkOptions | undefined): SdkMessage[] {
  const prompt: SdkMessage[] = [];
  for (const message of request.messages) {
    switch (message.role) {
      case "system":
        if (message.text !== "")
          prompt.push({
            role: "system",
            content: message.text,
            ...(systemOptions === undefined ? {} : { providerOptions: systemOptions }),
          });
        break;
      case "user":
        prompt.push({ role: "user", content: [{ type: "text", text: message.text }] });
        break;
      case "assistant":
        prompt.push(assistantOf(message));
        break;
      case "tool": {
        const result = {
          type: "tool-result" as const,
          toolCallId: message.callId,
          toolName: sentName(message.name),
          output: { type: "text" as const, value: message.text },
        };
        const before = prompt.at(-1);
        if (before?.role === "tool") before.content.push(result);
        else prompt.push({ role: "tool", content: [result] });
        break;
      }
    }
  }
  return prompt;
}

export function toolsOf(request: ChatRequest): SdkTool[] {
  return request.tools.map(({ name, description, parameters }) => ({
    type: "function",
    name,
    description,
    inputSchema: { ...parameters, type: "object" },
  }));
}
