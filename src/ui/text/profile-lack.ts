import { addressOf, isBuiltIn, type ModelProfile, PROVIDER_FACTS } from "@/domain";
import type { KeyStatus } from "@/state";

/** What a profile still lacks before anything can be asked of it. */
export type Lack = "a key" | "a model name" | "an address";

export function lackOf(profile: ModelProfile, key: KeyStatus): Lack | null {
  if (isBuiltIn(profile) || profile.provider === "chrome") return null;
  if (addressOf(profile) === "") return "an address";
  if (profile.model.trim() === "") return "a model name";
  return PROVIDER_FACTS[profile.provider].key === "needed" && key === "none" ? "a key" : null;
}
