import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { encodeShared, sharedOf } from "@/datasets";
import { MARKDOWN_STRESS, NESTED_FORMULA } from "../fixtures/markdown-stress.ts";
import { useBrowserApp, importFiles, visit } from "../support/browser-app.ts";
import { PANTRY, PANTRY_CONFIGS } from "../support/python.ts";
import { longestTask, watchTasks } from "../support/long-tasks.ts";

/**
 * Texts of strangers that froze the page, for seconds to minutes each. How long it is blocked at most is a figure of
 * the benchmark; here, only what no machine's load explains fails.
 */
const FROZEN_MS = 2500;

const app = useBrowserApp();

/** Drawn to its end, in whichever form. */
async function settled(page: Page): Promise<void> {
  await page.locator('main [data-text-state="shown"]').first().waitFor({ state: "attached" });
}

describe("a page with hostile text goes on answering", () => {
  it("whatever a statement says", async () => {
    const { page } = await app.open({ path: "/problems", prepare: watchTasks });
    const texts = Object.entries(MARKDOWN_STRESS);
    expect(texts.length).toBeGreaterThanOrEqual(41);
    const rows = texts.map(([name, text], index) => JSON.stringify({ question_id: `stress-${index}`, question: text, solution: "pass", title: name }));
    if (process.env["STRESS_LOG"]) console.log("boot", await longestTask(page));
    await importFiles(page, [{ name: "stress.jsonl", text: rows.join("\n") }]);
    if (process.env["STRESS_LOG"]) console.log("import", await longestTask(page));
    const frozen: string[] = [];
    for (const [index, [name]] of texts.entries()) {
      await visit(page, `/problems/stress-${index}`);
      await settled(page);
      const ms = await longestTask(page);
      if (process.env["STRESS_LOG"]) console.log(name.padEnd(42), Math.round(ms), await page.locator('main [data-text-state]').first().innerText().then((x) => x.slice(0, 60).replace(/\s+/g, " ")));
      if (ms > FROZEN_MS) frozen.push(`${name}: ${Math.round(ms)} ms`);
    }
    expect(frozen).toEqual([]);
  });
});
