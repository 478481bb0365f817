import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AppPage, readDatabase, SLOW_MS, useBrowserApp, visit } from "../support/browser-app.ts";
import { type Behaviour, type ModelServer, startModelServer } from "../support/model-server.ts";
import { setModel, testConnection, typeKey } from "../support/model-app.ts";

/** Each thing that can be wrong with a connection, over real HTTP, and what the page says about it. */
const app = useBrowserApp();
const KEY = "sk-test-1f6b0a7c9d";
let opened: AppPage;
let page: Page;
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer();
  opened = await app.open({ path: "/settings", keep: true });
  page = opened.page;
  // The browser itself reports each refused answer.
  opened.allow(/Failed to load resource|blocked by CORS policy/);
  await setModel(page, { baseUrl: server.baseUrl, model: "test-model", key: KEY, streaming: true });
});
afterAll(() => server.close());
afterEach(() => server.setRespond(() => "ready"));

const answers = (behaviour: Behaviour): void => server.setRespond(() => behaviour);

async function streaming(on: boolean): Promise<void> {
  await setModel(page, { streaming: on });
}

describe("the connection test", () => {
  it("sends one tiny request with the key, and no header that a strict preflight refuses", async () => {
    const { good, text } = await testConnection(page);
    expect(good).toBe(true);
    expect(text).toMatch(/test-model answered in [\d.]+ s: 11 tokens in, 7 out, free\.\s+“ready”/);
    const [chat, ...more] = server.chats();
    expect(more).toEqual([]);
    expect(chat?.headers["authorization"]).toBe(`Bearer ${KEY}`);
    expect(chat?.headers["cookie"]).toBeUndefined();
    expect(chat?.headers["referer"]).toBeUndefined();
    expect(chat?.body).toMatchObject({ model: "test-model", stream: true });
    const preflight = server.requests.find((request) => request.method === "OPTIONS" && request.path === chat?.path);
    expect(preflight?.headers["access-control-request-headers"]?.split(",").toSorted()).toEqual(["authorization", "content-type"]);
  });

  it("works without streaming too", async () => {
    await streaming(false);
    expect((await testConnection(page)).good).toBe(true);
    expect(server.chats().at(-1)?.body?.stream).not.toBe(true);
    await streaming(true);
  });

  it("is in the books, and is never answered from the store", async () => {
    await testConnection(page);
    const before = server.chats().length;
    expect((await testConnection(page)).good).toBe(true);
    expect(server.chats().length - before).toBe(1);
    const { spend } = await readDatabase(page);
    expect(spend).toHaveLength(server.chats().length);
    expect(spend.every(({ role, runId, cost }) => role === "check" && runId === null && cost.source === "free")).toBe(true);
  });
});

type Fault = { name: string; behaviour: Behaviour; says: RegExp; hint: RegExp; streams?: boolean };
const FAULTS: Fault[] = [
  {
    name: "a wrong key, which the server quotes",
    behaviour: { kind: "status", status: 401, message: `Incorrect API key provided: ${KEY}` },
    says: /refused the key[\s\S]*Incorrect API key provided: \[key\]/,
    hint: /Check the key in Settings/,
  },
  {
    name: "a key that the server masks",
    behaviour: { kind: "trouble", trouble: "wrong-key" },
    says: /refused the key[\s\S]*Incorrect API key provided: \[key\]/,
    hint: /Check the key in Settings/,
  },
  {
    name: "an account that pages may not use",
    behaviour: { kind: "status", status: 401, message: "CORS requests are not allowed" },
    says: /does not allow calls from web pages/,
    hint: /reach the model through OpenRouter/,
  },
  {
    name: "no leave for the model",
    behaviour: { kind: "status", status: 403, message: "forbidden" },
    says: /The key may not do this/,
    hint: /may use this model/,
  },
  { name: "an account without credit", behaviour: { kind: "trouble", trouble: "no-credit" }, says: /no credit left/, hint: /Add credit/ },
  {
    name: "a wait longer than anyone waits",
    behaviour: { kind: "status", status: 429, message: "slow down", headers: { "retry-after": "900" } },
    says: /no more requests for now[\s\S]*slow down/,
    hint: /lower the number of requests at once/,
  },
  {
    name: "a server in trouble",
    behaviour: { kind: "status", status: 500, message: "oops" },
    says: /The model's server failed[\s\S]*oops/,
    hint: /try again in a while/,
  },
  {
    name: "a server that is overloaded",
    behaviour: { kind: "trouble", trouble: "overloaded" },
    says: /overloaded/,
    hint: /try again in a while/,
  },
  {
    name: "a stream that breaks off",
    behaviour: { kind: "cut", text: "rea" },
    says: /broke off after \d characters/,
    hint: /switch streaming off/,
  },
  {
    name: "a stream that ends without its end",
    behaviour: { kind: "cut", text: "rea", politely: true },
    says: /broke off after \d characters/,
    hint: /switch streaming off/,
  },
  {
    name: "an error inside a stream",
    behaviour: { kind: "stream-error", text: "rea", message: "overloaded", code: 503 },
    says: /overloaded/,
    hint: /try again in a while/,
  },
  { name: "malformed JSON in a stream", behaviour: { kind: "malformed" }, says: /malformed JSON/, hint: /chat-completions protocol/ },
  {
    name: "malformed JSON in one piece",
    behaviour: { kind: "malformed" },
    says: /malformed JSON/,
    hint: /chat-completions protocol/,
    streams: false,
  },
  { name: "a web page instead of a reply", behaviour: { kind: "html" }, says: /answered with a web page/, hint: /most end in \/v1/ },
  { name: "an empty reply", behaviour: "", says: /replied with no text/, hint: /Try again, or choose another model/ },
  {
    name: "a reply that was all reasoning",
    behaviour: { kind: "text", text: "", reasoning: "hmm", finishReason: "length" },
    says: /replied with no text/,
    hint: /raise or clear the output limit/,
  },
  {
    name: "a refusal",
    behaviour: { kind: "refusal", text: "I will not say that word" },
    says: /refused: I will not say that word/,
    hint: /use another model|choose another model/,
  },
  {
    name: "a temperature that it does not take",
    behaviour: { kind: "status", status: 400, message: "temperature must be 1" },
    says: /did not accept the request/,
    hint: /Clear the temperature/,
  },
];

describe("what is wrong is said, with what to do", () => {
  it.each(FAULTS)("$name", async ({ behaviour, says, hint, streams = true }) => {
    if (!streams) await streaming(false);
    answers(behaviour);
    const before = server.chats().length;
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(says);
    expect(text).toMatch(hint);
    expect(text).not.toContain(KEY);
    // A check says what it met at once; only runs try again.
    expect(server.chats().length - before).toBe(1);
    if (!streams) await streaming(true);
  });

  it("a reply of 60 MB is stopped, and the page lives", async () => {
    answers({ kind: "flood", bytes: 60_000_000 });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/larger than 50 MB and was stopped/);
    expect(text).toMatch(/Set an output limit/);
    answers("ready");
    expect((await testConnection(page)).good).toBe(true);
  });

  it("a silent server can be cancelled, and the request goes away with it", async () => {
    answers({ kind: "hang", silent: true });
    const before = server.chats().length;
    await page.getByRole("button", { name: "Check connection" }).click();
    await expect.poll(() => server.chats().length, { timeout: SLOW_MS }).toBe(before + 1);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await expect.poll(() => server.chats().at(-1)?.aborted, { timeout: SLOW_MS }).toBe(true);
    await page.getByRole("button", { name: "Cancel", exact: true }).waitFor({ state: "detached" });
    // Nothing is wrong: the person wanted it so.
    expect(await page.getByRole("alert").count()).toBe(0);
    answers("ready");
    expect((await testConnection(page)).good).toBe(true);
  });
});

describe("addresses", () => {
  it("a server that lets no page in: CORS is named, with what to switch on for this page", async () => {
    const closed = await startModelServer({ cors: "none" });
    await setModel(page, { baseUrl: closed.baseUrl });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/could not be reached/);
    expect(text).toMatch(/Browsers do not tell a page why/);
    expect(text).toContain(`${new URL(closed.origin).host} is there, but does not let this page read its answers (CORS).`);
    expect(text).toContain(`Access-Control-Allow-Origin: ${new URL(opened.url).origin}`);
    // The probe that finds it out carries no key.
    expect(closed.requests.some((request) => request.method === "GET")).toBe(true);
    expect(closed.requests.filter((request) => request.headers["authorization"] !== undefined)).toEqual([]);
    await closed.close();
    await setModel(page, { baseUrl: server.baseUrl });
  });

  it("nobody listens: it says so, and what to compare", async () => {
    const gone = await startModelServer();
    await gone.close();
    opened.allow(/ERR_CONNECTION_REFUSED/);
    await setModel(page, { baseUrl: gone.baseUrl });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/could not be reached/);
    expect(text).toContain(`The server is not running, or not at ${new URL(gone.origin).host}.`);
    expect(text).toMatch(/compare the port with the address in Settings/);
    await setModel(page, { baseUrl: server.baseUrl });
  });

  it("a key that no header can carry is refused before anything is sent", async () => {
    const before = server.requests.length;
    await typeKey(page, "sk-with a space");
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/holds a space or a character that no key has/);
    expect(server.requests.length).toBe(before);
    await visit(page, "/problems");
  });
});
