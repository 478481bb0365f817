import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RUN_MS, SLOW_MS, startProblem, useBrowserApp, visit } from "../support/browser-app.ts";
import { setModel } from "../support/model-app.ts";
import { type ModelServer, promptText, startModelServer } from "../support/model-server.ts";

/** What a person writes into the prompts is what the model gets. */
const app = useBrowserApp();
let page: Page;
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer();
  const opened = await app.open({ path: "/settings", keep: true });
  opened.allow(/Failed to load resource/);
  page = opened.page;
  await setModel(page, { baseUrl: server.baseUrl, model: "test-model" });
});
afterAll(() => server.close());

describe("edited prompts", { timeout: 2 * RUN_MS }, () => {
  const MARK = "Answer in the manner of a lighthouse keeper.";
  const designerSystem = async (): Promise<string> => {
    const before = server.chats().length;
    server.setRespond(() => ({ kind: "status", status: 400, message: "seen" }));
    await startProblem(page, "The Warmest Spell");
    await page
      .getByText(/did not accept the request \(status 400\): seen/)
      .first()
      .waitFor({ timeout: SLOW_MS });
    const [chat, ...more] = server.chats().slice(before);
    expect(more).toEqual([]);
    return chat === undefined ? "" : promptText(chat, "system");
  };

  it("are sent as they were saved, also after a reload, until they are reset", async () => {
    const builtIn = await designerSystem();
    expect(builtIn).not.toContain(MARK);

    await visit(page, "/settings");
    const editor = page.getByRole("textbox", { name: "System prompt of the designer" });
    await editor.click();
    await editor.press("ControlOrMeta+Home");
    await page.keyboard.insertText(`${MARK}\n`);
    const prompts = page.getByRole("tabpanel", { name: "Designer" });
    await prompts.getByRole("button", { name: "Save" }).click();
    await prompts.getByText("edited", { exact: true }).waitFor();
    expect(await designerSystem()).toBe(`${MARK}\n${builtIn}`);

    await page.reload();
    await visit(page, "/settings");
    expect(await designerSystem()).toBe(`${MARK}\n${builtIn}`);

    await visit(page, "/settings");
    await prompts.getByRole("button", { name: "Reset to built-in" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset", exact: true }).click();
    await prompts.getByText("edited", { exact: true }).waitFor({ state: "detached" });
    expect(await designerSystem()).toBe(builtIn);
  });
});
