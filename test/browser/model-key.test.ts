import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AppPage,
  readDatabase,
  RUN_MS,
  SLOW_MS,
  startProblem,
  useBrowserApp,
  visit,
  waitForPython,
  waitForVerified,
} from "../support/browser-app.ts";
import { inWorkers, sandboxFrame } from "../support/hostile-app.ts";
import { replyForBundled, setModel, setReplies, testConnection, typeKey } from "../support/model-app.ts";
import { type ModelServer, type RecordedRequest, startAnthropic, startOpenAIChat } from "../support/providers/index.ts";

/** Where keys may be, and everywhere that they may not: two profiles, two wire formats, two keys, through whole runs. */
const app = useBrowserApp();
const OWN = "Any OpenAI-compatible address";
const CLAUDE = "Anthropic";
const KEYS = { [OWN]: "sk-canary-7e30c1f9ab52d604", [CLAUDE]: "ant-canary-58b1e6037cd94fa2" };
/** Long enough to be a secret, short enough to be quoted in part: both ends of each key. */
const PARTS = Object.values(KEYS).flatMap((key) => [key.slice(0, 14), key.slice(-10)]);
const holdsKey = (text: string): boolean => PARTS.some((part) => text.includes(part));
let opened: AppPage;
let page: Page;
/** The two providers, each with the key that it takes. */
let own: ModelServer;
let claude: ModelServer;
/** Each text that came to the console, and each address that the page had. */
const consoleTexts: string[] = [];
const addresses: string[] = [];

/** Everything that leaves the page's hands: what it posts to the frame and to ports, and what it saves as a file. */
async function watchMessages(prepared: Page): Promise<void> {
  prepared.on("console", (message) => consoleTexts.push(message.text()));
  prepared.on("framenavigated", (frame) => addresses.push(frame.url()));
  await prepared.addInitScript(() => {
    const posted: string[] = [];
    Reflect.set(globalThis, "postedTexts", posted);
    const record = (value: unknown): void => {
      if (typeof value === "string") posted.push(value);
      else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) posted.push(new TextDecoder("latin1").decode(value));
      else if (typeof value === "object" && value !== null && !(value instanceof MessagePort))
        for (const part of Object.values(value)) record(part);
    };
    for (const target of [MessagePort.prototype, Window.prototype, Worker.prototype, BroadcastChannel.prototype, window] as {
      postMessage: (...args: unknown[]) => void;
    }[]) {
      const { postMessage } = target;
      target.postMessage = function post(this: unknown, ...args: unknown[]) {
        record(args[0]);
        postMessage.apply(this, args);
      };
    }
  });
}

/**
 * Which parts of what the page is made of and keeps, besides its database, hold one of the texts. They are searched
 * where they are: the messages alone are as long as Python and its snapshot.
 */
async function placesWith(texts: readonly string[]): Promise<string[]> {
  return await page.evaluate(async (wanted) => {
    const places: Record<string, string[]> = {
      local: [JSON.stringify({ ...localStorage })],
      session: [JSON.stringify({ ...sessionStorage })],
      address: [location.href],
      name: [window.name],
      title: [document.title],
      text: [document.documentElement.outerHTML],
      fields: [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value),
      messages: Reflect.get(globalThis, "postedTexts") as string[],
      caches: await caches.keys(),
      cookies: [document.cookie],
      history: [JSON.stringify(history.state) ?? ""],
      databases: [JSON.stringify(await indexedDB.databases())],
    };
    return Object.entries(places).flatMap(([place, held]) =>
      held.some((text) => wanted.some((part) => text.includes(part))) ? [place] : [],
    );
  }, texts);
}

/** The keys' own table holds exactly these; no key is anywhere else but in the requests to its own provider, in one header. */
async function expectNowhereElse(kept: readonly string[] = []): Promise<void> {
  expect(await placesWith(PARTS), "places with a key").toEqual([]);
  const { keys, ...rest } = await readDatabase(page);
  expect(keys.map(({ key }) => key).toSorted()).toEqual([...kept].toSorted());
  for (const record of keys) expect(Object.keys(record).toSorted()).toEqual(["id", "key", "v"]);
  for (const [table, records] of Object.entries(rest)) expect(holdsKey(JSON.stringify(records)), `a key in the table ${table}`).toBe(false);
  expect(holdsKey(consoleTexts.join("\n")), "a key in the console").toBe(false);
  expect(holdsKey(addresses.join("\n")), "a key in an address").toBe(false);
  for (const { url, body, headers } of opened.requests) {
    expect(holdsKey(url + body), url).toBe(false);
    const { origin } = new URL(url);
    if (origin !== own.origin && origin !== claude.origin) expect(holdsKey(JSON.stringify(headers)), url).toBe(false);
  }
  expectOwnHeaderOnly(own.requests, "authorization", KEYS[OWN]);
  expectOwnHeaderOnly(claude.requests, "x-api-key", KEYS[CLAUDE]);
}

function expectOwnHeaderOnly(requests: readonly RecordedRequest[], header: string, key: string): void {
  for (const { path, rawBody, headers } of requests) {
    expect(holdsKey(path + rawBody), path).toBe(false);
    for (const [name, value] of Object.entries(headers)) {
      if (!holdsKey(value)) continue;
      expect(name).toBe(header);
      expect(value.replace("Bearer ", "")).toBe(key);
    }
  }
}

/** The keys with which a server was asked for replies since there were so many. */
const keysSince = (server: ModelServer, count: number): (string | undefined)[] =>
  server
    .chats()
    .slice(count)
    .map(({ headers }) => headers["x-api-key"] ?? headers["authorization"]?.replace("Bearer ", ""));

/** The bytes of a file that the page gives to the person; zips are taken apart. */
async function download(press: () => Promise<void>): Promise<string> {
  const waiting = page.waitForEvent("download", { timeout: SLOW_MS });
  await press();
  const file = await waiting;
  const bytes = new Uint8Array(await readFile(await file.path()));
  const parts = file.suggestedFilename().endsWith(".zip")
    ? Object.entries(unzipSync(bytes)).flatMap(([name, content]) => [name, Buffer.from(content).toString("latin1")])
    : [Buffer.from(bytes).toString("latin1")];
  return [file.suggestedFilename(), ...parts].join("\n");
}

async function chooseRole(role: string, profile: string): Promise<void> {
  await visit(page, "/settings");
  const choose = page.getByRole("button", { name: "Choose per role" });
  if (await choose.isVisible()) await choose.click();
  await page.getByRole("group", { name: role }).getByRole("combobox", { name: "Profile" }).click();
  await page.getByRole("option", { name: profile, exact: true }).click();
}

const open = (provider: string): Promise<void> => setModel(page, { provider });

beforeAll(async () => {
  const respond = replyForBundled("warmest-spell");
  own = await startOpenAIChat({ key: KEYS[OWN], respond });
  claude = await startAnthropic({ key: KEYS[CLAUDE], respond });
  opened = await app.open({ path: "/settings", keep: true, prepare: watchMessages });
  page = opened.page;
  opened.allow(/Failed to load resource/);
});
afterAll(async () => {
  await own.close();
  await claude.close();
});

describe("keys that are not kept", { timeout: 2 * RUN_MS }, () => {
  it("open their own provider, are masked while they are typed, and the field is empty at once", async () => {
    await setModel(page, { provider: OWN, baseUrl: own.baseUrl, model: "test-model", key: KEYS[OWN] });
    await setModel(page, { provider: CLAUDE, baseUrl: claude.baseUrl, model: "claude-test" });
    const field = page.getByLabel("Key", { exact: true });
    await field.fill(KEYS[CLAUDE]);
    expect(await field.getAttribute("type")).toBe("password");
    expect(await field.getAttribute("autocomplete")).toBe("off");
    await page.getByRole("button", { name: "Use this key" }).click();
    await page.getByText("Key in memory until this tab closes").waitFor();
    await expect.poll(() => field.inputValue()).toBe("");
    for (const provider of [OWN, CLAUDE]) {
      await open(provider);
      expect((await testConnection(page)).good).toBe(true);
    }
    expect(keysSince(own, 0)).toEqual([KEYS[OWN]]);
    expect(keysSince(claude, 0)).toEqual([KEYS[CLAUDE]]);
    await page.getByText("2 keys, in memory only").waitFor();
    await expectNowhereElse();
  });

  it("are nowhere after a whole run with both: storage, addresses, console, page, messages, other requests, downloads", async () => {
    await open(OWN);
    await chooseRole("Tester", CLAUDE);
    const before = { own: own.chats().length, claude: claude.chats().length };
    await startProblem(page, "The Warmest Spell");
    const environment = await waitForVerified(page);
    expect(new Set(keysSince(own, before.own))).toEqual(new Set([KEYS[OWN]]));
    expect(new Set(keysSince(claude, before.claude))).toEqual(new Set([KEYS[CLAUDE]]));
    await expectNowhereElse();
    // What was searched is not nothing: the source did cross into the sandbox, and the replies were stored with their requests.
    expect(await placesWith(["class WarmestSpell"])).toContain("messages");
    const { replies } = await readDatabase(page);
    expect(new Set(replies.map(({ reply }) => reply.settings.provider))).toEqual(new Set(["compatible", "anthropic"]));

    const files = [
      await download(() => page.getByRole("button", { name: "Download zip" }).click()),
      await download(() => page.getByRole("button", { name: "Download instances" }).click()),
    ];
    await visit(page, `/environments/${encodeURIComponent(environment.id)}`);
    await page.getByRole("button", { name: "Download", exact: true }).click();
    files.push(await download(() => page.getByRole("menuitem", { name: /\(\.py\)/ }).click()));
    await visit(page, "/problems/warmest-spell");
    files.push(await download(() => page.getByRole("button", { name: "Export", exact: true }).click()));
    expect(files[0]).toContain("class WarmestSpellEnv");
    for (const file of files) expect(holdsKey(file), file.split("\n")[0]).toBe(false);
    await expectNowhereElse();
  });

  it("are not in errors that quote them: not shown, not stored, not logged", async () => {
    await setReplies(page, { reuse: false });
    for (const [provider, server] of [
      [OWN, own],
      [CLAUDE, claude],
    ] as const) {
      const key = KEYS[provider];
      server.setRespond(() => ({
        kind: "status",
        status: 400,
        message: `the key ${key} (starts ${key.slice(0, 14)}, ends ${key.slice(-10)}) may not do this`,
      }));
      await open(provider);
      expect((await testConnection(page)).text).toMatch(/the key \[key\] \(starts \[key\], ends \[key\]\) may not do this/);
      await chooseRole("Designer", provider);
      await startProblem(page, "The Warmest Spell");
      await page
        .getByText(/did not accept the request \(status 400\): the key \[key\]/)
        .first()
        .waitFor({ timeout: SLOW_MS });
      await expectNowhereElse();
      server.setRespond(replyForBundled("warmest-spell"));
    }
    await visit(page, "/settings");
    await page.getByRole("button", { name: "All as the profile" }).click();
  });

  it("are gone after a reload, and the app says so", async () => {
    await page.reload();
    await open(CLAUDE);
    await page.getByRole("radio", { name: /Anthropic.*No key/ }).waitFor();
    // Without a key there is nothing to start or to check.
    expect(await page.getByRole("button", { name: "Check connection" }).isDisabled()).toBe(true);
    await visit(page, "/problems/warmest-spell");
    await page.getByRole("link", { name: "Add a key first" }).waitFor();
    await page.getByRole("button", { name: "Model: Anthropic, needs a key" }).waitFor();
    await open(OWN);
    const before = own.chats().length;
    expect((await testConnection(page)).text).toMatch(/asks for a key[\s\S]*Enter a key in Settings\./);
    expect(keysSince(own, before)).toEqual([undefined]);
    await expectNowhereElse();
  });
});

describe("keys that are kept on request", { timeout: 2 * RUN_MS }, () => {
  it("are in their own record and nowhere else; after a reload the kept one works, the other is gone", async () => {
    await open(CLAUDE);
    await typeKey(page, KEYS[CLAUDE], true);
    await open(OWN);
    await typeKey(page, KEYS[OWN]);
    await page.getByText("2 keys, 1 kept on this device").waitFor();
    await expectNowhereElse([KEYS[CLAUDE]]);
    const { keys, settings } = await readDatabase(page);
    expect(keys.map(({ id }) => id)).toEqual(settings[0]?.profiles.filter(({ provider }) => provider === "anthropic").map(({ id }) => id));

    await page.reload();
    await page.getByText("1 key, 1 kept on this device").waitFor();
    await open(CLAUDE);
    await page.getByText("Key kept on this device").waitFor();
    const before = claude.chats().length;
    expect((await testConnection(page)).good).toBe(true);
    expect(keysSince(claude, before)).toEqual([KEYS[CLAUDE]]);
    await expectNowhereElse([KEYS[CLAUDE]]);
  });

  it("do not go with a copy of their profile", async () => {
    await open(CLAUDE);
    await page.getByRole("button", { name: "Duplicate" }).click();
    await page.getByRole("radio", { name: /^Anthropic 2.*No key/, checked: true }).waitFor();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("radio", { name: /^Anthropic 2/ }).waitFor({ state: "detached" });
    await expectNowhereElse([KEYS[CLAUDE]]);
  });

  it("never reach the sandbox: neither its frame nor its workers can see the page's storage", async () => {
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
      return [
        await tried(() => localStorage.length),
        await tried(() => indexedDB.databases()),
        await tried(() => parent.document.title),
        document.documentElement.outerHTML,
      ];
    });
    expect(seen.slice(0, 3)).toEqual(["SecurityError", "SecurityError", "SecurityError"]);
    expect(holdsKey(seen[3] ?? "")).toBe(false);
    const globals = await inWorkers(app.browser(), "JSON.stringify(Object.getOwnPropertyNames(globalThis)) + String(self.name)");
    expect(globals.length).toBeGreaterThan(0);
    expect(holdsKey(JSON.stringify(globals))).toBe(false);
  });

  it("go when they are replaced by one that is not kept", async () => {
    await open(CLAUDE);
    await typeKey(page, `${KEYS[CLAUDE]}-other`, false);
    expect((await readDatabase(page)).keys).toEqual([]);
    await typeKey(page, KEYS[CLAUDE], true);
    await expectNowhereElse([KEYS[CLAUDE]]);
  });
});

describe("forgetting", { timeout: 2 * RUN_MS }, () => {
  it("takes one key away, in memory and on this device, and leaves the other", async () => {
    await open(OWN);
    await typeKey(page, KEYS[OWN], true);
    await expectNowhereElse([KEYS[CLAUDE], KEYS[OWN]]);
    await open(CLAUDE);
    await page.getByRole("button", { name: "Forget the key" }).click();
    await page.getByRole("radio", { name: /Anthropic.*No key/ }).waitFor();
    expect(await page.getByRole("button", { name: "Check connection" }).isDisabled()).toBe(true);
    await expectNowhereElse([KEYS[OWN]]);
    await open(OWN);
    expect((await testConnection(page)).good).toBe(true);
  });

  it("takes all away at once, and for good", async () => {
    await open(CLAUDE);
    await typeKey(page, KEYS[CLAUDE]);
    await page.getByText("2 keys, 1 kept on this device").waitFor();
    await page.getByRole("button", { name: "Forget all keys" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Forget all", exact: true }).click();
    await page.getByRole("button", { name: "Forget all keys" }).waitFor({ state: "detached" });
    await expectNowhereElse();
    const before = own.chats().length;
    await open(OWN);
    expect((await testConnection(page)).good).toBe(false);
    expect(keysSince(own, before)).toEqual([undefined]);
    await page.reload();
    await page.getByRole("radio", { name: /OpenAI-compatible.*No key/ }).waitFor();
    await expectNowhereElse();
  });

  it("comes with removing a profile", async () => {
    await open(CLAUDE);
    await typeKey(page, KEYS[CLAUDE], true);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("radio", { name: /Anthropic/ }).waitFor({ state: "detached" });
    await expectNowhereElse();
  });
});
