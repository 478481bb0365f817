import { ModelError } from "./errors.ts";
import type { LanguageModel } from "./ports.ts";
import { COMPILER_PROFILE } from "./profile.ts";

/** The built-in compiler in a model's place: it writes whole candidates, so a role that has to ask a model needs one. */
export function createNoModel(): LanguageModel {
  const refuse = async (): Promise<never> => {
    throw new ModelError("bad-request", "The built-in compiler answers no requests.", {
      hint: "Choose a model for this role in Settings.",
    });
  };
  return { label: COMPILER_PROFILE.name, recorded: false, concurrency: 1, generate: refuse };
}
