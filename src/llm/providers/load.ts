import { ModelError, type ProviderId } from "@/domain";
import type { Connect } from "./types.ts";

/** Each provider's library is a chunk of its own, fetched when the provider is first asked. */
async function load(provider: ProviderId): Promise<Connect> {
  switch (provider) {
    case "openai":
      return (await import("./openai.ts")).connect;
    case "anthropic":
      return (await import("./anthropic.ts")).connect;
    case "google":
      return (await import("./google.ts")).connect;
    case "openrouter":
      return (await import("./openrouter.ts")).connect;
    case "mistral":
      return (await import("./mistral.ts")).connect;
    case "groq":
      return (await import("./groq.ts")).connect;
    case "deepseek":
      return (await import("./deepseek.ts")).connect;
    case "xai":
      return (await import("./xai.ts")).connect;
    case "together":
      return (await import("./together.ts")).connect;
    case "compatible":
    case "ollama":
    case "lm-studio":
    case "vllm":
    case "llama-cpp":
      return (await import("./compatible.ts")).connect;
    case "recorded":
    case "compiler":
    case "chrome":
      throw new ModelError("bad-request", "This model is not reached over the network.", { hint: "Choose another profile in Settings." });
  }
}

/** @throws ModelError "unreachable" when the page's own file cannot be fetched */
export async function loadProvider(provider: ProviderId): Promise<Connect> {
  try {
    return await load(provider);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError("unreachable", "The part of this page that talks to this provider could not be loaded.", {
      hint: "Check the connection and reload the page.",
      retryable: true,
      cause,
    });
  }
}
