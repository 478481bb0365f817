import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END } from "@/domain";
import { type AppPage, type DatabaseDump, downloaded, readDatabase, RUN_MS, useBrowserApp, visit } from "../support/browser-app.ts";
import { fillNumber, setModel } from "../support/model-app.ts";
import { type Behaviour, type ModelServer, promptText, type RecordedRequest, startModelServer } from "../support/model-server.ts";
import { workedDevice } from "../support/worked-device.ts";

/** 3 environments × 5 tasks × 2 players × 4 tries in the built app: a model over HTTP and the reference solver. */
const app = useBrowserApp();
const KEY = "sk-test-0e7a91c3bd";
const MODEL = "vendor/Looker-1";
const PROBLEMS = ["warmest-spell", "bead-necklace", "loose-ledges"];
const EPISODES = 3 * 5 * 2 * 4;
/** Replies before the server falls silent and the page is reloaded. */
const BEFORE_RELOAD = 31;

let server: ModelServer;
let opened: AppPage;
let page: Page;
let answered = 0;
let silent = true;

/** Looks once, then hands something in: in the protocol in which it was asked. */
function turn(request: RecordedRequest): Behaviour {
  if (silent && answered >= BEFORE_RELOAD) return { kind: "hang", silent: true };
  answered += 1;
  if (request.body?.tools === undefined) {
    const name = promptText(request, "assistant") === "" ? "Observe" : "Done";
    return {
      kind: "text",
      text: `${CALL_BEGIN}[{"name": "${name}", "parameters": ${name === "Done" ? '{"answer": 0}' : "{}"}}]${CALL_END}`,
    };
  }
  const looked = promptText(request, "tool") !== "";
  return {
    kind: "tools",
    calls: [{ id: `call_${answered}`, name: looked ? "Done" : "Observe", arguments: looked ? '{"answer": 0}' : "{}" }],
    usage: { input: 100, output: 10 },
  };
}

beforeAll(async () => {
  server = await startModelServer({ key: KEY, respond: turn });
  const saved = await workedDevice(async ({ run }) => {
    for (const problem of PROBLEMS) await run(problem);
  });
  opened = await app.open({ keep: true, saved });
  page = opened.page;
});
afterAll(() => server.close());

const panel = (name: string) => page.getByRole("region", { name, exact: true });
const progress = () => page.getByText(/^\d+ of \d+ episodes$/);

type Ended = Extract<DatabaseDump["evaluationEvents"][number]["event"], { type: "try-ended" }>;
const endedOf = ({ evaluationEvents }: DatabaseDump): Ended[] =>
  evaluationEvents.flatMap(({ event }) => (event.type === "try-ended" ? [event] : []));

describe("an evaluation", { timeout: 2 * RUN_MS }, () => {
  it("is planned from environments that were proven here, and says its size and its likely cost before it starts", async () => {
    await setModel(page, { baseUrl: server.baseUrl, model: MODEL, key: KEY, keep: true });
    await visit(page, "/evaluate");
    await page.getByRole("link", { name: "Plan an evaluation" }).click();
    await page.getByText("3 of 3 chosen").waitFor();
    await page.getByText("15 tasks × 1 player × 4 tries = 60 episodes").waitFor();
    await page.getByText("No model is asked", { exact: false }).waitFor();
    await page.getByRole("checkbox", { name: "native tool calls" }).check();
    await page.getByText(`15 tasks × 2 players × 4 tries = ${EPISODES} episodes`).waitFor();
    await page.getByText(/^About \d+ requests, .* tokens in, .* out, free/).waitFor();
    // What is free needs no cap.
    expect(await page.getByText("There is no cap of its own on this evaluation.").count()).toBe(0);
    expect(server.chats()).toHaveLength(0);
  });

  it("goes on by itself after a reload, and asks for no reply twice", async () => {
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/#\/evaluate\/[0-9a-f-]+$/);
    // All that was answered is stored, the reference solver has gone as far as it can, and the model's tries wait.
    await expect.poll(async () => (await readDatabase(page)).replies.length, { timeout: RUN_MS }).toBe(BEFORE_RELOAD);
    const before = endedOf(await readDatabase(page));
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(EPISODES);
    await page.reload();
    silent = false;
    await panel("Players").waitFor();
    await page.getByText("Finished", { exact: true }).waitFor({ timeout: RUN_MS });
    expect(await progress().innerText()).toBe(`${EPISODES} of ${EPISODES} episodes`);

    const database = await readDatabase(page);
    const ended = endedOf(database).map(({ result }) => `${result.task}:${result.player}:${result.try}`);
    expect(ended).toHaveLength(EPISODES);
    expect(new Set(ended).size).toBe(EPISODES);
    expect(endedOf(database).slice(0, before.length)).toEqual(before);
    const replies = database.traceEvents.filter(({ event }) => event.type === "reply-received" || event.type === "reply-failed");
    const inTraces = replies.map(({ traceId, seq }) => `${traceId} #${seq}`);
    expect(new Set(inTraces).size).toBe(answered);
    expect(database.replies).toHaveLength(answered);
    expect(new Set(database.replies.map(({ key }) => key)).size).toBe(answered);
    expect(database.evaluationEvents.map(({ event }) => event.type).filter((type) => type !== "try-ended")).toEqual([
      "evaluation-started",
      "evaluation-resumed",
      "evaluation-finished",
    ]);
  });

  it("shows results, figures with words, and a link to the trace of every try", async () => {
    const players = panel("Players");
    await players.getByRole("row", { name: /^Reference solver 100 % .*60 of 60/ }).waitFor();
    await players.getByRole("row", { name: /^vendor\/Looker-1 / }).waitFor();
    for (const title of ["Success by task", "Rounds against the reference", "Tool usage", "Cost against success"]) {
      await page.getByRole("region", { name: title }).locator("svg[viewBox]").last().waitFor();
    }
    await page.getByText("Reference solver: of 15 tasks, 15 solved in every try and 0 in none.", { exact: false }).waitFor();
    const grid = page.getByRole("grid", { name: "Tasks and tries" });
    expect(await grid.getByRole("link").count()).toBe(EPISODES);
    const { traces } = await readDatabase(page);
    const href = (await grid.getByRole("link").first().getAttribute("href")) ?? "";
    expect(traces.map(({ id }) => id)).toContain(new URLSearchParams(href.slice(href.indexOf("?") + 1)).get("trace"));
  });

  it("gives figures and scores away as files", async () => {
    const save = async (title: string, item: RegExp): Promise<{ name: string; text: string; bytes: Uint8Array }> => {
      const file = await downloaded(page, async () => {
        await page.getByRole("button", { name: `Save: ${title}` }).click();
        await page.getByRole("menuitem", { name: item }).click();
      });
      return { ...file, text: new TextDecoder().decode(file.bytes) };
    };
    const svg = await save("Tool usage", /svg/);
    expect(svg.name).toBe("codegym-tools.svg");
    expect(svg.text).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.text).toContain("Reference solver");
    expect(svg.text).not.toContain("var(");
    const png = await save("Success by task", /png/);
    expect(new TextDecoder("latin1").decode(png.bytes.slice(1, 4))).toBe("PNG");
    expect((await save("Success by task", /csv/)).text.split("\r\n")[0]).toBe("place,task,player,success,low,high,solved,tries");

    const { bytes } = await downloaded(page, async () => {
      await page.getByRole("button", { name: "Export", exact: true }).click();
      await page.getByRole("menuitem", { name: /^Training instances/ }).click();
    });
    const rows = new TextDecoder()
      .decode(bytes)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { extra_info: Record<string, unknown> });
    expect(rows).toHaveLength(15);
    expect(rows.every(({ extra_info: info }) => typeof info["looker_1_Bo4_score"] === "number")).toBe(true);
  });

  it("stands beside another one in which the model plays by text, and is removed with its traces", async () => {
    await visit(page, "/evaluate/new");
    await page.getByRole("checkbox", { name: "native tool calls" }).uncheck();
    await page.getByRole("checkbox", { name: "text protocol" }).check();
    await page.getByRole("checkbox", { name: "Breadth-first prober" }).check();
    const before = answered;
    await fillNumber(page, "Tries of each task", "1");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("Finished", { exact: true }).waitFor({ timeout: RUN_MS });
    // Fifteen tries of two turns each, none of them a bad one; tools are told in words and not by the provider's means.
    expect(answered - before).toBe(30);
    await panel("Players")
      .getByRole("row", { name: /^vendor\/Looker-1, text protocol .* of 15 .*bad turns: none/ })
      .waitFor();
    const { traceEvents } = await readDatabase(page);
    expect(
      traceEvents.some(
        ({ event }) => event.type === "episode-started" && event.player.kind === "model" && event.player.protocol === "text",
      ),
    ).toBe(true);
    const other = page.getByRole("combobox", { name: "Compare with" });
    await other.selectOption({ index: 1 });
    const differences = panel("Differences");
    await differences.getByRole("row", { name: /^Reference solver 100 % .* no difference/ }).waitFor();
    await differences.getByRole("row", { name: /^Breadth-first prober .* not in it/ }).waitFor();
    await differences.getByText("they have 15 tasks in common", { exact: false }).waitFor();

    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("list", { name: "Evaluations" }).getByText(`${EPISODES} of ${EPISODES} episodes`, { exact: false }).waitFor();
    const { evaluations, traces } = await readDatabase(page);
    expect(evaluations).toHaveLength(1);
    expect(traces).toHaveLength(EPISODES);
  });
});
