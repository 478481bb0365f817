import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { profileIdSchema } from "@/domain";
import { beginSignIn, finishSignIn } from "@/llm";
import { profileOf } from "../../support/chat.ts";
import { type ModelServer, SIGNED_IN_KEY, startOpenRouter } from "../../support/providers/index.ts";

let server: ModelServer;
beforeEach(async () => {
  server = await startOpenRouter();
});
afterEach(() => server.close());

/** As much of a tab as the login uses. */
function tabAt(href: string) {
  const stored = new Map<string, string>();
  const tab = {
    href,
    wentTo: null as string | null,
    stored,
    window: {
      get location() {
        const { origin, pathname, hash } = new URL(tab.href);
        return { href: tab.href, origin, pathname, hash, assign: (url: string) => (tab.wentTo = url) } as unknown as Location;
      },
      history: { state: null, replaceState: (_state: unknown, _title: string, url: string) => (tab.href = url) } as unknown as History,
      sessionStorage: {
        getItem: (name: string) => stored.get(name) ?? null,
        setItem: (name: string, value: string) => stored.set(name, value),
        removeItem: (name: string) => stored.delete(name),
      } as unknown as Storage,
    },
  };
  return tab;
}
const HOME = "https://example.org/playground/";
const profile = () => profileOf({ id: profileIdSchema.parse("mine"), provider: "openrouter", baseUrl: server.baseUrl });

async function gone(href = `${HOME}#/settings`) {
  const tab = tabAt(href);
  void beginSignIn(profile(), tab.window);
  await expect.poll(() => tab.wentTo).not.toBeNull();
  return tab;
}

/** Clicks "Allow" on the login's page. */
async function allowed(tab: { wentTo: string | null }): Promise<string> {
  const page = await (await fetch(tab.wentTo ?? "")).text();
  return /href="([^"]+)"/.exec(page)?.[1]?.replaceAll("&#38;", "&") ?? "";
}

describe("signing in at OpenRouter", () => {
  it("leaves with a hash, and comes back with a key, to where it was", async () => {
    const tab = await gone();
    const url = new URL(tab.wentTo ?? "");
    expect(url.origin + url.pathname).toBe(`${server.origin}/auth`);
    expect(url.searchParams.get("callback_url")).toBe(HOME);
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    const [kept = ""] = tab.stored.values();
    const { verifier } = Object(JSON.parse(kept)) as { verifier: string };
    expect(verifier.length).toBeGreaterThanOrEqual(43);
    expect(url.href).not.toContain(verifier);

    tab.href = await allowed(tab);
    expect(tab.href).toMatch(/^https:\/\/example\.org\/playground\/\?code=/);
    expect(await finishSignIn(tab.window)).toEqual({ profileId: "mine", key: SIGNED_IN_KEY });
    expect(tab.href).toBe(`${HOME}#/settings`);
    expect(tab.stored.size).toBe(0);
    expect(Object.keys(server.requests.at(-1)?.headers ?? {})).not.toContain("authorization");
  });

  it("does nothing on a page that does not come from a login", async () => {
    const tab = tabAt(`${HOME}?x=1#/problems`);
    expect(await finishSignIn(tab.window)).toBeNull();
    expect(tab.href).toBe(`${HOME}?x=1#/problems`);
    expect(server.requests).toHaveLength(0);
  });

  it("takes a code out of the address that it did not ask for, and uses it for nothing", async () => {
    const tab = tabAt(`${HOME}?code=stolen&x=1#/problems`);
    expect(await finishSignIn(tab.window)).toBeNull();
    expect(tab.href).toBe(`${HOME}?x=1#/problems`);
    expect(server.requests).toHaveLength(0);
  });

  it("says when the login is not accepted, and counts each login once", async () => {
    const tab = await gone();
    tab.href = `${HOME}?code=forged`;
    await expect(finishSignIn(tab.window)).rejects.toMatchObject({ code: "unauthorized", hint: expect.stringContaining("again") });
    expect(tab.href).toBe(`${HOME}#/settings`);
    tab.href = `${HOME}?code=forged`;
    expect(await finishSignIn(tab.window)).toBeNull();
  });

  it("says when nobody answers", async () => {
    const tab = await gone();
    tab.href = `${HOME}?code=x`;
    await server.close();
    await expect(finishSignIn(tab.window)).rejects.toMatchObject({ code: "unreachable" });
    server = await startOpenRouter();
  });

  it("says when the browser keeps nothing", async () => {
    const tab = tabAt(HOME);
    tab.window.sessionStorage.setItem = () => {
      throw new DOMException("no", "SecurityError");
    };
    await expect(beginSignIn(profile(), tab.window)).rejects.toMatchObject({ code: "bad-request", hint: expect.stringContaining("paste") });
    expect(tab.wentTo).toBeNull();
  });
});
