import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  chooseFiles,
  importFiles,
  importReview,
  RUN_MS,
  runIdOf,
  SLOW_MS,
  startBundled,
  useBrowserApp,
  visit,
  waitForVerified,
} from "../support/browser-app.ts";
import { fillNumber, openAdvanced } from "../support/model-app.ts";
import { focused, innerScrollers, listen, overflowing, smallTargets, unseenFocus } from "../support/page-checks.ts";
import { serveFiles } from "../support/file-server.ts";
import { environmentFile } from "../support/hostile-app.ts";
import { PANTRY_FILE, PANTRY_ID } from "../support/pantry-files.ts";

/** The page by keys alone, and on a phone: one browser page with data in it, walked through step by step. */
const app = useBrowserApp();
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 380, height: 800 };
/** 1280 px at 400 %. */
const ZOOMED = { width: 320, height: 640 };

let page: Page;
let run = "";
let id = "";
let snippet = "";
const play = () => `/play/${encodeURIComponent(id)}`;

/** Presses it by key: it has the focus before, and what has it then is polled. */
async function pressed(target: Locator): Promise<void> {
  await target.focus();
  await page.keyboard.press("Enter");
}

const focusComesTo = (what: string | RegExp): Promise<void> =>
  expect.poll(() => focused(page), { timeout: SLOW_MS / 2 }).toMatch(typeof what === "string" ? new RegExp(`^${what}$`) : what);
const button = (name: string | RegExp): Locator => page.getByRole("button", { name, exact: true });

beforeAll(async () => {
  ({ page } = await app.open({ keep: true }));
});

describe("a run", () => {
  it("is cancelled and resumed by key: the focus stays, and the live region says what is", async () => {
    await startBundled(page, "Bakery Orders");
    run = `/pipeline/${runIdOf(page)}`;
    const said = await listen(page);
    await pressed(button("Cancel"));
    await focusComesTo("h1 Bakery Orders");
    await button("Resume").waitFor();
    expect(await said()).toContain("Cancelled: Resume continues where it stopped");
    await pressed(button("Resume"));
    await focusComesTo("h1 Bakery Orders");
    ({ id } = await waitForVerified(page));
    await focusComesTo("h1 Bakery Orders");
    expect((await said()).at(-1)).toBe("Finished: verified");
  });

  it("that repairs itself is never said to rest", async () => {
    await startBundled(page, "The Bead Necklace");
    const said = await listen(page);
    await waitForVerified(page);
    await page.getByText("Finished: verified").first().waitFor();
    expect(await said()).toEqual(expect.arrayContaining(["Design is under way", "Finished: verified"]));
    expect((await said()).filter((text) => /Not running|resume/i.test(text))).toEqual([]);
  });
});

describe("playing by key", () => {
  it("the first tool is one Tab from Play, and its call another", async () => {
    await visit(page, play());
    await pressed(button("Play"));
    await focusComesTo("h2 Tools");
    const path: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      await page.keyboard.press("Tab");
      path.push(await focused(page));
    }
    expect(path).toEqual([expect.stringMatching(/^button Observe/), "button Call Observe"]);
    await page.keyboard.press("Enter");
    await button("Branch after round 1").waitFor();
    expect(await focused(page)).toBe("button Call Observe");
  });

  it("Start over, the answer, Play again and Watch each lead to what comes next", async () => {
    await pressed(button("Start over"));
    await focusComesTo("h2 Tools");
    await page.getByText("No call yet. Choose a tool", { exact: false }).waitFor();
    await focusComesTo("h2 Tools");
    await pressed(button(/^Done\b/));
    await page.getByRole("textbox", { name: "answer" }).fill("-1");
    await pressed(button("Answer and finish"));
    await focusComesTo("h2 Not solved: reward 0");
    // It stays where it is while one steps back, and nothing under the pointer moves.
    const controls = page.getByRole("button", { name: "One step back" });
    const before = await controls.boundingBox();
    await controls.click();
    await page.getByText("Round 0 of 1").waitFor();
    expect(await controls.boundingBox()).toEqual(before);
    await pressed(button("Play again"));
    await focusComesTo("h2 Tools");
    await pressed(button("Watch the reference solver"));
    await focusComesTo("h2 Reference solver");
  });

  it("an episode is resumed, and removed", async () => {
    await visit(page, play());
    const past = page.getByRole("region", { name: "Past episodes" });
    await pressed(past.getByRole("listitem").filter({ hasText: "You" }).getByRole("button", { name: "Resume" }).first());
    await focusComesTo("h2 Tools");
    await pressed(past.getByRole("button", { name: /^Remove the episode/ }).first());
    await pressed(page.getByRole("dialog").getByRole("button", { name: "Remove" }));
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await focusComesTo(/^(h\d|button) /);
  });
});

describe("environments by key", () => {
  it("Verify, Cancel, Verify again and Remove leave the focus at what came of them", async () => {
    await visit(page, "/environments");
    await importFiles(page, [{ ...environmentFile("PantryEnv"), name: `${PANTRY_ID}.py` }]);
    await page.getByRole("checkbox", { name: "Select PantryEnv" }).check();
    await pressed(button("Verify"));
    await focusComesTo(/^h2 Verifying/);
    await pressed(button("Cancel"));
    // Nothing of it is left to be shown: back to where it was asked for.
    await page.getByRole("heading", { name: /^Verifying/ }).waitFor({ state: "detached" });
    await focusComesTo("button Verify");
    await visit(page, `/environments/${encodeURIComponent(id)}`);
    await pressed(button("Verify again"));
    await focusComesTo(/^h2 Verifying/);
    await page.getByRole("heading", { name: /^Verifying is done/ }).waitFor({ timeout: RUN_MS });
    await focusComesTo(/^h2 Verifying is done/);
    await visit(page, "/environments");
    await page.getByRole("checkbox", { name: "Select PantryEnv" }).check();
    await pressed(button("Remove"));
    await pressed(page.getByRole("dialog").getByRole("button", { name: "Remove" }));
    await page.getByRole("link", { name: /PantryEnv/ }).waitFor({ state: "detached" });
    await focusComesTo(/^(h\d|input|button) /);
  });

  it("Tab closes every menu and goes on from its button", async () => {
    const menus: [string, string | RegExp][] = [
      ["/problems", "Import"],
      ["/problems", /^Model: /],
      [`/environments/${encodeURIComponent(id)}`, "Download"],
      [play(), /^Model: /],
    ];
    for (const [where, name] of menus) {
      await visit(page, where);
      for (const [key, next] of [
        ["Tab", 1],
        ["Shift+Tab", -1],
      ] as const) {
        const opener = button(name).first();
        await pressed(opener);
        await page.getByRole("menu").waitFor();
        await page.waitForFunction(() => document.activeElement?.getAttribute("role")?.startsWith("menuitem"));
        await page.keyboard.press(key);
        await page.getByRole("menu").waitFor({ state: "detached" });
        const order = await opener.evaluate((element, step) => {
          const stops = [...document.querySelectorAll<HTMLElement>("a[href], button, input, select")].filter(
            (item) => item.tabIndex >= 0 && !item.matches(":disabled") && item.checkVisibility(),
          );
          return stops[stops.findIndex((item) => item === element) + step] === document.activeElement;
        }, next);
        expect([where, String(name), key, await focused(page), order]).toEqual([where, String(name), key, expect.anything(), true]);
      }
    }
  });
});

/** Every page with something in it. `settle` waits for that. */
function pages(evaluation: string): [string, (() => Promise<unknown>)?][] {
  const environment = `/environments/${encodeURIComponent(id)}`;
  return [
    ["/problems", () => page.getByRole("link", { name: "Bakery Orders" }).first().waitFor()],
    [
      "/problems/bakery-orders",
      () =>
        page
          .getByRole("link", { name: /BakeryOrdersEnv/ })
          .first()
          .waitFor(),
    ],
    ["/new-problem", () => page.locator("[contenteditable=true]").first().waitFor()],
    ["/pipeline", () => page.getByText("Verified").first().waitFor()],
    [run, () => page.getByRole("grid").waitFor()],
    ["/environments", () => page.getByRole("link", { name: /BakeryOrdersEnv/ }).waitFor()],
    ...[/^Task$/, /^Tools/, "Source", /^Tasks/, "Report", "Provenance"].map((name): [string, () => Promise<unknown>] => [
      environment,
      () => page.getByRole("tab", { name }).click(),
    ]),
    ["/play", () => page.getByRole("link", { name: "BakeryOrdersEnv" }).waitFor()],
    [
      play(),
      async () => {
        await button("Race…").click();
        await button(/^Limits:/).click();
        await page.getByRole("textbox", { name: "Round limit" }).waitFor();
        await button("Play").click();
        await button("Call Observe").click();
        await button("Branch after round 1").waitFor();
        await page.getByRole("switch", { name: "Show hidden state" }).focus();
        await page.keyboard.press("Space");
      },
    ],
    ["/evaluate", () => page.getByRole("list", { name: "Evaluations" }).getByRole("listitem").first().waitFor()],
    ["/evaluate/new", () => page.getByRole("checkbox", { name: "Random caller" }).check()],
    [evaluation, () => page.getByText("As a table").first().waitFor()],
    [
      "/settings",
      async () => {
        await openAdvanced(page);
        await button("Choose per role")
          .click()
          .catch(() => undefined);
      },
    ],
    ["/open"],
    ["/nowhere"],
  ];
}

describe("every page with data", () => {
  let evaluation = "";
  beforeAll(async () => {
    await visit(page, "/evaluate/new");
    await page.getByRole("checkbox", { name: "Breadth-first prober" }).check();
    await fillNumber(page, "Tasks of each", "2");
    await button("Start").click();
    await page.getByText("Finished", { exact: true }).waitFor({ timeout: RUN_MS });
    evaluation = `/evaluate/${page.url().split("/").at(-1) ?? ""}`;
    await visit(page, "/settings");
    await button("Add a model").click();
    await page
      .getByRole("dialog", { name: "Add a model" })
      .getByRole("button", { name: /^Any OpenAI-compatible/ })
      .click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("fits 320 px, has no target below 24 px, and shows the focus of every kind of element by an outline", async () => {
    const findings: string[] = [];
    const kinds = new Set<string>();
    for (const viewport of [ZOOMED, WIDE]) {
      await page.setViewportSize(viewport);
      for (const [where, settle] of pages(evaluation)) {
        await visit(page, "/nowhere");
        await visit(page, where);
        await settle?.();
        const name = `${viewport.width} px, ${where} ${(await page.locator("[role=tab][aria-selected=true]").allInnerTexts()).join()}`;
        findings.push(...(await overflowing(page, name)), ...(await smallTargets(page, name)), ...(await unseenFocus(page, name, kinds)));
      }
      await visit(page, "/environments");
      await chooseFiles(page, [
        PANTRY_FILE,
        { name: "a-name-that-is-much-longer-than-a-phone-is-wide-and-has-no-space.jsonl", text: "{\n" },
      ]);
      await importReview(page).waitFor();
      const name = `${viewport.width} px, the import dialog`;
      findings.push(...(await overflowing(page, name)), ...(await smallTargets(page, name)), ...(await unseenFocus(page, name, kinds)));
      const { scrolls, shows } = await importReview(page).evaluate((dialog) => ({
        scrolls: dialog.scrollWidth,
        shows: dialog.clientWidth,
      }));
      expect(scrolls).toBeLessThanOrEqual(shows);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    expect(findings).toEqual([]);
    // What shows the focus in ways of its own was among what was looked at.
    expect([...kinds].join("\n")).toMatch(/SELECT[^]*INPUT checkbox|INPUT checkbox[^]*SELECT/);
  });

  it("at 380 px the stages have words, and the first call is in sight after Play", async () => {
    await page.setViewportSize(PHONE);
    await visit(page, run);
    const stages = page.getByRole("list", { name: "Stages" });
    for (const name of ["Design", "Contract & run", "Tests", "Solvers", "Proof", "Verified"]) {
      const word = stages.getByText(name, { exact: true });
      expect(await word.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    }
    await visit(page, play());
    await button("Play").click();
    await focusComesTo("h2 Tools");
    const box = await button("Call Observe").boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(PHONE.height);
  });
});

describe("a frame in a course page", () => {
  it("has the height of its content, at first and while it is played, and no box in it scrolls", async () => {
    await page.setViewportSize(WIDE);
    await visit(page, play());
    await button("Watch the reference solver").click();
    await button("To the end").click();
    await button("Share").click();
    snippet = await page.getByRole("dialog").getByRole("textbox", { name: "For a course page" }).inputValue();
    await page.keyboard.press("Escape");
    const folder = await mkdtemp(path.join(tmpdir(), "course-"));
    await writeFile(
      path.join(folder, "index.html"),
      `<!doctype html><meta name="viewport" content="width=device-width"><h1>Course</h1>${snippet}`,
    );
    const course = await serveFiles(folder, "/course/");
    const visitor = await app.open({ viewport: WIDE });
    visitor.allow(/favicon\.ico/);
    await visitor.page.goto(course.url.replace("127.0.0.1", "localhost"));
    const frame = visitor.page.frameLocator("iframe");
    await frame.getByRole("button", { name: "To the end" }).waitFor({ timeout: SLOW_MS });
    const embedded = visitor.page.mainFrame().childFrames()[0];
    if (embedded === undefined) throw new Error("no frame");
    const fits = async (): Promise<void> => {
      for (const viewport of [WIDE, PHONE, ZOOMED]) {
        await visitor.page.setViewportSize(viewport);
        const measured = () =>
          embedded.evaluate(() => ({
            below: document.documentElement.scrollHeight - window.innerHeight,
            beside: document.documentElement.scrollWidth - window.innerWidth,
          }));
        await expect.poll(measured).toEqual({ below: 0, beside: 0 });
        expect(await embedded.evaluate(innerScrollers)).toEqual([]);
      }
    };
    await fits();
    await frame.getByRole("button", { name: "To the end" }).click();
    await fits();
    await frame.getByRole("button", { name: "Play from the start" }).click();
    await frame.getByRole("button", { name: "Call Observe" }).click({ timeout: SLOW_MS });
    await frame.getByRole("button", { name: "Branch after round 1" }).waitFor({ timeout: SLOW_MS });
    await fits();
    await visitor.page.goto("about:blank");
    await course.close();
    await rm(folder, { recursive: true });
  });
});
