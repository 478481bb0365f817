import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type AppPage, readDatabase, useBrowserApp } from "../support/browser-app.ts";
import { testConnection } from "../support/model-app.ts";
import { addModel } from "../support/provider-app.ts";
import { useServers } from "../support/provider-formats.ts";
import { type ModelServer, SIGNED_IN_KEY, startOpenRouter } from "../support/providers/index.ts";

/** OpenRouter's login without a secret (PKCE): the page leaves, comes back with a code, and gets a key for it. */
const app = useBrowserApp();
const servers = useServers();
const PLACE = "/settings?section=money";

/** Behind the login: a server that accepts the key of the login only, and a page that is about to sign in. */
async function beforeLogin(): Promise<{ opened: AppPage; page: Page; server: ModelServer }> {
  const server = servers.keep(await startOpenRouter({ key: SIGNED_IN_KEY }));
  const opened = await app.open({ path: "/settings" });
  const { page } = opened;
  // The list of models is asked for before there is a key.
  opened.allow(/status of 401/);
  await addModel(page, { provider: "OpenRouter", baseUrl: server.baseUrl, model: "maker/model-a" });
  return { opened, page, server };
}

const signInButton = (page: Page) => page.getByRole("button", { name: "Sign in with OpenRouter" });
const exchanges = (server: ModelServer) => server.requests.filter(({ method, path }) => method === "POST" && path === "/api/v1/auth/keys");

async function leaveForLogin(page: Page): Promise<void> {
  await signInButton(page).click();
  await page.locator("#allow").waitFor();
}

/** All that a tab keeps besides the database. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state, location.href]));

/** What the page was last told by a notification. */
const notice = (page: Page, title: string) => page.getByRole("alert").filter({ hasText: title });

describe("signing in", () => {
  it("ends where it began, with a key in memory that works, and leaves nothing behind", async () => {
    const { opened, page, server } = await beforeLogin();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#${PLACE}`);
    await leaveForLogin(page);

    const login = new URL(page.url());
    expect(login.pathname).toBe("/auth");
    expect(login.searchParams.get("callback_url")).toBe(opened.url);
    expect(login.searchParams.get("code_challenge_method")).toBe("S256");
    expect(login.searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    await page.locator("#allow").click();

    await notice(page, "Signed in").waitFor();
    expect(page.url()).toBe(`${opened.url}#${PLACE}`);
    await page.getByText("Key in memory until this tab closes").waitFor();
    await page.getByRole("radio", { name: /OpenRouter · maker\/model-a.*In memory/, checked: true }).waitFor();
    expect(await signInButton(page).count()).toBe(0);

    const [exchange, ...more] = exchanges(server);
    expect(more).toEqual([]);
    expect(exchange?.body).toEqual({
      code: "code-1",
      code_verifier: expect.stringMatching(/^[\w-]{43,128}$/),
      code_challenge_method: "S256",
    });
    // The verifier was in no address, and is nowhere any more; nor is the code, nor the key.
    const verifier = String(exchange?.body?.["code_verifier"]);
    expect(opened.requests.filter(({ url }) => url.includes(verifier))).toEqual([]);
    const left = await kept(page);
    for (const secret of [verifier, "code-1", SIGNED_IN_KEY]) expect(left).not.toContain(secret);
    expect(JSON.stringify(await readDatabase(page))).not.toContain(SIGNED_IN_KEY);

    const { good, text } = await testConnection(page);
    expect(text).toContain("maker/model-a answered");
    expect(good).toBe(true);
    expect(server.chats().map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${SIGNED_IN_KEY}`]);
  });

  it("a reload after it neither signs in again nor knows the key", async () => {
    const { page, server } = await beforeLogin();
    await leaveForLogin(page);
    await page.locator("#allow").click();
    await page.getByText("Key in memory until this tab closes").waitFor();
    await page.reload();
    await signInButton(page).waitFor();
    expect(exchanges(server)).toHaveLength(1);
  });
});

describe("a login that does not work", () => {
  /** Opens an address as the login page does when it sends one back. */
  const comeBack = (page: Page, url: string, code: string) => page.goto(`${url}?code=${code}`);

  async function expectRefused(page: Page, url: string, hash: string): Promise<void> {
    const said = notice(page, "The sign-in did not work");
    await said.waitFor();
    expect(await said.innerText()).toMatch(/OpenRouter did not accept the login\. Sign in again in Settings/);
    expect(page.url()).toBe(`${url}${hash}`);
    await signInButton(page).waitFor();
    expect(await page.getByText("Key in memory until this tab closes").count()).toBe(0);
    expect(await kept(page)).not.toMatch(/verifier|code-/);
  }

  it("a wrong code is said, and the next try works", async () => {
    const { opened, page, server } = await beforeLogin();
    opened.allow(/status of 403/);
    await leaveForLogin(page);
    await comeBack(page, opened.url, "code-of-somebody");
    await expectRefused(page, opened.url, "#/settings");
    await leaveForLogin(page);
    await page.locator("#allow").click();
    await page.getByText("Key in memory until this tab closes").waitFor();
    expect(exchanges(server)).toHaveLength(2);
  });

  it("a code counts once", async () => {
    const { opened, page } = await beforeLogin();
    opened.allow(/status of 403/);
    await leaveForLogin(page);
    await page.locator("#allow").click();
    await page.getByRole("button", { name: "Forget the key" }).click();
    await leaveForLogin(page);
    await comeBack(page, opened.url, "code-1");
    await expectRefused(page, opened.url, "#/settings");
  });

  it("a code that nobody here asked for is taken out of the address and used for nothing", async () => {
    const { opened, page, server } = await beforeLogin();
    await comeBack(page, opened.url, "code-from-a-link");
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await expect.poll(() => page.url()).not.toContain("code");
    expect(exchanges(server)).toEqual([]);
    expect(await notice(page, "The sign-in did not work").count()).toBe(0);
  });

  it("a login server that is gone is named", async () => {
    const { opened, page, server } = await beforeLogin();
    opened.allow(/ERR_CONNECTION_REFUSED/);
    await leaveForLogin(page);
    const back = await page.locator("#allow").getAttribute("href");
    await server.close();
    await page.goto(back ?? "");
    const said = notice(page, "The sign-in did not work");
    await said.waitFor();
    expect(await said.innerText()).toMatch(/127\.0\.0\.1:\d+ could not be reached/);
    await signInButton(page).waitFor();
  });
});
