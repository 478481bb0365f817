import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredRunEvent } from "@/domain";
import {
  type AppPage,
  importFiles,
  readDatabase,
  RUN_MS,
  runIdOf,
  SLOW_MS,
  startProblem,
  useBrowserApp,
  visit,
  waitForVerified,
} from "../support/browser-app.ts";
import { type Behaviour, type ModelServer, promptText, type RecordedRequest, startModelServer } from "../support/model-server.ts";
import { replyForBundled, setModel, setReplies, typeKey } from "../support/model-app.ts";
import { askedFor, replyForRealProblems } from "../support/scripted-replies.ts";

/** Whole runs in the built app against a real HTTP server that speaks OpenAI's chat completions. */
const app = useBrowserApp();
const KEY = "sk-test-5d2c8e41aa";
const REAL = fileURLToPath(new URL("../../../shared/data/raw_problems.jsonl", import.meta.url));
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer({ key: KEY });
});
afterAll(() => server.close());

const isDesigner = (request: RecordedRequest): boolean => promptText(request, "system").startsWith("You turn a coding problem");
const isTester = (request: RecordedRequest): boolean => promptText(request, "system").startsWith("You write test configurations");

type EventOf<T extends StoredRunEvent["event"]["type"]> = Extract<StoredRunEvent["event"], { type: T }>;
async function eventsOf<T extends StoredRunEvent["event"]["type"]>(page: Page, type: T): Promise<EventOf<T>[]> {
  const runId = runIdOf(page);
  const { runEvents } = await readDatabase(page);
  return runEvents.flatMap(({ runId: id, event }) => (id === runId && event.type === type ? [event as EventOf<T>] : []));
}
const placesOf = (events: readonly { role: string; sample: number; attempt: number; candidate: number | null }[]): string[] =>
  events.map(({ role, sample, attempt, candidate }) => `${role}-${sample}.${attempt} of ${candidate ?? "run"}`);

async function openWith(settings: Parameters<typeof setModel>[1], allowed: RegExp[] = []): Promise<AppPage> {
  const opened = await app.open({ path: "/settings" });
  for (const pattern of allowed) opened.allow(pattern);
  await setModel(opened.page, { baseUrl: server.baseUrl, model: "test-model", ...settings });
  return opened;
}

const stopped = (page: Page) => page.getByRole("alert").filter({ hasText: "The run stopped" });
const resume = (page: Page) => page.getByRole("button", { name: "Resume" });

/** The run has a reply and has read it: what comes after that is the subject of other tests. */
async function expectReads(page: Page): Promise<void> {
  await expect.poll(async () => (await eventsOf(page, "candidate-parsed")).length, { timeout: RUN_MS }).toBe(1);
}

async function expectResumes(page: Page): Promise<void> {
  await resume(page).click();
  await expectReads(page);
}

/** A run on a loaded machine; a quiet one takes seconds. */
const PATIENT = { timeout: 300_000 };

describe("a bundled problem, its replies over HTTP", PATIENT, () => {
  it("is verified though the first reply needs four requests, with each wait in sight: 429, 500, a cut stream, then the text", async () => {
    const { page } = await openWith({ key: KEY, streaming: true }, [/Failed to load resource/]);
    const reply = replyForBundled("warmest-spell");
    const faults: Behaviour[] = [
      { kind: "status", status: 429, message: "busy", headers: { "retry-after": "2" } },
      { kind: "status", status: 500, message: "oops" },
      { kind: "cut", text: "<task>\nOnce" },
    ];
    const before = server.chats().length;
    server.setRespond((request) => faults.shift() ?? { kind: "text", text: reply(request), pieces: 12 });
    await startProblem(page, "The Warmest Spell");
    await page
      .getByText(/takes no more requests for now: trying again .*\(attempt 2 of 5\)/)
      .first()
      .waitFor();
    await page
      .getByText(/server failed: trying again .*\(attempt 3 of 5\)/)
      .first()
      .waitFor();
    await page
      .getByText(/reply broke off: trying again .*\(attempt 4 of 5\)/)
      .first()
      .waitFor();
    const environment = await waitForVerified(page);
    expect(environment.provenance).toMatchObject({ source: "synthesis", recorded: false });
    expect(environment.provenance.model).toBe(`test-model at ${new URL(server.origin).host}`);
    const [started] = await eventsOf(page, "run-started");
    expect(started?.recorded).toBe(false);
    expect(await page.getByText("Recorded replies:", { exact: false }).count()).toBe(0);

    const chats = server.chats().slice(before);
    expect(chats.slice(0, 4).every(isDesigner)).toBe(true);
    expect(chats.slice(4).some(isDesigner)).toBe(false);
    expect(chats.every((chat) => chat.headers["authorization"] === `Bearer ${KEY}`)).toBe(true);
    const received = await eventsOf(page, "reply-received");
    expect(received.every(({ reply: { usage, finishReason } }) => usage?.outputTokens === 7 && finishReason === "stop")).toBe(true);
    expect(new Set(placesOf(received)).size).toBe(received.length);
  });

  it("a server that keeps failing is given up after as many tries as are set; the run can be resumed", async () => {
    const { page } = await openWith({ key: KEY, streaming: true }, [/Failed to load resource/]);
    await setReplies(page, { retries: 1 });
    server.setRespond(() => ({ kind: "trouble", trouble: "overloaded" }));
    const before = server.chats().length;
    await startProblem(page, "The Warmest Spell");
    await stopped(page).waitFor({ timeout: RUN_MS });
    expect(await stopped(page).innerText()).toMatch(/overloaded \(status 503\)[\s\S]*try again in a while/);
    expect(server.chats().length - before).toBe(2);
    server.setRespond(replyForBundled("warmest-spell"));
    await expectResumes(page);
  });

  it("one request that fails for good stops the run; after a reload and the key typed again, only what is missing is asked for", async () => {
    const { page } = await openWith({ key: KEY, streaming: false, concurrency: 1 }, [/Failed to load resource/]);
    const reply = replyForBundled("warmest-spell");
    let down = true;
    const before = server.chats().length;
    server.setRespond((request) =>
      down && isTester(request) ? { kind: "status", status: 404, message: "no such model today" } : reply(request),
    );
    await startProblem(page, "The Warmest Spell");
    await stopped(page).waitFor({ timeout: RUN_MS });
    expect(await stopped(page).innerText()).toMatch(
      /There is no model of this name, or the key may not use it \(status 404\): no such model today[\s\S]*Check the model's name/,
    );
    expect(server.chats().slice(before).filter(isDesigner)).toHaveLength(1);
    expect(placesOf(await eventsOf(page, "reply-received"))).toEqual(["designer-0.0 of run"]);

    await page.reload();
    await resume(page).waitFor();
    // The key was not kept: the page asks for it, and the server gets no request with one.
    const during = server.chats().length;
    await resume(page).click();
    await page
      .getByText(/The model's address asks for a key \(status 401\)/)
      .first()
      .waitFor({ timeout: SLOW_MS });
    await page.getByText("Enter a key in Settings.").first().waitFor();
    expect(
      server
        .chats()
        .slice(during)
        .map((chat) => chat.headers["authorization"]),
    ).toEqual([undefined]);

    down = false;
    const asked = server.chats().length;
    const address = page.url();
    await visit(page, "/settings");
    await page.getByText("No key", { exact: true }).waitFor();
    await typeKey(page, KEY);
    await visit(page, new URL(address).hash.slice(1));
    await resume(page).click();
    await stopped(page).waitFor({ state: "detached" });
    await waitForVerified(page);
    const chats = server.chats().slice(asked);
    expect(chats.filter(isDesigner)).toEqual([]);
    expect(chats.filter(isTester)).toHaveLength(2);
    const received = placesOf(await eventsOf(page, "reply-received"));
    expect(new Set(received).size).toBe(received.length);
    expect(chats).toHaveLength(received.length - 1);
  });

  it("a reload while a reply is written asks again for that one only", async () => {
    const { page } = await openWith({ key: KEY, keep: true, streaming: true, concurrency: 1 });
    const reply = replyForBundled("postfix-tape");
    let hang = true;
    server.setRespond((request) => (hang && isTester(request) ? { kind: "hang", text: "Here is the first" } : reply(request)));
    const before = server.chats().length;
    await startProblem(page, "The Postfix Tape");
    await page.getByText("Here is the first").first().waitFor({ timeout: RUN_MS });
    const hanging = server.chats().at(-1);
    hang = false;
    await page.reload();
    await expect.poll(() => hanging?.aborted, { timeout: SLOW_MS }).toBe(true);
    // The key was kept: the run goes on by itself.
    await waitForVerified(page);
    const chats = server.chats().slice(before);
    expect(chats.filter(isDesigner)).toHaveLength(1);
    const received = placesOf(await eventsOf(page, "reply-received"));
    expect(new Set(received).size).toBe(received.length);
    expect(chats).toHaveLength(received.length + 1);
  });

  it("cancelling ends the request at once; resuming goes on", async () => {
    const { page } = await openWith({ key: KEY, streaming: true, concurrency: 1 });
    server.setRespond(() => ({ kind: "hang", text: "Let me think" }));
    await startProblem(page, "The Warmest Spell");
    await page.getByText("Let me think").first().waitFor({ timeout: SLOW_MS });
    const hanging = server.chats().at(-1);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByText("Cancelled: Resume continues where it stopped").first().waitFor({ timeout: SLOW_MS });
    await expect.poll(() => hanging?.aborted, { timeout: SLOW_MS }).toBe(true);
    server.setRespond(replyForBundled("warmest-spell"));
    await expectResumes(page);
  });

  it("what is no reply stops the run with the connection's text and a way to the settings; nothing is judged or repaired", async () => {
    const { page } = await openWith({ key: KEY, streaming: true });
    const before = server.chats().length;
    server.setRespond(() => ({ kind: "malformed" }));
    await startProblem(page, "The Warmest Spell");
    const stopped = page.getByRole("alert", { name: "The run stopped" });
    await stopped.waitFor({ timeout: RUN_MS });
    expect(await stopped.innerText()).toMatch(/malformed JSON/);
    await stopped.getByRole("link", { name: "Model settings" }).waitFor();
    expect(server.chats().length - before).toBe(1);
    const failures = await eventsOf(page, "reply-failed");
    expect(failures.map(({ error }) => error.code)).toEqual(["not-a-reply"]);
    expect(await eventsOf(page, "gate-decided")).toEqual([]);
    server.setRespond(replyForBundled("warmest-spell"));
    await expectResumes(page);
  });

  it("a reply of 60 MB does not harm the page: it is stopped, said, and another run goes through", async () => {
    const { page } = await openWith({ key: KEY, streaming: true });
    server.setRespond(() => ({ kind: "flood", bytes: 60_000_000 }));
    await startProblem(page, "The Warmest Spell");
    await page
      .getByText(/The reply is larger than 50 MB and was stopped/)
      .first()
      .waitFor({ timeout: RUN_MS });
    await page.getByRole("heading", { name: "No candidate was accepted" }).waitFor({ timeout: RUN_MS });
    server.setRespond(replyForBundled("warmest-spell"));
    await startProblem(page, "The Warmest Spell");
    await expectReads(page);
  });
});

describe.skipIf(!existsSync(REAL))("real problems of ../shared/data (skipped where that is absent)", PATIENT, () => {
  // One whose first candidate is repaired; test/python/real-problems.test.ts has all five, streamed and in one piece.
  it("a problem is verified after a repair", async () => {
    const id = "Code_Contests_4899_I";
    const { page } = await openWith({ key: KEY, streaming: true, concurrency: 1 });
    server.setRespond(replyForRealProblems());
    const before = server.chats().length;
    await visit(page, "/problems");
    await importFiles(page, [REAL]);
    await visit(page, `/problems/${id}`);
    await page.getByRole("button", { name: "Make an environment" }).click();
    await page.waitForURL(/#\/pipeline\/.+/);
    const environment = await waitForVerified(page);
    expect(environment.provenance.problemId).toBe(id);
    expect(environment.report?.gates.every((gate) => gate.passed)).toBe(true);
    const chats = server.chats().slice(before);
    expect(chats.every((chat) => chat.body?.stream === true)).toBe(true);
    expect(new Set(chats.map((chat) => askedFor(chat).problem))).toEqual(new Set([id]));
    const received = await eventsOf(page, "reply-received");
    expect(new Set(placesOf(received)).size).toBe(received.length);
  });
});
