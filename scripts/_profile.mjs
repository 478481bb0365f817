import { BROWSER_ARGS, findBrowser } from "./browser.mjs";
import { verified, plan } from "./bench-evaluation.mjs";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { writeFileSync } from "node:fs";
const server = await preview({ root: process.cwd(), logLevel: "error", preview: { port: 0 } });
const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_ARGS });
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(server.resolvedUrls.local[0]);
  for (const t of ["The Warmest Spell", "The Bead Necklace", "Loose Ledges"]) await verified(page, t);
  console.log(await plan(page, 1000));
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "timeTicks" });
  const metrics = async () => Object.fromEntries((await cdp.send("Performance.getMetrics")).metrics.map(({name, value}) => [name, value]));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.waitForTimeout(10000);
  await cdp.send("Profiler.enable"); await cdp.send("Profiler.setSamplingInterval", { interval: 500 });
  await cdp.send("Profiler.start");
  const a = await metrics();
  await page.waitForTimeout(20000);
  const b = await metrics();
  const { profile } = await cdp.send("Profiler.stop");
  writeFileSync("/tmp/hb/profile.json", JSON.stringify(profile));
  for (const k of ["Timestamp","TaskDuration","ScriptDuration","LayoutDuration","RecalcStyleDuration","ThreadTime","ProcessTime","LayoutCount","RecalcStyleCount","Frames"]) console.log(k, (b[k]-a[k]).toFixed(2));
  console.log(await page.getByText(/of [\d,]+ episodes/).first().innerText());
} finally { await browser.close(); await server.close(); }
process.exit(0);
