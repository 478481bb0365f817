import { ModelError, PROVIDER_FACTS, type ProviderId } from "@/domain";

/**
 * The key as it can stand in a header; null where none is needed.
 * @throws ModelError "unauthorized"
 */
export function usableKey(given: string | null, provider: ProviderId): string | null {
  const key = given?.trim() ?? "";
  const facts = PROVIDER_FACTS[provider];
  if (facts.key === "none") return null;
  if (key === "") {
    if (facts.key === "optional") return null;
    throw new ModelError("unauthorized", `There is no key for ${facts.name}.`, { hint: "Enter one in Settings." });
  }
  // Such a key would fail as if the network were down.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ModelError("unauthorized", "The key holds a space or a character that no key has.", {
      hint: "Copy the key again and enter it in Settings.",
    });
  }
  return key;
}
