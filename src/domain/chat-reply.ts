import { z } from "zod";
import { jsonObjectSchema } from "./json.ts";
import { costSchema, usageSchema } from "./money.ts";
import { effortSchema, providerSchema } from "./provider.ts";

/** A call as a model wrote it. `parameters` is null when `argumentsText` is not one JSON object. */
export const toolCallSchema = z.object({
  id: z.string(),
  name: z.string(),
  argumentsText: z.string(),
  parameters: jsonObjectSchema.nullable(),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

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

export const chatReplySchema = z.object({
  text: z.string(),
  reasoning: z.string(),
  toolCalls: z.array(toolCallSchema),
  /** "stop", "length", "tool-calls", "content-filter", or what the provider says. */
  finishReason: z.string(),
  model: z.string(),
  usage: usageSchema.nullable(),
  cost: costSchema,
  settings: callSettingsSchema,
  reusedFrom: z.number().nullable(),
  ms: z.number(),
  receivedAt: z.number(),
});
export type ChatReply = z.infer<typeof chatReplySchema>;

/** What one attempt brings, before prices: `billedUsd` is the provider's own figure, where it gives one. */
export type RawReply = Omit<ChatReply, "cost" | "reusedFrom"> & { billedUsd: number | null };
