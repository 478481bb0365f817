import { z } from "zod";
import { type CallSettings, type ChatReply, toolCallSchema } from "./chat-reply.ts";
import type { ModelError } from "./errors.ts";
import { jsonObjectSchema } from "./json.ts";

/** A conversation in the order in which it was had; a system message stands first or not at all. */
const chatMessageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), text: z.string() }),
  z.object({ role: z.literal("user"), text: z.string() }),
  z.object({ role: z.literal("assistant"), text: z.string(), toolCalls: z.array(toolCallSchema) }),
  z.object({ role: z.literal("tool"), callId: z.string(), name: z.string(), text: z.string() }),
]);
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** What a model is told of a tool; `parameters` is a JSON Schema of type "object". */
const chatToolSchema = z.object({ name: z.string(), description: z.string(), parameters: jsonObjectSchema });
export type ChatTool = z.infer<typeof chatToolSchema>;

export const chatRequestSchema = z.object({
  messages: z.array(chatMessageSchema).min(1),
  tools: z.array(chatToolSchema),
  /** Requests with the same messages that shall have different replies differ in this: the number of the sample. */
  sample: z.number().int().min(0),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** Why a request waits: to be tried again, or for its turn. `until` is null when nobody knows. */
export type Waiting = { reason: string; until: number | null; attempt: number; attempts: number };

export type ChatOptions = {
  signal: AbortSignal;
  /** The whole text so far, at most every 100 ms. */
  onText?: ((text: string) => void) | undefined;
  onReasoning?: ((text: string) => void) | undefined;
  /** Null: it waits no longer. */
  onWait?: ((waiting: Waiting | null) => void) | undefined;
  /** An attempt failed after something had been paid for (`error.paid`), and it is asked again. */
  onLost?: ((error: ModelError) => void) | undefined;
};

/** A model for conversations with tools. @throws ModelError, CancelledError */
export interface ChatModel<Reply = ChatReply> {
  /** "gpt-… at api.example.com"; never holds a key. */
  readonly label: string;
  readonly settings: CallSettings;
  /** Requests that may be under way at once, at this moment. */
  readonly concurrency: number;
  chat(request: ChatRequest, options: ChatOptions): Promise<Reply>;
}
