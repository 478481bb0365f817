import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AppPage, SLOW_MS, useBrowserApp, visit } from "../support/browser-app.ts";
import { type Behaviour, type ModelServer, startModelServer } from "../support/model-server.ts";
import { setModel, testConnection, typeKey } from "../support/model-app.ts";

/** Each thing that a model's server does wrong, over real HTTP, and what the page says about it. */
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
/** The first of the requests that come from now on is dealt with so, the others well. */
const answersOnce = (behaviour: Behaviour): void => {
  const before = server.chats().length;
  server.setRespond(() => (server.chats().length === before + 1 ? behaviour : "ready"));
};

async function streaming(on: boolean): Promise<void> {
  await setModel(page, { streaming: on });
}

describe("the connection test", () => {
  it("sends one tiny request with the key, and no header that a strict preflight refuses", async () => {
    const { good, text } = await testConnection(page);
    expect(good).toBe(true);
    expect(text).toMatch(/test-model answered in [\d.]+ s: ready/);
    const [chat, ...more] = server.chats();
    expect(more).toEqual([]);
    expect(chat?.headers["authorization"]).toBe(`Bearer ${KEY}`);
    expect(chat?.headers["cookie"]).toBeUndefined();
    expect(chat?.headers["referer"]).toBeUndefined();
    expect(chat?.body).toMatchObject({ model: "test-model", stream: true });
    const preflight = server.requests.find((request) => request.method === "OPTIONS");
    expect(preflight?.headers["access-control-request-headers"]?.split(",").toSorted()).toEqual(["authorization", "content-type"]);
  });

  it("works without streaming too", async () => {
    await streaming(false);
    expect((await testConnection(page)).good).toBe(true);
    expect(server.chats().at(-1)?.body?.stream).not.toBe(true);
    await streaming(true);
  });
});

type Fault = { name: string; behaviour: Behaviour; says: RegExp; hint: RegExp; streams?: boolean };
const FAULTS: Fault[] = [
  {
    name: "a wrong key, which the server quotes",
    behaviour: { kind: "status", status: 401, message: `Incorrect API key provided: ${KEY}` },
    says: /refused the key \(status 401\): Incorrect API key provided: \[key\]/,
    hint: /Check the key in Settings/,
  },
  { name: "an account that pages may not use", behaviour: { kind: "status", status: 401, message: "CORS requests are not allowed" }, says: /status 401/, hint: /does not allow calls from web pages/ },
  { name: "no leave for the model", behaviour: { kind: "status", status: 403, message: "forbidden" }, says: /status 403/, hint: /may use this model/ },
  {
    name: "an unknown model",
    behaviour: { kind: "status", status: 404, message: "The model `test-model` does not exist" },
    says: /does not know this path or model \(status 404\): The model `test-model` does not exist/,
    hint: /Check the model's name and the address/,
  },
  {
    name: "an account without credit",
    behaviour: { kind: "status", status: 429, body: JSON.stringify({ error: { message: "You exceeded your current quota", code: "insufficient_quota" } }) },
    says: /no credit left \(status 429\)/,
    hint: /Add credit/,
  },
  {
    name: "a wait longer than anyone waits",
    behaviour: { kind: "status", status: 429, message: "slow down", headers: { "retry-after": "900" } },
    says: /no more requests for now \(status 429\): slow down It asks to wait 900 s/,
    hint: /lower the number of requests at once/,
  },
  { name: "malformed JSON in a stream", behaviour: { kind: "malformed" }, says: /malformed JSON/, hint: /chat-completions protocol/ },
  { name: "malformed JSON in one piece", behaviour: { kind: "malformed" }, says: /malformed JSON/, hint: /chat-completions protocol/, streams: false },
  { name: "a web page instead of a reply", behaviour: { kind: "html" }, says: /answered with a web page/, hint: /most end in \/v1/ },
  { name: "an empty reply", behaviour: "", says: /replied with no text/, hint: /Try again, or choose another model/ },
  { name: "a reply that was all reasoning", behaviour: { kind: "text", text: "", reasoning: "hmm", finishReason: "length" }, says: /replied with no text/, hint: /raise or clear the output limit/ },
  { name: "a temperature that it does not take", behaviour: { kind: "status", status: 400, message: "temperature must be 1" }, says: /did not accept the request \(status 400\)/, hint: /Clear the temperature/ },
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
    // None of these gets better by asking again at once.
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
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect.poll(() => server.chats().length, { timeout: SLOW_MS }).toBe(before + 1);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await expect.poll(() => server.chats().at(-1)?.aborted, { timeout: SLOW_MS }).toBe(true);
    await page.getByRole("button", { name: "Cancel", exact: true }).waitFor({ state: "detached" });
    expect(await page.getByRole("alert").filter({ hasText: "could not be reached" }).count()).toBe(0);
    answers("ready");
    expect((await testConnection(page)).good).toBe(true);
  });
});

describe("what passes by is tried again", () => {
  it.each<[string, Behaviour]>([
    ["429 with retry-after", { kind: "status", status: 429, message: "busy", headers: { "retry-after": "1" } }],
    ["500", { kind: "status", status: 500, message: "oops" }],
    ["a stream that breaks off", { kind: "cut", text: "rea" }],
    ["a stream that ends without its end", { kind: "cut", text: "rea", politely: true }],
    ["an error inside a stream", { kind: "stream-error", text: "rea", message: "overloaded", code: 503 }],
  ])("%s, then a reply", async (_name, behaviour) => {
    answersOnce(behaviour);
    const before = server.chats().length;
    const { good, text } = await testConnection(page);
    expect(text).toContain("It answers");
    expect(good).toBe(true);
    expect(server.chats().length - before).toBe(2);
  });

  it("a server that keeps failing is given up after four requests", async () => {
    answers({ kind: "status", status: 503, message: "down" });
    const before = server.chats().length;
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/server failed \(status 503\): down/);
    expect(text).toMatch(/try again in a while/);
    expect(server.chats().length - before).toBe(4);
  });
});

describe("addresses", () => {
  it("a server that lets no page in: CORS is named, with what to switch on", async () => {
    const closed = await startModelServer({ cors: "none" });
    await setModel(page, { baseUrl: closed.baseUrl });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/could not be reached/);
    expect(text).toMatch(/The server is there, but does not let this page in \(CORS\)/);
    expect(text).toMatch(/OLLAMA_ORIGINS/);
    // The probe that finds it out carries no key.
    expect(closed.requests.filter((request) => request.headers["authorization"] !== undefined)).toEqual([]);
    await closed.close();
    await setModel(page, { baseUrl: server.baseUrl });
  });

  it("nobody listens: it says what to look at", async () => {
    const gone = await startModelServer();
    await gone.close();
    opened.allow(/ERR_CONNECTION_REFUSED/);
    await setModel(page, { baseUrl: gone.baseUrl });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/could not be reached/);
    expect(text).toMatch(/Is the model's server running, at this port\?/);
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
