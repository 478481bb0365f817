import { afterEach } from "vitest";
import { type ChatOptions, type ChatRequest, DEFAULT_PATIENCE, type ModelProfile } from "@/domain";
import { type ChatModelOptions, createChatModel } from "@/llm";
import { chatRequestOf, profileOf } from "../../support/chat.ts";
import { type Behaviour, type ModelServer, type ModelServerOptions } from "../../support/providers/index.ts";

export const KEY = "sk-test-0123456789abcdef";
export const SYSTEM_AND_USER = chatRequestOf([
  { role: "system", text: "You design." },
  { role: "user", text: "Design this." },
]);
export const TOOL = { name: "look", description: "Looks.", parameters: { type: "object", properties: { at: { type: "integer" } } } };

export const servers: ModelServer[] = [];
export async function start(
  which: (options?: ModelServerOptions) => Promise<ModelServer>,
  ...behaviours: Behaviour[]
): Promise<ModelServer> {
  const server = await which({ respond: (_, index) => behaviours[Math.min(index, behaviours.length - 1)] ?? "ready" });
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Options = Partial<ChatModelOptions> & { getKey?: () => string | null };
export function chat(server: ModelServer, profile: Partial<ModelProfile> = {}, { getKey = () => KEY, ...rest }: Options = {}) {
  return createChatModel(profileOf({ baseUrl: server.baseUrl, ...profile }), getKey, {
    patience: DEFAULT_PATIENCE,
    retryBaseMs: 1,
    ...rest,
  });
}
export const ask = (model: ReturnType<typeof chat>, request: ChatRequest = SYSTEM_AND_USER, options: Partial<ChatOptions> = {}) =>
  model.chat(request, { signal: new AbortController().signal, ...options });
export const bodyOf = (server: ModelServer, index = 0): Record<string, unknown> => server.chats()[index]?.body ?? {};

/** A stream as a provider sent it, to the letter. */
export function recorded(...events: unknown[]): Behaviour {
  const body = [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), "data: [DONE]\n\n"].join("");
  return { kind: "status", status: 200, body, headers: { "content-type": "text/event-stream" } };
}
export const delta = (content: string, finish: string | null = null, more: Record<string, unknown> = {}) => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: content === "" ? {} : { role: "assistant", content }, finish_reason: finish }],
  ...more,
});
