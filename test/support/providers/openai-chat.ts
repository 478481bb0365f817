import { chatOf, DONE, finishOf, usageOf } from "./chat-completions.ts";
import { event } from "./http.ts";
import { type ModelServer, type ModelServerOptions, startProvider, type WireFormat } from "./server.ts";
import { openaiFailure, openaiTrouble } from "./openai-trouble.ts";

const chat = chatOf({
  basePath: "/v1",
  reasoning: (text) => ({ reasoning_content: text }),
  refusal: (text) => ({ refusal: text }),
  // A refusal is a reply like any other to OpenAI.
  finish: (reply) => (reply.refusal === null ? finishOf(reply) : "stop"),
  usage: usageOf,
});

export const OPENAI_CHAT: WireFormat = {
  ...chat,
  allowedHeaders: ["authorization", "content-type"],
  modelList: (ids) => ({ object: "list", data: ids.map((id) => ({ id, object: "model", created: 1_700_000_000, owned_by: "test" })) }),
  streamError: (message, code) => [event({ error: { message, type: "server_error", param: null, code: code ?? null } }), DONE],
  failure: openaiFailure,
  trouble: openaiTrouble,
};

/** OpenAI's chat completions, and every server that copies them. */
export function startOpenAIChat(options: ModelServerOptions = {}): Promise<ModelServer> {
  return startProvider(OPENAI_CHAT, options);
}
