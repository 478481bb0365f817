import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { type Environment, GATES, parseConfig } from "@/domain";
import { type AppPage, readDatabase, useBrowserApp, waitForVerified } from "../support/browser-app.ts";

/** What a newcomer does: no key, no settings; one page from the first click to the downloaded files. */
const app = useBrowserApp();
let opened: AppPage;
let page: Page;
let environment: Environment;

beforeAll(async () => {
  opened = await app.open({ keep: true });
  page = opened.page;
});

const tools = () => page.getByRole("region", { name: "Tools" });
const calls = () => page.getByRole("region", { name: "Calls and observations" });

async function openTool(name: string): Promise<void> {
  const control = tools().getByRole("button", { name: new RegExp(`^${name}\\b`) });
  if ((await control.getAttribute("aria-expanded")) !== "true") await control.click();
}

/** A task that the page offers, and the number under which it does. */
function easiestTask(): { index: number; config: { temperatures: number[]; length: number }; answer: string } {
  const index = environment.tasks.findIndex((task) => task.kept && task.answer !== null);
  const task = environment.tasks[index];
  if (task === undefined) throw new Error("no task within the round limits");
  return { index, config: parseConfig(task.config) as { temperatures: number[]; length: number }, answer: task.answer ?? "" };
}

describe("a newcomer without a key", () => {
  it("turns a bundled problem into a verified environment with one click", async () => {
    await page.getByRole("button", { name: "See it happen" }).click();
    await page.waitForURL(/#\/pipeline\/.+/);
    await page.getByText("Recorded replies:", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "Model: Recorded replies" }).waitFor();
    environment = await waitForVerified(page);
    expect(environment.className).toBe("WarmestSpellEnv");
    expect(environment.status).toBe("verified");
    expect(environment.provenance).toMatchObject({ source: "synthesis", recorded: true });
    expect(environment.report?.gates.map((gate) => [gate.gate, gate.passed])).toEqual(GATES.map((name) => [name, true]));
    // The reply held what is particular to the problem; the page put the rest of the contract around it.
    const { runEvents, spend } = await readDatabase(page);
    expect(runEvents.some(({ event }) => event.type === "candidate-parsed" && event.compact !== null)).toBe(true);
    for (const part of ["def from_env_str(", "self.func_mapping", "def step("]) expect(environment.source).toContain(part);
    // Nothing was paid, and nothing says that it was.
    expect(spend).toEqual([]);
    expect(await page.getByRole("region", { name: "Money" }).count()).toBe(0);
  });

  it("sees the solvers that failed, where they failed, and the one that is proven", async () => {
    const matrix = page.getByRole("grid", { name: "Solvers and tests" });
    await matrix
      .getByRole("rowheader", { name: /, did not solve all$/ })
      .first()
      .waitFor();
    const winner = matrix.getByRole("rowheader", { name: /, proven$/ });
    expect(await winner.count()).toBe(1);
    const wrong = matrix.getByRole("gridcell", { name: /wrong/i });
    expect(await wrong.count()).toBeGreaterThan(0);
    await wrong.first().click();
    await page.getByText(/^Solver \d+ on test \d+$/).waitFor();
    // Rounds stand in the cells of the winner, and they are what is stored.
    const row = matrix.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /, proven$/ }) });
    const shown = await row.locator('td[data-verdict="solved"]').allInnerTexts();
    expect(shown.map(Number)).toEqual(environment.tasks.map((task) => task.rounds));
  });

  it("plays it by hand, through typed forms, to reward 1", async () => {
    await page.getByRole("link", { name: "Play it" }).click();
    await page.getByRole("heading", { level: 1, name: /^Play WarmestSpellEnv/ }).waitFor();
    const { index, config, answer } = easiestTask();
    await page.getByRole("combobox", { name: "Task" }).selectOption(String(index));
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await openTool("Observe");
    await tools().getByRole("button", { name: "Call Observe" }).click();
    await calls().getByText(`"days": ${config.temperatures.length}`).waitFor();

    await openTool("ReadDay");
    // A form knows the type: what is no integer is not sent.
    await tools().getByRole("textbox", { name: "day" }).fill("first");
    await tools().getByRole("button", { name: "Call ReadDay" }).click();
    expect(await tools().getByRole("textbox", { name: "day" }).getAttribute("aria-invalid")).toBe("true");
    await tools().getByRole("textbox", { name: "day" }).fill("1");
    await tools().getByRole("button", { name: "Call ReadDay" }).click();
    await calls().getByText(String(config.temperatures[1]), { exact: true }).waitFor();
    // A call that the environment refuses is a step like any other.
    await tools().getByRole("textbox", { name: "day" }).fill("100000");
    await tools().getByRole("button", { name: "Call ReadDay" }).click();
    await calls().getByText("The call was not accepted").waitFor();

    await openTool("Done");
    await tools().getByRole("textbox", { name: "answer" }).fill(answer);
    await tools().getByRole("button", { name: "Answer and finish" }).click();
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    const { traces, traceEvents } = await readDatabase(page);
    expect(traces).toHaveLength(1);
    expect(traces[0]).toMatchObject({
      environmentId: environment.id,
      player: { kind: "person" },
      reward: 1,
      why: "finished",
      status: "ended",
    });
    const made = traceEvents.flatMap(({ event }) => (event.type === "call-answered" ? [event] : []));
    expect(made.map(({ ok }) => ok)).toEqual([true, true, false, true]);
    expect(JSON.parse(made.at(-1)?.action ?? "")).toEqual({ name: "Done", parameters: { answer: JSON.parse(answer) } });
  });

  it("gets reward 0 for a wrong answer", async () => {
    const { answer } = easiestTask();
    await page.getByRole("button", { name: "Play again" }).click();
    await openTool("Done");
    await tools()
      .getByRole("textbox", { name: "answer" })
      .fill(String(Number(answer) + 1));
    await tools().getByRole("button", { name: "Answer and finish" }).click();
    await page.getByRole("heading", { name: "Not solved: reward 0" }).waitFor();
  });

  it("steps through the reference solver, forwards and backwards, with the hidden state on request", async () => {
    const { config, index } = easiestTask();
    const rounds = environment.tasks[index]?.rounds ?? 0;
    await page.getByRole("button", { name: "Watch the reference solver" }).click();
    const steps = page.getByRole("region", { name: "Rounds of the reference solver" });
    await page.getByText(`Round 0 of ${rounds}`).waitFor();
    await page.getByRole("button", { name: "One step forwards" }).click();
    await page.getByText(`Round 1 of ${rounds}`).waitFor();
    await steps.getByText(/^Observe/).waitFor();
    await page.getByRole("button", { name: "One step forwards" }).click();
    await page.getByText(`Round 2 of ${rounds}`).waitFor();

    await page.getByRole("switch", { name: "Show hidden state" }).click();
    const state = page.getByRole("region", { name: "Hidden state after round 2" });
    await state.getByText("temperatures", { exact: true }).waitFor();
    await expect.poll(async () => (await state.innerText()).replaceAll(/\s/g, "")).toContain(String(config.temperatures[0]));
    // OpenFrame changed the frame; a step back, it is not there yet.
    expect(await state.getByText("changed").count()).toBeGreaterThan(0);
    await page.getByRole("button", { name: "One step back" }).click();
    await page.getByRole("region", { name: "Hidden state after round 1" }).waitFor();
    await page.keyboard.press("End");
    await page.getByText(`Round ${rounds} of ${rounds}`).waitFor();
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    await page.keyboard.press("Home");
    await page.getByText(`Round 0 of ${rounds}`).waitFor();
  });

  it("reads the environment's page: task, tools, source, tests, report, provenance", async () => {
    await page.getByRole("link", { name: "Environments" }).first().click();
    await page.getByRole("link", { name: /WarmestSpellEnv/ }).click();
    await page.getByRole("heading", { level: 1, name: "WarmestSpellEnv" }).waitFor();
    await page.getByText(environment.taskText.slice(0, 40)).first().waitFor();
    await page.getByRole("tab", { name: "Tools 5" }).click();
    await page.getByText("SlideFrame").first().waitFor();
    await page.getByRole("tab", { name: "Source" }).click();
    await page.getByText("class WarmestSpellEnv").first().waitFor();
    await page.getByRole("tab", { name: `Tasks ${environment.tasks.length}` }).click();
    await page.getByRole("tabpanel").getByText("reference answer", { exact: false }).first().waitFor();
    await page.getByRole("tab", { name: "Report" }).click();
    await page.getByRole("tabpanel").getByText("Proof").first().waitFor();
    await page.getByRole("tab", { name: "Provenance" }).click();
    await page
      .getByRole("tabpanel")
      .getByText(/recorded/i)
      .first()
      .waitFor();
  });

  it("downloads the environment with its training instances", async () => {
    await page.getByRole("button", { name: "Download", exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /\(\.zip\)/ }).click()]);
    expect(download.suggestedFilename()).toMatch(/\.zip$/);
    const files = unzipSync(await readFile(await download.path()));
    const source = Object.keys(files).find((name) => name.endsWith(`${environment.codeId}__WarmestSpellEnv.py`));
    expect(source, Object.keys(files).join(" ")).toBeDefined();
    expect(new TextDecoder().decode(files[source ?? ""])).toContain(environment.source.trim().slice(0, 200));
    const instances = Object.entries(files).find(([name]) => name.endsWith(".jsonl") && name.includes("instances"));
    const rows = new TextDecoder()
      .decode(instances?.[1])
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(environment.tasks.filter((task) => task.kept).length);
    expect(rows[0].ability).toMatch(/^codegym_v1@.+__WarmestSpellEnv@\{/);
  });

  it("has sent nothing anywhere but to where the page came from", () => {
    const { origin } = new URL(opened.url);
    const elsewhere = opened.requests.filter(({ url }) => new URL(url).origin !== origin && !/^(data|blob):/.test(url));
    expect(elsewhere).toEqual([]);
    expect(opened.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(opened.requests.every(({ url }) => !url.startsWith("http") || url.startsWith(opened.url))).toBe(true);
  });
});
