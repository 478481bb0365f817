import {
  type CallSettings,
  type ChatMessage,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type ModelProfile,
  profileIdSchema,
} from "@/domain";

export function profileOf(given: Partial<ModelProfile>): ModelProfile {
  return {
    id: profileIdSchema.parse("p"),
    name: "Test",
    provider: "compatible",
    baseUrl: "",
    api: "chat",
    model: "test-model",
    streaming: true,
    concurrency: 4,
    temperature: null,
    maxOutputTokens: null,
    effort: null,
    ...given,
  };
}

export function chatRequestOf(messages: ChatMessage[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { messages, tools: [], sample: 0, ...more };
}

export const TEST_SETTINGS: CallSettings = {
  provider: "compatible",
  baseUrl: "http://localhost/v1",
  api: "chat",
  model: "test-model",
  temperature: null,
  maxOutputTokens: null,
  effort: null,
};

/** A chat model that answers by a script; what it throws is thrown. */
export function scriptedChat(
  respond: (request: ChatRequest, index: number) => Partial<ChatReply>,
  settings: Partial<CallSettings> = {},
): ChatModel & { requests: ChatRequest[] } {
  const requests: ChatRequest[] = [];
  const own = { ...TEST_SETTINGS, ...settings };
  return {
    label: "scripted",
    settings: own,
    concurrency: 3,
    requests,
    async chat(request, { onText }) {
      requests.push(request);
      const reply: ChatReply = {
        text: "",
        reasoning: "",
        toolCalls: [],
        finishReason: "stop",
        model: own.model,
        usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null },
        cost: { usd: 0.5, source: "table" },
        settings: own,
        reusedFrom: null,
        ms: 100,
        receivedAt: 1000,
        ...respond(request, requests.length - 1),
      };
      onText?.(reply.text);
      return reply;
    },
  };
}
