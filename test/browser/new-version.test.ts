import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { useBrowserApp, visit } from "../support/browser-app.ts";

/** A tab that stays open while a new version is put online: the parts that it has not fetched yet are gone. */
const app = useBrowserApp();
const PART = /\/assets\/settings-[^/]+\.js$/;

async function openOld(): Promise<{ page: Page; bringBack(): Promise<void> }> {
  const opened = await app.open({
    prepare: (page) => page.route(PART, (route) => route.fulfill({ status: 404, contentType: "text/html", body: "not here" })),
  });
  opened.allow(/Failed to load resource|Failed to fetch dynamically imported module|settings-[^/]+\.js|could not be fetched/);
  return { page: opened.page, bringBack: () => opened.page.unroute(PART) };
}

describe("a tab that is older than the app", () => {
  it("reloads at a button, and what was being written is still there", async () => {
    const { page, bringBack } = await openOld();
    await visit(page, "/new-problem");
    await page.getByRole("textbox", { name: "Title" }).fill("Half a thought");
    await page.getByRole("textbox", { name: "Solution" }).fill("def half(x):\n    return x / 2\n");
    await visit(page, "/settings");
    const notice = page.getByRole("alert", { name: "A part of the app could not be fetched" });
    await notice.waitFor();
    // The rest of the app is in use as before.
    await visit(page, "/problems");
    await page.getByRole("list", { name: "Problems" }).waitFor();
    await visit(page, "/settings");
    await notice.waitFor();
    await bringBack();
    await notice.getByRole("button", { name: "Reload the app" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    await visit(page, "/new-problem");
    await expect.poll(() => page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("Half a thought");
    await page.getByRole("textbox", { name: "Solution" }).filter({ hasText: "return x / 2" }).waitFor();
  });

  it("is left as it is while the app cannot be reached", async () => {
    const { page } = await openOld();
    await visit(page, "/settings");
    const notice = page.getByRole("alert", { name: "A part of the app could not be fetched" });
    await notice.waitFor();
    await page.context().setOffline(true);
    await notice.getByRole("button", { name: "Reload the app" }).click();
    await notice.getByText("The app's address does not answer now", { exact: false }).waitFor();
    await visit(page, "/problems");
    await page.getByRole("list", { name: "Problems" }).waitFor();
  });
});
