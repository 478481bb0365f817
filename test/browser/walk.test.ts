import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { applyImport, chooseFiles, importReview, RUN_MS, useBrowserApp, visit } from "../support/browser-app.ts";
import { PANTRY } from "../support/python.ts";

/** What a person meets on a walk through the pages: words, order of buttons, and what is typed and left. */
const app = useBrowserApp();
const FILES = 91;

async function sharedIds(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  });
}

describe("a walk through the pages", () => {
  it(
    "meets no button that is not there, no unknown figure as 0, and no rejected environment that asks to be played",
    { timeout: 2 * RUN_MS },
    async () => {
      const { page } = await app.open({ path: "/pipeline" });
      const main = page.getByRole("main");

      await main.getByText("press “Make an environment”", { exact: false }).waitFor();
      await page.getByRole("button", { name: "Model: Recorded replies" }).waitFor();

      // The bundled problems say what they are about, and how the two ways to an environment differ.
      await visit(page, "/problems");
      await page.getByRole("button", { name: "See it happen" }).waitFor();
      await page
        .getByRole("list", { name: "Problems" })
        .getByRole("link", { name: /Lighthouse Relay/ })
        .click();
      await main.getByText("around the lighthouses whose lamps are dark", { exact: false }).waitFor();
      await page.getByRole("button", { name: "Make an environment" }).waitFor();
      await page.getByRole("button", { name: "Compile the solution" }).waitFor();
      await main.getByText(/“Make an environment” .*“Compile the solution” /).waitFor();

      // Every file of an import is listed, with a choice.
      await visit(page, "/environments");
      const broken = PANTRY.replaceAll("PantryEnv", "BrokenEnv").replaceAll("@property", "");
      await chooseFiles(page, [
        ...Array.from({ length: FILES - 1 }, (_, index) => ({ name: `walk_${index}__PantryEnv.py`, text: PANTRY })),
        { name: "walk_bad__BrokenEnv.py", text: broken },
      ]);
      const review = importReview(page);
      await review.waitFor();
      const items = review.getByRole("list", { name: "Items to import" });
      await items.locator(`li[aria-setsize="${FILES}"]`).first().waitFor();
      await review.getByRole("checkbox", { name: `All ${FILES} items` }).click();
      await items.getByRole("checkbox").first().check();
      await items.evaluate((list) => list.parentElement?.scrollTo(0, list.scrollHeight));
      await items.getByRole("checkbox", { name: "BrokenEnv" }).check();
      await applyImport(page);
      const list = page.getByRole("list", { name: "Environments" });
      await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
      for (const row of await list.getByRole("listitem").all()) expect(await row.innerText()).not.toMatch(/(Tools|Tasks)\s*0\b/);

      // A rejected one says so before it is played, and Play is not what is offered first.
      await list.getByRole("link", { name: /BrokenEnv/ }).click();
      await page.getByRole("button", { name: "Verify", exact: true }).click();
      await main.getByText("This environment was rejected").waitFor({ timeout: RUN_MS });
      expect(await main.getByRole("link", { name: "Play", exact: true }).count()).toBe(0);
      await page.getByRole("tab", { name: "Report" }).click();
      const gates = await page.getByRole("list", { name: "Gates" }).innerText();
      const failed = gates.indexOf("\nfailed");
      expect(failed).toBeGreaterThan(-1);
      expect(gates.slice(0, failed)).not.toContain("not reached");

      for (const path of ["/problems", "/environments", "/pipeline", "/play", "/evaluate", "/settings"]) {
        await visit(page, path);
        expect(await sharedIds(page), path).toEqual([]);
      }
    },
  );

  it("finds what was typed and left after a look elsewhere and a reload", async () => {
    const { page } = await app.open({ path: "/problems" });
    const paste = async () => {
      await page.getByRole("button", { name: "Import" }).click();
      await page.getByRole("menuitem", { name: "Paste text…" }).click();
      return page.getByRole("dialog", { name: "Paste text to import" });
    };
    await (await paste()).getByLabel("Text").fill('{"question": "half a row');
    await page.keyboard.press("Escape");
    await visit(page, "/settings");
    await page.getByRole("textbox", { name: "User prompt of the designer" }).fill("A prompt of my own");

    await page.reload();
    await page.getByRole("textbox", { name: "User prompt of the designer" }).filter({ hasText: "A prompt of my own" }).waitFor();
    await page.getByRole("button", { name: "Discard changes" }).first().click();
    await visit(page, "/problems");
    const dialog = await paste();
    await expect.poll(() => dialog.getByLabel("Text").inputValue()).toBe('{"question": "half a row');
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await (await paste()).getByLabel("Text").inputValue()).toBe("");
  });
});
