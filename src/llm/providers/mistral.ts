import { createMistral } from "@ai-sdk/mistral";
import type { Connected, ConnectionSetup } from "./types.ts";

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  return { model: createMistral({ baseURL: baseUrl, apiKey: key ?? "", fetch }).chat(profile.model), options: {} };
}
