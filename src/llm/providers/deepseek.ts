import { createDeepSeek } from "@ai-sdk/deepseek";
import type { Connected, ConnectionSetup } from "./types.ts";

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  return { model: createDeepSeek({ baseURL: baseUrl, apiKey: key ?? "", fetch }).chat(profile.model), options: {} };
}
