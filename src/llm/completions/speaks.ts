import type { CallSettings, ProviderId } from "@/domain";

/** Providers with a protocol of their own. OpenAI has one beside this. */
const OTHERS: readonly ProviderId[] = ["anthropic", "google", "recorded", "compiler", "chrome"];

/** True where chat completions are spoken: by OpenAI's older protocol and all that copied it. */
export function speaksCompletions({ provider, api }: Pick<CallSettings, "provider" | "api">): boolean {
  return !OTHERS.includes(provider) && (provider !== "openai" || api === "chat");
}
