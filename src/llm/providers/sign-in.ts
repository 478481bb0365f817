import { addressOf, base64Url, ModelError, type ModelProfile, type ProfileId, profileIdSchema } from "@/domain";
import { z } from "zod";
import { normaliseBaseUrl } from "../wire/base-url.ts";
import { redirectedFailure, statusFailure, unreachableFailure } from "../failures/failures.ts";
import { createWire } from "../wire/wire.ts";

/**
 * OpenRouter's login without a secret of the app (PKCE): the page goes there with the hash of a random *verifier*,
 * comes back with a code, and gets a key for code and verifier. The verifier never leaves this tab before that.
 */
type Page = Pick<Window, "location" | "history" | "sessionStorage">;

const STORED_AS = "openrouter-sign-in";
const storedSchema = z.object({ profileId: profileIdSchema, verifier: z.string().min(43), address: z.string(), hash: z.string() });
const answerSchema = z.object({ key: z.string().min(1) });
const IDLE_MS = 30_000;

function cannot(message: string, hint: string): ModelError {
  return new ModelError("bad-request", message, { hint });
}

async function challengeOf(verifier: string): Promise<string> {
  // Absent on pages that came over plain http from another computer.
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (subtle === undefined) {
    throw cannot(
      "Signing in needs a page that came over https.",
      "Open this page with https or on localhost, or make a key on OpenRouter's website and paste it.",
    );
  }
  return base64Url(new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

/**
 * Leaves the page for the login; never resolves.
 * @throws ModelError when this browser or page cannot do it
 */
export async function beginSignIn(profile: ModelProfile, page: Page = window): Promise<never> {
  const address = normaliseBaseUrl(addressOf(profile));
  const verifier = base64Url(crypto.getRandomValues(new Uint8Array(48)));
  const challenge = await challengeOf(verifier);
  const { origin, pathname, hash } = page.location;
  try {
    page.sessionStorage.setItem(STORED_AS, JSON.stringify({ profileId: profile.id, verifier, address, hash }));
  } catch (cause) {
    throw new ModelError("bad-request", "This browser lets the page keep nothing, not even until the login is done.", {
      hint: "Allow site data for this page, or make a key on OpenRouter's website and paste it.",
      cause,
    });
  }
  const url = new URL("/auth", address);
  url.searchParams.set("callback_url", `${origin}${pathname}`);
  url.searchParams.set("code_challenge", challenge);
  url.searchParams.set("code_challenge_method", "S256");
  page.location.assign(url.href);
  return new Promise(() => undefined);
}

type Begun = z.infer<typeof storedSchema>;

/** What was kept when the page left; it serves once. */
function takeBegun(page: Page): Begun | null {
  try {
    const text = page.sessionStorage.getItem(STORED_AS);
    page.sessionStorage.removeItem(STORED_AS);
    return text === null ? null : (storedSchema.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    // No storage, or not ours: then nothing was begun here.
    return null;
  }
}

async function exchange(code: string, { verifier, address }: Begun, doFetch: typeof fetch): Promise<string> {
  const abort = new AbortController();
  const wire = createWire(abort, { provider: "openrouter", fetch: doFetch, idleMs: IDLE_MS, maxBytes: 1_000_000 });
  try {
    const response = await wire.fetch(`${address}/auth/keys`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, code_verifier: verifier, code_challenge_method: "S256" }),
    });
    const answer = answerSchema.safeParse(await response.json().catch(() => null)).data;
    if (answer !== undefined) return answer.key;
  } catch {
    const failure = wire.failure();
    if (failure?.kind === "redirected") throw redirectedFailure(address, "openrouter").error;
    if (failure?.kind !== "status")
      throw (await unreachableFailure(address, { fetch: doFetch, signal: abort.signal, again: false }, "openrouter")).error;
    if (failure.status >= 500) throw statusFailure(failure.status, failure.body, null, null, "openrouter").error;
  } finally {
    wire.close();
  }
  throw new ModelError("unauthorized", "OpenRouter did not accept the login.", {
    hint: "Sign in again in Settings: a login counts once and for a few minutes.",
  });
}

/**
 * To be called when the page starts. Null when it does not come from a login that began in this tab. The code is
 * taken out of the address in any case, and the place in the app where the login began is restored.
 * @throws ModelError
 */
export async function finishSignIn(
  page: Page = window,
  doFetch: typeof fetch = (input, init) => globalThis.fetch(input, init),
): Promise<{ profileId: ProfileId; key: string } | null> {
  const url = new URL(page.location.href);
  const code = url.searchParams.get("code");
  if (code === null) return null;
  const begun = takeBegun(page);
  url.searchParams.delete("code");
  if (begun !== null) url.hash = begun.hash;
  page.history.replaceState(page.history.state, "", url.href);
  return begun === null ? null : { profileId: begun.profileId, key: await exchange(code, begun, doFetch) };
}
