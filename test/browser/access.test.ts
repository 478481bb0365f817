import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_EPISODE_LIMITS } from "@/domain";
import { chooseFiles, importFiles, importReview, type OpenOptions, useBrowserApp, visit, waitForPython } from "../support/browser-app.ts";
import { replyForBundled, setModel, testConnection } from "../support/model-app.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { overflowing } from "../support/page-checks.ts";
import { profileOf } from "../support/chat.ts";
import { languageModelAt } from "../support/models.ts";
import { PANTRY_FILE } from "../support/pantry-files.ts";
import { firstTasks, workedDevice } from "../support/worked-device.ts";

/** Light and dark, wide and at 380 px, by keyboard alone, and from any sub-path. */
const app = useBrowserApp();
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PHONE = { width: 380, height: 800 };
const WIDE = { width: 1280, height: 900 };

/** Serious findings of what is in the page now, one line each. */
async function seriousFindings(page: Page, where: string): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(await axeSource());
  // Contrast is measured on what stands still.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .map((animation) => (animation.effect?.getComputedTiming().iterations === Infinity ? null : animation.finished.catch(() => null))),
    ),
  );
  const results = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResults;
  // axe has looked: a page of ours always has something that it approves of.
  expect(results.passes.length, where).toBeGreaterThan(5);
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${where}: ${id}: ${node.target.join(" ")}: ${node.failureSummary?.replaceAll(/\s+/g, " ") ?? ""}`),
    );
}

let source: string | null = null;
async function axeSource(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return (source ??= await readFile(AXE, "utf8"));
}

type Stop = { name: string; go(page: Page): Promise<void> };

/** Every page, with its main tabs and dialogs. `run` is a finished run, `id` its environment, `paid` a run with a model, `evaluation` a finished one. */
function stops({ run, id, paid, evaluation }: { run: string; id: string; paid: string; evaluation: string }): Stop[] {
  const environment = `/environments/${encodeURIComponent(id)}`;
  const at = (name: string, path: string, then?: (page: Page) => Promise<unknown>): Stop => ({
    name,
    go: async (page) => {
      await visit(page, path);
      await then?.(page);
    },
  });
  const tab = (name: RegExp) => async (page: Page) => {
    await page.getByRole("tab", { name }).click();
    await page.getByRole("tabpanel").waitFor();
  };
  return [
    at("problems", "/problems", (page) => page.getByRole("link", { name: "Bakery Orders" }).first().waitFor()),
    at("a problem", "/problems/bakery-orders", (page) => page.getByLabel("Solution").first().waitFor()),
    at("a new problem", "/new-problem", (page) => page.getByRole("button", { name: "Save the problem" }).waitFor()),
    at("runs", "/pipeline", (page) => page.getByText("Verified").first().waitFor()),
    at("a run", `/pipeline/${run}`, (page) => page.getByRole("grid").waitFor()),
    at("a run with a model", `/pipeline/${paid}`, async (page) => {
      await page.getByRole("region", { name: "Money" }).getByText("free").first().waitFor();
      await page.getByText("By stage", { exact: true }).click();
      await page.getByRole("columnheader", { name: "Stage" }).waitFor();
    }),
    at("what a run will cost", "/problems/bakery-orders", async (page) => {
      await page.getByRole("button", { name: /^About \d+ requests/ }).click();
      await page.getByRole("rowheader", { name: "Tokens out" }).waitFor();
    }),
    at("environments", "/environments", (page) => page.getByRole("link", { name: /BakeryOrdersEnv/ }).waitFor()),
    at("an environment", environment),
    at("its tools", environment, tab(/^Tools/)),
    at("its source", environment, tab(/^Source/)),
    at("its tasks", environment, tab(/^Tasks/)),
    at("its report", environment, tab(/^Report/)),
    at("its provenance", environment, tab(/^Provenance/)),
    at("what to play", "/play"),
    at("play", `/play/${encodeURIComponent(id)}`, async (page) => {
      await page.getByRole("button", { name: /^(Play|Start over)$/ }).click();
      await page.getByRole("button", { name: "Call Observe" }).waitFor();
      await page.getByRole("switch", { name: "Show hidden state" }).click();
    }),
    at("the reference solver", `/play/${encodeURIComponent(id)}`, async (page) => {
      await page.getByRole("button", { name: "Watch the reference solver" }).click();
      await page.getByText(/^Round 0 of/).waitFor();
      await page.getByRole("button", { name: "To the end" }).click();
      await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    }),
    at("a hint and the reference's path", `/play/${encodeURIComponent(id)}`, async (page) => {
      await page.getByRole("button", { name: /^(Play|Start over)$/ }).click();
      await page.getByRole("button", { name: "Call Observe" }).click();
      await page.getByRole("button", { name: "Branch after round 1" }).waitFor();
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByText(/gets reward 1\.$/).waitFor();
    }),
    at("a race", `/play/${encodeURIComponent(id)}`, async (page) => {
      await page.getByRole("button", { name: "Race…" }).click();
      await page.getByRole("button", { name: "Start the race" }).click();
      await page.getByRole("region", { name: "Lane 1: Reference solver" }).getByText("reward 1", { exact: true }).waitFor();
      await page
        .getByRole("region", { name: /^Lane 2/ })
        .getByText(/^reward|round limit|gave up/)
        .first()
        .waitFor();
    }),
    at("evaluations", "/evaluate", (page) =>
      page.getByRole("list", { name: "Evaluations" }).getByText("24 of 24 episodes", { exact: false }).waitFor(),
    ),
    at("a new evaluation", "/evaluate/new", async (page) => {
      await page.getByRole("checkbox", { name: "Random caller" }).check();
      await page.getByRole("checkbox", { name: "native tool calls" }).first().check();
      await page.getByText(/^About \d+ requests/).waitFor();
    }),
    at("an evaluation", `/evaluate/${evaluation}`, async (page) => {
      await page.getByText("Finished", { exact: true }).waitFor();
      for (const title of ["Success by task", "Tool usage"])
        await page.getByRole("region", { name: title }).locator("svg[viewBox]").last().waitFor();
      await page.getByText("As a table").first().click();
      await page.getByRole("columnheader", { name: "success", exact: true }).waitFor();
    }),
    at("settings", "/settings", async (page) => {
      await page.getByRole("radio", { name: /OpenAI-compatible address/, checked: true }).waitFor();
      await page.getByRole("button", { name: "Advanced" }).click();
      await page.getByRole("switch", { name: "Streaming" }).waitFor();
      await page.getByRole("button", { name: "Choose per role" }).click();
      await page.getByRole("group", { name: "Player" }).waitFor();
      await page.getByRole("button", { name: "Enter prices" }).click();
      await page.getByRole("button", { name: "Save prices" }).waitFor();
    }),
    at("a connection that works", "/settings", async (page) => {
      await setModel(page, { model: "test-model" });
      expect((await testConnection(page)).good).toBe(true);
    }),
    at("a connection that does not", "/settings", async (page) => {
      await setModel(page, { model: "tset-model" });
      expect((await testConnection(page)).text).toContain("test-model");
    }),
    at("an address that leads nowhere", "/nowhere"),
  ];
}

const dialogs: Stop[] = [
  {
    name: "the import dialog",
    async go(page) {
      await visit(page, "/environments");
      await chooseFiles(page, [
        PANTRY_FILE,
        { ...PANTRY_FILE, text: `${PANTRY_FILE.text}\n# changed\n` },
        { name: "broken.jsonl", text: "{\n" },
      ]);
      await importReview(page).getByText("1 name already here").waitFor();
    },
  },
  {
    name: "the paste dialog",
    async go(page) {
      await visit(page, "/problems");
      await page.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByRole("menuitem", { name: "Paste text…" }).click();
      await page.getByRole("dialog").getByRole("textbox", { name: "Text" }).waitFor();
    },
  },
  {
    name: "the dialog of providers",
    async go(page) {
      await visit(page, "/settings");
      await page.getByRole("button", { name: "Add a model" }).click();
      // Whether this browser has a model of its own is asked first.
      await page.getByRole("dialog").getByText("This browser does not offer one on this device.").waitFor();
    },
  },
  {
    name: "the erase dialog",
    async go(page) {
      await visit(page, "/settings");
      await page.getByRole("button", { name: "Erase all…" }).click();
      await page.getByRole("dialog").getByRole("textbox").waitFor();
    },
  },
  {
    name: "the sandbox's facts",
    async go(page) {
      await page.getByRole("button", { name: /^Sandbox: / }).click();
      await page.getByText("Python is ready").waitFor();
    },
  },
];

describe("every page and dialog", () => {
  let first: Awaited<ReturnType<typeof app.open>>;
  let server: ModelServer;
  let made: Parameters<typeof stops>[0];

  beforeAll(async () => {
    const reply = replyForBundled("warmest-spell");
    server = await startModelServer({
      respond: (request) =>
        request.body?.model !== "test-model"
          ? { kind: "trouble", trouble: "no-such-model" }
          : JSON.stringify(request.body).includes("connection check")
            ? "ready"
            : reply(request),
    });
    const saved = await workedDevice(async (worker) => {
      const { run, environment } = await worker.run("bakery-orders");
      const profile = profileOf({ baseUrl: server.baseUrl });
      const { run: paid, environment: other } = await worker.run("warmest-spell", (ledgered) => languageModelAt(profile, null, ledgered));
      const evaluation = await worker.evaluate({
        title: "Two environments",
        tasks: [environment, other].flatMap((each) => firstTasks(each, 3)),
        players: [{ kind: "reference-solver" }, { kind: "prober" }],
        tries: 2,
        concurrency: 2,
        limits: DEFAULT_EPISODE_LIMITS,
        caps: { usd: null, tokens: null },
      });
      made = { run, id: environment.id, paid, evaluation };
    });
    first = await app.open({ keep: true, saved });
    first.allow(/Failed to load resource/);
    await setModel(first.page, { baseUrl: server.baseUrl, model: "test-model" });
  });
  afterAll(() => server.close());

  const looks: [string, OpenOptions][] = [
    ["light", { colorScheme: "light", viewport: WIDE }],
    ["dark, at 380 px", { colorScheme: "dark", viewport: PHONE }],
  ];
  it.each(looks)("has no serious finding of axe, and nothing sticks out: %s", async (_name, { colorScheme, viewport }) => {
    const { page } = first;
    await page.emulateMedia({ colorScheme: colorScheme ?? "light" });
    await page.setViewportSize(viewport ?? WIDE);
    await page.locator(`html[data-mantine-color-scheme="${colorScheme ?? ""}"]`).waitFor();
    const findings: string[] = [];
    for (const stop of stops(made)) {
      // A section that another stop has opened is closed again.
      await visit(page, "/nowhere");
      await stop.go(page);
      findings.push(...(await seriousFindings(page, stop.name)), ...(await overflowing(page, stop.name)));
    }
    for (const stop of dialogs) {
      await stop.go(page);
      findings.push(...(await seriousFindings(page, stop.name)), ...(await overflowing(page, stop.name)));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    expect(findings).toEqual([]);
  });

  it("names the model in use at its head, and changes it from there", async () => {
    const { page } = first;
    await page.setViewportSize(WIDE);
    await visit(page, "/problems");
    await page.getByRole("button", { name: /^Model: Any OpenAI-compatible address/ }).click();
    await page.getByRole("menuitemradio", { name: /^Recorded replies/ }).waitFor();
    expect(await seriousFindings(page, "model menu")).toEqual([]);
    await page.getByRole("menuitemradio", { name: /^Recorded replies/ }).click();
    await page.getByRole("button", { name: "Model: Recorded replies" }).waitFor();
    // Closed, it gives the focus back to what opened it.
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Model: Recorded replies");
  });

  it("is offered from the menu at 380 px", async () => {
    const { page } = first;
    await page.setViewportSize(PHONE);
    await visit(page, "/problems");
    await page.getByRole("button", { name: "Open the menu" }).click();
    expect(await seriousFindings(page, "menu")).toEqual([]);
    await page.getByRole("dialog").getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  });
});

describe("by keyboard alone", () => {
  /** Tabs until the focused element has this name, at most so many times. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let count = 0; count < 40; count += 1) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement?.textContent ?? "")).trim() === name) return;
    }
    throw new Error(`“${name}” is not reached by Tab`);
  }

  it("a run is started, its heading takes the focus, and the matrix is walked through", async () => {
    const { page } = await app.open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
    await tabTo(page, "See it happen");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#\/pipeline\/.+/);
    await page.waitForFunction(
      () => document.activeElement?.tagName === "H1" && document.activeElement.textContent === "The Warmest Spell",
    );
    expect(await page.title()).toContain("The Warmest Spell");
    const grid = page.getByRole("grid", { name: "Solvers and tests" });
    await grid.locator("td[data-clickable]").first().waitFor({ timeout: 90_000 });
    await grid.locator('td[tabindex="0"]').focus();
    await page.keyboard.press("Enter");
    await page.getByText("Solver 1 on test 1", { exact: true }).waitFor();
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-column"))).toBe("1");
  });

  it("a dialog keeps the focus and gives it back", async () => {
    const { page } = await app.open({ path: "/settings" });
    await page.getByRole("button", { name: "Erase all…" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").waitFor();
    for (let count = 0; count < 6; count += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Erase all…");
  });

  it("the focus goes to each page's heading", async () => {
    const { page } = await app.open();
    for (const name of ["Environments", "Play", "Settings"]) {
      await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
      await page.waitForFunction((text) => document.activeElement?.tagName === "H1" && document.activeElement.textContent === text, name);
    }
  });
});

describe("from any place", () => {
  it.each(["/", "/a/b/c.d/"])("under %s, with no header from the server, Python runs", async (base) => {
    const { page, url, requests } = await app.open({ base, path: "/environments" });
    expect(new URL(url).pathname).toBe(base);
    await waitForPython(page);
    await importFiles(page, [PANTRY_FILE]);
    // Its tools are read by Python: the frame, its workers and the interpreter came up.
    await page.getByRole("link", { name: /PantryEnv/ }).click();
    await page.getByRole("tab", { name: "Tools 4" }).waitFor({ timeout: 60_000 });
    expect(requests.filter((request) => request.url.startsWith("http") && !request.url.startsWith(url))).toEqual([]);
    const response = await page.request.get(url);
    expect(Object.keys(response.headers()).filter((name) => /cross-origin|content-security/.test(name))).toEqual([]);
  });

  it("takes the appearance of the system, until one is chosen", async () => {
    const { page } = await app.open({ colorScheme: "dark" });
    const scheme = () => page.locator("html").getAttribute("data-mantine-color-scheme");
    await expect.poll(scheme).toBe("dark");
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(scheme).toBe("light");
    await page.getByRole("button", { name: "Switch to the dark appearance" }).click();
    await expect.poll(scheme).toBe("dark");
    await page.reload();
    await expect.poll(scheme).toBe("dark");
  });
});
