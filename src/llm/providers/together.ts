import { createTogetherAI } from "@ai-sdk/togetherai";
import type { Connected, ConnectionSetup } from "./types.ts";

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  return { model: createTogetherAI({ baseURL: baseUrl, apiKey: key ?? "", fetch }).chatModel(profile.model), options: {} };
}
