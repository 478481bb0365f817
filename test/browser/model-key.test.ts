import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AppPage, readDatabase, RUN_MS, SLOW_MS, startProblem, useBrowserApp, visit, waitForPython, waitForVerified } from "../support/browser-app.ts";
import { inWorkers, sandboxFrame } from "../support/hostile-app.ts";
import { type ModelServer, promptText, startModelServer } from "../support/model-server.ts";
import { replyForBundled, setModel, testConnection, typeKey } from "../support/model-app.ts";

/** Where the key may be, and everywhere that it may not, through a whole run with it. */
const app = useBrowserApp();
const KEY = "sk-canary-7e30c1f9ab52";
/** Long enough to be a secret, short enough to be quoted in part. */
const PART = KEY.slice(0, 14);
let opened: AppPage;
let page: Page;
let server: ModelServer;
/** All that the page posted to other windows, and each text that came to the console. */
const consoleTexts: string[] = [];

/** Everything that leaves the page's hands: what it posts to the frame and to ports, and what it saves as a file. */
async function watchMessages(prepared: Page): Promise<void> {
  prepared.on("console", (message) => consoleTexts.push(message.text()));
  await prepared.addInitScript(() => {
    const posted: string[] = [];
    Reflect.set(globalThis, "postedTexts", posted);
    const record = (value: unknown): void => {
      if (typeof value === "string") posted.push(value);
      else if (value instanceof ArrayBuffer) posted.push(new TextDecoder("latin1").decode(value));
      else if (typeof value === "object" && value !== null && !(value instanceof MessagePort)) for (const part of Object.values(value)) record(part);
    };
    for (const target of [MessagePort.prototype, Window.prototype, Worker.prototype, BroadcastChannel.prototype, window] as { postMessage: (...args: unknown[]) => void }[]) {
      const { postMessage } = target;
      target.postMessage = function post(this: unknown, ...args: unknown[]) {
        record(args[0]);
        postMessage.apply(this, args);
      };
    }
  });
}

type Places = Record<"local" | "session" | "address" | "text" | "fields" | "messages" | "caches" | "cookies" | "history", string>;
async function placesOf(from: Page): Promise<Places> {
  return await from.evaluate(async () => ({
    local: JSON.stringify({ ...localStorage }),
    session: JSON.stringify({ ...sessionStorage }),
    address: location.href,
    text: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value).join("\n"),
    messages: (Reflect.get(globalThis, "postedTexts") as string[]).join("\n"),
    caches: JSON.stringify(await caches.keys()),
    cookies: document.cookie,
    history: JSON.stringify(history.state),
  }));
}

/** Nowhere at all, but where `allowed` says: its own record. */
async function expectNowhere(from: Page): Promise<void> {
  for (const [place, text] of Object.entries(await placesOf(from))) expect(text.includes(PART), `the key in ${place}`).toBe(false);
  const { keys: _own, ...rest } = await readDatabase(from);
  expect(JSON.stringify(rest).includes(PART), "the key in the database").toBe(false);
  expect(consoleTexts.join("\n").includes(PART), "the key in the console").toBe(false);
  for (const request of opened.requests) {
    expect(request.url.includes(PART), request.url).toBe(false);
    // To the chosen address, and there in its header only.
    if (JSON.stringify(request.headers).includes(PART)) expect(new URL(request.url).origin).toBe(server.origin);
  }
}

/** The bytes of a file that the page gives to the person; zips are taken apart. */
async function download(press: () => Promise<void>): Promise<string> {
  const waiting = page.waitForEvent("download", { timeout: SLOW_MS });
  await press();
  const file = await waiting;
  const bytes = new Uint8Array(await readFile(await file.path()));
  const parts = file.suggestedFilename().endsWith(".zip") ? Object.entries(unzipSync(bytes)).flatMap(([name, content]) => [name, Buffer.from(content).toString("latin1")]) : [Buffer.from(bytes).toString("latin1")];
  return [file.suggestedFilename(), ...parts].join("\n");
}

beforeAll(async () => {
  server = await startModelServer({ key: KEY, respond: replyForBundled("warmest-spell") });
  opened = await app.open({ path: "/settings", keep: true, prepare: watchMessages });
  page = opened.page;
  opened.allow(/Failed to load resource/);
});
afterAll(() => server.close());

describe("a key that is not kept", { timeout: 2 * RUN_MS }, () => {
  it("opens the chosen address, and the field is empty at once", async () => {
    await setModel(page, { baseUrl: server.baseUrl, model: "test-model", key: KEY, keep: false });
    expect(await page.getByLabel("Key", { exact: true }).inputValue()).toBe("");
    const { good } = await testConnection(page);
    expect(good).toBe(true);
    expect((await readDatabase(page)).keys).toEqual([]);
    await expectNowhere(page);
  });

  it("is nowhere after a whole run: storage, address, console, page, messages, other requests, downloads", async () => {
    await startProblem(page, "The Warmest Spell");
    const environment = await waitForVerified(page);
    expect(server.chats().every((chat) => chat.headers["authorization"] === `Bearer ${KEY}`)).toBe(true);
    expect(server.requests.every((request) => !request.path.includes(PART) && !request.rawBody.includes(PART))).toBe(true);
    await expectNowhere(page);
    // What was recorded is not nothing: the environment's source did cross into the sandbox.
    expect((await placesOf(page)).messages).toContain("class WarmestSpellEnv");

    const zip = await download(() => page.getByRole("button", { name: "Download zip" }).click());
    const instances = await download(() => page.getByRole("button", { name: "Download instances" }).click());
    expect(zip).toContain("class WarmestSpellEnv");
    expect(zip).not.toContain(PART);
    expect(instances).not.toContain(PART);
    await visit(page, `/environments/${encodeURIComponent(environment.id)}`);
    await expectNowhere(page);
  });

  it("is not in an error that quotes it: not shown, not stored, not logged", async () => {
    server.setRespond(() => ({ kind: "status", status: 400, message: `the key ${KEY} (starts ${PART}) may not do this` }));
    await startProblem(page, "The Warmest Spell");
    await page.getByText(/did not accept the request \(status 400\): the key \[key\]/).first().waitFor({ timeout: SLOW_MS });
    await expectNowhere(page);
    server.setRespond(replyForBundled("warmest-spell"));
  });

  it("is gone after a reload, and the app says so", async () => {
    await page.reload();
    await visit(page, "/settings");
    await page.getByText("No key", { exact: true }).waitFor();
    const before = server.chats().length;
    const { good, text } = await testConnection(page);
    expect(good).toBe(false);
    expect(text).toMatch(/asks for a key[\s\S]*Enter a key in Settings\./);
    expect(server.chats().slice(before).map((chat) => chat.headers["authorization"])).toEqual([undefined]);
  });
});

describe("a key that is kept on request", { timeout: 2 * RUN_MS }, () => {
  it("is in its own record and nowhere else, and there after a reload", async () => {
    await typeKey(page, KEY, true);
    expect((await readDatabase(page)).keys).toMatchObject([{ id: "key", key: KEY }]);
    await expectNowhere(page);
    await page.reload();
    await visit(page, "/settings");
    await page.getByText("Key kept on this device").waitFor();
    expect((await testConnection(page)).good).toBe(true);
    await expectNowhere(page);
  });

  it("never reaches the sandbox: neither its frame nor its workers can see the page's storage", async () => {
    await waitForPython(page);
    // What was refused in the frame is told to the page as an exception without a text.
    opened.allow(/^exception: $/);
    const frame = await sandboxFrame(page);
    const seen = await frame.evaluate(async () => {
      const tried = async (work: () => unknown): Promise<string> => {
        try {
          return `came through: ${String(await work())}`;
        } catch (error) {
          return error instanceof Error ? error.name : String(error);
        }
      };
      return [await tried(() => localStorage.length), await tried(() => indexedDB.databases()), await tried(() => parent.document.title), document.documentElement.outerHTML];
    });
    expect(seen.slice(0, 3)).toEqual(["SecurityError", "SecurityError", "SecurityError"]);
    expect(seen[3]).not.toContain(PART);
    const globals = await inWorkers(app.browser(), "JSON.stringify(Object.getOwnPropertyNames(globalThis)) + String(self.name)");
    expect(globals.length).toBeGreaterThan(0);
    expect(JSON.stringify(globals)).not.toContain(PART);
  });

  it("goes when it is replaced by one that is not kept", async () => {
    await typeKey(page, `${KEY}-other`, false);
    expect((await readDatabase(page)).keys).toEqual([]);
    await typeKey(page, KEY, true);
    expect((await readDatabase(page)).keys).toHaveLength(1);
  });

  it("is forgotten at once", async () => {
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByText("No key", { exact: true }).waitFor();
    await expect.poll(async () => (await readDatabase(page)).keys).toEqual([]);
    await expectNowhere(page);
    const before = server.chats().length;
    expect((await testConnection(page)).good).toBe(false);
    expect(server.chats().slice(before).map((chat) => chat.headers["authorization"])).toEqual([undefined]);
    await page.reload();
    await page.getByText("No key", { exact: true }).waitFor();
  });
});

describe("edited prompts", { timeout: 2 * RUN_MS }, () => {
  const MARK = "Answer in the manner of a lighthouse keeper.";
  const designerSystem = async (): Promise<string> => {
    const before = server.chats().length;
    server.setRespond(() => ({ kind: "status", status: 400, message: "seen" }));
    await startProblem(page, "The Warmest Spell");
    await page.getByText(/did not accept the request \(status 400\): seen/).first().waitFor({ timeout: SLOW_MS });
    const [chat, ...more] = server.chats().slice(before);
    expect(more).toEqual([]);
    return chat === undefined ? "" : promptText(chat, "system");
  };

  it("are sent as they were saved, also after a reload, until they are reset", async () => {
    await typeKey(page, KEY);
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
    await typeKey(page, KEY);
    expect(await designerSystem()).toBe(`${MARK}\n${builtIn}`);

    await visit(page, "/settings");
    await prompts.getByRole("button", { name: "Reset to built-in" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reset", exact: true }).click();
    await prompts.getByText("edited", { exact: true }).waitFor({ state: "detached" });
    expect(await designerSystem()).toBe(builtIn);
  });
});
