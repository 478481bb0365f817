import { BROWSER_ARGS, findBrowser } from "./browser.mjs";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { loadavg } from "node:os";
const server = await preview({ root: process.cwd(), build: { outDir: ".cache/bench" }, logLevel: "error", preview: { port: 0 } });
const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_ARGS });
const q = (n, s) => n.toSorted((a, b) => a - b)[Math.floor(n.length * s)];
try {
  const page = await (await browser.newContext()).newPage();
  page.on("console", (m) => console.log(m.text())); page.on("pageerror", (e) => console.log(String(e)));
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction(() => window.bench !== undefined, null, { timeout: 120_000 });
  await page.evaluate(() => window.bench.synthesise().then(() => 0));
  for (let i = 0; i < 3; i++) { const t = await page.evaluate(() => window.bench.agentSteps()); console.log("agent", t.length, q(t, 0.5), q(t, 0.95), loadavg()[0]); }
  const s = await page.evaluate(() => window.bench.steps(100)); console.log("step", q(s, 0.5), q(s, 0.95));
  for (let i = 0; i < 2; i++) { const e = await page.evaluate((n) => window.bench.evaluate(n), 2); console.log("eval", e, e.episodes / e.ms * 1000, loadavg()[0]); }
} finally { await browser.close(); await server.close(); }
process.exit(0);
