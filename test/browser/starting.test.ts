import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  readDatabase,
  RUN_MS,
  runIdOf,
  SLOW_MS,
  startProblem,
  useBrowserApp,
  visit,
  waitForPython,
  waitForVerified,
} from "../support/browser-app.ts";
import { type Intercept, serveFiles } from "../support/file-server.ts";

/** Places and browsers in which the app once did not start: plain http, no storage, no WebAssembly, a lost line, foreign frames. */
const HOST = "playground.lan.test";
const app = useBrowserApp([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`]);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIST = `${ROOT}/dist`;
const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(intercept: Intercept): Promise<string> {
  const server = await serveFiles(DIST, "/some/sub-path/", {}, intercept);
  closing.push(server.close);
  return server.url;
}

/** A page of somebody else's. */
async function strange(html: string): Promise<string> {
  const server: Server = createServer((_request, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

const pythonNotice = (page: Page) => page.getByRole("complementary", { name: "Python" });
const verified = (page: Page) => page.getByRole("heading", { level: 2, name: / is verified$/ });

describe("over plain http from another computer", () => {
  it(
    "everything works: a run to verified, play, share, an evaluation's page, a model",
    async () => {
      const url = (await app.address()).replace("127.0.0.1", HOST);
      const { page } = await app.open({ url });
      expect(
        await page.evaluate(() => [isSecureContext, "randomUUID" in crypto, navigator.locks, navigator.clipboard, navigator.storage]),
      ).toEqual([false, false, undefined, undefined, undefined]);
      await waitForPython(page);
      await startProblem(page, "Bakery Orders");
      const { id } = await waitForVerified(page);
      await visit(page, `/play/${encodeURIComponent(id)}`);
      await page.getByRole("button", { name: "Watch the reference solver" }).click();
      await page.getByRole("button", { name: "To the end" }).click({ timeout: SLOW_MS });
      await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor({ timeout: SLOW_MS });
      await page.getByRole("button", { name: "Share", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Share this episode" });
      await dialog.getByRole("button", { name: "Copy the link" }).click();
      await dialog.getByRole("button", { name: "Copied" }).waitFor();
      // What was copied can be pasted.
      await page.keyboard.press("Escape");
      await visit(page, "/new-problem");
      const title = page.getByRole("textbox", { name: "Title" });
      await title.focus();
      await page.keyboard.press("ControlOrMeta+V");
      await expect.poll(() => title.inputValue()).toMatch(/^http:\/\/playground\.lan\.test:.*#\/open\//);
      await visit(page, "/settings");
      await page.getByRole("button", { name: "Add a model" }).first().click();
      await page
        .getByRole("dialog", { name: "Add a model" })
        .getByRole("button", { name: /^OpenAI/ })
        .click();
      await expect.poll(async () => (await readDatabase(page)).settings[0]?.profiles.length).toBe(1);
    },
    2 * RUN_MS,
  );
});

describe("without a storage", () => {
  const banner = (page: Page) => page.getByRole("complementary", { name: "Storage" }).getByText("Nothing is saved");
  const never = "IDBFactory.prototype.open = () => new EventTarget();";
  const denied = `
    function refuse() { throw new DOMException("access is denied in this context", "SecurityError"); }
    Object.defineProperty(window, "indexedDB", { get: refuse, configurable: true });
    if (globalThis.LockManager) LockManager.prototype.request = refuse;
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: refuse });
    globalThis.BroadcastChannel = refuse;`;
  it.each([
    ["that ever answers", never, "did not answer within 10 s"],
    ["that the browser denies", denied, "access is denied in this context"],
  ])(
    "%s, runs work in memory, and a banner says so",
    async (_name, prepare, says) => {
      const { page } = await app.open({ prepare: (prepared) => prepared.addInitScript({ content: prepare }) });
      await banner(page).waitFor({ timeout: SLOW_MS });
      await page.getByRole("complementary", { name: "Storage" }).getByText(says, { exact: false }).waitFor();
      await waitForPython(page);
      await startProblem(page, "Bakery Orders");
      await verified(page).waitFor({ timeout: RUN_MS });
      await visit(page, "/environments");
      await page.getByRole("link", { name: /BakeryOrdersEnv/ }).waitFor();
    },
    2 * RUN_MS,
  );
});

describe("without WebAssembly", () => {
  it("the page names it and what to do, and a run says why it stopped and can be resumed", async () => {
    const { page } = await app.open({
      prepare: (prepared) => prepared.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly")),
    });
    await pythonNotice(page).getByText("This browser has no WebAssembly for this page", { exact: false }).waitFor();
    await pythonNotice(page).getByText("Lockdown Mode", { exact: false }).waitFor();
    await startProblem(page, "Bakery Orders");
    await page.getByRole("main").getByText("This browser has no WebAssembly for this page", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    const runId = runIdOf(page);
    expect((await readDatabase(page)).runEvents.filter((item) => item.runId === runId).map(({ event }) => event.type)).toEqual([
      "run-started",
      "run-failed",
    ]);
  });
});

describe("a line that is lost while Python loads", () => {
  it(
    "is waited for, said, and tried again at a press; a run that was started meanwhile goes on",
    async () => {
      let lost = true;
      let asked = 0;
      const url = await serve((file, response, bytes) => {
        if (!file.includes(".wasm.bin")) return false;
        asked += 1;
        if (!lost) return false;
        void bytes().then((all) => {
          response.writeHead(200, { "content-type": "application/octet-stream", "content-length": String(all.length) });
          response.write(all.subarray(0, 100_000), () => response.destroy());
        });
        return true;
      });
      const { page, allow } = await app.open({ url });
      allow(/ERR_/);
      await pythonNotice(page).getByText("The connection was lost while Python was loading. Trying again", { exact: false }).waitFor();
      await page.getByRole("button", { name: "Sandbox: Connection lost" }).waitFor();
      await startProblem(page, "Bakery Orders");
      // Pressed while the line is still down: once it is back, Python may start by itself before anybody can press.
      const before = asked;
      await pythonNotice(page).getByRole("button", { name: "Try now" }).dispatchEvent("click");
      await expect.poll(() => asked).toBeGreaterThan(before);
      lost = false;
      await waitForVerified(page);
      await waitForPython(page);
      await pythonNotice(page).waitFor({ state: "detached" });
    },
    2 * RUN_MS,
  );
});

describe("a new release under an open tab", () => {
  const html: Intercept = (file, response) => {
    if (!/^assets\/settings-|^sandbox\/python\./.test(file)) return false;
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>CodeGym Playground</title>");
    return true;
  };
  it("whose host answers with index.html: the page and Python offer the reload, what was typed is kept", async () => {
    let old = true;
    const url = await serve((...request) => old && html(...request));
    const { page, allow } = await app.open({ url });
    allow(/module script|dynamically imported|settings-|could not be fetched/);
    await pythonNotice(page).getByRole("button", { name: "Reload the app" }).waitFor();
    await visit(page, "/new-problem");
    await page.getByRole("textbox", { name: "Title" }).fill("Half a thought");
    await visit(page, "/settings");
    const notice = page.getByRole("main").getByRole("alert", { name: "A part of the app could not be fetched" });
    await notice.waitFor();
    old = false;
    await notice.getByRole("button", { name: "Reload the app" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    await visit(page, "/new-problem");
    await expect.poll(() => page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("Half a thought");
    await waitForPython(page);
  });

  it("whose main part is gone: a plain page offers the reload", async () => {
    let gone = true;
    const url = await serve((file, response) => {
      if (!gone || !file.startsWith("assets/main-") || !file.endsWith(".js")) return false;
      response.writeHead(404).end();
      return true;
    });
    const { page, allow } = await app.open({ url });
    allow(/404|dynamically imported|ERR_/);
    await page.getByRole("heading", { level: 1, name: "The app could not be loaded" }).waitFor();
    gone = false;
    await page.getByRole("button", { name: "Reload the page" }).click();
    await page.getByRole("list", { name: "Problems" }).waitFor();
  });
});

describe("other people's pages", () => {
  it("cannot frame the app, also not by way of the embedded player", async () => {
    const url = await app.address();
    const course = await strange(
      `<!doctype html><body><iframe name="lured" src="${url}#/settings" width="900" height="600"></iframe></body>`,
    );
    const page = await (await app.browser().newContext()).newPage();
    closing.push(() => page.context().close());
    await page.goto(course);
    const inside = page.frameLocator("iframe");
    const plain = inside.getByRole("heading", { name: "CodeGym Playground does not run inside another page" });
    await plain.waitFor();
    const link = inside.getByRole("link", { name: "Open CodeGym Playground on its own" });
    expect(await link.getAttribute("href")).toBe(`${url}#/settings`);
    expect(await link.getAttribute("target")).toBe("_blank");
    const point = (hash: string) => page.evaluate(([address, after]) => void window.open(address + after, "lured"), [url, hash] as const);
    await point("#/embed/nothing");
    await inside.getByText("This link cannot be opened").waitFor();
    expect(await inside.getByRole("navigation").count()).toBe(0);
    await point("#/settings");
    await plain.waitFor();
    // On its own it is the app.
    const [own] = await Promise.all([page.waitForEvent("popup"), link.click()]);
    await own.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  });

  it("that opened the app cannot take the sandbox's frame", async () => {
    const url = await app.address();
    const opener = await strange("<!doctype html><button>Open</button>");
    const page = await (await app.browser().newContext()).newPage();
    closing.push(() => page.context().close());
    await page.goto(opener);
    const [victim] = await Promise.all([
      page.waitForEvent("popup"),
      page.evaluate((address) => {
        const opened = window.open(address);
        const taken: unknown[] = [];
        Reflect.set(window, "taken", taken);
        // From before the frame is there until long after: first come must not be first served.
        setInterval(() => {
          for (let index = 0; index < (opened?.length ?? 0); index += 1) {
            const { port1, port2 } = new MessageChannel();
            port1.addEventListener("message", (event) => taken.push(event.data));
            port1.start();
            opened?.[index]?.postMessage("port", "*", [port2]);
          }
        }, 0);
      }, url),
    ]);
    await waitForPython(victim);
    expect(await page.evaluate(() => Reflect.get(window, "taken") as unknown[])).toEqual([]);
  });
});

describe("npm start", () => {
  const until = (child: ChildProcess, text: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      let output = "";
      const hear = (chunk: unknown): void => {
        output += String(chunk);
        const found = text.exec(output);
        if (found !== null) resolve(found);
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      child.once("exit", () => reject(new Error(`npm start ended: ${output}`)));
    });
  const start = async (port: number): Promise<{ npm: ChildProcess; port: number; said: string }> => {
    const npm = spawn("npm", ["start", "--", "--port", String(port)], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    closing.push(() => void npm.kill("SIGKILL"));
    const [said, own] = await until(npm, /[\s\S]*http:\/\/127\.0\.0\.1:(\d+)\/[\s\S]*Ctrl\+C/);
    return { npm, port: Number(own), said };
  };
  const answers = (port: number): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    );

  it("takes the next port where one is in use and says so, and ends with npm, however npm ends", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    closing.push(() => void blocker.close());
    const taken = (blocker.address() as AddressInfo).port;
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const { npm, port, said } = await start(taken);
      expect(port).not.toBe(taken);
      expect(said).toContain(`Port ${taken} is in use, so this one takes the next that is free: ${port}.`);
      expect(await answers(port)).toBe(true);
      npm.kill(signal);
      await expect.poll(() => answers(port), { timeout: SLOW_MS }).toBe(false);
    }
  });
});

describe("a page that the browser translates", () => {
  it(
    "goes on through a run: what was wrapped is mounted again, nothing is replaced by an error",
    async () => {
      const { page, allow } = await app.open();
      // React reports what it then recovers from.
      allow(/removeChild|insertBefore|NotFoundError/);
      const runId = await startProblem(page, "Bakery Orders");
      // As Chrome's translation does: each text goes into two <font> elements, again and again as the page changes.
      await page.evaluate(() => {
        const wrap = (): void => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const texts: Text[] = [];
          while (walker.nextNode()) texts.push(walker.currentNode as Text);
          for (const text of texts) {
            const parent = text.parentElement;
            if (
              parent === null ||
              parent.tagName === "FONT" ||
              text.data.trim() === "" ||
              parent.closest("[translate=no], script, style, textarea, .cm-editor") !== null
            )
              continue;
            const outer = document.createElement("font");
            const inner = document.createElement("font");
            inner.textContent = text.data;
            outer.append(inner);
            text.replaceWith(outer);
          }
        };
        wrap();
        new MutationObserver(wrap).observe(document.body, { childList: true, subtree: true, characterData: true });
      });
      const ended = async (): Promise<boolean> =>
        (await readDatabase(page)).runEvents.some((item) => item.runId === runId && item.event.type === "run-finished");
      await expect.poll(ended, { timeout: RUN_MS }).toBe(true);
      await page
        .getByRole("main")
        .getByText(/is verified/)
        .first()
        .waitFor();
      for (const path of ["/problems", "/environments", "/settings", `/pipeline/${runId}`]) await visit(page, path);
      expect(await page.getByText("This page could not be shown").count()).toBe(0);
      expect(await page.getByText("This part could not be shown").count()).toBe(0);
      expect(await page.getByText("The app stopped").count()).toBe(0);
    },
    2 * RUN_MS,
  );
});
