import type { ChatMessage, ChatRequest } from "@/domain";
import type { SdkMessage, SdkOptions, SdkTool } from "../providers/types.ts";
import { recallTurn } from "./turns.ts";

type Assistant = Extract<ChatMessage, { role: "assistant" }>;

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
        toolName: call.name,
        // Providers refuse anything but an object here, so what was malformed travels inside of one.
        input: call.parameters ?? { arguments_as_written: call.argumentsText },
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
        if (message.text !== "") prompt.push({ role: "system", content: message.text, ...(systemOptions === undefined ? {} : { providerOptions: systemOptions }) });
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
          toolName: message.name,
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
