import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readDatabase, RUN_MS, runIdOf, SLOW_MS, startProblem, useBrowserApp, visit, waitForVerified } from "../support/browser-app.ts";
import { replyForBundled, testConnection } from "../support/model-app.ts";
import { addModel, type AddedModel, eventsOf, setCap, setPrices, setReuse } from "../support/provider-app.ts";
import { useServers } from "../support/provider-formats.ts";
import {
  type Behaviour,
  type ModelServer,
  promptText,
  type RecordedRequest,
  type ScriptedUsage,
  startAnthropic,
  startOpenAIChat,
  startOpenRouter,
} from "../support/providers/index.ts";

/** What runs cost, as the page counts it, against what the servers say they counted. */
const app = useBrowserApp();
const servers = useServers();
const KEY = "sk-test-5d2c8e41aa";
const COMPATIBLE = "Any OpenAI-compatible address";
const TITLE = "The Warmest Spell";
const PATIENT = { timeout: 4 * RUN_MS };

const isDesigner = (request: RecordedRequest): boolean => promptText(request, "system").startsWith("You turn a coding problem");
const isTester = (request: RecordedRequest): boolean => promptText(request, "system").startsWith("You write test configurations");
const isCheck = (request: RecordedRequest): boolean => promptText(request).startsWith("This is a connection check.");
const isSolver = (request: RecordedRequest): boolean => !isDesigner(request) && !isTester(request) && !isCheck(request);

/** A server that knows the bundled problem and counts: each reply has a usage of its own. */
type Counting = { server: ModelServer; used: ScriptedUsage[]; reply: (request: RecordedRequest) => Behaviour };

async function startCounting(
  start: typeof startOpenAIChat,
  usageOf: (index: number, request: RecordedRequest) => ScriptedUsage,
): Promise<Counting> {
  const used: ScriptedUsage[] = [];
  const text = replyForBundled("warmest-spell");
  const reply = (request: RecordedRequest): Behaviour => {
    const usage = usageOf(used.length, request);
    used.push(usage);
    return { kind: "text", text: isCheck(request) ? "ready" : text(request), usage };
  };
  const server = servers.keep(await start({ key: KEY, models: ["house-model"], respond: reply }));
  return { server, used, reply };
}

/** Large enough that a wrong figure cannot hide behind rounding, and none like the other. */
const USAGE = (index: number): ScriptedUsage => ({ input: 10_000 + 137 * index, cached: 4000 + 11 * index, output: 2000 + 53 * index });
/** US dollars for a million tokens. */
const PRICES = { input: 30, cached: 3, output: 120 };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const costOf = (used: readonly ScriptedUsage[]): number =>
  sum(
    used.map(
      ({ input, cached = 0, output }) => ((input - cached) * PRICES.input + cached * PRICES.cached + output * PRICES.output) / 1_000_000,
    ),
  );
const grouped = (value: number): string => value.toLocaleString("en");
const cachedText = (used: readonly ScriptedUsage[]): string => {
  const cached = sum(used.map((usage) => usage.cached ?? 0));
  return cached === 0 ? "" : `, ${grouped(cached)} of them cached`;
};
const tokensText = (used: readonly ScriptedUsage[]): string =>
  `${grouped(sum(used.map(({ input }) => input)))} tokens in${cachedText(used)}; ${grouped(sum(used.map(({ output }) => output)))} out`;

const money = (page: Page) => page.getByRole("region", { name: "Money" });
const replies = (page: Page) => page.getByRole("region", { name: "Replies" });
const capped = (page: Page) => page.getByRole("alert", { name: "The run stopped at your cap" });

async function openWith(model: Partial<AddedModel> & { baseUrl: string }): Promise<Page> {
  const { page } = await app.open({ path: "/settings" });
  await addModel(page, { provider: COMPATIBLE, key: KEY, model: "house-model", concurrency: 1, ...model });
  return page;
}

/** Presses "Run again", or its other way, on a run's page. @returns once the new run's page is shown */
async function runAgain(page: Page, fresh: boolean): Promise<void> {
  const before = runIdOf(page);
  if (fresh) {
    await page.getByRole("button", { name: "Ways to run again" }).click();
    await page.getByRole("menuitem", { name: /^Run again with new replies/ }).click();
  } else await page.getByRole("button", { name: "Run again", exact: true }).click();
  await page.waitForURL((url) => url.hash.startsWith("#/pipeline/") && !url.hash.includes(encodeURIComponent(before)));
}

/** The run stands here: what comes later is the subject of other tests. */
const SILENT: Behaviour = { kind: "hang", silent: true };

/** A promise and what fulfils it. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe("what a run costs", PATIENT, () => {
  it("tokens are shown while it runs, as free from a server on this computer; with prices entered the next run's is right to the cent, and so is today's", async () => {
    const { server, used, reply } = await startCounting(startOpenAIChat, USAGE);
    const held = gate();
    server.setRespond(async (request) => {
      if (isTester(request)) await held.passed;
      return reply(request);
    });
    const page = await openWith({ baseUrl: server.baseUrl });
    await visit(page, "/problems/warmest-spell");
    await page.getByText(/About \d+ requests?, [\d.]+k tokens in, [\d.]+k out, free/).waitFor();
    await startProblem(page, TITLE);
    // The designer's reply is there, the testers' are not.
    await money(page)
      .getByText(tokensText([USAGE(0)]))
      .waitFor({ timeout: RUN_MS });
    expect(await money(page).innerText()).toMatch(/Money\s+free/);
    held.open();
    await waitForVerified(page);
    const free = used.length;
    expect(free).toBe(server.chats().length);
    await money(page).getByText(tokensText(used)).waitFor();
    expect(await money(page).innerText()).toMatch(/Money\s+free/);
    expect(await money(page).innerText()).not.toContain("$0");

    await visit(page, "/settings");
    await setPrices(page, PRICES);
    expect((await testConnection(page)).text).toContain(`$${costOf(used.slice(free)).toFixed(2)}`);
    await visit(page, "/problems/warmest-spell");
    await page.getByText(/\$[\d.]+ to \$[\d.]+ \(likely \$[\d.]+\)/).click();
    const rows = await page.getByRole("row").allInnerTexts();
    const figures = rows
      .filter((row) => row.startsWith("Cost"))
      .flatMap((row) => [...row.matchAll(/\$([\d.]+)/g)].map(([, figure]) => Number(figure)));
    expect(figures).toHaveLength(3);
    expect(figures).toEqual(figures.toSorted((a, b) => a - b));
    expect(figures[0]).toBeLessThan(figures[2] ?? 0);

    const checked = used.length;
    await setReuse(page, false);
    await startProblem(page, TITLE);
    await waitForVerified(page);
    const mine = used.slice(checked);
    await money(page).getByText(tokensText(mine)).waitFor();
    expect(await money(page).innerText()).toContain(`Money\n\n$${costOf(mine).toFixed(2)}\n`);
    // By role: the designer's one reply was this run's first.
    const designer = await money(page)
      .getByRole("row", { name: /^Designer/ })
      .innerText();
    expect(designer).toContain(`$${costOf(mine.slice(0, 1)).toFixed(2)}`);

    await visit(page, "/settings");
    const priced = costOf(used.slice(free));
    await page.getByText(`Today $${priced.toFixed(2)}, for ${used.length} replies.`).waitFor();
    const { spend } = await readDatabase(page);
    expect(spend).toHaveLength(used.length);
  });

  it("OpenRouter's own figure goes before every price, and says so; today's sum holds two runs and a check", async () => {
    const usd = (index: number) => 1.11 + index / 100;
    const { server, used } = await startCounting(startOpenRouter, (index) => ({ input: 5000, cached: 1000, output: 700, usd: usd(index) }));
    const billed = (all: readonly ScriptedUsage[]): string => `$${sum(all.map((usage) => usage.usd ?? 0)).toFixed(2)}`;
    const page = await openWith({ provider: "OpenRouter", baseUrl: server.baseUrl, model: "maker/model-a" });
    await setPrices(page, { input: 1, output: 1 });
    expect((await testConnection(page)).text).toContain("$1.11");
    await startProblem(page, TITLE);
    await waitForVerified(page);
    const first = used.slice(1);
    await money(page).getByText(billed(first), { exact: true }).first().waitFor();
    await replies(page)
      .getByRole("button", { name: /^Designer 1/ })
      .click();
    expect(await replies(page).innerText()).toContain("$1.12, the provider's own figure");
    await runAgain(page, true);
    await waitForVerified(page);
    await money(page)
      .getByText(billed(used.slice(1 + first.length)), { exact: true })
      .first()
      .waitFor();
    await visit(page, "/settings");
    await page.getByText(`Today ${billed(used)}, for ${used.length} replies.`).waitFor();
    const today = page.getByRole("table", { name: "Spending by day" }).getByRole("row").nth(1);
    expect(await today.innerText()).toMatch(new RegExp(`\\b${used.length}\\b[\\s\\S]*\\${billed(used)}`));
  });

  it.each([
    ["Tokens of a run", 14_000, 10_000_000, /cap of 14,000 tokens per run/],
    ["Cost of a run", 1.02, 500, /cap of \$1\.02 per run/],
  ] as const)(
    "%s: a cap stops the run with its own words; raised, it ends verified and asks for nothing twice",
    async (label, low, high, says) => {
      // As long as such prompts and replies are: what may still be asked is a forecast, and holds where that is near.
      const { server, used } = await startCounting(startOpenAIChat, (_, { rawBody }) => ({
        input: Math.ceil(rawBody.length / 4),
        cached: 0,
        output: 1500,
      }));
      const page = await openWith({ baseUrl: server.baseUrl });
      if (label === "Cost of a run") await setPrices(page, PRICES);
      await setCap(page, label, low);
      await startProblem(page, TITLE);
      await capped(page).waitFor({ timeout: RUN_MS });
      expect(await capped(page).innerText()).toMatch(says);
      expect(await capped(page).innerText()).toContain("All replies so far are kept.");
      const before = server.chats().length;
      expect(before).toBeGreaterThan(0);
      // What was spent is within the cap, and Resume without raising it asks for nothing.
      if (label === "Tokens of a run") expect(sum(used.map(({ input, output }) => input + output))).toBeLessThanOrEqual(low);
      else expect(costOf(used)).toBeLessThanOrEqual(low);
      await page.getByRole("button", { name: "Resume" }).click();
      await expect.poll(async () => (await eventsOf(page, "run-failed")).length).toBe(2);
      expect(server.chats().length).toBe(before);

      const run = new URL(page.url()).hash.slice(1);
      await setCap(page, label, high);
      await visit(page, run);
      await page.getByRole("button", { name: "Resume" }).click();
      await capped(page).waitFor({ state: "detached" });
      await waitForVerified(page);
      const received = await eventsOf(page, "reply-received");
      const places = received.map(({ role, sample, attempt, candidate }) => `${role}-${sample}.${attempt} ${candidate}`);
      expect(new Set(places).size).toBe(places.length);
      expect(server.chats()).toHaveLength(places.length);
      await money(page).getByText(tokensText(used)).waitFor();
    },
  );
});

describe("nothing is paid for twice", PATIENT, () => {
  it("the same problem again asks nothing; with new replies, or with the store switched off, it asks anew", async () => {
    const { server, used } = await startCounting(startOpenAIChat, USAGE);
    const page = await openWith({ baseUrl: server.baseUrl });
    await setPrices(page, PRICES);
    await startProblem(page, TITLE);
    await waitForVerified(page);
    const asked = server.chats().length;
    const spent = costOf(used).toFixed(2);

    await runAgain(page, false);
    await waitForVerified(page);
    expect(server.chats().length).toBe(asked);
    const received = await eventsOf(page, "reply-received");
    expect(received.every(({ reply }) => reply.reusedFrom !== null)).toBe(true);
    await money(page).getByText(`${received.length} replies from the store, at no cost.`).waitFor();
    expect(await replies(page).getByText("from store").count()).toBe(received.length);
    await replies(page)
      .getByRole("button", { name: /^Designer 1/ })
      .click();
    await replies(page)
      .getByText(/^Answered from the store, paid on /)
      .waitFor();

    await runAgain(page, true);
    await page.getByText("new replies", { exact: true }).waitFor();
    await waitForVerified(page);
    expect(server.chats().length).toBe(2 * asked);
    expect(await replies(page).getByText("from store").count()).toBe(0);

    const run = new URL(page.url()).hash.slice(1);
    await setReuse(page, false);
    // The day's books hold what was paid for: the run in between cost nothing.
    await page.getByText(`Today $${costOf(used).toFixed(2)}, for ${2 * asked} replies.`, { exact: true }).waitFor();
    expect(spent).not.toBe(costOf(used).toFixed(2));
    await visit(page, run);
    await runAgain(page, false);
    await expect.poll(() => server.chats().length, { timeout: RUN_MS }).toBeGreaterThan(2 * asked);
    expect(
      server
        .chats()
        .slice(2 * asked)
        .map(isDesigner)[0],
    ).toBe(true);
  });
});

describe("what comes between", PATIENT, () => {
  const usage: ScriptedUsage = { input: 1000, cached: 0, output: 500 };

  it("a 429 with retry-after counts down, and goes on by itself", async () => {
    const { server, reply } = await startCounting(startOpenAIChat, USAGE);
    let refused = false;
    server.setRespond((request) => {
      if (refused) return isTester(request) ? SILENT : reply(request);
      refused = true;
      return { kind: "trouble", trouble: "rate-limit", afterSeconds: 4 };
    });
    const opened = await app.open({ path: "/settings" });
    opened.allow(/status of 429/);
    const { page } = opened;
    await addModel(page, { provider: COMPATIBLE, baseUrl: server.baseUrl, key: KEY, model: "house-model", concurrency: 1 });
    await startProblem(page, TITLE);
    await replies(page)
      .getByText(/The provider takes no more requests for now: trying again in \d+ s \(attempt 2 of 5\)/)
      .waitFor({ timeout: SLOW_MS });
    await money(page)
      .getByText(tokensText([USAGE(0)]))
      .waitFor({ timeout: RUN_MS });
    expect(server.chats().filter(isDesigner)).toHaveLength(2);
  });

  it("a reply that is cut at the limit is continued where it stopped, and marked", async () => {
    const { server, reply } = await startCounting(startOpenAIChat, USAGE);
    const bundled = replyForBundled("warmest-spell");
    // What the model thought aloud is no part of what it goes on with.
    const whole = (request: RecordedRequest): string => bundled(request).replace(/^<think>[\s\S]*?<\/think>\s*/, "");
    let first = "";
    server.setRespond((request) => {
      if (!isDesigner(request)) return isTester(request) ? SILENT : reply(request);
      const text = whole(request);
      if (first !== "") return { kind: "text", text: text.slice(first.length), usage };
      first = text.slice(0, Math.floor(text.length / 2));
      return { kind: "text", text: first, finishReason: "length", usage };
    });
    const page = await openWith({ baseUrl: server.baseUrl });
    await startProblem(page, TITLE);
    await replies(page).getByText("2 pieces").waitFor({ timeout: RUN_MS });
    const asked = server.chats().filter(isDesigner);
    expect(asked).toHaveLength(2);
    expect(asked.map((request) => promptText(request, "assistant"))).toEqual(["", first]);
    // Put together, it is a reply like any other: it is read, and the testers are asked with what it says.
    await expect.poll(() => server.chats().filter(isTester).length, { timeout: RUN_MS }).toBe(1);
    const row = replies(page).getByRole("button", { name: /^Designer 1/ });
    await row.click();
    await replies(page).getByText("Put together from 2 pieces").waitFor();
    expect(await replies(page).innerText()).toContain("2,000");
  });

  it("a refusal is shown as one, with what it cost", async () => {
    const { server } = await startCounting(startOpenAIChat, USAGE);
    server.setRespond(() => ({ kind: "refusal", text: "I cannot help with that.", usage }));
    const page = await openWith({ baseUrl: server.baseUrl });
    await setPrices(page, PRICES);
    await startProblem(page, TITLE);
    const row = replies(page)
      .getByRole("button", { name: /^Designer 1/ })
      .filter({ hasText: "refused" })
      .first();
    await row.waitFor({ timeout: SLOW_MS });
    await row.click();
    const said = replies(page).getByRole("alert", { name: "The model refused" });
    await said.waitFor();
    expect(await said.innerText()).toContain("I cannot help with that.");
    expect(await replies(page).innerText()).toContain("It was paid for all the same: $0.09, at your own price");
  });
});

describe("a model for each role", PATIENT, () => {
  it("each server gets only its role's requests, with its own key and settings", async () => {
    const reply = replyForBundled("warmest-spell");
    const careful = servers.keep(await startAnthropic({ key: "sk-ant-careful-0a1b2c", respond: reply }));
    const cheap = servers.keep(await startOpenAIChat({ key: "sk-cheap-3d4e5f", respond: reply }));
    const { page } = await app.open({ path: "/settings" });
    await addModel(page, { provider: COMPATIBLE, baseUrl: cheap.baseUrl, key: "sk-cheap-3d4e5f", model: "cheap-model", concurrency: 1 });
    await addModel(page, {
      provider: "Anthropic",
      baseUrl: careful.baseUrl,
      key: "sk-ant-careful-0a1b2c",
      model: "careful-model",
      concurrency: 1,
    });
    await page.getByRole("button", { name: "Choose per role" }).click();
    const solver = page.getByRole("group", { name: "Solver" });
    await solver.getByRole("combobox", { name: "Profile" }).click();
    await page.getByRole("option", { name: COMPATIBLE }).click();
    const temperature = solver.getByRole("textbox", { name: "Temperature" });
    await temperature.fill("0.3");
    await temperature.blur();

    await startProblem(page, TITLE);
    const environment = await waitForVerified(page);
    expect(environment.provenance.model).toMatch(/careful-model[\s\S]*cheap-model/);
    expect(careful.chats().filter(isDesigner)).toHaveLength(1);
    expect(careful.chats().filter(isTester)).toHaveLength(2);
    expect(careful.chats().filter(isSolver)).toEqual([]);
    expect(cheap.chats().length).toBeGreaterThan(0);
    expect(cheap.chats().every(isSolver)).toBe(true);
    expect(cheap.chats().every(({ body }) => body?.["temperature"] === 0.3 && body.model === "cheap-model")).toBe(true);
    expect(careful.chats().every(({ body }) => body?.["temperature"] === undefined && body?.model === "careful-model")).toBe(true);
    expect(JSON.stringify(careful.requests)).not.toContain("sk-cheap-3d4e5f");
    expect(JSON.stringify(cheap.requests)).not.toContain("sk-ant-careful-0a1b2c");
  });
});
