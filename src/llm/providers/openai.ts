import { createOpenAI } from "@ai-sdk/openai";
import type { Connected, ConnectionSetup } from "./types.ts";

/** OpenAI in either of its protocols. Nothing is stored there: the conversation is sent whole each time. */
export function connect({ profile, baseUrl, key, fetch, summaries }: ConnectionSetup): Connected {
  const provider = createOpenAI({ baseURL: baseUrl, apiKey: key ?? "", fetch });
  const responses = profile.api === "responses";
  return {
    model: responses ? provider.responses(profile.model) : provider.chat(profile.model),
    options: {
      openai: {
        store: false,
        ...(profile.effort === null ? {} : { reasoningEffort: profile.effort }),
        ...(responses && summaries ? { reasoningSummary: "auto" } : {}),
      },
    },
  };
}
