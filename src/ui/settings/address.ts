import { addressOf, isBuiltIn, type ModelProfile, PROVIDER_FACTS } from "@/domain";

/** What is wrong with an address as it was typed; null when nothing is. */
export function addressFault(baseUrl: string): string | null {
  if (baseUrl.trim() === "") return "An address is needed.";
  if (!URL.canParse(baseUrl)) return "This is not an address. It starts with https:// or http://.";
  const { protocol, username, password, search } = new URL(baseUrl);
  if (protocol !== "https:" && protocol !== "http:") return "The address starts with https:// or http://.";
  if (username !== "" || password !== "" || /key|token/i.test(search)) return "Put the key into its own field, not into the address.";
  return null;
}

/** Without an address of its own a profile uses its provider's; some providers have none to use. */
export function profileAddressFault(profile: Pick<ModelProfile, "provider" | "baseUrl">): string | null {
  if (isBuiltIn(profile) || profile.provider === "chrome") return null;
  return addressFault(addressOf(profile));
}

/** Where the key goes, as a person reads it. */
export function hostOf(profile: Pick<ModelProfile, "provider" | "baseUrl">): string {
  return profileAddressFault(profile) === null ? new URL(addressOf(profile)).host : "the address of this model";
}

/** A server of the person's own, which has to be told of this page: the address stands first in the form. */
export function hasOwnAddress(profile: Pick<ModelProfile, "provider">): boolean {
  return PROVIDER_FACTS[profile.provider].letPagesIn !== null;
}
