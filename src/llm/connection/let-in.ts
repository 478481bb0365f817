import { PROVIDER_FACTS, type ProviderId } from "@/domain";
import { placeOf } from "../wire/base-url.ts";

/** The address of this page as servers see it; null outside of browsers, and for a page opened from a file. */
export function pageOrigin(): string | null {
  return typeof location === "undefined" || location.origin === "null" ? null : location.origin;
}

/** True for another address than the provider's own: a proxy, a gateway, a server of the person's own. */
export function isOwnAddress(provider: ProviderId, url: URL): boolean {
  const usual = PROVIDER_FACTS[provider].baseUrl;
  return PROVIDER_FACTS[provider].local || usual === "" || new URL(usual).host !== url.host;
}

/** The servers that are most often behind a "compatible" address nearby; each has a port of its own. */
const USUAL: readonly ProviderId[] = ["ollama", "lm-studio"];

/** The exact setting that lets web pages in; where it is not known which server it is, those of the usual ones too. */
export function letPagesIn(provider: ProviderId, url: URL | null, origin: string | null): string {
  const settingOf = (id: ProviderId) =>
    (PROVIDER_FACTS[id].letPagesIn ?? PROVIDER_FACTS.compatible.letPagesIn ?? "").replaceAll("{origin}", origin ?? "(this page's address)");
  if (provider !== "compatible" || url === null || placeOf(url.hostname) === "internet") return settingOf(provider);
  const known = USUAL.find((id) => new URL(PROVIDER_FACTS[id].baseUrl).port === url.port);
  if (known !== undefined) return settingOf(known);
  return [settingOf(provider), ...USUAL.map((id) => `${PROVIDER_FACTS[id].name}: ${settingOf(id)}`)].join(" ");
}
