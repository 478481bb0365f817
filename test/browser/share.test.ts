import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeShared, encodeShared, sharedOf } from "@/datasets";
import { DEFAULT_EPISODE_LIMITS, environmentIdSchema, episodeIdSchema, type Trace } from "@/domain";
import {
  type AppPage,
  type DatabaseDump,
  downloaded,
  importFiles,
  readDatabase,
  RUN_MS,
  SLOW_MS,
  useBrowserApp,
  visit,
  waitForPython,
} from "../support/browser-app.ts";
import { serveFiles } from "../support/file-server.ts";
import { environmentFile } from "../support/hostile-app.ts";
import { PANTRY_ID, PANTRY_INSTANCES } from "../support/pantry-files.ts";
import { PANTRY, PANTRY_CONFIGS } from "../support/python.ts";
import { answeredCall } from "../support/trace-events.ts";

/** Links, frames and files of what somebody played, opened by somebody else. */
const app = useBrowserApp();

const TASK = 2;
const CONFIG = PANTRY_CONFIGS[TASK] ?? "";
const ANSWER = 3 + 23;
/** With twelve configurations of its own, as verifying asks for. */
const OWNED = environmentFile("PantryEnv");
const NASTY = `<img src=x onerror="window.__broken = true"><script>window.__broken = true</script>`;

type Surface = Page | Frame;
const steps = (surface: Surface) => surface.getByRole("region", { name: "Rounds in the link" });
const kept = ({ environments, traces, traceEvents, problems, runs, evaluations, replies, spend }: DatabaseDump) => ({
  environments,
  traces,
  traceEvents,
  problems,
  runs,
  evaluations,
  replies,
  spend,
});
const NOTHING = { environments: [], traces: [], traceEvents: [], problems: [], runs: [], evaluations: [], replies: [], spend: [] };

/** Requests that left the app's own files. */
function elsewhere({ requests, url }: AppPage, ...allowed: string[]): string[] {
  return requests
    .map((request) => request.url)
    .filter((address) => ![new URL(url).origin, "blob:", "data:", ...allowed].some((start) => address.startsWith(start)));
}

async function copied(page: Page, label: string): Promise<string> {
  return await page.getByRole("dialog").getByRole("textbox", { name: label }).inputValue();
}

async function playedThrough(surface: Surface): Promise<void> {
  const tools = surface.getByRole("region", { name: "Tools", exact: true });
  await tools.getByRole("button", { name: /^Done\b/ }).click({ timeout: SLOW_MS });
  await tools.getByRole("textbox", { name: "answer" }).fill(String(ANSWER));
  await tools.getByRole("button", { name: "Answer and finish" }).click();
  await surface.getByRole("heading", { name: "Solved: reward 1" }).waitFor({ timeout: SLOW_MS });
}

function traceOf(events: Trace["events"]): Trace {
  return { version: 1, id: episodeIdSchema.parse("shared-trace"), events };
}

const started = (config: string): Trace["events"][number] => ({
  at: 1,
  event: {
    type: "episode-started",
    environmentId: environmentIdSchema.parse("e"),
    className: "PantryEnv",
    sourceHash: "",
    config,
    player: { kind: "person" },
    limits: DEFAULT_EPISODE_LIMITS,
    sample: 0,
    branch: null,
    evaluationId: null,
    state: null,
  },
});

const answered = (name: string, observation: string): Trace["events"][number] => ({
  at: 2,
  event: answeredCall({ action: JSON.stringify({ name, parameters: {} }), observation }),
});

describe("an episode that was shared", () => {
  let owner: AppPage;
  let link = "";
  let frame = "";
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "share-"));
    owner = await app.open({ path: "/environments", keep: true });
    await importFiles(owner.page, [PANTRY_INSTANCES, { ...OWNED, name: `${PANTRY_ID}.py` }]);
    await visit(owner.page, `/play/${PANTRY_ID}?config=${TASK}`);
    await owner.page.getByRole("button", { name: "Watch the reference solver" }).click();
    await owner.page.getByRole("heading", { name: "Reference solver" }).first().waitFor();
    await owner.page.getByRole("button", { name: "To the end" }).click({ timeout: SLOW_MS });
    await owner.page.getByRole("heading", { name: "Solved: reward 1" }).waitFor({ timeout: SLOW_MS });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is a link of a size that is told, a frame and files", async () => {
    const { page } = owner;
    await page.getByRole("button", { name: "Share", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Share this episode" });
    await dialog.getByRole("button", { name: "Copy the link" }).waitFor();
    link = await copied(page, "Link");
    frame = await copied(page, "For a course page");
    await dialog.getByText(`${link.length.toLocaleString("en")} characters. Short enough`, { exact: false }).waitFor();
    const shared = await decodeShared(link.slice(link.indexOf("#/open/") + "#/open/".length));
    expect(shared).toMatchObject({ className: "PantryEnv", config: CONFIG, source: OWNED.text });
    expect(frame).toMatch(/^<iframe src="http:[^"]+#\/embed\/[A-Za-z0-9_-]+" title="PantryEnv in CodeGym Playground"/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await dialog.getByRole("button", { name: "Copy the link" }).click();
    await dialog.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

    const file = await downloaded(page, () => dialog.getByRole("button", { name: "Shared file (.json)" }).click());
    await writeFile(path.join(folder, file.name), file.bytes);
    expect(file.name).toBe("PantryEnv-shared.json");
    const html = await downloaded(page, () => dialog.getByRole("button", { name: "Page by itself (.html)" }).click());
    await writeFile(path.join(folder, "episode.html"), html.bytes);
    await page.keyboard.press("Escape");
  });

  it("opens in a fresh profile, stores nothing and asks nobody, and replays to the same reward", async () => {
    const visitor = await app.open({ path: link.slice(link.indexOf("#") + 1) });
    const { page } = visitor;
    await page.getByText("From a link: not verified here").waitFor();
    await page.getByText(/^claims to be played by Reference solver: \d+ rounds, handed in, reward 1$/).waitFor();
    await page.getByRole("list", { name: "Tools in the link" }).getByText("Weigh(index, unit)").waitFor({ timeout: SLOW_MS });
    await page.getByText("Configuration: the hidden data").click();
    await page.getByText("weights").first().waitFor();
    expect(kept(await readDatabase(page))).toEqual(NOTHING);
    await page.getByRole("button", { name: "One step forwards" }).click();
    await expect.poll(() => steps(page).getByRole("listitem").count()).toBe(1);
    await page.getByRole("button", { name: "Replay the trace here" }).click();
    await page.getByText("Every observation is the same, and so is the reward: 1.").waitFor({ timeout: SLOW_MS });
    expect(kept(await readDatabase(page))).toEqual(NOTHING);
    expect(elsewhere(visitor)).toEqual([]);
  });

  it("is played on from a step in memory, and kept once, unverified, with its origin", async () => {
    const visitor = await app.open({ path: link.slice(link.indexOf("#") + 1) });
    const { page } = visitor;
    await page.getByRole("button", { name: "One step forwards" }).click();
    await page.getByRole("button", { name: "Branch after round 1", exact: true }).click();
    await playedThrough(page);
    expect(kept(await readDatabase(page))).toEqual(NOTHING);

    await page.getByRole("button", { name: "Play it", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Play PantryEnv" }).waitFor({ timeout: SLOW_MS });
    await page.getByText("Not verified yet").waitFor();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await playedThrough(page);
    const { environments, traces } = await readDatabase(page);
    expect(environments.map(({ status, className, provenance }) => ({ status, className, provenance }))).toEqual([
      { status: "unverified", className: "PantryEnv", provenance: { source: "imported", fromLink: true } },
    ]);
    expect(traces.map(({ config, reward }) => ({ config, reward }))).toEqual([{ config: CONFIG, reward: 1 }]);

    await page.goto(link);
    await page.getByText("An environment with the same source is in your library already", { exact: false }).waitFor();
    expect(await page.getByRole("button", { name: "Keep it" }).count()).toBe(0);
    await page.getByRole("button", { name: "Play it", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Play PantryEnv" }).waitFor();
    expect((await readDatabase(page)).environments.length).toBe(1);
  });

  it("opens from its file too, and is kept and verified from there", async () => {
    const { page } = await app.open({ path: "/open" });
    await page.getByLabel("Shared file to open").setInputFiles(path.join(folder, "PantryEnv-shared.json"));
    await page.getByText("From a file: not verified here").waitFor();
    await page.getByRole("button", { name: "Keep and verify" }).click();
    await page.getByRole("heading", { name: /^Verifying is done/ }).waitFor({ timeout: RUN_MS });
    expect((await readDatabase(page)).environments.map(({ status }) => status)).toEqual(["verified"]);
    // The page of the trace holds no environment: it is found by its source.
    await visit(page, "/open");
    await page.getByLabel("Shared file to open").setInputFiles(path.join(folder, "episode.html"));
    await page.getByText("From a file: not verified here").waitFor();
  });

  it("runs in a frame of a page of another origin, whose storage is denied, and Python waits for a press", async () => {
    await writeFile(path.join(folder, "index.html"), `<!doctype html><html><body><h1>Course</h1>${frame}</body></html>`);
    const course = await serveFiles(folder, "/course/");
    // Another host name: another site, not only another port.
    const address = course.url.replace("127.0.0.1", "localhost");
    const visitor = await app.open({
      prepare: (page) =>
        page.addInitScript(() => {
          if (window.top === window || window.origin === "null") return;
          for (const name of ["indexedDB", "sessionStorage", "localStorage"]) {
            Object.defineProperty(window, name, {
              configurable: true,
              get: () => {
                throw new DOMException("denied", "SecurityError");
              },
            });
          }
        }),
    });
    visitor.allow(/favicon\.ico/);
    const { page, requests } = visitor;
    requests.length = 0;
    await page.goto(address);
    await page.locator("iframe").scrollIntoViewIfNeeded();
    await page.frameLocator("iframe").getByRole("heading", { level: 1, name: "PantryEnv" }).waitFor({ timeout: SLOW_MS });
    const embedded = page.mainFrame().childFrames()[0];
    if (embedded === undefined) throw new Error("no frame");
    await steps(embedded).waitFor();
    expect(await embedded.getByRole("navigation").count()).toBe(0);
    await embedded.getByRole("button", { name: "One step forwards" }).click();
    await expect.poll(() => steps(embedded).getByRole("listitem").count()).toBe(1);
    const python = () => requests.filter(({ url }) => /wasm|pyodide/.test(url)).length;
    expect(python()).toBe(0);
    expect(embedded.childFrames()).toEqual([]);

    await embedded.getByRole("button", { name: "Replay the trace here" }).click();
    await embedded.getByText("Every observation is the same, and so is the reward: 1.").waitFor({ timeout: SLOW_MS });
    expect(embedded.childFrames().length).toBe(1);
    await embedded.getByRole("button", { name: "Play from the start" }).click();
    await playedThrough(embedded);
    await embedded.getByRole("button", { name: "Back to the episode in the link" }).click();
    await steps(embedded).waitFor();
    expect(await embedded.getByRole("link", { name: "Open in the playground" }).getAttribute("href")).toMatch(/^#\/open\//);
    expect(elsewhere(visitor, new URL(address).origin)).toEqual([]);
    await page.goto("about:blank");
    await course.close();
  });

  it("is a page by itself that opens from disk without a network and asks for nothing", async () => {
    const context = await app.browser().newContext({ offline: true });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    const address = pathToFileURL(path.join(folder, "episode.html")).href;
    await page.goto(address);
    const { events } = JSON.parse(await readFile(path.join(folder, "PantryEnv-shared.json"), "utf8")).trace as Trace;
    const calls = events.flatMap(({ event }) => (event.type === "call-answered" ? [event] : []));
    expect(calls.length).toBeGreaterThan(2);
    expect(await page.getByRole("listitem").count()).toBe(calls.length);
    await page.getByText(/^Solved \(handed in\): reward 1/).waitFor();
    for (const { observation } of calls) expect(await page.locator("body").innerText()).toContain(observation);
    expect(asked).toEqual([address]);
    await context.close();
  });
});

describe("a link that is not what it says", () => {
  it.each([
    [
      "cut",
      () => encodeShared(sharedOf({ codeId: "p", className: "PantryEnv", taskText: "", source: PANTRY }, CONFIG, null)).slice(0, 200),
      "The link is damaged: it was cut or changed on its way.",
    ],
    ["of other letters", () => "no%20link", "The link is damaged: it holds what no link of ours holds."],
    [
      "newer",
      () =>
        encodeShared({ ...sharedOf({ codeId: "p", className: "PantryEnv", taskText: "", source: PANTRY }, CONFIG, null), version: 2 as 1 }),
      "The link was made by a newer version of the playground.",
    ],
  ])("says so: %s", async (_name, payload, message) => {
    const { page } = await app.open({ path: `/open/${payload()}` });
    const notice = page.getByRole("alert");
    await notice.getByText(message).waitFor();
    expect(await notice.innerText()).toMatch(/Ask for the link again, or for a file|Reload the page/);
    await visit(page, `/embed/${payload()}`);
    await page.getByRole("alert").getByText(message).waitFor();
  });

  it("shows HTML in each of its texts as text", async () => {
    const source = PANTRY.replace("class PantryEnv", `NASTY = ${JSON.stringify(NASTY)}\n\nclass PantryEnv`);
    const trace = traceOf([started(CONFIG), answered(NASTY, NASTY)]);
    const payload = encodeShared(
      sharedOf(
        { codeId: NASTY, className: "PantryEnv", taskText: `${NASTY}\n\n![image](https://canary.invalid/x.png)`, source },
        CONFIG,
        trace,
      ),
    );
    const visitor = await app.open({ path: `/open/${payload}` });
    const { page } = visitor;
    await page.getByRole("button", { name: "To the end" }).click();
    await steps(page).getByText(NASTY).last().waitFor();
    await page.getByRole("button", { name: "Replay the trace here" }).click();
    await page.getByText("They part at round 1").waitFor({ timeout: SLOW_MS });
    await visit(page, `/embed/${payload}`);
    await page.getByRole("button", { name: "To the end" }).click();
    await steps(page).getByText(NASTY).last().waitFor();
    expect(await page.evaluate(() => Reflect.get(window, "__broken"))).toBeUndefined();
    expect(await page.locator("img[src='x']").count()).toBe(0);
    expect(elsewhere(visitor)).toEqual([]);
  });

  it("claims a reward that a replay does not find", async () => {
    const first = '{"jars": 4}';
    const event = answered("Observe", first);
    const trace = traceOf([
      started(CONFIG),
      event.event.type === "call-answered" ? { ...event, event: { ...event.event, reward: 1, finished: true } } : event,
      { at: 3, event: { type: "episode-ended", why: "finished" } },
    ]);
    const { page } = await app.open({
      path: `/open/${encodeShared(sharedOf({ codeId: "p", className: "PantryEnv", taskText: "", source: PANTRY }, CONFIG, trace))}`,
    });
    await page.getByText("claims to be played by a person: 1 round, handed in, reward 1").waitFor();
    await page.getByRole("button", { name: "Replay the trace here" }).click();
    await page.getByText("They part at round 1").waitFor({ timeout: SLOW_MS });
    await page.getByText("[reward 0]", { exact: false }).waitFor();
  });

  it("brings hostile Python, which runs only when it is asked for, and in the sandbox alone", async () => {
    const hostile = environmentFile("PantryEnv", {
      import: `
try:
    import js
    js.window.parent.document.title = "taken"
    js.fetch("https://canary.invalid/import")
except BaseException:
    pass
try:
    from pyodide.http import open_url
    open_url("https://canary.invalid/url")
except BaseException:
    pass
`,
      step: `
while "Weigh" in str(action):
    pass
`,
    });
    const payload = encodeShared(
      sharedOf(
        { codeId: "h", className: "PantryEnv", taskText: "Weigh.", source: hostile.text ?? "" },
        CONFIG,
        traceOf([started(CONFIG), answered("Weigh", "5")]),
      ),
    );
    const visitor = await app.open({ path: `/open/${payload}` });
    const { page } = visitor;
    await waitForPython(page);
    await page.getByRole("button", { name: "Replay the trace here" }).click();
    await page.getByText("They part at round 1").waitFor({ timeout: SLOW_MS });
    await page.getByRole("button", { name: "Play from the start" }).click();
    await page
      .getByRole("region", { name: "Tools", exact: true })
      .getByRole("button", { name: "Call Observe" })
      .click({ timeout: SLOW_MS });
    await page.getByRole("region", { name: "Calls and observations" }).getByText('{"jars": 4}').waitFor({ timeout: SLOW_MS });
    expect(await page.title()).toBe("PantryEnv · CodeGym Playground");
    expect(elsewhere(visitor)).toEqual([]);
    expect(kept(await readDatabase(page))).toEqual(NOTHING);
  });
});
