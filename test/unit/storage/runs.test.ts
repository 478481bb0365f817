import { describe, expect, it } from "vitest";
import { freshName, noticed, open, raw, replyReceived, runId, runStarted } from "./storage-support.ts";

describe("runs", () => {
  it("numbers events in order and reads them back", async () => {
    const storage = await open();
    const id = runId("r");
    expect(await storage.runs.append(id, runStarted())).toMatchObject({ runId: "r", seq: 0 });
    await storage.runs.append(id, noticed("one"));
    await storage.runs.append(id, noticed("two"));
    const { items, faults } = await storage.runs.read(id);
    expect(items.map((item) => [item.seq, item.event.type])).toEqual([
      [0, "run-started"],
      [1, "sandbox-noticed"],
      [2, "sandbox-noticed"],
    ]);
    expect(faults).toEqual([]);
    expect((await storage.runs.read(id, 2)).items.map((item) => item.seq)).toEqual([2]);
  });

  it("gives every event its own number when two tabs append at once", async () => {
    const name = freshName();
    const [one, two] = [await open(name), await open(name)];
    const id = runId("r");
    await one.runs.append(id, runStarted());
    const tabs = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : two));
    await Promise.all(tabs.map((tab, index) => tab.runs.append(id, noticed(String(index)))));
    const { items } = await one.runs.read(id);
    expect(items.map((item) => item.seq)).toEqual(Array.from({ length: 41 }, (_, index) => index));
  });

  it("does not mix runs whose ids begin alike", async () => {
    const storage = await open();
    for (const id of ["r", "r1", "r\uffff"]) await storage.runs.append(runId(id), runStarted());
    await storage.runs.append(runId("r"), noticed("x"));
    expect((await storage.runs.read(runId("r"))).items).toHaveLength(2);
    await storage.runs.remove(runId("r"));
    expect((await storage.runs.list()).items.map((item) => item.id).toSorted()).toEqual(["r1", "r\uffff"]);
    expect((await storage.runs.read(runId("r1"))).items).toHaveLength(1);
    expect((await storage.runs.read(runId("r"))).items).toEqual([]);
  });

  it("summarises each run without reading its replies", async () => {
    const storage = await open();
    const id = runId("r");
    await storage.runs.append(id, runStarted("sum"));
    const status = async (): Promise<string | undefined> => (await storage.runs.list()).items[0]?.status;
    expect((await storage.runs.list()).items).toMatchObject([
      { id: "r", problemId: "sum", title: "Problem sum", status: "open", lastSeq: 0 },
    ]);
    await storage.runs.append(id, { type: "run-cancelled" });
    expect(await status()).toBe("cancelled");
    await storage.runs.append(id, { type: "run-resumed", model: "m" });
    expect(await status()).toBe("open");
    await storage.runs.append(id, { type: "run-failed", error: { name: "E", code: "c", message: "m", hint: undefined, retryable: false } });
    expect(await status()).toBe("failed");
    await storage.runs.append(id, { type: "run-finished", outcome: "verified" });
    expect(await status()).toBe("verified");
  });

  it("keeps a reply of 50 MB", async () => {
    const storage = await open();
    const id = runId("r");
    const text = "x".repeat(50_000_000);
    await storage.runs.append(id, runStarted());
    await storage.runs.append(id, replyReceived(text));
    const last = (await storage.runs.read(id)).items.at(-1);
    expect(last?.event.type === "reply-received" && last.event.reply.text.length).toBe(50_000_000);
  });

  it("does not bring back a run that was removed while it went on", async () => {
    const storage = await open();
    const id = runId("r");
    await storage.runs.append(id, runStarted());
    await storage.runs.remove(id);
    await expect(storage.runs.append(id, noticed("late"))).rejects.toMatchObject({ code: "unavailable" });
    expect((await storage.runs.list()).items).toEqual([]);
  });

  it("names a corrupt event and refuses a log with a newer one", async () => {
    const name = freshName();
    const storage = await open(name);
    const id = runId("r");
    await storage.runs.append(id, runStarted());
    await storage.runs.append(id, noticed("one"));
    await raw(name, (database) => database.table("runEvents").put({ v: 1, runId: "r", seq: 1, at: 1, event: { type: "unheard-of" } }));
    const { items, faults } = await storage.runs.read(id);
    expect(items).toHaveLength(1);
    expect(faults).toMatchObject([{ kind: "run event", id: "r #1", error: { code: "corrupt" } }]);
    await raw(name, (database) => database.table("runEvents").put({ v: 2, runId: "r", seq: 1 }));
    await expect(storage.runs.read(id)).rejects.toMatchObject({ code: "newer-version" });
  });
});
