import { z } from "zod";

/**
 * Where a model is reached. Each has an entry in the catalogue of `llm`: its address, its wire format, and the
 * headers that it lets web pages send. The last four are presets of "compatible" for servers of one's own.
 */
export const PROVIDERS = [
  "recorded",
  "compiler",
  "openai",
  "anthropic",
  "google",
  "openrouter",
  "mistral",
  "groq",
  "deepseek",
  "xai",
  "together",
  "chrome",
  "compatible",
  "ollama",
  "lm-studio",
  "vllm",
  "llama-cpp",
] as const;
export const providerSchema = z.enum(PROVIDERS);
export type ProviderId = z.infer<typeof providerSchema>;

export const effortSchema = z.enum(["minimal", "low", "medium", "high"]);
export type Effort = z.infer<typeof effortSchema>;
