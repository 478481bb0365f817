import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END, type CallProtocol, DEFAULT_EPISODE_LIMITS } from "@/domain";
import { type AppPage, downloaded, importFiles, readDatabase, SLOW_MS, useBrowserApp, visit } from "../support/browser-app.ts";
import { setModel } from "../support/model-app.ts";
import { instancesFile, PANTRY_FILE, PANTRY_ID } from "../support/pantry-files.ts";
import { type Behaviour, type ModelServer, startOpenAIChat } from "../support/providers/index.ts";
import { PANTRY_CONFIGS, pantryConfig } from "../support/python.ts";

/** Episodes of persons, scripted players and models on the built page. */
const app = useBrowserApp();

/** PANTRY_CONFIGS[2]: four jars, oats on the even ones, weighing 10·jar + 3. */
const TASK = 2;
const ANSWER = 3 + 23;
/** A thirteenth task: one jar whose label is longer than an observation may be, and no oats. */
const LONG = { task: PANTRY_CONFIGS.length, chars: 9000 };
const INSTANCES = instancesFile("pantry", [...PANTRY_CONFIGS, pantryConfig(["x".repeat(LONG.chars)], [1])]);

async function atTask(page: Page, task = TASK): Promise<void> {
  await visit(page, "/environments");
  if ((await page.getByRole("link", { name: /PantryEnv/ }).count()) === 0) await importFiles(page, [INSTANCES, PANTRY_FILE]);
  await visit(page, `/play/${PANTRY_ID}?config=${task}`);
  await page.getByRole("button", { name: "Watch the reference solver" }).waitFor();
}

const tools = (page: Page) => page.getByRole("region", { name: "Tools", exact: true });
const calls = (page: Page) => page.getByRole("region", { name: "Calls and observations" });
const turns = (page: Page) => page.getByRole("region", { name: "Turns of the player" });
const turnTexts = async (page: Page): Promise<string[]> =>
  (await turns(page).getByRole("listitem").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " "));

async function openTool(page: Page, name: string): Promise<void> {
  const control = tools(page).getByRole("button", { name: new RegExp(`^${name}\\b`) });
  if ((await control.getAttribute("aria-expanded")) !== "true") await control.click();
}

async function answer(page: Page, value: number): Promise<void> {
  await openTool(page, "Done");
  await tools(page).getByRole("textbox", { name: "answer" }).fill(String(value));
  await tools(page).getByRole("button", { name: "Answer and finish" }).click();
}

describe("a person's episode", () => {
  let opened: AppPage;
  let page: Page;
  beforeAll(async () => {
    opened = await app.open({ path: "/environments", keep: true });
    page = opened.page;
    await atTask(page);
  });

  it("says that players without a key are there", async () => {
    await page.getByText("No model is set up, and none is needed", { exact: false }).waitFor();
    const options = await page.getByRole("combobox", { name: "Player", exact: true }).locator("option").allInnerTexts();
    expect(options).toEqual(["You", "Reference solver", "Random caller", "Breadth-first prober"]);
  });

  it("takes values that were seen, by click and by drag, and checks what is typed", async () => {
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await tools(page).getByRole("button", { name: "Call Observe" }).click();
    await calls(page).getByText('{"jars": 4}').waitFor();
    await openTool(page, "Weigh");
    const form = tools(page).getByRole("form", { name: "Call Weigh" });
    const index = form.getByRole("textbox", { name: /^index/ });
    await form.getByRole("group", { name: "Seen values for index" }).getByRole("button", { name: "4" }).click();
    expect(await index.inputValue()).toBe("4");
    // The environment says what is wrong in words of its own, and no stack trace is seen.
    await form.getByRole("button", { name: "Call Weigh" }).click();
    await calls(page).getByText("The call was not accepted").waitFor();
    expect(await calls(page).innerText()).not.toContain("Traceback");
    await index.fill("");
    await calls(page).getByRole("button", { name: "4", exact: true }).first().dragTo(index);
    expect(await index.inputValue()).toBe("4");
    // The sandbox is rebuilt between two calls, as with a neighbour that cannot be stopped: the next one is made all the same.
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    await page.getByRole("region", { name: "Reference solver" }).getByRole("button", { name: "Hint" }).click();
    await page.getByText("The Python sandbox stopped answering and was rebuilt.", { exact: false }).waitFor();
    await index.fill("0");
    await index.press("Enter");
    await expect.poll(() => calls(page).getByRole("listitem").count()).toBe(3);
    expect(await calls(page).getByRole("listitem").last().innerText()).not.toContain("did not come back");
  });

  it("hints, reveals and compares with the reference solver", async () => {
    const panel = page.getByRole("region", { name: "Reference solver" });
    await panel.getByRole("button", { name: "Hint" }).click();
    // A jar that is not on the shelf was asked for: it is tried out whether the solver's way still works.
    await panel.getByText(/^The reference solver calls \w+ next\. Tried out from here: its calls still lead to reward 1\.$/).waitFor();
    await panel.getByRole("button", { name: "Reveal" }).click();
    await panel.getByText(/^The reference solver calls \w+\(.*\) next\. Tried out/).waitFor();
    await panel.getByRole("button", { name: "Compare" }).click();
    await panel.getByText(/gets reward 1\.$/).waitFor();
    const path = panel.getByRole("region", { name: "Path of the reference solver" }).getByRole("listitem");
    await path.first().getByText("made", { exact: true }).waitFor();
    expect(await path.filter({ hasText: "not made" }).count()).toBeGreaterThan(0);
  });

  it("steps back and forward with the hidden state, and branches from a step into an episode of its own", async () => {
    await page.getByRole("switch", { name: "Show hidden state" }).click();
    await page.getByRole("region", { name: "Hidden state after round 3" }).waitFor();
    await page.getByRole("button", { name: "One step back" }).click();
    await page.getByRole("region", { name: "Hidden state after round 2" }).getByText("labels", { exact: true }).waitFor();
    await page.getByRole("button", { name: "One step forwards" }).click();
    await answer(page, ANSWER + 1);
    await page.getByRole("heading", { name: "Not solved: reward 0" }).waitFor();

    await page.getByRole("button", { name: "Branch after round 1", exact: true }).click();
    await page.getByText("A branch: its first 1 round is repeated from").waitFor();
    await expect.poll(() => calls(page).getByRole("listitem").count()).toBe(1);
    await answer(page, ANSWER);
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    const { traces } = await readDatabase(page);
    const parent = traces.find(({ branchOf }) => branchOf === null);
    expect(traces.find(({ branchOf }) => branchOf !== null)).toMatchObject({ branchOf: parent?.id, reward: 1, rounds: 2, why: "finished" });
    expect(parent).toMatchObject({ reward: 0, rounds: 4 });
  });

  it("plays a trace again in a fresh environment with the same observations, and saves it as a file", async () => {
    await page.getByRole("button", { name: "Replay and check" }).click();
    await page.getByText("every observation is the same, reward 1", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Download" }).click();
    const { bytes } = await downloaded(page, () => page.getByRole("menuitem", { name: "As JSON" }).click());
    const trace = JSON.parse(new TextDecoder().decode(bytes)) as { version: number; events: { event: { type: string } }[] };
    expect(trace.events.map(({ event }) => event.type)).toEqual([
      "episode-started",
      "call-answered",
      "episode-resumed",
      "call-answered",
      "episode-ended",
    ]);
  });

  it("races scripted players side by side", async () => {
    await page.getByRole("button", { name: "Race…" }).click();
    await page.getByRole("button", { name: "Another player" }).click();
    await page.getByRole("button", { name: "Start the race" }).click();
    await page
      .getByRole("region", { name: "Lane 1: Reference solver" })
      .getByText("reward 1", { exact: true })
      .waitFor({ timeout: SLOW_MS });
    for (const lane of [/^Lane 2: Random caller/, /^Lane 3: Breadth-first prober/]) {
      const region = page.getByRole("region", { name: lane });
      await expect.poll(() => region.getByRole("listitem").count(), { timeout: SLOW_MS }).toBeGreaterThan(3);
    }
    await page.getByRole("button", { name: "To the start" }).click();
    await page.getByText(/^Round 0 of \d+$/).waitFor();
    expect(await page.getByRole("region", { name: "Lane 1: Reference solver" }).getByRole("listitem").count()).toBe(0);
  });
});

type Turn = { calls: [name: string, args: string][] } | Behaviour;
const one = (name: string, args: object = {}): Turn => ({ calls: [[name, JSON.stringify(args)]] });

function behaviourOf(turn: Turn, protocol: CallProtocol, index: number): Behaviour {
  if (typeof turn === "string" || "kind" in turn) return turn;
  if (protocol === "native")
    return { kind: "tools", calls: turn.calls.map(([name, args], at) => ({ id: `call_${index}_${at}`, name, arguments: args })) };
  return {
    kind: "text",
    text: `Next.\n${CALL_BEGIN}[${turn.calls.map(([name, args]) => `{"name": "${name}", "parameters": ${args}}`).join(", ")}]${CALL_END}`,
  };
}

const NASTY = '<img src=x onerror="window.__broken = true"><script>window.__broken = true</script>';

describe.each(["native", "text"] as const)("a model's episode by the %s protocol, over HTTP", (protocol) => {
  let server: ModelServer;
  let opened: AppPage;
  let page: Page;
  beforeAll(async () => {
    server = await startOpenAIChat({ respond: () => "not yet" });
    opened = await app.open({ path: "/environments", keep: true });
    page = opened.page;
    await setModel(page, { baseUrl: server.baseUrl, model: "test-model" });
  });
  afterAll(() => server.close());

  /** The first turn is taken once `held` resolves. */
  async function letPlay(
    script: readonly Turn[],
    { held = Promise.resolve(), task = TASK }: { held?: Promise<void>; task?: number } = {},
  ): Promise<void> {
    const before = server.chats().length;
    server.setRespond(async (_request, index) => {
      if (index === before) await held;
      return behaviourOf(script[index - before] ?? "I have nothing more to say.", protocol, index);
    });
    await atTask(page, task);
    await page
      .getByRole("combobox", { name: "Player", exact: true })
      .selectOption({ label: `Any OpenAI-compatible address, ${protocol === "native" ? "tool calling" : "text protocol"}` });
    await page.getByRole("button", { name: "Let it play" }).click();
  }
  const figure = (name: string) =>
    page
      .locator("dl > div")
      .filter({ has: page.getByText(name, { exact: true }) })
      .locator("dd")
      .first();

  it("misbehaves in every way: each is shown and counted, and breaks neither the run nor the page", async () => {
    const cut: Turn =
      protocol === "native" ? { kind: "empty" } : { kind: "text", text: `${CALL_BEGIN}[{"name": "Wei`, finishReason: "length" };
    await letPlay([
      { calls: [["Weigh", '{"index": ']] },
      one("Teleport", { to: NASTY }),
      {
        calls: [
          ["Weigh", '{"index": 0}'],
          ["Weigh", '{"index": 1}'],
        ],
      },
      one("Weigh", { index: "first" }),
      { kind: "empty" },
      one("Observe"),
      { kind: "refusal", text: "I must not open jars." },
      NASTY,
      one("Observe"),
      cut,
      one("Done", { answer: ANSWER }),
    ]);
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor({ timeout: SLOW_MS });
    const faults = await figure("Faults").innerText();
    for (const expected of [
      "1 × malformed call",
      "1 × unknown tool",
      "1 × several calls at once",
      "1 × wrong parameters",
      "1 × refusal",
      "1 × no call",
      protocol === "native" ? "2 × silence" : "1 × cut off in mid-call",
    ]) {
      expect(faults).toContain(expected);
    }
    const texts = await turnTexts(page);
    expect(texts).toHaveLength(11);
    expect(texts[0]).toContain("Malformed call: no call was made");
    expect(texts[1]).toContain("Unknown tool");
    expect(texts.join(" ")).toContain(NASTY);
    expect(await page.evaluate(() => Reflect.get(window, "__broken"))).toBeUndefined();
    expect(server.chats()).toHaveLength(11);
    const { traces } = await readDatabase(page);
    expect(traces[0]).toMatchObject({ player: { kind: "model", protocol }, why: "finished", reward: 1 });
    expect(await page.getByRole("button", { name: /^Branch after round \d+$/ }).count()).toBe(11);
  });

  it("is told how much of an observation was cut, and so is the person", async () => {
    await letPlay([one("ReadLabel", { index: 0 }), one("Done", { answer: 0 })], { task: LONG.task });
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor({ timeout: SLOW_MS });
    const left = LONG.chars - DEFAULT_EPISODE_LIMITS.observationChars;
    await turns(page)
      .getByText(`Cut: ${left.toLocaleString("en")} more characters were left out.`)
      .waitFor();
    expect(await figure("Cut observations").innerText()).toBe("1");
    const told = JSON.stringify(server.chats().at(-1)?.body);
    expect(told).toContain(`x… (${left} more characters were cut)`);
    expect(told).not.toContain("x".repeat(DEFAULT_EPISODE_LIMITS.observationChars + 1));
  });

  it("is paused, survives a reload without asking, is stepped, taken over by hand and given back", async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = server.chats().length;
    const asked = (): number => server.chats().length - before;
    await letPlay([one("Observe"), one("Weigh", { index: 0 }), one("Done", { answer: ANSWER })], { held });
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByText("Pauses after this turn").first().waitFor();
    release();
    await page.getByText("Paused", { exact: true }).first().waitFor();
    await expect.poll(() => turns(page).getByRole("listitem").count()).toBe(1);

    await page.reload();
    await page.getByText("Stopped", { exact: true }).first().waitFor();
    expect(asked()).toBe(1);
    await page.getByRole("button", { name: "One step", exact: true }).click();
    await expect.poll(() => turns(page).getByRole("listitem").count(), { timeout: SLOW_MS }).toBe(2);
    await page.getByText("Paused", { exact: true }).first().waitFor();
    expect(asked()).toBe(2);

    await page.getByRole("button", { name: "Take over" }).click();
    await openTool(page, "Weigh");
    const form = tools(page).getByRole("form", { name: "Call Weigh" });
    await form.getByRole("textbox", { name: /^index/ }).fill("2");
    await form.getByRole("button", { name: "Call Weigh" }).click();
    await turns(page).getByText("By hand", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Give back" }).click();
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor({ timeout: SLOW_MS });
    expect(asked()).toBe(3);
    expect(JSON.stringify(server.chats().at(-1)?.body)).toContain("A person made this call in your place");
    const past = page.getByRole("region", { name: "Past episodes" });
    await expect.poll(() => past.getByRole("listitem").count()).toBe(3);
    // What it played is offered as a recorded player.
    await expect
      .poll(
        async () =>
          (await page.getByRole("combobox", { name: "Player", exact: true }).locator("option").allInnerTexts()).filter((text) =>
            text.includes("recorded: task 3"),
          ).length,
      )
      .toBe(2);
  });
});
