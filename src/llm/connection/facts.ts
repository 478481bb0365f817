import { atMost, type ProviderId } from "@/domain";
import { type Place, placeOf } from "../wire/base-url.ts";
import { isOwnAddress } from "./let-in.ts";

/**
 * What a page can find out when a request fails without an answer: browsers do not tell it why. From this,
 * causes.ts says what is certain and what is likely.
 */
export type Facts = {
  url: URL;
  provider: ProviderId;
  place: Place;
  /** Another address than the provider's own. */
  ownAddress: boolean;
  /** Null outside of browsers. */
  page: { origin: string | null; secure: boolean; place: Place } | null;
  online: boolean;
  /** Safari and its relatives: no page that came over https may call http, not even on the same computer. */
  webkit: boolean;
  /** The browser's leave for the local network or this computer; null where it knows no such leave, or for the internet. */
  localNetwork: PermissionState | null;
  /** Something answered a request that needs no permission: so it is there, but refuses pages. Null: not asked. */
  answers: boolean | null;
  /** The page's own server, asked just now, and by how much this device's clock is ahead of it. Null: not asked. */
  ownPage: { reached: boolean; clockAheadMs: number | null } | null;
};

/** The browser around the page. Outside of browsers `page` is null, and nothing else is looked at. */
export type World = {
  page: URL | null;
  online: boolean;
  webkit: boolean;
  /** Null: the browser does not know a permission of this name. */
  permission(name: string): Promise<PermissionState | null>;
};

export type Asking = { fetch: typeof fetch; signal: AbortSignal };

const PATIENCE_MS = 3000;

export function browserWorld(): World {
  const browser = typeof navigator === "undefined" || typeof location === "undefined" ? null : navigator;
  return {
    page: browser === null ? null : new URL(location.href),
    online: browser === null || browser.onLine !== false,
    webkit: browser !== null && browser.vendor.startsWith("Apple"),
    async permission(name) {
      try {
        // The names are newer than TypeScript's list of them.
        const status = await browser?.permissions.query({ name: name as PermissionName });
        return status?.state ?? null;
      } catch {
        return null;
      }
    },
  };
}

/** The browsers' names for the leave that a request to this place needs, the present ones first. */
const LEAVES: Record<Place, readonly string[]> = {
  "this-computer": ["loopback-network", "local-network-access"],
  "local-network": ["local-network", "local-network-access"],
  internet: [],
};

async function leaveFor(place: Place, world: World): Promise<PermissionState | null> {
  for (const name of LEAVES[place]) {
    const state = await world.permission(name);
    if (state !== null) return state;
  }
  return null;
}

/** What is known without sending anything. */
export async function factsBefore(base: string, provider: ProviderId, world: World = browserWorld()): Promise<Facts> {
  const url = new URL(base);
  const place = placeOf(url.hostname);
  const { page } = world;
  return {
    url,
    provider,
    place,
    ownAddress: isOwnAddress(provider, url),
    page:
      page === null
        ? null
        : { origin: page.origin === "null" ? null : page.origin, secure: page.protocol === "https:", place: placeOf(page.hostname) },
    online: world.online,
    webkit: world.webkit,
    localNetwork: page === null ? null : await leaveFor(place, world),
    answers: null,
    ownPage: null,
  };
}

/** Asks the address and the page's own server, at most 3 s. No key is sent, and no answer of the address is read. */
export async function factsAfterAsking(before: Facts, asking: Asking, world: World = browserWorld()): Promise<Facts> {
  const { page } = world;
  if (page === null) return before;
  const [answers, ownPage] = await Promise.all([
    probe(before.url, asking),
    page.protocol === "http:" || page.protocol === "https:" ? askOwnPage(new URL(page.pathname, page), asking) : null,
  ]);
  return { ...before, answers, ownPage };
}

async function quick(url: URL, init: RequestInit, { fetch: doFetch, signal }: Asking): Promise<Response | null> {
  try {
    const limit = atMost(PATIENCE_MS, signal);
    return await doFetch(url, { ...init, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", signal: limit });
  } catch {
    return null;
  }
}

/** Without headers and without reading the answer: that needs no permission of the server. */
async function probe(base: URL, asking: Asking): Promise<boolean> {
  return (await quick(new URL(`${base.href.replace(/\/$/, "")}/models`), { mode: "no-cors" }, asking)) !== null;
}

async function askOwnPage(url: URL, asking: Asking): Promise<NonNullable<Facts["ownPage"]>> {
  const response = await quick(url, { method: "HEAD" }, asking);
  return { reached: response !== null, clockAheadMs: response === null ? null : clockAhead(response.headers, Date.now()) };
}

/** Some caches leave `date` as it was when they stored the answer and count in `age`, others do not: the milder reading holds. */
function clockAhead(headers: Headers, now: number): number | null {
  const date = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(date)) return null;
  const age = Number(headers.get("age") ?? 0) * 1000;
  const fresh = now - date;
  const stored = Number.isFinite(age) ? fresh - age : fresh;
  return Math.abs(stored) < Math.abs(fresh) ? stored : fresh;
}
