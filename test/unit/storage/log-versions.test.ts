import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type LogFormat, RUN_LOG, type RunEvent, type RunId } from "@/domain";
import { ChangeChannel } from "@/storage/changes.ts";
import { openDatabase, type PlaygroundDatabase } from "@/storage/database.ts";
import { EventLogs } from "@/storage/event-logs.ts";
import { eventKindOf, headKindOf, runHeadSchema, type StoredRunSummary } from "@/storage/record-kinds.ts";
import type { UnreadableRecord } from "@/storage";
import { freshName, noticed, open, raw, runId, runStarted, traceId, traceStarted } from "./storage-support.ts";

/** The log of a later playground, which calls the field of one event by another name. */
const LATER: LogFormat<RunEvent> = {
  ...RUN_LOG,
  version: RUN_LOG.version + 1,
  upgrades: {
    ...RUN_LOG.upgrades,
    [RUN_LOG.version]: (event) =>
      event["type"] === "sandbox-noticed" ? { ...event, message: `then: ${String(event["message"])}` } : event,
  },
};
type Stored = { runId: RunId; seq: number; at: number; event: RunEvent };
const storedSchema: z.ZodType<Stored> = z.object({
  runId: z.custom<RunId>((value) => typeof value === "string"),
  seq: z.number(),
  at: z.number(),
  event: RUN_LOG.schema,
});

function later(database: PlaygroundDatabase): EventLogs<RunId, RunEvent, Stored, StoredRunSummary> {
  return new EventLogs(database, new ChangeChannel(null), {
    format: LATER,
    heads: database.runs,
    events: database.runEvents,
    headKind: headKindOf(LATER, runHeadSchema),
    eventKind: eventKindOf(LATER, storedSchema),
    idField: "runId",
    changed: "runs",
    begins: "run-started",
    firstHead: () => null,
    headAfter: () => ({}),
    stored: ({ id, seq, at }, event) => ({ runId: id, seq, at, event }),
  });
}

const ID = runId("r");

async function writtenByLater(name: string): Promise<void> {
  const database = await openDatabase(name);
  try {
    await later(database).append(ID, noticed("new"));
  } finally {
    database.close();
  }
}

describe("a log", () => {
  it("says its version, and is of version 1 where it says none", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.runs.append(ID, runStarted());
    await raw(name, async (database) => {
      expect(await database.table("runs").get(ID)).toMatchObject({ v: 1, log: RUN_LOG.version });
      await database.table("runs").update(ID, { log: undefined });
    });
    expect((await storage.runs.list()).items).toHaveLength(1);
    await storage.runs.append(ID, noticed("one"));
    expect((await storage.runs.read(ID)).items).toHaveLength(2);
  });

  it("of an older version is read as today's, and written on as today's", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.runs.appendAll(ID, [runStarted(), noticed("old")]);
    const database = await openDatabase(name);
    const logs = later(database);
    await logs.append(ID, noticed("new"));
    const { items, faults } = await logs.read(ID);
    expect(faults).toEqual([]);
    expect(items.map(({ event }) => (event.type === "sandbox-noticed" ? event.message : event.type))).toEqual([
      "run-started",
      "then: old",
      "new",
    ]);
    expect((await logs.list()).items).toMatchObject([{ id: ID, lastSeq: 2 }]);
    database.close();
  });

  it("of a newer version is refused by name: not listed, not read, not written, not removed; it can be had as it is", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.runs.appendAll(ID, [runStarted(), noticed("old")]);
    await writtenByLater(name);
    const refused = { code: "newer-version", message: "The saved run “r” was made by a newer version of the playground." };
    let known: readonly UnreadableRecord[] = [];
    storage.onUnreadable((records) => (known = records));
    const { items, faults } = await storage.runs.list();
    expect(items).toEqual([]);
    expect(faults).toMatchObject([{ kind: "run", id: "r", error: refused }]);
    await expect(storage.runs.read(ID)).rejects.toMatchObject(refused);
    await expect(storage.runs.append(ID, noticed("later"))).rejects.toMatchObject(refused);
    await expect(storage.runs.remove(ID)).rejects.toMatchObject(refused);
    const head = known.find(({ kind }) => kind === "run");
    if (head === undefined) throw new Error("the log is not named");
    expect(JSON.parse(await storage.rawRecord(head))).toMatchObject({ id: "r", log: LATER.version });
    await raw(name, async (database) => expect(await database.table("runEvents").count()).toBe(3));
  });

  it("of another kind is refused alike", async () => {
    const name = freshName();
    const storage = await open(name);
    await storage.traces.append(traceId("t"), traceStarted());
    await raw(name, (database) => database.table("traces").update("t", { log: 99 }));
    expect((await storage.traces.list()).faults).toMatchObject([{ kind: "episode", error: { code: "newer-version" } }]);
  });
});
