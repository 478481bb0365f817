/** `npm run screenshots`: takes the README's pictures from the built app, in a real run. */
import { mkdirSync } from "node:fs";
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
  // Colours change over a fraction of a second.
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await page.setViewportSize({ width: 1280, height: 860 });
}

try {
  await page.goto(url);
  await page.getByRole("button", { name: "See it happen" }).waitFor();
  await shoot("problems-light");
  await page.getByRole("button", { name: "See it happen" }).click();
  const play = page.getByRole("link", { name: "Play it" });
  await play.waitFor({ timeout: 120_000 });
  await page.getByRole("tab", { name: /Solvers/ }).click();
  await shoot("pipeline-light", { height: 1120 });
  await shoot("pipeline-dark", { height: 1120, scheme: "dark" });
  await shoot("pipeline-phone", { width: 380, height: 820 });
  await play.click();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  for (const [index, tool] of ["Observe", "OpenFrame", "SlideFrame"].entries()) {
    const call = page.getByRole("button", { name: `Call ${tool}` });
    if (!(await call.isVisible())) await page.getByRole("button", { name: new RegExp(`^${tool}`) }).first().click();
    await call.click();
    await page.getByText(new RegExp(`^${index + 1} step`)).or(page.getByText(`${tool}()`)).first().waitFor();
  }
  await shoot("play-light");
  await shoot("play-phone", { width: 380, height: 820 });
} finally {
  await browser.close();
  await server.close();
}
