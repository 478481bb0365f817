import type { ModelProfile } from "./profile.ts";
import type { ProviderId } from "./provider.ts";

/** What is known of a provider besides how it is spoken to. */
export type ProviderFacts = {
  name: string;
  /** One line for the person who chooses. */
  about: string;
  /** "" where the person enters the address. */
  baseUrl: string;
  /** Runs on the person's own computer (or network): costs nothing, and browsers guard the way there. */
  local: boolean;
  key: "needed" | "optional" | "none";
  /** Where a key is made. */
  keyUrl: string | null;
  /** Has a setting for how long a model may think. */
  effort: boolean;
  /** The exact setting that lets web pages in; `{origin}` is put in. */
  letPagesIn: string | null;
  /** What a name of one of its models looks like. */
  example: string;
};

const OWN = { local: true, key: "optional", keyUrl: null, effort: false } as const;
const CLOUD = { local: false, key: "needed", letPagesIn: null } as const;

export const PROVIDER_FACTS: Record<ProviderId, ProviderFacts> = {
  recorded: {
    name: "Recorded replies",
    about: "For the bundled problems: no key, no cost, nothing is sent anywhere.",
    baseUrl: "",
    local: true,
    key: "none",
    keyUrl: null,
    effort: false,
    letPagesIn: null,
    example: "",
  },
  compiler: {
    name: "Built-in compiler",
    about: "Cuts the solution itself into tools, by rules: any problem with a Python solution, no model, no key, no network.",
    baseUrl: "",
    local: true,
    key: "none",
    keyUrl: null,
    effort: false,
    letPagesIn: null,
    example: "",
  },
  openai: {
    ...CLOUD,
    name: "OpenAI",
    about: "GPT models, with your OpenAI key.",
    baseUrl: "https://api.openai.com/v1",
    keyUrl: "https://platform.openai.com/api-keys",
    effort: true,
    example: "gpt-5-mini",
  },
  anthropic: {
    ...CLOUD,
    name: "Anthropic",
    about: "Claude models, with your Anthropic key.",
    baseUrl: "https://api.anthropic.com/v1",
    keyUrl: "https://console.anthropic.com/settings/keys",
    effort: true,
    example: "claude-sonnet-4-5",
  },
  google: {
    ...CLOUD,
    name: "Google Gemini",
    about: "Gemini models, with a key from Google AI Studio.",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyUrl: "https://aistudio.google.com/apikey",
    effort: true,
    example: "gemini-2.5-flash",
  },
  openrouter: {
    ...CLOUD,
    name: "OpenRouter",
    about: "Models of many providers with one account; sign in or paste a key.",
    baseUrl: "https://openrouter.ai/api/v1",
    keyUrl: "https://openrouter.ai/settings/keys",
    effort: true,
    example: "deepseek/deepseek-chat",
  },
  mistral: {
    ...CLOUD,
    name: "Mistral",
    about: "Mistral's models, with your key.",
    baseUrl: "https://api.mistral.ai/v1",
    keyUrl: "https://console.mistral.ai/api-keys",
    effort: false,
    example: "mistral-medium-latest",
  },
  groq: {
    ...CLOUD,
    name: "Groq",
    about: "Open models, served fast.",
    baseUrl: "https://api.groq.com/openai/v1",
    keyUrl: "https://console.groq.com/keys",
    effort: true,
    example: "openai/gpt-oss-120b",
  },
  deepseek: {
    ...CLOUD,
    name: "DeepSeek",
    about: "DeepSeek's models, with your key.",
    baseUrl: "https://api.deepseek.com",
    keyUrl: "https://platform.deepseek.com/api_keys",
    effort: false,
    example: "deepseek-chat",
  },
  xai: {
    ...CLOUD,
    name: "xAI",
    about: "Grok models, with your key.",
    baseUrl: "https://api.x.ai/v1",
    keyUrl: "https://console.x.ai",
    effort: true,
    example: "grok-4-fast",
  },
  together: {
    ...CLOUD,
    name: "Together",
    about: "Open models, with your Together key.",
    baseUrl: "https://api.together.xyz/v1",
    keyUrl: "https://api.together.ai/settings/api-keys",
    effort: false,
    example: "Qwen/Qwen3-Next-80B-A3B-Instruct",
  },
  chrome: {
    name: "Chrome's built-in model",
    about: "A small model inside the browser, where Chrome offers one: no key, nothing leaves this device.",
    baseUrl: "",
    local: true,
    key: "none",
    keyUrl: null,
    effort: false,
    letPagesIn: null,
    example: "",
  },
  compatible: {
    name: "Any OpenAI-compatible address",
    about: "Every server that speaks OpenAI's chat completions.",
    baseUrl: "",
    local: false,
    key: "optional",
    keyUrl: null,
    effort: true,
    letPagesIn:
      "Its answers need the header Access-Control-Allow-Origin: {origin}, and preflights must allow authorization and content-type.",
    example: "provider/model",
  },
  ollama: {
    ...OWN,
    name: "Ollama",
    about: "Models on your own computer.",
    baseUrl: "http://localhost:11434/v1",
    letPagesIn: "Set the environment variable OLLAMA_ORIGINS={origin} for Ollama and start it again.",
    example: "qwen3:8b",
  },
  "lm-studio": {
    ...OWN,
    name: "LM Studio",
    about: "Models on your own computer.",
    baseUrl: "http://localhost:1234/v1",
    letPagesIn: "In LM Studio open Developer, then the server's settings, switch on “Enable CORS”, and start the server again.",
    example: "qwen/qwen3-8b",
  },
  vllm: {
    ...OWN,
    name: "vLLM",
    about: "A vLLM server of your own.",
    baseUrl: "http://localhost:8000/v1",
    letPagesIn: "Start vLLM with --allowed-origins '[\"{origin}\"]'.",
    example: "Qwen/Qwen3-8B",
  },
  "llama-cpp": {
    ...OWN,
    name: "llama.cpp",
    about: "A llama.cpp server of your own.",
    baseUrl: "http://localhost:8080/v1",
    letPagesIn:
      "llama-server lets all pages in unless a proxy stands before it; then the proxy must send Access-Control-Allow-Origin: {origin}.",
    example: "default",
  },
};

/** Where a profile's requests go. */
export function addressOf(profile: Pick<ModelProfile, "provider" | "baseUrl">): string {
  return profile.baseUrl.trim() === "" ? PROVIDER_FACTS[profile.provider].baseUrl : profile.baseUrl.trim();
}

/** Replies cost nothing: recorded, in the browser, or from a server of the person's own. */
export function isFree(provider: ProviderId): boolean {
  return PROVIDER_FACTS[provider].local;
}
