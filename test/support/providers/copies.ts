import { type ChatDialect, chatOf, finishOf, usageOf } from "./chat-completions.ts";
import { OPENAI_CHAT } from "./openai-chat.ts";
import { type ModelServer, type ModelServerOptions, startProvider, type WireFormat } from "./server.ts";

/** Providers that copied OpenAI's chat completions, with what each does in its own way. */
const COPY: ChatDialect = {
  basePath: "/v1",
  reasoning: (text) => ({ reasoning_content: text }),
  refusal: () => {
    throw new Error("this provider has no words of its own for a refusal");
  },
  finish: finishOf,
  usage: usageOf,
};

const formatOf = (dialect: Partial<ChatDialect>, more: Partial<WireFormat> = {}): WireFormat => ({
  ...OPENAI_CHAT,
  ...chatOf({ ...COPY, ...dialect }),
  ...more,
});

const MISTRAL = formatOf(
  { usageStands: "with-reason", finish: (reply) => (reply.finish === "length" ? "model_length" : finishOf(reply)) },
  {
    failure: (status, message) => ({
      object: "error",
      message,
      type: status >= 500 ? "internal_server_error" : "invalid_request_error",
      param: null,
      code: null,
    }),
    trouble: (trouble, context) =>
      trouble === "wrong-key" ? { status: 401, body: { detail: "Unauthorized" } } : OPENAI_CHAT.trouble(trouble, context),
  },
);

const GROQ = formatOf({
  basePath: "/openai/v1",
  reasoning: (text) => ({ reasoning: text }),
  usageStands: "with-reason",
  usageInChunk: (usage) => ({ x_groq: { id: "req_1", usage } }),
});

const DEEPSEEK = formatOf({
  usage: (usage) => ({
    ...usageOf(usage),
    prompt_cache_hit_tokens: usage.cached ?? 0,
    prompt_cache_miss_tokens: usage.input - (usage.cached ?? 0),
  }),
});

/** xAI counts reasoning beside the other output, and sends each call in one event. */
const XAI = formatOf({
  callsAtOnce: true,
  usage: ({ input, output, cached = 0, reasoning = 0, usd }) => ({
    ...usageOf({ input, output: output - reasoning, cached, reasoning }),
    total_tokens: input + output,
    ...(usd === undefined ? {} : { cost_in_usd_ticks: Math.round(usd * 1e10) }),
  }),
});

export const startMistral = (options: ModelServerOptions = {}): Promise<ModelServer> => startProvider(MISTRAL, options);
export const startGroq = (options: ModelServerOptions = {}): Promise<ModelServer> => startProvider(GROQ, options);
export const startDeepSeek = (options: ModelServerOptions = {}): Promise<ModelServer> => startProvider(DEEPSEEK, options);
export const startXai = (options: ModelServerOptions = {}): Promise<ModelServer> => startProvider(XAI, options);
