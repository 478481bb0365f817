/** The server that most tests ask: OpenAI's chat completions. Its kin for other wire formats are in `providers`. */
export {
  type Behaviour,
  type ModelServer,
  promptText,
  type RecordedRequest,
  startOpenAIChat as startModelServer,
} from "./providers/index.ts";
