import type { ProviderId } from "@/domain";

/** Safelisted by browsers, or sent by every JSON request: no provider's preflight refuses them. */
const COMMON = ["accept", "content-type"];
const BEARER = [...COMMON, "authorization"];

/**
 * The headers that each provider's preflight lets web pages send, as far as they are needed. Everything else that
 * a library puts on a request (user agent, titles, telemetry, beta flags) would make the preflight fail.
 */
const ALLOWED: Record<ProviderId, readonly string[]> = {
  recorded: [],
  compiler: [],
  chrome: [],
  openai: BEARER,
  anthropic: [...COMMON, "x-api-key", "anthropic-version", "anthropic-dangerous-direct-browser-access"],
  google: [...COMMON, "x-goog-api-key"],
  openrouter: BEARER,
  mistral: BEARER,
  groq: BEARER,
  deepseek: BEARER,
  xai: BEARER,
  together: BEARER,
  compatible: BEARER,
  ollama: BEARER,
  "lm-studio": BEARER,
  vllm: BEARER,
  "llama-cpp": BEARER,
};

/** Only what the provider accepts from a browser. */
export function allowedHeaders(provider: ProviderId, given: HeadersInit | undefined): Headers {
  const all = new Headers(given);
  const kept = new Headers();
  for (const name of ALLOWED[provider]) {
    const value = all.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}

/** The key in the provider's own header, for requests that are made without its library. */
export function keyHeaders(provider: ProviderId, key: string | null): Record<string, string> {
  if (provider === "anthropic") {
    return {
      "anthropic-version": "2023-06-01",
      "anthropic-dangerous-direct-browser-access": "true",
      ...(key === null ? {} : { "x-api-key": key }),
    };
  }
  if (key === null) return {};
  return provider === "google" ? { "x-goog-api-key": key } : { authorization: `Bearer ${key}` };
}
