import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "@/domain";
import {
  type AppPage,
  readDatabase,
  RUN_MS,
  runIdOf,
  SLOW_MS,
  useBrowserApp,
  visit,
  waitForPython,
  waitForVerified,
} from "../support/browser-app.ts";
import { replyForBundled, setModel } from "../support/model-app.ts";
import { startModelServer } from "../support/model-server.ts";

/** A visitor without a key and without a network, with a solution that this page has never seen. */
const STATEMENT =
  "A gardener notes how tall each seedling is, in millimetres. Every seedling that is taller than all before it gets a ribbon; tell how many metres of ribbon, at 3 metres for each, are needed.";
const SOLUTION = `def grows(height, tallest):
    """Is it taller than all before? — «plus grand»"""
    return height > tallest


def ribbon_needed(heights: list[int]) -> int:
    """Metres of ribbon for the seedlings.

    >>> ribbon_needed([3, 1, 5])
    6
    """
    tallest = 0
    metres = 0
    for height in heights:
        if grows(height, tallest):
            metres += 3 * len("é")
            tallest = max(tallest, height)
    return metres
`;
const REFUSED = "import random\n\n\ndef roll(sides: int) -> int:\n    return random.randint(1, sides)\n";

const app = useBrowserApp();
let opened: AppPage;
let page: Page;
let loaded = 0;

beforeAll(async () => {
  opened = await app.open({ keep: true });
  page = opened.page;
});

/** Writes a problem and makes an environment of it, all on one page. */
async function make(statement: string, solution: string): Promise<void> {
  await visit(page, "/new-problem");
  await page.getByRole("textbox", { name: "Statement" }).fill(statement);
  await page.getByRole("textbox", { name: "Solution" }).fill(solution);
  await page.getByRole("button", { name: "Make an environment" }).click();
  await page.waitForURL(/#\/pipeline\/.+/);
}

/** On a loaded machine the compiler's time may be up before it has cut enough: then once more, as a person does. */
async function verifiedInTime(): Promise<Environment> {
  for (;;) {
    const environment = await waitForVerified(page);
    if ((await page.getByText("Warning: the time was up", { exact: false }).count()) === 0) return environment;
    const runId = runIdOf(page);
    await page.getByRole("button", { name: "Run again" }).click();
    await expect.poll(() => runIdOf(page)).not.toBe(runId);
  }
}

/** Fills a tool's form from a call as the page writes it, `Add(x=3, text="a")`, and sends it. */
async function callByHand(call: string, number: number): Promise<void> {
  const panel = page.getByRole("region", { name: "Tools", exact: true });
  const [, tool = "", values = ""] = /^(\w+)\((.*)\)$/.exec(call) ?? [];
  const opener = panel.getByRole("button", { name: new RegExp(`^${tool}\\b`) });
  if ((await opener.getAttribute("aria-expanded")) !== "true") await opener.click();
  const form = panel.getByRole("form", { name: `Call ${tool}` });
  for (const [, name = "", value = ""] of values.matchAll(/(\w+)=(\[[^\]]*\]|[^,]+)/g))
    await form.getByRole("textbox", { name: new RegExp(`^${name}\\b`) }).fill(value);
  await form.getByRole("button", { name: /^(Call|Answer)/ }).click();
  await expect.poll(() => page.getByRole("region", { name: "Calls and observations" }).getByRole("listitem").count()).toBe(number);
}

const section = () => page.getByRole("region", { name: "From the solution" });
const tools = () => section().getByRole("list", { name: "Tools from the solution" });
const names = async (): Promise<string[]> =>
  await tools()
    .getByRole("textbox")
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));

describe("the built-in compiler, offline", () => {
  it("makes a verified environment of a pasted solution", async () => {
    await waitForPython(page);
    // What the pages still to come are made of is fetched ahead, once the first page stands.
    for (const part of ["pipeline", "environments", "play", "code-mirror-view", "markdown-view"]) {
      await expect
        .poll(() => opened.requests.some(({ url }) => new RegExp(`/assets/${part}-[^/]+\\.js$`).test(url)), {
          timeout: SLOW_MS,
          message: part,
        })
        .toBe(true);
    }
    await opened.settled();
    await opened.context.setOffline(true);
    loaded = opened.requests.length;
    await visit(page, "/new-problem");
    await page.getByText("No key needed: the built-in compiler cuts the solution itself", { exact: false }).waitFor();
    await make(STATEMENT, SOLUTION);
    const environment = await verifiedInTime();
    expect(environment.provenance).toMatchObject({ source: "synthesis", recorded: false, model: "Built-in compiler" });
    expect(environment.provenance.rules?.length).toBeGreaterThan(0);
    expect(environment.tasks.some((task) => task.kept)).toBe(true);
    // Nobody was asked for anything.
    expect(await page.getByRole("heading", { name: "Replies" }).count()).toBe(0);
    expect(await page.getByRole("heading", { name: "Money" }).count()).toBe(0);
  });

  it("marks the pieces in the solution, with the tool beside each", async () => {
    const code = section().getByRole("textbox", { name: "Solution, with the pieces that became tools" });
    await code.waitFor();
    for (const name of await names()) {
      const label = code.locator(`button[data-groups="${name}"]`).first();
      expect(await label.textContent()).toBe(name);
      expect(await code.locator(`.cm-span[data-groups~="${name}"]`).count(), name).toBeGreaterThan(0);
    }
    // By keyboard: the name has the focus, its piece and its row light up.
    const [first = ""] = await names();
    await code.locator(`button[data-groups="${first}"]`).first().focus();
    await code.locator(`.cm-spanActive[data-groups~="${first}"]`).first().waitFor();
    await tools()
      .locator("li[data-lit]")
      .getByRole("textbox", { name: `Name of the tool ${first}` })
      .waitFor();
    // And back: a row lights up its piece.
    const second = (await names())[1] ?? first;
    await tools()
      .getByRole("textbox", { name: `Name of the tool ${second}` })
      .focus();
    await code.locator(`.cm-spanActive[data-groups~="${second}"]`).first().waitFor();
    expect(
      await code
        .locator(".cm-span.cm-spanActive")
        .evaluateAll((marks, name) => marks.every((mark) => mark.getAttribute("data-groups")?.split(" ").includes(name)), second),
    ).toBe(true);
  });

  it("is readable for everyone", async () => {
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const results = (await page.evaluate("axe.run(document.querySelector('main'), { resultTypes: ['violations'] })")) as AxeResults;
    const violations = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
    expect(results.passes.length).toBeGreaterThan(0);
    expect(violations).toEqual([]);
  });

  it("shows the other ways to cut, with figures and what came of each", async () => {
    const ways = section().getByRole("radiogroup", { name: "Way to cut the solution" }).getByRole("radio");
    expect(await ways.count()).toBeGreaterThan(1);
    expect(
      await section()
        .getByRole("radio", { name: /: verified$/ })
        .count(),
    ).toBe(1);
    await section()
      .getByText(/\d+ of \d+ configurations in 10 to 256 rounds · \d+ tools/)
      .first()
      .waitFor();
    const before = await names();
    await section()
      .getByRole("radio", { name: /: not tried$/ })
      .first()
      .click();
    await expect.poll(names).not.toEqual(before);
    await section()
      .getByRole("radio", { name: /: verified$/ })
      .click();
    await expect.poll(names).toEqual(before);
  });

  it("compiles again with a piece switched off and a tool renamed", async () => {
    const before = await names();
    const [dropped = "", renamed = ""] = before;
    const runId = runIdOf(page);
    const again = section().getByRole("button", { name: "Compile again" });
    expect(await again.isDisabled()).toBe(true);
    const field = tools().getByRole("textbox", { name: `Name of the tool ${renamed}` });
    await field.fill("not a name");
    await section().getByText("A name is not right yet", { exact: false }).waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await again.isDisabled()).toBe(true);
    await field.fill("HandOutRibbon");
    const row = tools()
      .getByRole("listitem")
      .filter({ has: page.getByRole("textbox", { name: `Name of the tool ${dropped}` }) });
    for (const piece of await row.getByRole("switch").all()) await piece.uncheck({ force: true });
    await again.click();
    await expect.poll(() => runIdOf(page)).not.toBe(runId);
    const environment = await verifiedInTime();
    const made = environment.tools.map(({ name }) => name);
    expect(made).toContain("HandOutRibbon");
    expect(made).not.toContain(renamed);
    expect(made).not.toContain(dropped);
    // What was chosen is shown as it was.
    await expect.poll(names).toContain("HandOutRibbon");
    const off = tools().getByRole("listitem").filter({ hasText: "Switched off" });
    await off.first().waitFor();
    expect(await off.first().getByRole("switch").isChecked()).toBe(false);
  });

  it("plays the environment to reward 1: the reference solver, and a person who does the same", async () => {
    await page.getByRole("link", { name: "Watch the reference solver" }).click();
    await page.getByText(/^Round 0 of \d+$/).waitFor();
    await page.getByRole("button", { name: "To the end" }).click();
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    const calls = await page
      .getByRole("region", { name: "Rounds of the reference solver" })
      .getByRole("listitem")
      .evaluateAll((items) => items.map((item) => item.querySelector("pre")?.textContent ?? ""));
    expect(calls.some((call) => call.startsWith("HandOutRibbon("))).toBe(true);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.getByRole("region", { name: "Tools", exact: true }).waitFor();
    for (const [index, call] of calls.entries()) await callByHand(call, index + 1);
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    const { traces } = await readDatabase(page);
    const mine = traces.filter(({ player }) => player.kind === "person");
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ reward: 1, why: "finished", rounds: calls.length });
  });

  it("says in the provenance by which rules it was made", async () => {
    const environment = (await readDatabase(page)).environments.at(-1);
    await visit(page, `/environments/${encodeURIComponent(environment?.id ?? "")}`);
    await page.getByRole("tab", { name: "Provenance" }).click();
    const panel = page.getByRole("tabpanel");
    await panel.getByText("the built-in compiler, from the solution; no model").waitFor();
    for (const rule of environment?.provenance.rules ?? []) await panel.getByRole("listitem").filter({ hasText: rule }).waitFor();
  });

  it("refuses with the rule and the line, and says what to do", async () => {
    await make("Roll a die.", REFUSED);
    await page.getByText("Rejected", { exact: true }).first().waitFor();
    const refusal = section().getByRole("alert", { name: "The solution cannot be compiled" });
    await refusal.getByText("Rule “unrepeatable”, line 5.").waitFor();
    await refusal.getByText("random.randint", { exact: false }).waitFor();
    await section().locator(".cm-markedError").filter({ hasText: "return random.randint" }).waitFor();
    await refusal.getByRole("link", { name: "Choose a model in Settings" }).waitFor();
    await refusal.getByRole("link", { name: "Change the solution" }).click();
    await page.getByRole("heading", { level: 1, name: "Write a problem" }).waitFor();
    await page.getByRole("textbox", { name: "Solution" }).filter({ hasText: "random.randint" }).waitFor();
  });

  it("has asked nothing of any network", () => {
    // The browser asks for the page's icon anew whenever the address changes; the app does not.
    const outward = opened.requests.slice(loaded).filter(({ url }) => /^(https?|wss?):/.test(url) && url !== `${opened.url}favicon.svg`);
    expect(outward.map(({ url }) => url)).toEqual([]);
  });
});

describe("the built-in compiler beside recorded replies", () => {
  it("is one click away on the page of a bundled problem", async () => {
    const { page: own } = await app.open({ path: "/problems/warmest-spell" });
    await own.getByText("No key needed either way", { exact: false }).waitFor();
    await own.getByRole("button", { name: "Compile the solution" }).click();
    const environment = await waitForVerified(own);
    expect(environment.provenance).toMatchObject({ recorded: false, model: "Built-in compiler" });
    await own.getByRole("region", { name: "From the solution" }).waitFor();
    // Nothing was changed in the settings: the next run takes the recorded replies.
    await own.getByRole("button", { name: "Model: Recorded replies" }).waitFor();
  });
});

describe("the built-in compiler before a model", () => {
  it(
    "writes the first candidate, and the page says whether the model's environment beats it",
    async () => {
      const reply = replyForBundled("bakery-orders");
      const server = await startModelServer({ key: "sk-contest", respond: reply });
      const { page: own } = await app.open();
      try {
        await setModel(own, { baseUrl: server.baseUrl, model: "test-model", key: "sk-contest", compileFirst: true });
        await visit(own, "/problems/bakery-orders");
        await own.getByText("the model then has that to beat", { exact: false }).waitFor();
        await own.getByRole("button", { name: "Make an environment" }).click();
        await own.waitForURL(/#\/pipeline\/.+/);
        const contest = own.getByText(/^The model's environment (beats|does not beat|is as good as) the compiler's: /);
        await contest.waitFor({ timeout: RUN_MS });
        // As good is not better: the compiler's stays in front.
        const beaten = (await contest.innerText()).startsWith("The model's environment beats");
        await own.getByText(beaten ? "Written by the model." : /^Written by the built-in compiler/).waitFor();
        const { runEvents, environments } = await readDatabase(own);
        const events = runEvents.map(({ event }) => event);
        const written = events.flatMap((event) => (event.type === "candidate-parsed" ? [event.variant !== null] : []));
        expect(written[0]).toBe(true);
        expect(written.at(-1)).toBe(false);
        // It was judged before anything was asked of the model.
        const asked = events.findIndex(({ type }) => type === "reply-requested");
        expect(asked).toBeGreaterThan(events.findIndex(({ type }) => type === "candidate-verified"));
        expect(server.requests.length).toBeGreaterThan(0);
        expect(environments.filter(({ provenance }) => provenance.model === "Built-in compiler")).toHaveLength(1);
        expect(environments.filter(({ provenance }) => provenance.model !== "Built-in compiler")).toHaveLength(1);
        await own.getByRole("list", { name: "Also verified" }).getByRole("listitem").first().waitFor();
      } finally {
        await server.close();
      }
    },
    2 * RUN_MS,
  );
});
