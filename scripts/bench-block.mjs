/** The benchmark's hostile inputs: how long one of them takes the page's thread at most, in one task. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const WAIT_MS = 60_000;

/** Long tasks end up in a list of the page; before it is loaded. */
const watch = () => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: "longtask",
    buffered: true,
  });
};

const longest = (page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return Math.max(0, ...window.longTasks.splice(0));
  });

/** Every stressful statement and solution imported as a file and on a problem's page, every link opened; the worst of them with its name. */
export async function measureBlocks(browser, url, { texts, codes, links }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${url}#/problems`);
  const rows = [
    ...Object.values(texts).map((question, index) => ({ question_id: `text-${index}`, question, solution: "pass" })),
    ...Object.values(codes).map((solution, index) => ({ question_id: `code-${index}`, question: `Count ${index}.`, solution })),
  ];
  await page.getByRole("heading", { level: 1 }).waitFor();
  // The start of the app is another figure.
  await longest(page);
  // From the disk: content that is handed over by the driver is decoded on the page's thread.
  const folder = mkdtempSync(path.join(tmpdir(), "codegym-bench-"));
  const file = path.join(folder, "stress.jsonl");
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  await page.getByLabel("Files to import").setInputFiles(file);
  const review = page.getByRole("dialog", { name: "Import", exact: true });
  await review.getByRole("button", { name: "Import", exact: true }).click({ timeout: WAIT_MS });
  await review.waitFor({ state: "hidden", timeout: WAIT_MS });
  rmSync(folder, { recursive: true });
  const blocks = [{ name: "file: all of these, imported", ms: await longest(page) }];
  const visit = async (name, path, shown) => {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#${path}`);
    await shown.first().waitFor({ state: "attached", timeout: WAIT_MS });
    blocks.push({ name, ms: await longest(page) });
  };
  const text = page.locator('main [data-text-state="shown"]');
  for (const [index, name] of Object.keys(texts).entries()) await visit(`text: ${name}`, `/problems/text-${index}`, text);
  for (const [index, name] of Object.keys(codes).entries())
    await visit(`code: ${name}`, `/problems/code-${index}`, page.getByRole("textbox", { name: "Solution" }));
  for (const [name, payload] of Object.entries(links)) await visit(`link: ${name}`, `/open/${payload}`, text);
  await context.close();
  return blocks.toSorted((a, b) => b.ms - a.ms);
}
