/**
 * Real local HTTP servers, one for each wire format. A *behaviour* says in words common to all what a provider does
 * with a request; its *wire format* writes that in the provider's shapes. Preflights that ask for a header that
 * the provider does not list are refused, and everything that arrives is recorded.
 */
export { startAnthropic } from "./anthropic.ts";
export { type Behaviour, type ScriptedCall, type ScriptedUsage, type Split, type Trouble } from "./behaviours.ts";
export { startDeepSeek, startGroq, startMistral, startXai } from "./copies.ts";
export { startGemini } from "./gemini.ts";
export { type RecordedRequest } from "./http.ts";
export { startOllama } from "./ollama.ts";
export { startOpenAIChat } from "./openai-chat.ts";
export { startOpenAIResponses } from "./openai-responses.ts";
export { SIGNED_IN_KEY, startOpenRouter } from "./openrouter.ts";
export { promptText } from "./prompt.ts";
export { type ModelServer, type ModelServerOptions } from "./server.ts";
