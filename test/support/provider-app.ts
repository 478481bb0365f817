import type { Locator, Page } from "playwright-core";
import type { StoredRunEvent } from "@/domain";
import { readDatabase, runIdOf, visit } from "./browser-app.ts";
import { fillNumber, openAdvanced, quoted, setSwitch, typeKey } from "./model-app.ts";
import type { ModelServer, RecordedRequest } from "./providers/index.ts";

/** Profiles of any provider, made and changed as a person does it, and what a provider's server saw of them. */

export type AddedModel = {
  /** As the picker names it. */
  provider: string;
  /** Absent: the provider's own. */
  baseUrl?: string;
  key?: string;
  model?: string;
  streaming?: boolean;
  concurrency?: number;
  /** Of OpenAI's two protocols the older one. */
  chatCompletions?: boolean;
};

/** The list of the ways to a model. */
const profilesIn = (page: Page): Locator => page.getByRole("region", { name: "Model", exact: true }).getByRole("radiogroup").first();

export async function setStreaming(page: Page, on: boolean): Promise<void> {
  await openAdvanced(page);
  await setSwitch(page, "Streaming", on);
}

/** The address of the profile that is open. */
export async function setAddress(page: Page, baseUrl: string): Promise<void> {
  const address = page.getByRole("textbox", { name: "Address" });
  if ((await address.count()) === 0 || !(await address.isVisible())) await openAdvanced(page);
  await address.fill(baseUrl);
  await address.blur();
  // The key's description, open or not, names the host once the address is stored: until then the old one is asked.
  await page.getByText(`Sent to ${new URL(baseUrl).host} and nowhere else.`, { exact: false }).waitFor({ state: "attached" });
}

async function setModelName(page: Page, model: string): Promise<void> {
  const name = page.getByRole("combobox", { name: "Model name" });
  await name.fill(model);
  await name.blur();
  await profilesIn(page)
    .getByRole("radio", { name: new RegExp(`· ${quoted(model)}`), checked: true })
    .waitFor();
}

/** Settings → "Add a model" and what a person fills in then. The new profile is in use and open, and runs are its own: nothing is compiled first. */
export async function addModel(
  page: Page,
  { provider, baseUrl, key, model, streaming, concurrency, chatCompletions }: AddedModel,
): Promise<void> {
  await visit(page, "/settings");
  await profilesIn(page)
    .getByRole("radio", { name: /^Recorded replies/ })
    .waitFor();
  const before = await profilesIn(page).getByRole("radio").count();
  await page.getByRole("button", { name: "Add a model" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a model" });
  await dialog.getByRole("button", { name: new RegExp(`^${quoted(provider)}`) }).click();
  await dialog.waitFor({ state: "detached" });
  await profilesIn(page)
    .getByRole("radio")
    .nth(before)
    .and(page.getByRole("radio", { checked: true }))
    .waitFor();
  await setSwitch(page, "Try the built-in compiler first", false);
  if (baseUrl !== undefined) await setAddress(page, baseUrl);
  if (chatCompletions === true) {
    await openAdvanced(page);
    // Its radio is hidden under the label.
    await page.getByText("Chat completions", { exact: true }).click();
    await page.getByRole("radio", { name: "Chat completions", checked: true }).waitFor({ state: "attached" });
  }
  if (concurrency !== undefined) {
    await openAdvanced(page);
    await fillNumber(page, "Requests at once", String(concurrency));
  }
  if (streaming !== undefined) await setStreaming(page, streaming);
  if (key !== undefined) {
    if (!(await page.getByLabel("Key", { exact: true }).isVisible())) await openAdvanced(page);
    await typeKey(page, key);
  }
  if (model !== undefined) await setModelName(page, model);
}

/** Settings → Replies → "Use stored replies again". */
export async function setReuse(page: Page, on: boolean): Promise<void> {
  await visit(page, "/settings");
  await setSwitch(page, "Use stored replies again", on);
}

/** US dollars for a million tokens of the model that is open. */
export async function setPrices(page: Page, prices: { input: number; cached?: number; output: number }): Promise<void> {
  await page.getByRole("button", { name: /^(Enter prices|Change)$/ }).click();
  const form = page.getByRole("form", { name: /^Price of / });
  await form.getByRole("textbox", { name: "Input", exact: true }).fill(String(prices.input));
  if (prices.cached !== undefined) await form.getByRole("textbox", { name: "Cached input" }).fill(String(prices.cached));
  await form.getByRole("textbox", { name: "Output" }).fill(String(prices.output));
  await form.getByRole("button", { name: "Save prices" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByText(/^Price: .* \(entered by you/).waitFor();
}

/** A figure under Settings → Money → Caps; null empties the field. */
export async function setCap(
  page: Page,
  label: "Cost of a run" | "Tokens of a run" | "Cost of a day" | "Tokens of a day",
  value: number | null,
): Promise<void> {
  await visit(page, "/settings");
  const field = page.getByRole("textbox", { name: label });
  await field.fill(value === null ? "" : String(value));
  await field.blur();
}

type EventOf<T extends StoredRunEvent["event"]["type"]> = Extract<StoredRunEvent["event"], { type: T }>;

/** The stored events of a kind, of the run that is shown. */
export async function eventsOf<T extends StoredRunEvent["event"]["type"]>(page: Page, type: T): Promise<EventOf<T>[]> {
  const runId = runIdOf(page);
  const { runEvents } = await readDatabase(page);
  return runEvents.flatMap(({ runId: id, event }) => (id === runId && event.type === type ? [event as EventOf<T>] : []));
}

/** The headers that a preflight asked leave for. */
const askedHeaders = (request: RecordedRequest): string[] =>
  (request.headers["access-control-request-headers"] ?? "").split(",").filter((name) => name !== "");

/** What a server was asked leave for: each preflight with whether its request followed, thus whether it was let through. */
export function preflightsOf(server: ModelServer): { path: string; headers: string[]; followed: boolean }[] {
  return server.requests.flatMap((request, index) => {
    if (request.method !== "OPTIONS") return [];
    const wanted = request.headers["access-control-request-method"];
    const followed = server.requests.slice(index + 1).some(({ method, path }) => method === wanted && path === request.path);
    return [{ path: request.path, headers: askedHeaders(request), followed }];
  });
}

/** Where in a request a text stands: the names of headers, "path", "body". */
export function placesIn({ path, headers, rawBody }: RecordedRequest, text: string): string[] {
  return [
    ...Object.entries(headers).flatMap(([name, value]) => (value.includes(text) ? [name] : [])),
    ...(path.includes(text) ? ["path"] : []),
    ...(rawBody.includes(text) ? ["body"] : []),
  ];
}
