import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { visit } from "./browser-app.ts";
import { promptText, type RecordedRequest } from "./model-server.ts";

/** The settings of a model as a person types them. What is absent is left as it is. */
export type TypedModel = {
  baseUrl?: string;
  model?: string;
  key?: string;
  /** Only together with `key`. */
  keep?: boolean;
  streaming?: boolean;
  concurrency?: number;
};

export async function setModel(page: Page, { baseUrl, model, key, keep, streaming, concurrency }: TypedModel): Promise<void> {
  await visit(page, "/settings");
  const address = page.getByLabel("Base address").and(page.locator("input"));
  const choice = page.getByRole("radio", { name: /OpenAI-compatible address/ });
  if (!(await choice.isChecked())) await choice.click();
  if (baseUrl !== undefined) {
    await address.fill(baseUrl);
    await address.press("Escape");
    await address.blur();
    // The key's description names the host once the address is stored.
    await page.getByText(`Sent to ${new URL(baseUrl).host} and nowhere else.`, { exact: false }).waitFor();
  }
  if (model !== undefined) {
    const name = page.getByRole("textbox", { name: "Model name" });
    await name.fill(model);
    await name.blur();
  }
  if (streaming !== undefined) {
    const control = page.getByRole("switch", { name: "Streaming" });
    if ((await control.isChecked()) !== streaming) await control.click({ force: true });
    await page.getByRole("switch", { name: "Streaming", checked: streaming }).waitFor();
  }
  if (concurrency !== undefined) {
    const field = page.getByRole("textbox", { name: "Requests at once" });
    await field.fill(String(concurrency));
    await field.blur();
  }
  if (key !== undefined) await typeKey(page, key, keep ?? false);
}

export async function typeKey(page: Page, key: string, keep = false): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(key);
  const box = page.getByRole("checkbox", { name: "Keep it on this device" });
  if ((await box.isChecked()) !== keep) await box.click();
  await page.getByRole("button", { name: "Use this key" }).click();
  await page.getByText(keep ? "Key kept on this device" : "Key in memory until this tab closes").waitFor();
}

/** Presses "Test connection" and waits for what it says: the whole text of the good or bad notice. */
export async function testConnection(page: Page): Promise<{ good: boolean; text: string }> {
  const good = page.getByRole("alert").filter({ hasText: "It answers" });
  const bad = page.getByRole("alert").filter({ hasText: "The model could not be reached" });
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByRole("button", { name: "Cancel", exact: true }).waitFor({ state: "detached" });
  await good.or(bad).first().waitFor();
  return { good: await good.isVisible(), text: await good.or(bad).first().innerText() };
}

const RECORDINGS = fileURLToPath(new URL("../../src/llm/recordings/", import.meta.url));

/** A model that knows one bundled problem: its recorded replies, over HTTP. Solvers in the order they are asked for. */
export function replyForBundled(problemId: string): (request: RecordedRequest) => string {
  const read = (name: string): string | null => {
    try {
      return readFileSync(`${RECORDINGS}${problemId}/${name}.md`, "utf8");
    } catch {
      return null;
    }
  };
  let solvers = 0;
  let last = "";
  return (request) => {
    const system = promptText(request, "system");
    const user = promptText(request, "user");
    const attempt = user.includes("<previous_reply>") ? 1 : 0;
    if (system.startsWith("You turn a coding problem")) {
      solvers = 0;
      const reply = read(`designer-0.${attempt}`) ?? read("designer-0.0");
      if (reply === null) throw new Error(`no recorded designer reply of ${problemId}`);
      return reply;
    }
    if (system.startsWith("You write test configurations")) return read(user.includes("This is set 1 of") ? "tester-0.0" : "tester-1.0") ?? "";
    last = read(`solver-${solvers++}.0`) ?? last;
    return last;
  };
}
