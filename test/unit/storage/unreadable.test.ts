import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type Environment, type ProblemId } from "@/domain";
import type { UnreadableRecord } from "@/storage";
import {
  environment,
  freshName,
  noticed,
  open,
  problem,
  raw,
  replyReceived,
  runId,
  runStarted,
  traceId,
  traceStarted,
} from "./storage-support.ts";

describe("what could not be read again is not written", () => {
  const unwritable = expect.objectContaining({ code: "unwritable" });
  const infinite = { score: Number.POSITIVE_INFINITY };

  it("in any repository, and what was there stays", async () => {
    const storage = await open();
    await storage.saveLibrary({ problems: [problem("a")], environments: [environment("e")] });
    const bad = { ...problem("a"), extra: infinite };
    await expect(storage.problems.put(bad)).rejects.toEqual(unwritable);
    await expect(storage.problems.putAll([problem("b"), bad])).rejects.toEqual(unwritable);
    const task = { config: "{}", answer: null, answerMs: Number.NaN, answerBytes: null, rounds: null, kept: true };
    await expect(
      storage.saveLibrary({ problems: [problem("c")], environments: [{ ...environment("e"), tasks: [task] } satisfies Environment] }),
    ).rejects.toMatchObject({
      code: "unwritable",
      message: expect.stringContaining("environment “e” cannot be saved, because it could not be read again (tasks.0.answerMs"),
    });
    await expect(storage.settings.write({ ...DEFAULT_SETTINGS, workers: Number.NaN })).rejects.toEqual(unwritable);
    expect((await storage.problems.list()).items).toEqual([problem("a")]);
    expect((await storage.environments.list()).items).toEqual([environment("e")]);
    expect(await storage.settings.read()).toEqual(DEFAULT_SETTINGS);
  });

  it("nor in any log, whose numbers stay without gaps", async () => {
    const storage = await open();
    const run = runId("r");
    await storage.runs.append(run, runStarted());
    const reply = replyReceived("text");
    if (reply.type !== "reply-received") throw new Error("unreachable");
    await expect(storage.runs.appendAll(run, [noticed("one"), { ...reply, reply: { ...reply.reply, ms: Number.NaN } }])).rejects.toEqual(
      unwritable,
    );
    expect(await storage.runs.append(run, noticed("two"))).toMatchObject({ seq: 1 });
    const started = traceStarted();
    if (started.type !== "episode-started") throw new Error("unreachable");
    await expect(storage.traces.append(traceId("t"), { ...started, sample: Number.POSITIVE_INFINITY })).rejects.toEqual(unwritable);
    expect((await storage.traces.list()).items).toEqual([]);
  });
});

describe("records that cannot be read", () => {
  it("are known by table and key, can be had as they are, and deleted; the others are not touched", async () => {
    const name = freshName();
    const storage = await open(name);
    const states: (readonly UnreadableRecord[])[] = [];
    storage.onUnreadable((records) => states.push(records));
    await storage.problems.put(problem("good"));
    await storage.runs.append(runId("r"), runStarted());
    await raw(name, async (database) => {
      await database.table("problems").bulkPut([
        { v: 1, id: "bad", extra: { score: Infinity, text: "\ud800" } },
        { v: 9, id: "newer" },
      ]);
      await database.table("runEvents").put({ v: 1, runId: "r", seq: 1, event: 7 });
    });
    await storage.findUnreadable();
    expect((await storage.runs.read(runId("r"))).items).toHaveLength(1);
    const found = states.at(-1) ?? [];
    expect(found.map(({ table, key, kind, id }) => [table, key, kind, id])).toEqual([
      ["problems", "bad", "problem", "bad"],
      ["problems", "newer", "problem", "newer"],
      ["runEvents", ["r", 1], "run event", "r #1"],
    ]);
    const [bad, newer, event] = found;
    if (bad === undefined || newer === undefined || event === undefined) throw new Error("unreachable");
    expect(JSON.parse(await storage.rawRecord(bad))).toEqual({ v: 1, id: "bad", extra: { score: "Infinity", text: "\ud800" } });
    expect(JSON.parse(await storage.rawRecord(event))).toMatchObject({ event: 7 });
    await expect(storage.removeUnreadable(newer)).rejects.toMatchObject({ code: "newer-version" });
    await storage.removeUnreadable(bad);
    await storage.removeUnreadable(event);
    expect(states.at(-1)).toEqual([newer]);
    await expect(storage.rawRecord(bad)).rejects.toMatchObject({ code: "unavailable" });
    expect((await storage.problems.list()).items.map(({ id }) => id)).toEqual(["good"]);
    await raw(name, async (database) => expect(await database.table("problems").count()).toBe(2));
  });

  it("are forgotten when another takes their place, when they are removed elsewhere, and when all is erased", async () => {
    const name = freshName();
    const storage = await open(name);
    let known: readonly UnreadableRecord[] = [];
    storage.onUnreadable((records) => (known = records));
    await raw(name, (database) => database.table("problems").bulkPut(["a", "b", "c", "d"].map((id) => ({ v: 1, id }))));
    await storage.problems.list();
    await storage.problems.put(problem("a"));
    await storage.problems.remove(["b"] as ProblemId[]);
    expect(known.map(({ id }) => id)).toEqual(["c", "d"]);
    await raw(name, (database) => database.table("problems").delete("c"));
    await storage.problems.list();
    expect(known.map(({ id }) => id)).toEqual(["d"]);
    await storage.eraseAll();
    expect(known).toEqual([]);
  });
});

it("many records are written and read in the order of their ids, all or none", async () => {
  const storage = await open();
  const many = Array.from({ length: 3000 }, (_, index) => problem(`p${String(index).padStart(4, "0")}`));
  await storage.problems.putAll(many);
  expect((await storage.problems.list()).items).toEqual(many);
  const worse = many.map((item) => ({ ...item, title: "changed" }));
  worse[2990] = { ...problem("p2990"), addedAt: Number.NaN };
  await expect(storage.problems.putAll(worse)).rejects.toMatchObject({ code: "unwritable" });
  expect((await storage.problems.list()).items).toEqual(many);
});
