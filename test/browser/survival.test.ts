import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AppPage,
  importFiles,
  readDatabase,
  RUN_MS,
  runIdOf,
  SLOW_MS,
  startBundled,
  useBrowserApp,
  visit,
  waitForVerified,
  writeRecord,
} from "../support/browser-app.ts";
import { replyForBundled, setModel, setReplies } from "../support/model-app.ts";
import { setPrices } from "../support/provider-app.ts";
import { type ModelServer, promptText, type RecordedRequest, startModelServer } from "../support/model-server.ts";
import { PANTRY_FILE, PANTRY_ID, PANTRY_INSTANCES } from "../support/pantry-files.ts";
import { PANTRY_CONFIGS } from "../support/python.ts";

/** A reload, a closed tab, a second tab: a run goes on where it was, and nothing that was paid for is lost. */
const app = useBrowserApp();

type EventType = Awaited<ReturnType<typeof readDatabase>>["runEvents"][number]["event"]["type"];

async function eventsOf(page: Page, runId: string) {
  return (await readDatabase(page)).runEvents.filter((item) => item.runId === runId).toSorted((a, b) => a.seq - b.seq);
}

async function countOf(page: Page, runId: string, type: EventType): Promise<number> {
  return (await eventsOf(page, runId)).filter((item) => item.event.type === type).length;
}

/** Waits until the run's log holds so many events of a type: a place in mid-run that does not depend on time. */
async function reaches(page: Page, runId: string, type: EventType, count = 1): Promise<void> {
  await expect.poll(() => countOf(page, runId, type), { timeout: 90_000, interval: 40 }).toBeGreaterThanOrEqual(count);
}

/** As if the page had been closed in the instant before the log got its first event of this kind and role. */
async function cutLog(page: Page, runId: string, type: EventType, role: string): Promise<void> {
  const first = (await eventsOf(page, runId)).find(({ event }) => event.type === type && "role" in event && event.role === role);
  if (first === undefined) throw new Error(`the log has no ${type} of the ${role}`);
  await page.evaluate(
    async ([name, id, seq]) => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.addEventListener("success", () => resolve(request.result));
          request.addEventListener("error", () => reject(request.error));
        });
      const database = await settled(indexedDB.open(name));
      const transaction = database.transaction(["runs", "runEvents"], "readwrite");
      await settled(transaction.objectStore("runEvents").delete(IDBKeyRange.bound([id, seq], [id, Infinity])));
      const head: object = await settled(transaction.objectStore("runs").get(id));
      await settled(transaction.objectStore("runs").put({ ...head, lastSeq: seq - 1 }));
      database.close();
    },
    ["codegym-playground", runId, first.seq] as const,
  );
}

/** The log is whole, and no reply was stored twice. */
async function expectWholeLog(page: Page, runId: string): Promise<void> {
  const events = await eventsOf(page, runId);
  expect(events.map((item) => item.seq)).toEqual(events.map((_, index) => index));
  const replies = events.flatMap(({ event }) =>
    event.type === "reply-received" ? [`${event.role} ${event.sample}.${event.attempt} of ${event.candidate}`] : [],
  );
  expect(replies.length).toBeGreaterThan(3);
  expect(replies).toEqual([...new Set(replies)]);
  const cells = events.flatMap(({ event }) =>
    event.type === "cell-decided" ? [`${event.candidate}:${event.cell.solver}:${event.cell.test}`] : [],
  );
  expect(cells).toEqual([...new Set(cells)]);
  expect(events.at(-1)?.event).toMatchObject({ type: "run-finished", outcome: "verified" });
}

describe("a run", () => {
  it("goes on by itself after a reload in mid-run", async () => {
    const { page } = await app.open();
    const runId = await startBundled(page, "Bakery Orders");
    await reaches(page, runId, "test-decided", 3);
    await page.reload();
    await waitForVerified(page);
    await expectWholeLog(page, runId);
    expect(await countOf(page, runId, "run-resumed")).toBe(1);
    expect((await readDatabase(page)).environments).toHaveLength(1);
  });

  describe("in a tab that is closed", () => {
    let first: AppPage;
    let driver: AppPage;
    let runId: string;

    it("waits for “Resume” in the next one", async () => {
      first = await app.open({ keep: true });
      runId = await startBundled(first.page, "Bakery Orders");
      await reaches(first.page, runId, "reply-received");
      driver = await app.open({ keep: true, context: first.context, path: "/pipeline" });
      await driver.page.getByText("Running in another tab").waitFor();
      await first.page.close();
      await driver.page.getByText("Paused").waitFor();
      await driver.page.getByRole("link", { name: "Bakery Orders" }).click();
      await driver.page.getByRole("heading", { level: 1, name: "Bakery Orders" }).waitFor();
      await driver.page.getByRole("status").getByText("Not running: Resume continues where it stopped").waitFor();
      await driver.page.getByRole("button", { name: "Resume" }).click();
      await reaches(driver.page, runId, "run-resumed");
    });

    it("can be cancelled, and resumed", async () => {
      await reaches(driver.page, runId, "test-decided");
      await driver.page.getByRole("button", { name: "Cancel" }).click();
      await driver.page.getByText("Cancelled", { exact: true }).first().waitFor();
      await reaches(driver.page, runId, "run-cancelled");
      await driver.page.getByRole("button", { name: "Resume" }).click();
      await reaches(driver.page, runId, "run-resumed", 2);
    });

    it("is watched live by a second tab, which cannot drive it", async () => {
      const watcher = await app.open({ context: driver.context, path: `/pipeline/${runId}` });
      await watcher.page.getByText("Another tab is driving this run.", { exact: false }).waitFor();
      expect(runIdOf(watcher.page)).toBe(runId);
      for (const name of ["Resume", "Cancel"]) expect(await watcher.page.getByRole("button", { name, exact: true }).count()).toBe(0);
      await watcher.page
        .getByRole("grid", { name: "Solvers and tests" })
        .locator('td[data-verdict="solved"]')
        .first()
        .waitFor({ timeout: 90_000 });
      await waitForVerified(watcher.page);
      await waitForVerified(driver.page);
      await expectWholeLog(driver.page, runId);
      // The environment has come into the list of the tab that only watched.
      await visit(watcher.page, "/environments");
      await watcher.page.getByRole("link", { name: /BakeryOrdersEnv/ }).waitFor();
    });
  });

  it("that is running when everything is erased stops, and leaves nothing", async () => {
    const { page, context } = await app.open();
    const runId = await startBundled(page, "Bakery Orders");
    await reaches(page, runId, "reply-received");
    const other = await app.open({ context, path: "/settings" });
    await other.page.getByRole("button", { name: "Erase all…" }).click();
    await other.page.getByRole("textbox", { name: /Type/ }).fill("erase");
    await other.page.getByRole("button", { name: "Erase all", exact: true }).click();
    await other.page.getByText("Everything was erased").waitFor();
    await visit(page, "/pipeline");
    await page.getByRole("heading", { name: "No runs yet" }).waitFor();
    await expect.poll(async () => Object.values(await readDatabase(page)).flat()).toEqual([]);
  });
});

describe("a run that pays for its replies", { timeout: 2 * RUN_MS }, () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startModelServer();
  });
  afterAll(() => server.close());

  const roleOf = (request: RecordedRequest): "designer" | "tester" | "solver" => {
    const system = promptText(request, "system");
    return system.startsWith("You turn a coding problem")
      ? "designer"
      : system.startsWith("You write test configurations")
        ? "tester"
        : "solver";
  };
  /** Answers until solvers are asked for; those wait until the answer is let go. */
  function answerUpToSolvers(): { since(): RecordedRequest[]; hold: { on: boolean } } {
    const before = server.chats().length;
    const reply = replyForBundled("bakery-orders");
    const hold = { on: true };
    server.setRespond((request) => (hold.on && roleOf(request) === "solver" ? { kind: "hang" } : reply(request)));
    return { since: () => server.chats().slice(before), hold };
  }
  const askedFor = (requests: readonly RecordedRequest[], role: string): RecordedRequest[] =>
    requests.filter((request) => roleOf(request) === role);

  it("asks only for what is missing after a reload: as many requests came to their end as there are replies", async () => {
    const { page } = await app.open();
    await setModel(page, { baseUrl: server.baseUrl, model: "test-model", concurrency: 3 });
    // What is to be paid for is not sent again unasked.
    await setPrices(page, { input: 1, output: 10 });
    const { since, hold } = answerUpToSolvers();
    const runId = await startBundled(page, "Bakery Orders");
    await expect.poll(() => askedFor(since(), "solver").length, { timeout: RUN_MS }).toBe(3);
    await reaches(page, runId, "reply-received", 3);
    await page.reload();
    await expect.poll(() => askedFor(since(), "solver").every(({ aborted }) => aborted), { timeout: SLOW_MS }).toBe(true);
    hold.on = false;
    // What was cut off will be paid for again: nothing is sent before the person says so.
    await page.getByText("3 requests were under way", { exact: false }).waitFor();
    const cut = page.getByRole("alert").filter({ hasText: "Cut off in the middle of a reply" });
    await cut.getByText(/^3 replies were being written when the page went away.*an estimate/).waitFor();
    expect(await page.getByRole("region", { name: "Money" }).innerText()).toContain("3 requests were cut off");
    expect(since()).toHaveLength(6);
    await page.getByRole("button", { name: "Resume" }).click();
    await waitForVerified(page);
    await cut.waitFor({ state: "detached" });
    await expectWholeLog(page, runId);
    const { replies, spend } = await readDatabase(page);
    const ended = since().filter(({ aborted }) => !aborted);
    expect(askedFor(ended, "designer")).toHaveLength(1);
    expect(askedFor(ended, "tester")).toHaveLength(2);
    expect(ended).toHaveLength(await countOf(page, runId, "reply-received"));
    expect(replies).toHaveLength(ended.length);
    // The three that were cut off are in the books as well, with what was sent.
    expect(spend.filter(({ estimated }) => !estimated)).toHaveLength(ended.length);
    expect(spend.filter(({ estimated }) => estimated)).toHaveLength(3);
    expect(new Set(replies.map(({ key }) => key)).size).toBe(replies.length);
  });

  it("finds a reply that was stored before the log had it, also where stored replies are not used again", async () => {
    const first = await app.open();
    await setReplies(first.page, { reuse: false });
    await setModel(first.page, { baseUrl: server.baseUrl, model: "test-model", concurrency: 1 });
    const { since, hold } = answerUpToSolvers();
    const runId = await startBundled(first.page, "Bakery Orders");
    await expect.poll(() => askedFor(since(), "solver").length, { timeout: RUN_MS }).toBe(1);
    await reaches(first.page, runId, "reply-received", 3);
    const next = await app.open({ context: first.context, path: "/problems" });
    await first.page.close();
    await cutLog(next.page, runId, "reply-received", "tester");
    hold.on = false;
    await next.page.reload();
    await visit(next.page, `/pipeline/${runId}`);
    await next.page.getByRole("button", { name: "Resume" }).click();
    await waitForVerified(next.page);
    await expectWholeLog(next.page, runId);
    const ended = since().filter(({ aborted }) => !aborted);
    expect(askedFor(ended, "designer")).toHaveLength(1);
    expect(askedFor(ended, "tester")).toHaveLength(2);
    // It says of those replies that they came from the store.
    const reused = (await eventsOf(next.page, runId)).flatMap(({ event }) =>
      event.type === "reply-received" && event.reply.reusedFrom !== null ? [event.role] : [],
    );
    expect(reused).toEqual(["tester", "tester"]);
    await next.page
      .getByRole("region", { name: "Money" })
      .getByText(/2 replies from the store, at no cost/)
      .waitFor();
  });
});

describe("two tabs", () => {
  it("what changes in one shows in the other", async () => {
    const one = await app.open({ path: "/problems" });
    const two = await app.open({ context: one.context, path: "/environments" });
    await importFiles(one.page, [
      PANTRY_FILE,
      {
        name: "p.jsonl",
        text: '{"question_id":"p","question":"# Plums\\n\\nCount the plums.","solution":"def plums(n):\\n    return n"}\n',
      },
    ]);
    await two.page.getByRole("link", { name: /PantryEnv/ }).waitFor();
    await visit(two.page, "/problems");
    await two.page.getByRole("link", { name: "Plums" }).waitFor();
    await two.page.getByRole("button", { name: "Switch to the dark appearance" }).click();
    await one.page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await visit(two.page, "/environments");
    await two.page.getByRole("checkbox", { name: "Select PantryEnv" }).check();
    await two.page.getByRole("button", { name: "Remove" }).click();
    await two.page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await visit(one.page, "/environments");
    await one.page.getByRole("heading", { name: "No environments yet" }).waitFor();
  });
});

describe("a played episode", () => {
  it("goes on after a reload, with the steps that were made", async () => {
    const { page } = await app.open({ path: "/environments" });
    await importFiles(page, [PANTRY_INSTANCES, PANTRY_FILE]);
    await visit(page, `/play/${PANTRY_ID}?config=2`);
    const tools = page.getByRole("region", { name: "Tools" });
    const calls = page.getByRole("region", { name: "Calls and observations" });
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await tools.getByRole("button", { name: "Call Observe" }).click();
    await calls.getByText('{"jars": 4}').waitFor();
    await expect.poll(async () => (await readDatabase(page)).traces.map((item) => item.rounds)).toEqual([1]);

    // Its place is in the address, and it waits for its person's next call.
    await page.reload();
    await calls.getByText('{"jars": 4}').waitFor();
    await tools.getByRole("button", { name: /^Done/ }).click();
    // PANTRY_CONFIGS[2]: oats on the even jars, weighing 10·jar + 3.
    await tools.getByRole("textbox", { name: "answer" }).fill(String(3 + 23));
    await tools.getByRole("button", { name: "Answer and finish" }).click();
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    await expect
      .poll(async () => (await readDatabase(page)).traces.map(({ rounds, reward, why }) => [rounds, reward, why]))
      .toEqual([[2, 1, "finished"]]);
  });

  it("that an earlier version stored is listed, opens, and is gone on with as a trace", async () => {
    const { page } = await app.open({ path: "/environments" });
    await importFiles(page, [PANTRY_INSTANCES, PANTRY_FILE]);
    await writeRecord(page, "episodes", {
      v: 1,
      id: "of-before",
      environmentId: PANTRY_ID,
      config: PANTRY_CONFIGS[2],
      player: "person",
      steps: [{ action: '{"name": "Observe", "parameters": {}}', ok: true, observation: '{"jars": 4}' }],
      reward: 0,
      finished: false,
      startedAt: 1_700_000_000_000,
      endedAt: null,
    });
    await visit(page, `/play/${PANTRY_ID}`);
    const past = page.getByRole("region", { name: "Past episodes" });
    await past.getByText("unfinished").waitFor();
    await past.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("region", { name: "Calls and observations" }).getByText('{"jars": 4}').waitFor();
    const tools = page.getByRole("region", { name: "Tools" });
    await tools.getByRole("button", { name: /^Done/ }).click();
    await tools.getByRole("textbox", { name: "answer" }).fill(String(3 + 23));
    await tools.getByRole("button", { name: "Answer and finish" }).click();
    await page.getByRole("heading", { name: "Solved: reward 1" }).waitFor();
    await expect
      .poll(async () => (await readDatabase(page)).traces.map(({ id, rounds, reward }) => [id, rounds, reward]))
      .toEqual([["of-before", 2, 1]]);
    expect(await past.getByRole("listitem").count()).toBe(1);
  });
});
