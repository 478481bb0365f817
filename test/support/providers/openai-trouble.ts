import type { Trouble } from "./behaviours.ts";
import type { Answer, WireFormat } from "./server.ts";

const error = (message: string, type: string, code: string | null, param: string | null = null) => ({
  error: { message, type, param, code },
});

export const openaiFailure = (status: number, message: string) =>
  error(message, status >= 500 ? "server_error" : "invalid_request_error", null);

/** OpenAI's key as its error text shows it: the ends only. */
const masked = (key: string) => (key.length > 12 ? `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}` : key);

/** The failures of both of OpenAI's protocols. */
export const openaiTrouble: WireFormat["trouble"] = (trouble: Trouble, { model, key, afterSeconds }): Answer => {
  switch (trouble) {
    case "wrong-key":
      return key === ""
        ? { status: 401, body: error("You didn't provide an API key.", "invalid_request_error", null) }
        : { status: 401, body: error(`Incorrect API key provided: ${masked(key)}.`, "invalid_request_error", "invalid_api_key") };
    case "no-credit":
      return {
        status: 429,
        body: error(
          "You exceeded your current quota, please check your plan and billing details.",
          "insufficient_quota",
          "insufficient_quota",
        ),
      };
    case "unverified-streaming":
      return {
        status: 400,
        body: error("Your organization must be verified to stream this model.", "invalid_request_error", "unsupported_value", "stream"),
      };
    case "no-such-model":
      return {
        status: 404,
        body: error(`The model \`${model}\` does not exist or you do not have access to it.`, "invalid_request_error", "model_not_found"),
      };
    case "rate-limit":
      return {
        status: 429,
        body: error(
          `Rate limit reached for ${model} on requests per min (RPM): Limit 3, Used 3, Requested 1.`,
          "requests",
          "rate_limit_exceeded",
        ),
        headers: { "retry-after": String(afterSeconds) },
      };
    case "overloaded":
      return { status: 503, body: error("The engine is currently overloaded, please try again later.", "server_error", null) };
    case "too-long":
      return {
        status: 400,
        body: error("This model's maximum context length is 8192 tokens.", "invalid_request_error", "context_length_exceeded", "messages"),
      };
    case "browser-forbidden":
      throw new Error("OpenAI has no answer of its own for calls from pages");
  }
};
