/** `npm run screenshots`: takes the README's pictures from the built app, in a real run. */
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { buildIfStale } from "./build.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";

ensureInstalled();
buildIfStale();
const { BROWSER_ARGS, findBrowser } = await import("./browser.mjs");
const { chromium } = await import("playwright-core");
const { preview } = await import("vite");

const folder = path.join(ROOT, "docs");
mkdirSync(folder, { recursive: true });
const server = await preview({ root: ROOT, logLevel: "error", preview: { port: 0 } });
const url = server.resolvedUrls?.local[0] ?? "";
const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_ARGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });

async function shoot(name, { width = 1280, height = 860, scheme = "light" } = {}) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  // Colours change over a fraction of a second, from the outer elements to the inner ones.
  await page.waitForTimeout(500);
  await page.waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition));
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await page.setViewportSize({ width: 1280, height: 860 });
}

/** Stands for an Ollama on this computer: one model, which answers "ready". At Ollama's own port, or at any when that is taken. */
async function startOwnModel() {
  const own = createServer((request, response) => {
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization, content-type" };
    if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
    response.writeHead(200, { ...headers, "content-type": request.method === "GET" ? "application/json" : "text/event-stream" });
    if (request.method === "GET") return response.end(JSON.stringify({ object: "list", data: [{ id: "qwen3:8b", object: "model" }] }));
    const part = (choice, usage) =>
      `data: ${JSON.stringify({ id: "reply", object: "chat.completion.chunk", created: 0, model: "qwen3:8b", choices: choice === null ? [] : [{ index: 0, ...choice }], usage })}\n\n`;
    const usage = { prompt_tokens: 14, completion_tokens: 2, total_tokens: 16 };
    return response.end(
      `${part({ delta: { role: "assistant", content: "ready" }, finish_reason: null })}${part({ delta: {}, finish_reason: "stop" })}${part(null, usage)}data: [DONE]\n\n`,
    );
  });
  const listen = (port) =>
    new Promise((resolve, reject) => {
      own.once("error", reject);
      own.listen(port, "127.0.0.1", resolve);
    });
  await listen(11434).catch(() => listen(0));
  return { close: () => own.close(), port: own.address().port };
}

const HARBOUR = {
  title: "The Harbour Stacks",
  statement:
    "Ships bring crates to a harbour. Each crate goes onto the lowest stack; a stack that reaches its limit is taken away. Tell how many stacks were taken away, and how many crates still stand there.",
  solution: `def lowest(stacks):
    """Index of the stack with the fewest crates; the first of them."""
    best = 0
    for i, height in enumerate(stacks):
        if height < stacks[best]:
            best = i
    return best


def unload(ships: list[int], places: int, limit: int) -> list[int]:
    """Stacks that were taken away, and crates that are left.

    >>> unload([3, 4], 2, 3)
    [2, 1]
    """
    stacks = [0] * places
    taken = 0
    for crates in ships:
        for _ in range(crates):
            at = lowest(stacks)
            stacks[at] += 1
            if stacks[at] >= limit:
                taken += 1
                stacks[at] = 0
    left = sum(stacks)
    return [taken, left]
`,
};

/** A problem of one's own, made by the compiler; one tool is pointed at, so that its piece is lit. */
async function shootCompiler() {
  await page.evaluate(() => {
    location.hash = "#/new-problem";
  });
  await page.getByRole("textbox", { name: "Title" }).fill(HARBOUR.title);
  await page.getByRole("textbox", { name: "Statement" }).fill(HARBOUR.statement);
  await page.getByRole("textbox", { name: "Solution" }).fill(HARBOUR.solution);
  await page.getByRole("button", { name: "Make an environment" }).click();
  const made = page.getByRole("link", { name: "Play it" });
  await made.waitFor({ timeout: 120_000 });
  // A busy computer gets fewer configurations: then once more.
  while (await page.getByText("Warning: the time was up", { exact: false }).isVisible()) {
    await page.getByRole("button", { name: "Run again" }).click();
    await made.waitFor({ state: "detached" });
    await made.waitFor({ timeout: 120_000 });
  }
  await page.setViewportSize({ width: 1280, height: 1625 });
  await page.locator("button[data-groups]").nth(1).hover();
  await shoot("compiler-light", { height: 1625 });
}

async function addModel(provider, name) {
  await page.getByRole("button", { name: "Add a model" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: new RegExp(`^${provider}`) })
    .click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const field = page.getByRole("combobox", { name: "Model name" });
  await field.fill(name);
  await field.blur();
  await page.getByRole("radio", { name: new RegExp(`· ${name}`), checked: true }).waitFor();
}

async function shootSettings() {
  const own = await startOwnModel();
  await page.evaluate(() => {
    location.hash = "#/settings";
  });
  await addModel("OpenAI", "gpt-5-mini");
  await addModel("Ollama", "qwen3:8b");
  if (own.port !== 11434) {
    await page.getByRole("textbox", { name: "Address" }).fill(`http://localhost:${own.port}/v1`);
    await page.getByRole("textbox", { name: "Address" }).blur();
  }
  await page.getByRole("button", { name: "Check connection" }).click();
  await page.getByText("It answers").waitFor();
  await page.getByRole("button", { name: "Choose per role" }).click();
  await page.getByRole("group", { name: "Designer" }).getByRole("combobox", { name: "Profile" }).click();
  await page.getByRole("option", { name: "OpenAI", exact: true }).click();
  await page.getByRole("textbox", { name: "Cost of a run" }).fill("2");
  await page.getByRole("heading", { level: 1, name: "Settings" }).click();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot("settings-light", { height: 1690 });
  await shoot("settings-dark", { height: 1690, scheme: "dark" });
  own.close();
}

/** The reference solver, a model's recorded episode and the prober on the same task; nobody is asked for anything. */
async function shootRace() {
  const recorded = page.getByRole("combobox", { name: "Player", exact: true }).locator("option", { hasText: "recorded: task" }).first();
  await page.getByRole("combobox", { name: "Player", exact: true }).selectOption((await recorded.getAttribute("value")) ?? "");
  await page.getByRole("button", { name: "Race…" }).click();
  const second = page.getByRole("combobox", { name: "Player 2" });
  await second.selectOption((await second.locator("option", { hasText: "recorded: task" }).first().getAttribute("value")) ?? "");
  await page.getByRole("button", { name: "Another player" }).click();
  await page.getByRole("button", { name: "Start the race" }).click();
  for (const lane of [1, 2])
    await page
      .getByRole("region", { name: new RegExp(`^Lane ${lane}`) })
      .getByText("reward", { exact: false })
      .first()
      .waitFor();
  await page.waitForFunction((count) => document.querySelectorAll('section[aria-label^="Lane"]').length === count, 3);
  for (const state of ["Starting", "Playing"]) {
    await page.waitForFunction(
      (text) =>
        ![...document.querySelectorAll('section[aria-label^="Lane"] .mantine-Badge-label')].some((badge) => badge.textContent === text),
      state,
      { timeout: 120_000 },
    );
  }
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot("race-light", { height: 1160 });
  await shoot("race-dark", { height: 1160, scheme: "dark" });
  await page.emulateMedia({ colorScheme: "light" });
}

/** What needs no key, on what was made here: the pictures show figures that anybody gets. */
async function shootEvaluation() {
  await page.evaluate(() => {
    location.hash = "#/evaluate/new";
  });
  for (const name of ["Random caller", "Breadth-first prober"]) await page.getByRole("checkbox", { name }).check();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("Finished", { exact: true }).waitFor({ timeout: 300_000 });
  await page.getByRole("region", { name: "Tool usage" }).locator("svg[viewBox]").last().waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot("evaluation-light", { height: 1700 });
  await shoot("evaluation-dark", { height: 1700, scheme: "dark" });
  await page.emulateMedia({ colorScheme: "light" });
}

try {
  await page.goto(url);
  await page.getByRole("button", { name: "See it happen" }).waitFor();
  await shoot("problems-light");
  await shootCompiler();
  await page.evaluate(() => {
    location.hash = "#/problems/warmest-spell";
  });
  await page.getByRole("button", { name: "Make an environment" }).click();
  const play = page.getByRole("link", { name: "Play it" });
  await play.waitFor({ timeout: 120_000 });
  await page.getByRole("tab", { name: /Solvers/ }).click();
  await shoot("pipeline-light", { height: 1120 });
  await shoot("pipeline-dark", { height: 1120, scheme: "dark" });
  await shoot("pipeline-phone", { width: 380, height: 820 });
  await play.click();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  for (const [index, tool] of ["Observe", "OpenFrame", "SlideFrame"].entries()) {
    const opener = page
      .getByRole("region", { name: "Tools", exact: true })
      .getByRole("button", { name: new RegExp(`^${tool}`) })
      .first();
    await opener.waitFor();
    if ((await opener.getAttribute("aria-expanded")) !== "true") await opener.click();
    const call = page.getByRole("button", { name: `Call ${tool}` });
    await call.click();
    await page
      .getByText(new RegExp(`^${index + 1} round`))
      .or(page.getByText(`${tool}()`))
      .first()
      .waitFor();
  }
  await page.getByRole("button", { name: "Hint" }).click();
  await page.getByText(/^The reference solver calls/).waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot("play-light", { height: 1340 });
  await shoot("play-dark", { height: 1340, scheme: "dark" });
  await shoot("play-phone", { width: 380, height: 820 });
  await page.emulateMedia({ colorScheme: "light" });
  await shootRace();
  await shootEvaluation();
  await shootSettings();
} finally {
  await browser.close();
  await server.close();
}
