import { createGroq } from "@ai-sdk/groq";
import type { Effort } from "@/domain";
import type { Connected, ConnectionSetup, SdkOptions } from "./types.ts";

/** Models that think between tags in their text unless they are told to keep thoughts apart. */
const TAGGED_THOUGHTS = /qwen3|qwq|deepseek-r1/;

function effortOf(model: string, effort: Effort | null): SdkOptions[string] {
  if (effort === null) return {};
  // Qwen knows thinking on and off only.
  if (model.includes("qwen3")) return { reasoningEffort: effort === "minimal" ? "none" : "default" };
  return { reasoningEffort: effort === "minimal" ? "low" : effort };
}

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  return {
    model: createGroq({ baseURL: baseUrl, apiKey: key ?? "", fetch }).languageModel(profile.model),
    options: {
      groq: { ...(TAGGED_THOUGHTS.test(profile.model) ? { reasoningFormat: "parsed" } : {}), ...effortOf(profile.model, profile.effort) },
    },
  };
}
