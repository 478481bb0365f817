import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type AppPage, useBrowserApp } from "../support/browser-app.ts";
import { openAdvanced, testConnection } from "../support/model-app.ts";
import { addModel, setAddress } from "../support/provider-app.ts";
import { addFormat, expectClean, formatOf, isStreamed, USUAL_ADDRESS, useServers } from "../support/provider-formats.ts";
import { startOllama, type Trouble } from "../support/providers/index.ts";
import { startRawServer } from "../support/providers/raw-server.ts";

/** Each failure of a connection as its provider writes it, and the cause that the built page names. */
const app = useBrowserApp();
const servers = useServers();
let opened: AppPage;
let page: Page;
let origin: string;

beforeAll(async () => {
  opened = await app.open({ path: "/settings", keep: true });
  // The browser itself reports each refused answer.
  opened.allow(/Failed to load resource|blocked by CORS policy/);
  opened.allow(USUAL_ADDRESS);
  page = opened.page;
  origin = new URL(opened.url).origin;
});

const KEY = /refused the key[\s\S]*Certain[\s\S]*Check the key in Settings/i;
const CREDIT = /no credit left[\s\S]*Certain[\s\S]*Add credit with the provider/i;

describe("an answer that is no reply has one cause, and what to do", () => {
  it.each<[format: string, trouble: Trouble, says: RegExp]>([
    ["OpenAI, responses", "wrong-key", KEY],
    ["OpenAI, chat completions", "wrong-key", KEY],
    ["Anthropic", "wrong-key", KEY],
    ["Gemini", "wrong-key", KEY],
    ["OpenRouter", "wrong-key", KEY],
    ["OpenAI, responses", "no-credit", CREDIT],
    ["Anthropic", "no-credit", CREDIT],
    ["Gemini", "no-credit", CREDIT],
    ["OpenRouter", "no-credit", CREDIT],
    ["Anthropic", "browser-forbidden", /does not allow calls from web pages[\s\S]*Certain[\s\S]*OpenRouter/i],
    ["OpenAI, responses", "rate-limit", /takes no more requests for now[\s\S]*Certain/i],
    ["Anthropic", "overloaded", /overloaded[\s\S]*Certain[\s\S]*try again in a while/i],
  ])("%s: %s", async (name, trouble, says) => {
    const format = formatOf(name);
    const server = servers.keep(await format.start({ origin, respond: () => ({ kind: "trouble", trouble }) }));
    await addFormat(page, format, server.baseUrl);
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(says);
    expect(text).not.toMatch(/\b(Likely|Possible)\b/i);
    expect(text).not.toContain(format.key?.slice(0, 14));
    expect(server.chats()).toHaveLength(1);
    expectClean(server, format);
  });

  it("words that fit two causes name both, the likelier first", async () => {
    const format = formatOf("Mistral");
    const server = servers.keep(await format.start({ origin, key: "another-0123456789" }));
    await addFormat(page, format, server.baseUrl);
    const { text } = await testConnection(page);
    expect(text).toMatch(/several causes[\s\S]*the likeliest first[\s\S]*refused the key\.\s+Likely[\s\S]*no credit left\.\s+Possible/i);
  });

  it("a key of somebody else, looked at by the server", async () => {
    const format = formatOf("Anthropic");
    const server = servers.keep(await format.start({ origin, key: "sk-ant-somebody-else" }));
    await addFormat(page, format, server.baseUrl);
    expect((await testConnection(page)).text).toMatch(KEY);
  });
});

describe("what one click mends", () => {
  it.each(["OpenAI, responses", "OpenAI, chat completions"])(
    "%s: an unverified organisation cannot stream; a button switches it off",
    async (name) => {
      const format = formatOf(name);
      const server = servers.keep(
        await format.start({
          origin,
          respond: (request) => (isStreamed(request) ? { kind: "trouble", trouble: "unverified-streaming" } : "ready"),
        }),
      );
      await addFormat(page, format, server.baseUrl);
      const { good, text } = await testConnection(page);
      expect(good).toBe(false);
      expect(text).toMatch(/not verified, so it may not stream this model[\s\S]*Certain/i);
      await page.getByRole("button", { name: "Switch streaming off" }).click();
      const answer = page.getByRole("note", { name: "It answers" });
      await answer.waitFor();
      expect(await answer.innerText()).toContain("in one piece");
      await openAdvanced(page);
      expect(await page.getByRole("switch", { name: "Streaming" }).isChecked()).toBe(false);
      expect(server.chats().map(isStreamed)).toEqual([true, false]);
    },
  );

  it.each([
    ["OpenAI, responses", "gpt-5-mni", "gpt-5-mini", ["gpt-5", "gpt-5-mini", "whisper-1"]],
    ["OpenRouter", "maker/modell-a", "maker/model-a", ["maker/model-a", "else/other"]],
    ["Anthropic", "claude-sonet-4-5", "claude-sonnet-4-5", ["claude-sonnet-4-5", "claude-opus-4-1"]],
    ["Ollama", "qwen3:8", "qwen3:8b", ["qwen3:8b", "llama3:70b"]],
  ] as const)("%s: no such model; the nearest name is a button", async (name, typed, meant, models) => {
    const format = formatOf(name);
    const server = servers.keep(
      await format.start({
        origin,
        models: [...models],
        respond: (request) => (request.body?.model === meant ? "ready" : { kind: "trouble", trouble: "no-such-model" }),
      }),
    );
    await addFormat(page, format, server.baseUrl, { model: typed });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toContain(`There is no model “${typed}” in the provider's list.`);
    if (name === "Ollama") expect(text).toContain(`ollama pull ${typed}`);
    await page.getByRole("group", { name: "Nearest names" }).getByRole("button", { name: meant, exact: true }).click();
    const answer = page.getByRole("note", { name: "It answers" });
    await answer.waitFor();
    expect(await answer.innerText()).toContain(`${meant} answered`);
    expect(await page.getByRole("combobox", { name: "Model name" }).inputValue()).toBe(meant);
  });
});

describe("no answer at all", () => {
  it.each(["Anthropic", "Gemini", "OpenAI, responses", "OpenRouter"])(
    "%s: an address that sends requests on to another origin, which gets none",
    async (name) => {
      const format = formatOf(name);
      const elsewhere = await startRawServer(() => ({ type: "application/json", body: "{}" }));
      const server = await startRawServer(({ path }) => ({ status: 308, headers: { location: `${elsewhere.origin}${path}` }, body: "" }));
      await addFormat(page, format, `${server.origin}/v1`);
      const { good, text } = await testConnection(page);
      expect(good).toBe(false);
      expect(text).toMatch(/sends requests on to another address \(a redirect\)[\s\S]*your key would go along[\s\S]*Certain/);
      expect(elsewhere.requests).toEqual([]);
      await Promise.all([server.close(), elsewhere.close()]);
    },
  );

  it("an Ollama that knows no page: the exact line to let this one in, and it answers once that is set", async () => {
    const format = formatOf("Ollama");
    const closed = await startOllama();
    const port = Number(new URL(closed.origin).port);
    await addFormat(page, format, closed.baseUrl);
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/is there, but does not let this page read its answers \(CORS\)/);
    expect(text).toContain(`OLLAMA_ORIGINS=${origin} `);
    await closed.close();
    servers.keep(await startOllama({ port, origins: [origin] }));
    expect((await testConnection(page)).good).toBe(true);
  });

  it("nobody listens: the likely causes in order, and that they cannot be told apart", async () => {
    const format = formatOf("Ollama");
    const gone = await startOllama();
    await gone.close();
    await addFormat(page, format, gone.baseUrl);
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(
      /Browsers do not tell a page why[\s\S]*the likeliest first[\s\S]*Ollama is not running, or not at 127\.0\.0\.1:\d+[\s\S]*Likely[\s\S]*extension[\s\S]*Possible/i,
    );
  });

  it("an address that does not exist: what can be the cause, never one alone", async () => {
    await addModel(page, {
      provider: "Any OpenAI-compatible address",
      baseUrl: "https://models.invalid/v1",
      key: "sk-nowhere-0123456789",
      model: "test-model",
    });
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(
      /Browsers do not tell a page why[\s\S]*models\.invalid may be misspelt[\s\S]*models\.invalid may be down[\s\S]*firewall, VPN, proxy/,
    );
  });

  it("offline: said at once, and nothing is sent", async () => {
    const format = formatOf("OpenAI, responses");
    const server = servers.keep(await format.start({ origin }));
    await addFormat(page, format, server.baseUrl);
    await setAddress(page, "https://api.openai.com/v1");
    await opened.context.setOffline(true);
    try {
      const { good, text } = await testConnection(page);
      expect(good).toBe(false);
      expect(text).toMatch(/This device is offline\.[\s\S]*Certain[\s\S]*Connect it to the internet/i);
    } finally {
      await opened.context.setOffline(false);
    }
    expect(opened.requests.filter(({ url }) => url.includes("api.openai.com"))).toEqual([]);
  });
});
