import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { CODE_STRESS, linksUnderStress, MARKDOWN_KINDS, MARKDOWN_STRESS } from "../fixtures/stress.ts";
import { importFiles, useBrowserApp, visit } from "../support/browser-app.ts";
import { longestTask, watchTasks } from "../support/long-tasks.ts";

/**
 * Texts of strangers that froze the page, for seconds to minutes each. How long one blocks it is a figure of the
 * benchmark; here fails only what no load of the machine explains.
 */
const FROZEN_MS = 3000;

const app = useBrowserApp();

/** Drawn to its end, in whichever form. */
async function settled(page: Page): Promise<void> {
  await page.locator('main [data-text-state="shown"]').first().waitFor({ state: "attached" });
}

const row = (id: string, question: string, solution = "pass"): string => JSON.stringify({ question_id: id, question, solution });

describe("a page with hostile text goes on answering", () => {
  it("whatever a statement, a solution or a link holds", async () => {
    const { page } = await app.open({ path: "/problems", prepare: watchTasks });
    const texts = MARKDOWN_KINDS.map((name) => [name, MARKDOWN_STRESS[name] ?? ""] as const);
    const codes = Object.entries(CODE_STRESS);
    expect(texts.every(([, text]) => text !== "")).toBe(true);
    const rows = [
      ...texts.map(([, text], index) => row(`text-${index}`, text)),
      ...codes.map(([, code], index) => row(`code-${index}`, `Count ${index}.`, code)),
    ];
    await importFiles(page, [{ name: "stress.jsonl", text: rows.join("\n") }]);

    const frozen: string[] = [];
    await longestTask(page);
    const note = async (name: string): Promise<void> => {
      const ms = await longestTask(page);
      if (ms > FROZEN_MS) frozen.push(`${name}: ${Math.round(ms)} ms`);
    };
    for (const [index, [name]] of texts.entries()) {
      await visit(page, `/problems/text-${index}`);
      await settled(page);
      await note(name);
    }
    for (const [index, [name]] of codes.entries()) {
      await visit(page, `/problems/code-${index}`);
      await page.getByRole("textbox", { name: "Solution" }).waitFor();
      await note(name);
    }
    for (const [name, payload] of Object.entries(linksUnderStress())) {
      await visit(page, `/open/${payload}`);
      await settled(page);
      await note(name);
    }
    expect(frozen).toEqual([]);
  }, 120_000);
});

describe("a formula stays where it stands", () => {
  it("and its link takes no click that is meant for what stands beside it", async () => {
    const { page } = await app.open({ path: "/problems" });
    const evil = (formula: string): string => `[$${formula}$](https://evil.invalid/)`;
    const attacks = [
      "\\rlap{\\rule{19em}{1em}}x",
      "\\kern{-19em}\\rule{19em}{2em}",
      "\\smash{\\raisebox{-12em}{\\rule{19em}{12em}}}",
      "\\smash{\\rule{19em}{19em}}",
      "\\llap{\\rule{19em}{2em}}",
    ];
    const question = attacks
      .map((formula) => `Press [this](https://good.invalid/) and ${evil(formula)} then [that](https://good.invalid/).`)
      .join("\n\n");
    await importFiles(page, [{ name: "laid-over.jsonl", text: row("laid-over", `A title\n\n${question}`) }]);
    await visit(page, "/problems/laid-over");
    await settled(page);
    /** Links whose middle belongs to somebody else. */
    const covered = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main a[href^="https://good"], main button, main h1, main h2')].flatMap((element) => {
          element.scrollIntoView({ block: "center" });
          const { left, top, width, height } = element.getBoundingClientRect();
          const hit = document.elementFromPoint(left + width / 2, top + height / 2);
          return (hit?.closest('a[href^="https://evil"]') ?? null) === null ? [] : [element.innerText];
        }),
      );
    expect(await page.locator("main .katex").count()).toBe(attacks.length);
    expect(await covered()).toEqual([]);
    // The attack is one: uncut, formulas lie over their neighbours.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>("main .base")) element.style.overflow = "visible";
    });
    expect(await covered()).not.toEqual([]);
  });
});
