import type { Page } from "playwright-core";
import type { Environment } from "@/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attackFromDocument, attackFromRealm, takePorts, type Target } from "../support/attacks.ts";
import { type AppPage, RUN_MS, SLOW_MS, useBrowserApp, visit, waitForPython } from "../support/browser-app.ts";
import { beyondModelList, type Canary, startCanary } from "../support/canary-server.ts";
import {
  environmentFile,
  expectUnharmed,
  importEnvironments,
  inWorkers,
  openEnvironment,
  rejectionOf,
  sandboxFrame,
  stored,
  textOf,
  verifyOne,
  waitForLocked,
} from "../support/hostile-app.ts";
import { setModel } from "../support/model-app.ts";
import { swap } from "../support/python.ts";

/**
 * The walls themselves: arbitrary JavaScript in the sandbox's workers, as after the best escape from Python, in
 * a worker that nothing was deleted in, and in the frame, where no judged code ever runs.
 */
const app = useBrowserApp();
const KEY = "sk-canary-92d4e07b3c";
let opened: AppPage;
let page: Page;
let canary: Canary;
/** Where the key belongs. The page itself may ask it for its list of models; nothing else may. */
let home: Canary;
let target: Target;

async function openApp(): Promise<void> {
  opened = await app.open({ path: "/settings", keep: true });
  page = opened.page;
  // The browser tells of each thing it refused.
  opened.allow(
    /Content Security Policy|ERR_BLOCKED_BY|sandboxed|Not allowed to (load|navigate)|Failed to load resource|Unsafe attempt|Blocked |ServiceWorker|violates|^exception: $/,
  );
  await setModel(page, { baseUrl: `${home.origin}/v1`, model: "test-model", key: KEY });
  await waitForPython(page);
  await importEnvironments(page, [environmentFile("HonestEnv")]);
}

beforeAll(async () => {
  [canary, home] = await Promise.all([startCanary(), startCanary()]);
  target = { origin: canary.origin, host: canary.host, stun: canary.stun };
  await openApp();
});
afterAll(() => Promise.all([canary.close(), home.close()]));

/**
 * What was sent before has arrived, for the page itself may call and what it sent has. Code in a document (judged
 * code never is) makes Chromium open a connection ahead of a navigation that the policy then refuses: nothing
 * goes over it, but its address was looked up. `connections` lets that pass.
 */
async function expectNothingSent({ connections = false } = {}): Promise<void> {
  const control = await startCanary();
  await page.evaluate((address) => fetch(`${address}/control`, { mode: "no-cors" }).then(() => null), control.origin);
  expect(control.seen()).toEqual(["connection", "GET /control"]);
  await control.close();
  expect(canary.seen().filter((what) => !connections || what !== "connection")).toEqual([]);
  expect(beyondModelList(home)).toEqual([]);
}

const rebuilt = () => page.getByText("The Python sandbox stopped answering and was rebuilt.").first();
const closeNotices = async (): Promise<void> => {
  const close = page.getByRole("button", { name: "Close the notification" });
  while ((await close.count()) > 0) {
    // One that is on its way out is never still enough for a real click.
    await close.evaluateAll((buttons) => buttons.forEach((button) => (button as HTMLElement).click()));
    await close.first().waitFor({ state: "detached" });
  }
};

describe("what the walls are made of", () => {
  it("the frame has an opaque origin and may run scripts, nothing else", async () => {
    const frames = page.locator("iframe");
    expect(await frames.count()).toBe(1);
    expect(await frames.getAttribute("sandbox")).toBe("allow-scripts");
    expect(await frames.getAttribute("allow")).toBe("");
    expect(await frames.getAttribute("src")).toBeNull();
    const frame = await sandboxFrame(page);
    const inside = await frame.evaluate(() => ({
      origin: self.origin,
      href: location.href,
      policies: [...document.querySelectorAll("meta[http-equiv]")].map((meta) => meta.getAttribute("content") ?? ""),
      scripts: document.scripts.length,
      webrtc: Object.getOwnPropertyNames(globalThis).filter((name) => /RTC/.test(name)),
    }));
    expect(inside).toMatchObject({ origin: "null", href: "about:srcdoc", scripts: 1, webrtc: [] });
    expect(inside.policies).toHaveLength(1);
    expect(inside.policies[0]).toMatch(/^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}' 'wasm-unsafe-eval'; worker-src blob:$/);
  });

  it("the page's policy lets in our scripts and the frame's one, no frame by address, no plugin, no form", async () => {
    const content = await page.locator('head > meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    const policy = new Map((content ?? "").split("; ").map((part) => [part.split(" ")[0] ?? "", part.split(" ").slice(1)]));
    expect(policy.get("default-src")).toEqual(["'none'"]);
    const [self, hash, wasm, ...more] = policy.get("script-src") ?? [];
    expect([self, wasm, more]).toEqual(["'self'", "'wasm-unsafe-eval'", []]);
    expect(hash).toMatch(/^'sha256-/);
    expect((await (await sandboxFrame(page)).evaluate(() => document.querySelector("meta")?.content)) ?? "").toContain(hash);
    expect(policy.get("frame-src")).toEqual(["'none'"]);
    expect(policy.get("base-uri")).toEqual(["'none'"]);
    expect(policy.get("form-action")).toEqual(["'none'"]);
    expect(policy.get("worker-src")?.toSorted()).toEqual(["'self'", "blob:"]);
    // It stands before everything that it is to hold.
    const html = await (await page.request.get(opened.url)).text();
    expect(/<(meta http-equiv="[^"]*"|meta|link|script|style)/.exec(html)?.[0]).toBe('<meta http-equiv="Content-Security-Policy"');
  });
});

describe("arbitrary JavaScript gets nothing out and nothing in", { timeout: 2 * RUN_MS }, () => {
  const refused = (results: Record<string, string>, names: readonly string[]): void => {
    expect(Object.fromEntries(names.map((name) => [name, results[name]?.split(":")[0]]))).toEqual(
      Object.fromEntries(names.map((name) => [name, "refused"])),
    );
  };
  const STORAGE = [
    "indexedDB",
    "indexedDB names",
    "caches",
    "localStorage",
    "sessionStorage",
    "cookie",
    "file system",
    "locks",
    "service worker",
  ] as const;
  const NETWORK = [
    "fetch",
    "fetch keepalive",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "WebTransport",
    "import()",
    "worker by address",
    "shared worker",
    "WebRTC",
    "eval",
    "Function",
  ] as const;

  it("in the workers that judged Python runs in", async () => {
    await waitForLocked(app.browser());
    const found = await inWorkers(app.browser(), `${textOf(attackFromRealm)}(${JSON.stringify(target)})`);
    expect(found.length).toBeGreaterThan(0);
    for (const results of found as Record<string, string>[]) {
      refused(results, [
        ...NETWORK.filter((name) => name !== "import()"),
        ...STORAGE,
        "importScripts",
        "beacon",
        "channel to the page",
        "blob worker that calls out",
      ]);
    }
    await expectNothingSent();
  });

  it("in a worker of the frame that nothing was deleted in", async () => {
    const frame = await sandboxFrame(page);
    await page.evaluate(() => {
      new BroadcastChannel("probe").addEventListener("message", () => Reflect.set(window, "heard", true));
    });
    const code = `onmessage = async ({ data }) => postMessage(await ${textOf(attackFromRealm)}(data))`;
    const results = await frame.evaluate(
      async ([text, goal]) => {
        const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
        worker.postMessage(goal);
        return await new Promise<Record<string, string>>((resolve, reject) => {
          worker.addEventListener("message", ({ data }: MessageEvent<Record<string, string>>) => {
            worker.terminate();
            resolve(data);
          });
          worker.addEventListener("error", (event) => reject(new Error(event.message)));
        });
      },
      [code, target] as const,
    );
    refused(results, [...NETWORK.filter((name) => name !== "fetch keepalive"), "importScripts", "indexedDB", "caches", "file system"]);
    expect(await page.evaluate(() => Reflect.get(window, "heard"))).toBeUndefined();
    await expectNothingSent();
  });

  it("in the frame's own document", async () => {
    const frame = await sandboxFrame(page);
    // The evaluation itself comes from outside and may use eval; the policy holds for what runs inside.
    const results = await frame.evaluate<Record<string, string>>(`${textOf(attackFromRealm)}(${JSON.stringify(target)})`);
    refused(results, [
      ...NETWORK.filter((name) => name !== "eval" && name !== "Function" && name !== "fetch keepalive"),
      "indexedDB",
      "caches",
      "localStorage",
      "sessionStorage",
      "cookie",
      "file system",
      "service worker",
    ]);
    expect(await page.evaluate(() => Reflect.get(window, "heard"))).toBeUndefined();
    const loaded = await frame.evaluate<Record<string, string>>(`${textOf(attackFromDocument)}(${JSON.stringify(target)})`);
    refused(loaded, [
      "inline script",
      "window",
      "top",
      "the page's document",
      "the page's storage",
      "the page's address",
      "a nested frame's WebRTC",
    ]);
    await expectNothingSent({ connections: true });
    expect(page.url()).toContain("#/");
    await expectUnharmed(page, "HonestEnv");
  });
});

describe("whoever takes over an interpreter's port", { timeout: 4 * RUN_MS }, () => {
  /** Every interpreter that starts from now on answers so; then the environment is verified. */
  const verifyWith = async (mode: Parameters<typeof takePorts>[0], className: string): Promise<Environment> => {
    await (await sandboxFrame(page)).evaluate(takePorts, mode);
    return await verifyOne(page, className);
  };
  const harmless = async (): Promise<void> => {
    await (await sandboxFrame(page)).evaluate(takePorts, "honest" as const);
    await expectUnharmed(page, "HonestEnv");
  };

  it.each([
    ["stray", /sent what was not asked for/],
    ["object", /sent what was not asked for/],
    ["huge", /sent what was not asked for/],
    ["flood", /sent what was not asked for/],
    ["silence", /No answer within/],
  ] as const)("answers with %s, and costs a verdict, not the page", async (mode, says) => {
    // Those that had started before are honest ones; then it is tried again.
    let environment = await verifyWith(mode, "HonestEnv");
    for (let more = 0; more < 3 && environment.status === "verified"; more += 1) environment = await verifyWith(mode, "HonestEnv");
    expect(environment.status).toBe("rejected");
    expect(rejectionOf(environment).text).toMatch(says);
    await harmless();
  });

  it("forges every result of its interpreter, and an environment that pays for anything is still rejected", async () => {
    const pays = (source: string): string =>
      swap(source, "self._reward = 1.0 if type(answer) is type(reference) and answer == reference else 0.0", "self._reward = 1.0");
    await importEnvironments(page, [environmentFile("PaysEnv", {}, pays)]);
    for (let times = 0; times < 2; times += 1) {
      const environment = await verifyWith("forged", "PaysEnv");
      expect(environment.status).toBe("rejected");
      expect(rejectionOf(environment).text).not.toBe("");
    }
    await harmless();
  });
});

describe("a frame that is lost or no longer answers is rebuilt", { timeout: 4 * RUN_MS }, () => {
  /** The next verification is a good one, and the person is told meanwhile; the notice goes by itself. */
  const recovers = async (): Promise<void> => {
    const told = rebuilt().waitFor({ timeout: SLOW_MS });
    await expectUnharmed(page, "HonestEnv");
    await told;
    expect(await page.locator("iframe").count()).toBe(1);
    expect(await page.locator("iframe").getAttribute("sandbox")).toBe("allow-scripts");
    await closeNotices();
  };

  it("taken out of the page while nothing runs", async () => {
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    await recovers();
  });

  it("navigated by its own script, which gets nowhere", async () => {
    const frame = await sandboxFrame(page);
    await frame.evaluate((address) => {
      setTimeout(() => {
        location.href = `${address}/navigated?with=secrets`;
      });
    }, target.origin);
    await recovers();
    await expectNothingSent({ connections: true });
  });

  it("in an endless loop of its own", async () => {
    const frame = await sandboxFrame(page);
    await frame.evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
    });
    await recovers();
  });

  it("drowned in messages of a worker that cannot be stopped otherwise", async () => {
    const frame = await sandboxFrame(page);
    await frame.evaluate(() => {
      const code = "const text = 'x'.repeat(1000); for (;;) postMessage(text)";
      for (let count = 0; count < 2; count += 1) new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    });
    await expectUnharmed(page, "HonestEnv");
  });

  it("taken away in the middle of a verification, which still ends verified", async () => {
    await visit(page, "/environments/Honest__HonestEnv");
    await page.getByRole("button", { name: /^Verify( again)?$/ }).click();
    await page.getByRole("heading", { name: /^Verifying: / }).waitFor();
    const told = rebuilt().waitFor({ timeout: SLOW_MS });
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    await page.getByRole("heading", { name: /^Verifying is done/ }).waitFor({ timeout: RUN_MS });
    await told;
    expect((await stored(page, "HonestEnv")).status).toBe("verified");
    await expectUnharmed(page, "HonestEnv");
  });

  it("crashed as a process of its own, and the page with the key is another", async () => {
    const own = await app.open();
    await waitForPython(own.page);
    await importEnvironments(own.page, [environmentFile("HonestEnv")]);
    await openEnvironment(own.page, "HonestEnv");
    // Playwright takes the crash of a frame for that of its page and then refuses to work; the protocol goes on.
    const protocol = await own.context.newCDPSession(own.page);
    const inPage = async (expression: string): Promise<unknown> =>
      (await protocol.send("Runtime.evaluate", { expression, returnByValue: true })).result.value;
    const doomed = await own.context.newCDPSession(await sandboxFrame(own.page));
    const crashed = new Promise<void>((resolve) => void own.page.once("crash", () => resolve()));
    // No answer comes from a process that is gone.
    doomed.send("Page.crash").catch(() => undefined);
    await crashed;
    await inPage('[...document.querySelectorAll("button")].find((button) => button.textContent === "Verify").click()');
    await expect.poll(() => inPage("document.body.innerText"), { timeout: RUN_MS }).toMatch(/Verifying is done: 1 of 1/);
    expect(await inPage("document.body.innerText")).toMatch(/1 verified, 0 rejected/);
  });
});
