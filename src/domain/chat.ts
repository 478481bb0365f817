import { z } from "zod";
import type { ModelError } from "./errors.ts";
import { jsonObjectSchema } from "./json.ts";
import { costSchema, usageSchema } from "./money.ts";
import { effortSchema, providerSchema } from "./provider.ts";

/** A call as a model wrote it. `parameters` is null when `argumentsText` is not one JSON object. */
const toolCallSchema = z.object({
  id: z.string(),
  name: z.string(),
  argumentsText: z.string(),
  parameters: jsonObjectSchema.nullable(),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

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

/** Everything besides the messages that shapes a reply. Stored with it; no key, no address with a key. */
export const callSettingsSchema = z.object({
  provider: providerSchema,
  /** Scheme and host, with path: where it was asked. */
  baseUrl: z.string(),
  api: z.enum(["responses", "chat"]),
  model: z.string(),
  temperature: z.number().nullable(),
  maxOutputTokens: z.number().nullable(),
  effort: effortSchema.nullable(),
});
export type CallSettings = z.infer<typeof callSettingsSchema>;

/** The one shape of a reply. Runs and traces store it with less of it (`modelReplySchema`, `traceReplySchema`). */
export const chatReplySchema = z.object({
  text: z.string(),
  /** What the model thought aloud, where the provider shows it. */
  reasoning: z.string(),
  toolCalls: z.array(toolCallSchema),
  /** "stop", "length" (cut off), "tool-calls", "content-filter", or what the provider says. */
  finishReason: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  settings: callSettingsSchema,
  /** Taken from the store of replies, or from the trace that this one is a branch of, instead of being paid for again: when it was paid for. */
  reusedFrom: z.number().nullable(),
  ms: z.number(),
  receivedAt: z.number(),
});
export type ChatReply = z.infer<typeof chatReplySchema>;

/** What one attempt brings, before prices: `billedUsd` is the provider's own figure, where it gives one. */
export type RawReply = Omit<ChatReply, "cost" | "reusedFrom"> & { billedUsd: number | null };

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
