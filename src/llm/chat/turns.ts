import type { ChatMessage } from "@/domain";
import type { SdkMessage } from "../providers/types.ts";

/**
 * Some providers sign what a model thought before it called a tool, and want it back with the next message of the
 * same conversation. It is of no use to anybody else, so it is kept here in memory, and a conversation that is
 * taken up after a reload goes on without it.
 */
export type TurnPart = Extract<Extract<SdkMessage, { role: "assistant" }>["content"][number], { type: "text" | "reasoning" | "tool-call" }>;

const MOST_TURNS = 500;
const turns = new Map<string, readonly TurnPart[]>();

type Assistant = Extract<ChatMessage, { role: "assistant" }>;

/** Two turns with the same calls and words are the same turn, whatever ids a server makes up. */
function nameOf({ text, toolCalls }: Pick<Assistant, "text" | "toolCalls">): string {
  return JSON.stringify([text, toolCalls.map(({ id, name, argumentsText }) => [id, name, argumentsText])]);
}

export function rememberTurn(reply: Pick<Assistant, "text" | "toolCalls">, parts: readonly TurnPart[]): void {
  const callable = reply.toolCalls.length > 0 && reply.toolCalls.every(({ parameters }) => parameters !== null);
  const signed = parts.some((part) => part.type === "reasoning" || part.providerOptions !== undefined);
  if (!callable || !signed) return;
  turns.set(nameOf(reply), parts);
  const oldest = turns.keys().next().value;
  if (turns.size > MOST_TURNS && oldest !== undefined) turns.delete(oldest);
}

export function recallTurn(message: Pick<Assistant, "text" | "toolCalls">): readonly TurnPart[] | null {
  return message.toolCalls.length === 0 ? null : (turns.get(nameOf(message)) ?? null);
}
