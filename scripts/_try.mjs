import { BROWSER_ARGS, findBrowser } from "./browser.mjs";
import { measureEvaluation } from "./bench-evaluation.mjs";
import { chromium } from "playwright-core";
import { preview } from "vite";
const server = await preview({ root: process.cwd(), logLevel: "error", preview: { port: 0 } });
const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_ARGS });
try { console.log(JSON.stringify(await measureEvaluation(browser, server.resolvedUrls.local[0], Number(process.argv[2])), null, 1)); }
finally { await browser.close(); await server.close(); }
process.exit(0);
