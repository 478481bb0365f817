import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type {
  Environment,
  Episode,
  PaidReply,
  Problem,
  Settings,
  Spend,
  StoredEvaluationEvent,
  StoredRunEvent,
  StoredTraceEvent,
} from "@/domain";
import type { StoredEvaluationSummary, StoredRunSummary, StoredTraceSummary } from "@/storage";
import { BROWSER_ARGS, findBrowser } from "../../scripts/browser.mjs";
import { type FileServer, serveFiles } from "./file-server.ts";
import { DATABASE, restoreDatabase, type SavedDatabase } from "./saved-database.ts";

/**
 * The built app (`dist/`) in a real Chromium, from a plain file server under a sub-path. Pages are driven as a
 * person does; waits are for what can be seen or what is stored, never for time.
 */
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const BASE = "/some/sub-path/";

/** For a loaded machine: where a test is not about time, time must not decide it. */
export const SLOW_MS = 60_000;
export const RUN_MS = 100_000;

type SeenRequest = { url: string; method: string; type: string; headers: Record<string, string>; body: string };

export type AppPage = {
  page: Page;
  context: BrowserContext;
  /** Where the app's files lie, with the "/" at the end. */
  url: string;
  /** Every request of the page's context, its frames and workers included. */
  requests: SeenRequest[];
  /** Console errors and uncaught exceptions. What is not allowed fails the test. */
  complaints: string[];
  /** Waits until nothing that was asked of a server is under way. */
  settled(): Promise<void>;
  /** A complaint that this test brings about itself, such as a missing file. */
  allow(pattern: RegExp): void;
};

export type OpenOptions = {
  /** The part behind "#": "/settings". */
  path?: string;
  /** Another tab of the same browser: shares storage, locks and channels. */
  context?: BrowserContext;
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
  /** The sub-path under which the app is served. */
  base?: string;
  /** Where the app is served otherwise: by a server of the test's own. */
  url?: string;
  /** Stays open until the file's end, for tests that go on where the one before stopped. */
  keep?: boolean;
  /** Before the app is loaded: routes, init scripts, permissions. */
  prepare?(page: Page): Promise<unknown>;
  /** What is in the page's database before the app is loaded. */
  saved?: SavedDatabase;
};

export type BrowserApp = {
  open(options?: OpenOptions): Promise<AppPage>;
  browser(): Browser;
  /** The address of the app's files under a sub-path. */
  address(base?: string): Promise<string>;
};

/** One browser for a test file; to be called at its top level. Contexts are closed after the test that opened them. */
export function useBrowserApp(args: readonly string[] = []): BrowserApp {
  let browser: Browser | null = null;
  const servers = new Map<string, FileServer>();
  const opened: (AppPage & { keep: boolean; allowed: RegExp[]; unhear(): void })[] = [];
  /** An empty page each, in contexts that tests have given back: their caches are warm, their storage is empty. */
  const free = new Map<string, Page[]>();
  const kindOf = new Map<BrowserContext, string>();

  beforeAll(async () => {
    if (!existsSync(`${DIST}/index.html`)) throw new Error("dist/ is missing: run `npm run build` first");
    const executablePath = process.env["CHROME_PATH"] ?? findBrowser();
    browser = await chromium.launch({ executablePath, args: [...BROWSER_ARGS, ...args] });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") for (const item of opened) await describePage(item.page);
    const complaints = opened.flatMap((item) => item.complaints.filter((text) => !item.allowed.some((pattern) => pattern.test(text))));
    for (const item of opened) item.complaints.length = 0;
    const contexts = new Set(opened.filter((item) => !item.keep).map((item) => item.context));
    for (const item of opened.filter((one) => one.keep)) contexts.delete(item.context);
    for (const item of opened) if (!item.keep) item.unhear();
    opened.splice(0, opened.length, ...opened.filter((item) => item.keep));
    for (const context of contexts) await giveBack(context);
    expect(complaints, "console errors and uncaught exceptions").toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    for (const server of servers.values()) await server.close();
  });

  const running = (): Browser => {
    if (browser === null) throw new Error("the browser starts in beforeAll");
    return browser;
  };

  async function address(base = BASE): Promise<string> {
    const server = servers.get(base) ?? (await serveFiles(DIST, base));
    servers.set(base, server);
    return server.url;
  }

  /** A page in a context with an empty storage; one of an earlier test where that was a plain one. */
  async function pageOf({
    viewport = { width: 1280, height: 900 },
    colorScheme = "light",
    prepare,
    url,
    context: given,
  }: OpenOptions): Promise<Page> {
    if (given !== undefined) return await given.newPage();
    // What prepares a page may stay behind in its context, and so may the storage of another server's page.
    const kind = prepare === undefined && url === undefined ? JSON.stringify([viewport, colorScheme]) : null;
    const known = kind === null ? undefined : free.get(kind)?.pop();
    if (known !== undefined) return known;
    // Nothing moves: frames that are drawn for a movement are time that the tests wait for.
    const context = await running().newContext({ viewport, colorScheme, reducedMotion: "reduce", acceptDownloads: true });
    if (kind !== null) kindOf.set(context, kind);
    return await context.newPage();
  }

  async function giveBack(context: BrowserContext): Promise<void> {
    const kind = kindOf.get(context);
    if (kind === undefined) return await context.close();
    const used = context.pages();
    const page = await context.newPage();
    await Promise.all(used.map((one) => one.close()));
    await context.setOffline(false);
    const session = await context.newCDPSession(page);
    for (const { url } of servers.values())
      await session.send("Storage.clearDataForOrigin", { origin: new URL(url).origin, storageTypes: "all" });
    await session.detach();
    free.set(kind, [...(free.get(kind) ?? []), page]);
  }

  return {
    browser: running,
    address,
    async open(options = {}) {
      const { path = "", keep = false } = options;
      const url = options.url ?? (await address(options.base));
      const page = await pageOf(options);
      const context = page.context();
      page.setDefaultTimeout(SLOW_MS / 2);
      const allowed: RegExp[] = [];
      const underWay = new Set<Request>();
      const ended = (request: Request): void => void underWay.delete(request);
      const begun = (request: Request): void => {
        if (/^https?:/.test(request.url())) underWay.add(request);
        item.requests.push({
          url: request.url(),
          method: request.method(),
          type: request.resourceType(),
          headers: request.headers(),
          body: request.postData() ?? "",
        });
      };
      const item = {
        page,
        context,
        url,
        requests: [] as SeenRequest[],
        complaints: [] as string[],
        // Playwright's "networkidle" counts the scripts of workers in frames too, of whose end it is not always told.
        settled: () => expect.poll(() => [...underWay].map((request) => request.url())).toEqual([]),
        allow: (pattern: RegExp) => void allowed.push(pattern),
        keep,
        allowed,
        unhear: () => {
          context.off("requestfinished", ended);
          context.off("requestfailed", ended);
          context.off("request", begun);
        },
      };
      opened.push(item);
      context.on("requestfinished", ended);
      context.on("requestfailed", ended);
      context.on("request", begun);
      page.on("console", (message) => {
        if (message.type() === "error") item.complaints.push(`console: ${message.text()} (${message.location().url})`);
      });
      page.on("pageerror", (error) => item.complaints.push(`exception: ${error.stack ?? error.message}`));
      await options.prepare?.(page);
      if (options.saved !== undefined) await restoreDatabase(page, url, options.saved);
      await page.goto(path === "" ? url : `${url}#${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      return item;
    },
  };
}

/** For whoever reads the log of a failed test. */
async function describePage(page: Page): Promise<void> {
  if (page.isClosed()) return;
  const text = await page.locator("body").innerText({ timeout: 5000 }).catch(String);
  console.log(`A failed test left ${page.url()} showing:\n${text.slice(0, 3000)}`);
}

/** Goes to another page of the app in the same document, as a link does. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#${path}`);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
}

export async function waitForPython(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Sandbox: Python \d/ }).waitFor({ timeout: SLOW_MS });
}

export type TestFile = { name: string; text?: string; bytes?: Uint8Array };

/** Chooses files on the Problems or Environments page; ends in the dialog that says what would be imported. */
export async function chooseFiles(page: Page, files: readonly (TestFile | string)[]): Promise<void> {
  const input = page.getByLabel("Files to import");
  const paths = files.filter((file) => typeof file === "string");
  const payloads = files
    .filter((file) => typeof file !== "string")
    .map(({ name, text, bytes }) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: bytes === undefined ? Buffer.from(text ?? "") : Buffer.from(bytes),
    }));
  if (paths.length > 0) await input.setInputFiles(paths);
  else await input.setInputFiles(payloads);
}

/** The dialog after files were chosen or text was pasted, once it has been read. */
export function importReview(page: Page) {
  return page
    .getByRole("dialog", { name: "Import", exact: true })
    .filter({ has: page.getByText(/^(Found |Nothing that can be imported)/) });
}

export type Duplicates = "Skip them" | "Replace what is here" | "Keep both";

/** Imports files: paths, or names with content. Must be on a page that can import. */
export async function importFiles(page: Page, files: readonly (TestFile | string)[], duplicates?: Duplicates): Promise<void> {
  await chooseFiles(page, files);
  await applyImport(page, duplicates);
}

/** Says yes to the import dialog and waits until it is done. */
export async function applyImport(page: Page, duplicates?: Duplicates): Promise<void> {
  const review = importReview(page);
  await review.waitFor();
  if (duplicates !== undefined) await review.getByRole("radio", { name: duplicates }).check();
  // By key: the notice of what was done before may lie over it, and stays as long as the pointer is on it.
  await review.getByRole("button", { name: "Import", exact: true }).press("Enter");
  await review.waitFor({ state: "hidden" });
}

/** Records as they are stored: `{v, …value}`; events and damaged ones with their keys. */
export type DatabaseDump = {
  problems: Saved<Problem>[];
  environments: Saved<Environment>[];
  episodes: Saved<Episode>[];
  runs: Saved<StoredRunSummary>[];
  runEvents: Saved<StoredRunEvent>[];
  traces: Saved<StoredTraceSummary>[];
  traceEvents: Saved<StoredTraceEvent>[];
  evaluations: Saved<StoredEvaluationSummary>[];
  evaluationEvents: Saved<StoredEvaluationEvent>[];
  settings: Saved<Settings>[];
  keys: Saved<{ id: string; key: string }>[];
  replies: Saved<PaidReply>[];
  spend: Saved<Spend>[];
  damaged: Saved<object>[];
};
type Saved<T> = T & { v: number };

/** Everything in IndexedDB; empty lists when there is no database. Read past the app, without creating anything. */
export async function readDatabase(page: Page): Promise<DatabaseDump> {
  return (await page.evaluate(async (name) => {
    const dump: Record<string, unknown[]> = {
      problems: [],
      environments: [],
      episodes: [],
      runs: [],
      runEvents: [],
      traces: [],
      traceEvents: [],
      evaluations: [],
      evaluationEvents: [],
      settings: [],
      keys: [],
      replies: [],
      spend: [],
      damaged: [],
    };
    if (!(await indexedDB.databases()).some((item) => item.name === name)) return dump;
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.addEventListener("success", () => resolve(request.result));
        request.addEventListener("error", () => reject(request.error));
      });
    const database = await settled(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const transaction = stores.length === 0 ? null : database.transaction(stores, "readonly");
    for (const store of stores) dump[store] = transaction === null ? [] : await settled(transaction.objectStore(store).getAll());
    database.close();
    return dump;
  }, DATABASE)) as DatabaseDump;
}

/** Puts a record into a table past the app: what another version or a faulty disk may have left. */
export async function writeRecord(page: Page, table: keyof DatabaseDump, record: object): Promise<void> {
  await page.evaluate(
    async ([name, store, value]) => {
      const opening = indexedDB.open(name);
      await new Promise((resolve, reject) => {
        opening.addEventListener("success", resolve);
        opening.addEventListener("error", () => reject(opening.error));
      });
      const transaction = opening.result.transaction(store, "readwrite");
      transaction.objectStore(store).put(value);
      await new Promise((resolve, reject) => {
        transaction.addEventListener("complete", resolve);
        transaction.addEventListener("error", () => reject(transaction.error));
      });
      opening.result.close();
    },
    [DATABASE, table, record] as const,
  );
}

/** Starts a run of a problem from the Problems page, and waits until its page is shown. @returns the run's id */
export async function startProblem(page: Page, title: string): Promise<string> {
  await visit(page, "/problems");
  await page.getByRole("list", { name: "Problems" }).getByRole("link", { name: title }).first().click();
  await page.getByRole("button", { name: "Make an environment" }).click();
  await page.waitForURL(/#\/pipeline\/.+/);
  return runIdOf(page);
}

/** The same; reads better where the problem is one of ours with recorded replies. @alias */
export const startBundled = startProblem;

/** From the address of a run's page. */
export function runIdOf(page: Page): string {
  const id = /#\/pipeline\/([^?]+)/.exec(page.url())?.[1];
  if (id === undefined) throw new Error(`not a run's page: ${page.url()}`);
  return decodeURIComponent(id);
}

/** Waits on a run's page until it says verified; another end fails at once, with what the page says. @returns the stored environment */
export async function waitForVerified(page: Page): Promise<Environment> {
  const good = page.getByRole("heading", { level: 2, name: / is verified$/ });
  const bad = page
    .getByRole("heading", { name: "No candidate was accepted" })
    .or(page.getByText(/^The run stopped( at your cap)?$/))
    .or(page.getByText("The solution cannot be compiled", { exact: true }));
  await good.or(bad).first().waitFor({ timeout: RUN_MS });
  if (!(await good.isVisible())) throw new Error(`the run was not verified: ${(await page.getByRole("main").innerText()).slice(0, 2000)}`);
  const runId = runIdOf(page);
  const { environments } = await readDatabase(page);
  const made = environments.find((environment) => environment.provenance.runId === runId && environment.status === "verified");
  if (made === undefined) throw new Error("the page says verified, but no such environment is stored");
  return made;
}

/** What a click saves, with its name. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
}

/** Verifies all environments in the list, and waits until it is done. @returns the summary's heading and figures */
export async function verifyAll(page: Page): Promise<string> {
  await visit(page, "/environments");
  const all = page.getByRole("checkbox", { name: "Select all that are shown" });
  await all.check();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  const summary = page.getByRole("region", { name: /^Verifying is done/ });
  await summary.waitFor({ timeout: RUN_MS });
  return await summary.innerText();
}

/** Settings → "Erase all…", with the word that it asks for. */
export async function eraseAll(page: Page): Promise<void> {
  await visit(page, "/settings");
  await page.getByRole("button", { name: "Erase all…" }).click();
  const dialog = page.getByRole("dialog", { name: "Erase everything on this device?" });
  await dialog.getByRole("textbox").fill("erase");
  await dialog.getByRole("button", { name: "Erase all", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}
