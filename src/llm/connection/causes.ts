import { type ConnectionCause, type ConnectionCode, PROVIDER_FACTS, type ProviderId } from "@/domain";
import type { Place } from "../wire/base-url.ts";
import type { Facts } from "./facts.ts";
import { letPagesIn } from "./let-in.ts";

/** A clock that is this wrong makes certificates look expired, or not valid yet. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** How guarded a place is: browsers ask before a page reaches further in than where it came from. */
const DEPTH: Record<Place, number> = { internet: 0, "local-network": 1, "this-computer": 2 };
/** Providers that are known to let web pages call them. Of the others nobody promises it. */
const LETS_PAGES_IN: readonly ProviderId[] = ["openai", "anthropic", "google", "openrouter", "mistral", "groq"];

type Certainty = ConnectionCause["certainty"];
type Written = Omit<ConnectionCause, "certainty">;
const rated = (certainty: Certainty, { code, title, todo }: Written): ConnectionCause => ({ code, certainty, title, todo });
const certain = (cause: Written) => rated("certain", cause);
const likely = (cause: Written) => rated("likely", cause);
const possible = (cause: Written) => rated("possible", cause);
const cause = (code: ConnectionCode, title: string, todo: string): Written => ({ code, title, todo });

function minutes(ms: number): string {
  const count = Math.round(Math.abs(ms) / 60_000);
  return count < 120 ? `${count} minutes` : count < 2880 ? `${Math.round(count / 60)} hours` : `${Math.round(count / 1440)} days`;
}

function mixedContent({ url, place }: Facts): Written {
  const todo =
    place === "local-network"
      ? "Use an https address, run the model on this computer, or use Chrome, which can ask for leave."
      : "Use an https address, or run the model on this computer.";
  return cause("mixed-content", `This page came over https, so the browser lets it call no http address such as ${url.host}.`, todo);
}

function mixedInSafari({ url }: Facts): Written {
  return cause(
    "mixed-content",
    `Safari does not usually let a page that came over https call http addresses, not even ${url.host}.`,
    "Open this page in Chrome, Edge or Firefox to use a model on this computer.",
  );
}

function offline(): Written {
  return cause("offline", "This device is offline.", "Connect it to the internet, then try again.");
}

function leaveRefused({ place }: Facts, state: "denied" | "unknown"): Written {
  const where = place === "this-computer" ? "this computer" : "the local network";
  return state === "denied"
    ? cause(
        "local-network-refused",
        `The browser does not let this page reach ${where}.`,
        "Click the icon left of the address, allow access to the local network (or to apps on this device), and reload the page.",
      )
    : cause(
        "local-network-refused",
        `The browser may not have been given leave to reach ${where}.`,
        "Try again and choose “Allow” when the browser asks; nothing asked? Click the icon left of the address and look there.",
      );
}

function corsOff({ url, provider, page }: Facts): Written {
  return cause(
    "cors-off",
    `${url.host} is there, but does not let this page read its answers (CORS).`,
    letPagesIn(provider, url, page?.origin ?? null),
  );
}

function notRunning({ url, provider, place }: Facts): Written {
  const name = provider === "compatible" ? "The server" : PROVIDER_FACTS[provider].name;
  const todo =
    place === "this-computer"
      ? `Start it, and compare the port with the address in Settings (${url.host}).`
      : `Start it, let it listen for the whole network and not only for its own computer, and compare address and port (${url.host}).`;
  return cause("not-running", `${name} is not running, or not at ${url.host}.`, todo);
}

function listeningAddress(): Written {
  return cause("wrong-address", "0.0.0.0 is where servers listen; browsers cannot call it.", "Write localhost in place of 0.0.0.0.");
}

function wrongAddress({ url }: Facts): Written {
  return cause(
    "wrong-address",
    `The address ${url.host} may be misspelt.`,
    "Compare it, letter by letter, with what the provider says; most addresses end in /v1.",
  );
}

function wrongPath({ url }: Facts): Written {
  return cause("wrong-address", `${url.host} may not know the path ${url.pathname}.`, "Check the end of the address; most end in /v1.");
}

function clockSkew(clockAheadMs: number): Written {
  const direction = clockAheadMs > 0 ? "fast" : "slow";
  return cause(
    "clock-skew",
    `This device's clock is ${minutes(clockAheadMs)} ${direction}, which makes secure connections fail.`,
    "Set date and time to automatic in the device's settings, then reload the page.",
  );
}

function onTheWay({ url }: Facts): Written {
  return cause(
    "proxy",
    `A firewall, VPN, proxy or filter on the way may hold back ${url.host}.`,
    "Try without VPN or on another network, for example a phone's; in a company or school, ask for this host to be let through.",
  );
}

function extension({ url }: Facts): Written {
  return cause(
    "blocked-by-extension",
    `A browser extension may block requests to ${url.host}.`,
    "Try in a private window, where extensions are off, or switch off blockers for this page.",
  );
}

function down({ url }: Facts): Written {
  return cause("provider-down", `${url.host} may be down.`, "Look at the provider's status page, and try again in a while.");
}

function hiddenError({ url }: Facts): Written {
  return cause(
    "provider-down",
    `${url.host} answered, but most likely with an error that web pages may not read.`,
    "Try again in a minute; look at the provider's status page if it stays.",
  );
}

function hiddenKeyError(): Written {
  return cause("wrong-key", "Some providers hide from web pages that a key is wrong.", "Copy the key again and enter it once more.");
}

function pagesForbidden({ provider }: Facts): Written {
  return cause(
    "browser-calls-forbidden",
    `${PROVIDER_FACTS[provider].name} may not accept calls from web pages.`,
    "Reach the same model through OpenRouter, which does.",
  );
}

/** What is certain without sending anything. */
export function causesBefore(facts: Facts): ConnectionCause[] {
  const { page, url, place } = facts;
  // Chrome makes an exception for the local network where it can ask for leave.
  const excepted = place === "this-computer" || (place === "local-network" && facts.localNetwork !== null);
  if (page?.secure === true && url.protocol === "http:" && !excepted) return [certain(mixedContent(facts))];
  if (!facts.online && place !== "this-computer") return [certain(offline())];
  return [];
}

/** Why a request came to nothing, likeliest first; never empty. One that is certain stands alone. */
export function causesOfSilence(facts: Facts): ConnectionCause[] {
  const before = causesBefore(facts);
  if (before.length > 0) return before;
  const guarded = facts.page !== null && DEPTH[facts.place] > DEPTH[facts.page.place];
  if (guarded && facts.localNetwork === "denied") return [certain(leaveRefused(facts, "denied"))];
  return facts.place === "internet" ? farAway(facts) : nearby(facts, guarded);
}

function nearby(facts: Facts, guarded: boolean): ConnectionCause[] {
  const { page, url, place, answers } = facts;
  if (answers === true) return [likely(corsOff(facts)), possible(extension(facts))];
  const found: ConnectionCause[] = [];
  if (page !== null && url.hostname === "0.0.0.0") found.push(likely(listeningAddress()));
  if (facts.webkit && page?.secure === true && url.protocol === "http:") found.push(likely(mixedInSafari(facts)));
  found.push(found.length > 0 ? possible(notRunning(facts)) : likely(notRunning(facts)));
  if (guarded && facts.localNetwork !== "granted") found.push(possible(leaveRefused(facts, "unknown")));
  if (place === "local-network") found.push(possible(onTheWay(facts)));
  if (page !== null) found.push(possible(extension(facts)));
  return found;
}

function farAway(facts: Facts): ConnectionCause[] {
  const { provider, ownAddress, answers, ownPage } = facts;
  if (answers === true) {
    if (ownAddress) return [likely(corsOff(facts)), possible(wrongPath(facts)), possible(hiddenError(facts)), possible(extension(facts))];
    const unsure = LETS_PAGES_IN.includes(provider) ? [] : [likely(pagesForbidden(facts))];
    return [...unsure, likely(hiddenError(facts)), possible(hiddenKeyError()), possible(extension(facts)), possible(onTheWay(facts))];
  }
  const found: ConnectionCause[] = [];
  const ahead = ownPage?.clockAheadMs ?? null;
  if (ahead !== null && Math.abs(ahead) > CLOCK_TOLERANCE_MS) found.push(likely(clockSkew(ahead)));
  if (ownPage?.reached === false) found.push(likely(offline()));
  const next = found.length > 0 ? possible : likely;
  const own = ownAddress
    ? [next(wrongAddress(facts)), possible(down(facts)), possible(onTheWay(facts))]
    : [next(onTheWay(facts)), possible(down(facts))];
  found.push(...own);
  if (facts.page !== null) found.push(possible(extension(facts)));
  if (ownPage === null) found.push(possible(offline()));
  return found;
}
