import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "@/domain";
import {
  applyImport,
  chooseFiles,
  importFiles,
  importReview,
  readDatabase,
  startBundled,
  useBrowserApp,
  visit,
  waitForVerified,
  writeRecord,
} from "../support/browser-app.ts";
import { testConnection } from "../support/model-app.ts";
import { startModelServer } from "../support/model-server.ts";
import { PANTRY_FILE, PANTRY_ID } from "../support/pantry-files.ts";

/** What other versions, faulty disks and full ones leave in the storage: said by name, and nothing is lost. */
const app = useBrowserApp();

/** Leaves the page so many bytes more than it uses now. @returns what gives it the browser's own quota back */
async function fillStorage(page: Page, room: number): Promise<() => Promise<void>> {
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  // The override lasts as long as its session.
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url()).origin, quotaSize: used + room });
  return () => session.detach();
}

/** Rows that do not shrink when they are stored. */
const bulky = (count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const statement = Array.from({ length: 20_000 }, (_unused, at) => ((index * 7919 + at * 104_729) % 2_147_483_647).toString(36)).join(
      "",
    );
    return `${JSON.stringify({ question_id: `bulk-${index}`, question: statement, solution: "pass" })}\n`;
  }).join("");

/** The tables of the first version, with what a person had left in them. From a page of the same origin without the app. */
async function leaveFirstVersion(page: Page, settings: object, key: string): Promise<void> {
  await page.goto(`${await app.address()}favicon.svg`);
  await page.evaluate(
    async ([name, left, kept]) => {
      const opening = indexedDB.open(name, 10);
      opening.addEventListener("upgradeneeded", () => {
        const database = opening.result;
        for (const store of ["problems", "environments", "runs", "settings", "keys"]) database.createObjectStore(store, { keyPath: "id" });
        database.createObjectStore("episodes", { keyPath: "id" }).createIndex("environmentId", "environmentId");
        database.createObjectStore("runEvents", { keyPath: ["runId", "seq"] });
        database.createObjectStore("damaged", { keyPath: "number", autoIncrement: true });
        opening.transaction?.objectStore("settings").put({ ...left, id: "settings", v: 1 });
        opening.transaction?.objectStore("keys").put({ id: "key", key: kept, v: 1 });
      });
      await new Promise((resolve, reject) => {
        opening.addEventListener("success", resolve);
        opening.addEventListener("error", () => reject(opening.error));
      });
      opening.result.close();
    },
    ["codegym-playground", settings, key] as const,
  );
}

describe("what the first version left", () => {
  it("is taken over: its model becomes a profile, its kept key goes with it, limits and prompts stay", async () => {
    const key = "sk-test-kept-since-version-1";
    const server = await startModelServer({ key });
    try {
      const first = {
        version: 1,
        model: {
          kind: "openai-compatible",
          baseUrl: server.baseUrl,
          model: "my-model",
          streaming: false,
          temperature: 0.5,
          maxOutputTokens: 900,
          concurrency: 2,
        },
        limits: { ...DEFAULT_LIMITS, minTests: 7 },
        workers: 2,
        prompts: { solver: { system: "My own system.", user: "{{task}}" } },
        colorScheme: "dark",
      };
      const { page, allow } = await app.open({ path: "/settings", prepare: (prepared) => leaveFirstVersion(prepared, first, key) });
      // What browsers ask for beside a page that names no icon.
      allow(/favicon\.ico/);
      await page.getByRole("button", { name: "Model: my-model" }).waitFor();
      await page.getByText("Key kept on this device").waitFor();
      const { good, text } = await testConnection(page);
      expect(text).toContain("in one piece");
      expect(good).toBe(true);
      expect(server.chats()[0]?.body).toMatchObject({ model: "my-model", temperature: 0.5 });
      await expect.poll(() => page.getByRole("textbox", { name: "Passing tests, at least" }).inputValue()).toBe("7");
      await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
      await page.getByRole("tab", { name: "Solver" }).click();
      await page.getByRole("tabpanel", { name: "Solver" }).getByText("edited", { exact: true }).waitFor();
      const { keys } = await readDatabase(page);
      expect(keys).toEqual([{ v: 1, id: "first", key }]);
    } finally {
      await server.close();
    }
  });
});

describe("a record of a newer version", () => {
  it("is named and kept, and the rest is there", async () => {
    const { page } = await app.open({ path: "/environments" });
    await importFiles(page, [PANTRY_FILE]);
    const newer = { id: "later__LaterEnv", v: 7, shape: { of: "the future" } };
    await writeRecord(page, "environments", newer);
    await page.reload();
    const notice = page.getByRole("alert").filter({ hasText: "Not everything saved could be read" });
    await notice
      .getByText("The saved environment “later__LaterEnv” was made by a newer version of the playground.", { exact: false })
      .waitFor();
    await page.getByRole("link", { name: /PantryEnv/ }).waitFor();

    // An import that would take its place is refused as a whole.
    await chooseFiles(page, [{ name: "later__LaterEnv.py", text: (PANTRY_FILE.text ?? "").replaceAll("PantryEnv", "LaterEnv") }]);
    await importReview(page).getByRole("button", { name: "Import", exact: true }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: "The import did not go through" })
      .getByText("“later__LaterEnv”", { exact: false })
      .waitFor();
    const { environments } = await readDatabase(page);
    expect(environments.find((item) => item.id === newer.id)).toEqual(newer);
    expect(environments.map((item) => item.id).toSorted()).toEqual(["later__LaterEnv", PANTRY_ID]);
  });

  it("also when the whole database is newer: nothing is opened, changed or deleted", async () => {
    const { page } = await app.open({ path: "/environments" });
    await importFiles(page, [PANTRY_FILE]);
    // A newer version opens in another tab while this one is in use.
    await page.evaluate(async () => {
      const request = indexedDB.open("codegym-playground", 9990);
      await new Promise((resolve, reject) => {
        request.addEventListener("success", resolve);
        request.addEventListener("error", () => reject(request.error));
      });
      request.result.close();
    });
    await page.getByText("The playground was updated in another tab.").waitFor();
    await page.reload();
    await page.getByText("What is saved on this device was made by a newer version of the playground.").first().waitFor();
    expect((await readDatabase(page)).environments.map((item) => item.id)).toEqual([PANTRY_ID]);
    // What ships with the page still works.
    await visit(page, "/problems");
    await page.getByRole("link", { name: "Bakery Orders" }).first().waitFor();
  });
});

describe("a record that cannot be read", () => {
  it("is named and put aside when its place is taken, never thrown away", async () => {
    const { page } = await app.open({ path: "/environments" });
    await importFiles(page, [PANTRY_FILE]);
    const broken = { id: PANTRY_ID, v: 1, className: 5, source: "what is left of it" };
    await writeRecord(page, "environments", broken);
    await page.reload();
    await page
      .getByRole("list", { name: "Unreadable records" })
      .getByText(`The saved environment “${PANTRY_ID}” cannot be read`, { exact: false })
      .waitFor();
    await importFiles(page, [PANTRY_FILE]);
    await page.getByRole("link", { name: /PantryEnv/ }).waitFor();
    const { damaged } = await readDatabase(page);
    expect(damaged).toMatchObject([{ kind: "environment", id: PANTRY_ID, record: broken }]);
  });

  it("is listed by id where its kind is and among the data, can be taken away as it is, and deleted; the rest works", async () => {
    const { page } = await app.open({ path: "/problems" });
    // As earlier versions stored them: a number that JSON has not, and an id with half a character.
    await page.evaluate(async () => {
      const opening = indexedDB.open("codegym-playground");
      await new Promise((resolve) => opening.addEventListener("success", resolve));
      const transaction = opening.result.transaction("problems", "readwrite");
      const whole = { v: 1, title: "Half an id", statement: "Add.", solution: "print(1)\n", extra: {}, origin: "imported", addedAt: 1 };
      transaction.objectStore("problems").put({ ...whole, id: `half ${String.fromCharCode(0xd800)}%41\n/` });
      transaction.objectStore("problems").put({ ...whole, id: "infinite", extra: { score: Infinity } });
      await new Promise((resolve) => transaction.addEventListener("complete", resolve));
      opening.result.close();
    });
    await page.reload();
    const listed = page.getByRole("list", { name: "Unreadable records" });
    await listed.getByText("problem “infinite”", { exact: true }).waitFor();
    const download = page.waitForEvent("download");
    await listed.getByRole("button", { name: "Export raw: problem infinite" }).click();
    expect((await download).suggestedFilename()).toBe("problem-infinite-(unreadable).json");
    expect(JSON.parse(await readFile(await (await download).path(), "utf8"))).toMatchObject({
      id: "infinite",
      extra: { score: "Infinity" },
    });

    await page.getByRole("link", { name: /Half an id/ }).click();
    await page.getByRole("heading", { level: 1, name: "Half an id" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Half an id" }).waitFor();

    await visit(page, "/settings");
    await listed.getByRole("button", { name: "Delete: problem infinite" }).click();
    await page.getByRole("dialog", { name: "Delete this record?" }).getByRole("button", { name: "Delete", exact: true }).click();
    await listed.waitFor({ state: "hidden" });
    expect((await readDatabase(page)).problems).toHaveLength(1);
  });

  it("leaves the settings at their defaults, and says so", async () => {
    const { page } = await app.open();
    await writeRecord(page, "settings", { id: "settings", v: 1, workers: "many" });
    await page.reload();
    await visit(page, "/settings");
    await page.getByText("The settings could not be read; these are the defaults").waitFor();
    await page.getByText("Limits").first().waitFor();
  });
});

describe("a full storage", () => {
  it("refuses an import as a whole, says what to do, and takes it when there is room", async () => {
    const { page, allow } = await app.open({ path: "/problems" });
    allow(/QuotaExceeded/);
    // Chromium reckons with the room that it knew at the last write, so this is the first one.
    const empty = await fillStorage(page, 200_000);
    await chooseFiles(page, [{ name: "bulk.jsonl", text: bulky(60) }]);
    await importReview(page).getByRole("button", { name: "Import", exact: true }).click();
    const failure = page.getByRole("alert").filter({ hasText: "The import did not go through" });
    await failure.getByText("The browser's storage for this page is full.").waitFor();
    await failure.getByText("Export what you want to keep", { exact: false }).waitFor();
    expect((await readDatabase(page)).problems).toEqual([]);

    await empty();
    await page.keyboard.press("Escape");
    await chooseFiles(page, [{ name: "bulk.jsonl", text: bulky(60) }]);
    await applyImport(page);
    expect((await readDatabase(page)).problems).toHaveLength(60);
  });

  it("makes a run wait with the reply in hand, and go on by itself when there is room", async () => {
    const { page, allow } = await app.open();
    allow(/QuotaExceeded/);
    const empty = await fillStorage(page, 2000);
    const runId = await startBundled(page, "Bakery Orders");
    await page.getByText("The browser's storage is full", { exact: true }).waitFor();
    await empty();
    await waitForVerified(page);
    const events = (await readDatabase(page)).runEvents.filter((item) => item.runId === runId);
    expect(events.map((item) => item.seq).toSorted((a, b) => a - b)).toEqual(events.map((_, index) => index));
    expect(events.filter(({ event }) => event.type === "reply-requested" && event.role === "designer")).toHaveLength(1);
  });
});
