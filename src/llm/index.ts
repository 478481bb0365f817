/**
 * Language models behind the port `LanguageModel` of the domain: the *recorded model*, which replays replies
 * that ship with the app, and any *OpenAI-compatible address* with the visitor's own key. The key is asked for
 * at each request, leaves only in the `authorization` header, and is cut out of every error text.
 */
export { normaliseBaseUrl } from "./base-url.ts";
export { checkConnection } from "./connection-check.ts";
export { createOpenAICompatibleModel, type OpenAICompatibleOptions } from "./openai-compatible.ts";
export { createRecordedModel, type RecordedModelOptions } from "./recorded.ts";
