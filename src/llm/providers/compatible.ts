import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { PROVIDER_FACTS } from "@/domain";
import type { Connected, ConnectionSetup } from "./types.ts";

/** Any server that speaks OpenAI's chat completions. */
export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  const provider = createOpenAICompatible({
    name: "compatible",
    baseURL: baseUrl,
    fetch,
    includeUsage: true,
    ...(key === null ? {} : { apiKey: key }),
    // OpenAI's newer models refuse the old name of the limit; other servers know only the old one.
    ...(new URL(baseUrl).hostname === "api.openai.com" ? { transformRequestBody: withNewLimitName } : {}),
  });
  const effort = PROVIDER_FACTS[profile.provider].effort ? profile.effort : null;
  return { model: provider.chatModel(profile.model), options: { compatible: effort === null ? {} : { reasoningEffort: effort } } };
}

function withNewLimitName(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens: limit, ...rest } = body;
  return limit === undefined ? rest : { ...rest, max_completion_tokens: limit };
}
