import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { visit } from "./browser-app.ts";
import { promptText, type RecordedRequest } from "./model-server.ts";

/** How the picker and the list of profiles name the provider that most tests use. */
const COMPATIBLE = "Any OpenAI-compatible address";

/** For names that go into a pattern. */
export const quoted = (text: string): string => text.replaceAll(/[^\w ]/g, "\\$&");

/** The settings of a model as a person types them. What is absent is left as it is. */
export type TypedModel = {
  /** As the picker names it; without one, any OpenAI-compatible address. */
  provider?: string;
  baseUrl?: string;
  model?: string;
  key?: string;
  /** Only together with `key`. */
  keep?: boolean;
  streaming?: boolean;
  concurrency?: number;
  /** Whether the built-in compiler writes a first candidate; not unless said, so that what runs is the model's. */
  compileFirst?: boolean;
};

/** The profile of a provider, made when there is none yet; it is in use and its settings are open. */
async function openProfile(page: Page, provider: string): Promise<void> {
  await visit(page, "/settings");
  await page.getByRole("radio", { name: /^Recorded replies/ }).waitFor();
  const own = page.getByRole("radio", { name: new RegExp(quoted(provider)) });
  if ((await own.count()) === 0) {
    await page.getByRole("button", { name: "Add a model" }).click();
    await page
      .getByRole("dialog", { name: "Add a model" })
      .getByRole("button", { name: new RegExp(`^${quoted(provider)}`) })
      .click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  } else if (!(await own.isChecked())) await own.click();
  await page.getByRole("radio", { name: new RegExp(quoted(provider)), checked: true }).waitFor();
  await page.getByRole("textbox", { name: "Name", exact: true }).waitFor();
}

export async function openAdvanced(page: Page): Promise<void> {
  const toggle = page.getByRole("button", { name: "Advanced" });
  if ((await toggle.getAttribute("aria-expanded")) !== "true") await toggle.click();
  await page.getByRole("switch", { name: "Streaming" }).waitFor();
}

export async function setModel(
  page: Page,
  { provider = COMPATIBLE, baseUrl, model, key, keep, streaming, concurrency, compileFirst = false }: TypedModel,
): Promise<void> {
  await openProfile(page, provider);
  await setSwitch(page, "Try the built-in compiler first", compileFirst);
  if (baseUrl !== undefined) {
    // Providers with an address of their own keep the field for another one among what few people need.
    if (provider !== COMPATIBLE) await openAdvanced(page);
    const address = page.getByRole("textbox", { name: "Address" });
    await address.fill(baseUrl);
    await address.blur();
    // The key's description names the host once the address is stored.
    await page.getByText(`Sent to ${new URL(baseUrl).host} and nowhere else.`, { exact: false }).waitFor();
  }
  // Before the model's name: entering that field asks the server for its list, with the key.
  if (key !== undefined) await typeKey(page, key, keep ?? false);
  if (model !== undefined) {
    const name = page.getByRole("combobox", { name: "Model name" });
    await name.fill(model);
    await name.blur();
    await page.getByRole("radio", { name: new RegExp(`· ${quoted(model)}`), checked: true }).waitFor();
  }
  if (streaming !== undefined || concurrency !== undefined) await openAdvanced(page);
  if (streaming !== undefined) await setSwitch(page, "Streaming", streaming);
  if (concurrency !== undefined) await fillNumber(page, "Requests at once", String(concurrency));
}

export async function typeKey(page: Page, key: string, keep = false): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(key);
  const box = page.getByRole("checkbox", { name: "Keep it on this device" });
  if ((await box.isChecked()) !== keep) await box.click();
  await page.getByRole("button", { name: "Use this key" }).click();
  await page.getByText(keep ? "Key kept on this device" : "Key in memory until this tab closes").waitFor();
  // The field is empty again, and nothing is on its way.
  await page.locator("button:disabled:not([data-loading])").filter({ hasText: "Use this key" }).waitFor();
}

/** Presses "Check connection" and waits for what it says: the whole text of the good or bad notice. */
export async function testConnection(page: Page): Promise<{ good: boolean; text: string }> {
  const good = page.getByRole("note", { name: "It answers" });
  const bad = page.getByRole("alert", { name: "The connection does not work" });
  await page.getByRole("button", { name: "Check connection" }).click();
  await page.getByRole("button", { name: "Check connection" }).waitFor();
  await good.or(bad).first().waitFor();
  return { good: await good.isVisible(), text: await good.or(bad).first().innerText() };
}

export type TypedReplies = {
  /** Use stored replies again. */
  reuse?: boolean;
  /** Tries after a failure. */
  retries?: number;
};

/** Settings → Replies. */
export async function setReplies(page: Page, { reuse, retries }: TypedReplies): Promise<void> {
  await visit(page, "/settings");
  if (reuse !== undefined) await setSwitch(page, "Use stored replies again", reuse);
  if (retries !== undefined) await fillNumber(page, "Tries after a failure", String(retries));
}

/** By keyboard: the input itself has no size that could be clicked. */
export async function setSwitch(page: Page, name: string, on: boolean): Promise<void> {
  const control = page.getByRole("switch", { name });
  if ((await control.isChecked()) !== on) await control.press("Space");
  await page.getByRole("switch", { name, checked: on }).waitFor();
}

/** Types into a field of numbers and leaves it, which stores it. */
export async function fillNumber(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: label, exact: true });
  await field.fill(text);
  await field.blur();
}

const RECORDINGS = fileURLToPath(new URL("../../src/llm/recordings/", import.meta.url));

/** Two replies of so many are what a run needs at least; the recorded ones have 15, and every test takes its time. */
const CONFIGURATIONS = 6;

function firstConfigurations(reply: string): string {
  let count = 0;
  return reply
    .split("\n")
    .filter((line) => !/^\w*@?\{/.test(line) || (count += 1) <= CONFIGURATIONS)
    .join("\n");
}

/**
 * A model that knows one bundled problem: its recorded replies, over HTTP, with the first of the configurations.
 * Solvers in the order they are asked for.
 */
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
      // Compact where the prompt asks for that; a whole file is as good an answer to it.
      const form = system.includes("You write only what is particular to the problem") ? ".compact" : "";
      const reply = read(`designer-0.${attempt}${form}`) ?? read(`designer-0.0${form}`);
      if (reply === null) throw new Error(`no recorded designer reply of ${problemId}`);
      return reply;
    }
    if (system.startsWith("You write test configurations"))
      return firstConfigurations(read(user.includes("This is set 1 of") ? "tester-0.0" : "tester-1.0") ?? "");
    last = read(`solver-${solvers++}.0`) ?? last;
    return last;
  };
}
