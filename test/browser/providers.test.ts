import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type AppPage, RUN_MS, startProblem, useBrowserApp, waitForVerified } from "../support/browser-app.ts";
import { replyForBundled, testConnection } from "../support/model-app.ts";
import { addModel, eventsOf, setStreaming } from "../support/provider-app.ts";
import { addFormat, expectClean, FORMATS, formatOf, isStreamed, USUAL_ADDRESS, useServers } from "../support/provider-formats.ts";

/** Profiles of every provider, made by hand in the built page: over real HTTP, through real preflights. */
const app = useBrowserApp();
const servers = useServers();
let opened: AppPage;
let page: Page;
let origin: string;

beforeAll(async () => {
  opened = await app.open({ path: "/settings", keep: true });
  opened.allow(USUAL_ADDRESS);
  page = opened.page;
  origin = new URL(opened.url).origin;
});

describe("a profile answers, streamed and in one piece", () => {
  it.each(FORMATS)("$name", async (format) => {
    const server = servers.keep(await format.start({ origin, ...(format.key === null ? {} : { key: format.key }) }));
    await addFormat(page, format, server.baseUrl);
    const streamed = await testConnection(page);
    expect(streamed.text).toMatch(/test-model answered in [\d.]+ s: 11 tokens in, 7 out[\s\S]*“ready”/);
    await setStreaming(page, false);
    const whole = await testConnection(page);
    expect(whole.text).toMatch(/test-model answered in [\d.]+ s, in one piece: 11 tokens in, 7 out[\s\S]*“ready”/);
    expect(server.chats().map(isStreamed)).toEqual([true, false]);
    expectClean(server, format);
  });

  it("keys of all these profiles went to local servers only, one key a request", () => {
    for (const { url, headers } of opened.requests) {
      const carried = JSON.stringify([url, headers]);
      const owners = FORMATS.filter(({ key }) => key !== null && carried.includes(key));
      if (owners.length > 0) expect(new URL(url).hostname).toBe("127.0.0.1");
      expect(owners.length).toBeLessThan(2);
    }
  });
});

describe("suggestions come from the provider's list", () => {
  it.each([
    ["OpenAI, responses", ["gpt-5", "gpt-5-mini"], ["gpt-5", "gpt-5-mini"]],
    ["Anthropic", ["claude-a", "claude-b"], ["claude-a", "claude-b"]],
    ["Gemini", ["gemini-a", "gemini-embedding-001"], ["gemini-a"]],
    ["OpenRouter", ["maker/model-a", "maker/model-b"], ["maker/model-a", "maker/model-b"]],
    ["Ollama", ["qwen3:8b"], ["qwen3:8b"]],
  ] as const)("%s", async (name, models, shown) => {
    const format = formatOf(name);
    const server = servers.keep(await format.start({ origin, models: [...models] }));
    await addModel(page, { provider: format.provider, baseUrl: server.baseUrl, ...(format.key === null ? {} : { key: format.key }) });
    await page.getByRole("combobox", { name: "Model name" }).click();
    await expect
      .poll(async () => (await page.getByRole("option").allInnerTexts()).map((text) => text.split("\n")[0]).toSorted())
      .toEqual([...shown]);
    if (name === "OpenRouter") expect(await page.getByRole("option").first().innerText()).toContain("$0.40 in, $1.60 out");
    await page.getByRole("option", { name: shown[0] }).first().click();
    await page.getByRole("radio", { name: new RegExp(`· ${shown[0]}`), checked: true }).waitFor();
    expectClean(server, format);
  });
});

describe("a whole run", { timeout: 2 * RUN_MS }, () => {
  it("over Anthropic's messages ends verified", async () => {
    const format = formatOf("Anthropic");
    const server = servers.keep(await format.start({ origin, respond: replyForBundled("warmest-spell") }));
    await addFormat(page, format, server.baseUrl, { concurrency: 1 });
    await startProblem(page, "The Warmest Spell");
    const environment = await waitForVerified(page);
    expect(environment.provenance.model).toContain("test-model");
    const received = await eventsOf(page, "reply-received");
    expect(received.length).toBe(server.chats().length);
    expect(
      received.every(({ reply: { usage } }) => usage?.inputTokens === 11 && usage.outputTokens === 7 && usage.cachedInputTokens === 4),
    ).toBe(true);
    expectClean(server, format);
  });
});

/** What Chrome offers to pages, for as much of it as the app may use: a stand-in for the browser, not for the app. */
const STAND_IN = `
  const asked = [];
  globalThis.LanguageModel = class LanguageModel {
    static async availability() { return "available"; }
    static async create(options) {
      const session = { initialPrompts: options.initialPrompts, destroyed: false };
      asked.push(session);
      return {
        prompt: async () => "ready",
        promptStreaming: (input) => { session.input = input; return new ReadableStream({ start(to) { to.enqueue("re"); to.enqueue("ady"); to.close(); } }); },
        destroy: () => { session.destroyed = true; },
      };
    }
  };
  globalThis.askedOfChrome = asked;`;

describe("Chrome's built-in model (a stand-in for the browser's part)", () => {
  it("answers without key and address, and nothing leaves the page", async () => {
    const other = await app.open({ path: "/settings", prepare: (prepared) => prepared.addInitScript(STAND_IN) });
    await addModel(other.page, { provider: "Chrome's built-in model" });
    const { good, text } = await testConnection(other.page);
    expect(good).toBe(true);
    expect(text).toMatch(/built-in answered in [\d.]+ s: tokens not said, free[\s\S]*“ready”/);
    expect(await other.page.evaluate("globalThis.askedOfChrome")).toEqual([
      { initialPrompts: [], destroyed: true, input: expect.stringContaining("connection check") },
    ]);
    const elsewhere = other.requests.filter(({ url }) => /^https?:/.test(url) && new URL(url).origin !== origin);
    expect(elsewhere).toEqual([]);
  });

  it("is not offered where the browser has none, and says so", async () => {
    const other = await app.open({ path: "/settings", prepare: (prepared) => prepared.addInitScript("delete globalThis.LanguageModel") });
    await other.page.getByRole("button", { name: "Add a model" }).click();
    const choice = other.page.getByRole("dialog", { name: "Add a model" }).getByRole("button", { name: /^Chrome's built-in model/ });
    await choice.getByText("This browser does not offer one on this device.").waitFor();
    expect(await choice.isDisabled()).toBe(true);
  });
});
