import { Dexie } from "dexie";
import { assertNever, type RunEvent, type RunId, type StoredRunEvent, StorageError } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { runEventKind, runHeadKind, type StoredRunSummary } from "./record-kinds.ts";
import { idOfRaw, isNewer, type Listing, newerRecord, readAll, readRecord, writeRecord } from "./records.ts";
import { guarded } from "./storage-errors.ts";

function statusAfter(event: RunEvent, before: StoredRunSummary["status"]): StoredRunSummary["status"] {
  switch (event.type) {
    case "run-started":
    case "run-resumed":
    case "repair-requested":
      return "open";
    case "run-finished":
      return event.outcome;
    case "run-cancelled":
      return "cancelled";
    case "run-failed":
      return "failed";
    case "reply-requested":
    case "reply-received":
    case "reply-failed":
    case "solution-compiled":
    case "candidate-parsed":
    case "candidate-inspected":
    case "tests-proposed":
    case "test-decided":
    case "solver-proposed":
    case "cell-decided":
    case "solver-decided":
    case "gate-decided":
    case "candidate-rejected":
    case "candidate-verified":
    case "sandbox-noticed":
      return before;
    default:
      return assertNever(event);
  }
}

function headAfter(head: StoredRunSummary | null, runId: RunId, event: RunEvent, at: number): StoredRunSummary {
  if (head !== null) return { ...head, updatedAt: at, status: statusAfter(event, head.status), lastSeq: head.lastSeq + 1 };
  if (event.type !== "run-started") {
    // After "erase all" or a removal in another tab, a run still going must not come back as a torso.
    throw new StorageError("unavailable", `The run “${runId}” is no longer stored on this device.`, { hint: "Start it anew." });
  }
  const { problem } = event;
  return { id: runId, problemId: problem.id, title: problem.title, startedAt: at, updatedAt: at, status: "open", lastSeq: 0 };
}

/** Runs as event logs. Events are only ever added; `seq` counts from 0 without gaps. */
export class RunRepository {
  constructor(
    private readonly database: PlaygroundDatabase,
    private readonly changes: ChangeChannel,
  ) {}

  /**
   * Stores one event under the next number, in one transaction with the run's summary. The first event of a
   * run is `run-started`. @throws StorageError "full", "newer-version", "unavailable"
   */
  async append(runId: RunId, event: RunEvent): Promise<StoredRunEvent> {
    const { runs, runEvents } = this.database;
    const stored = await this.database.write([runs, runEvents], async () => {
      const raw = await runs.get(runId);
      const at = Date.now();
      const head = headAfter(raw === undefined ? null : readRecord(runHeadKind, raw, runId), runId, event, at);
      const next: StoredRunEvent = { runId, seq: head.lastSeq, at, event };
      await runEvents.add(writeRecord(runEventKind, next));
      await runs.put(writeRecord(runHeadKind, head));
      return next;
    });
    this.changes.announce("runs", [runId]);
    return stored;
  }

  /**
   * The events from number `from` on, in order. Unreadable ones are left out and named.
   * @throws StorageError "newer-version": a log that is understood only in part must not be resumed
   */
  async read(runId: RunId, from = 0): Promise<Listing<StoredRunEvent>> {
    return await guarded(async () => {
      const raws = await this.database.runEvents
        .where("[runId+seq]")
        .between([runId, from], [runId, Dexie.maxKey])
        .toArray();
      if (raws.some((raw) => isNewer(runEventKind, raw))) throw newerRecord(runEventKind, runId);
      return readAll(runEventKind, raws, (raw) =>
        typeof raw === "object" && raw !== null && "seq" in raw ? `${runId} #${String(raw.seq)}` : runId,
      );
    });
  }

  /** Newest first. */
  async list(): Promise<Listing<StoredRunSummary>> {
    return await guarded(async () => {
      const listing = readAll(runHeadKind, await this.database.runs.toArray(), idOfRaw);
      listing.items.sort((one, other) => other.startedAt - one.startedAt);
      return listing;
    });
  }

  async remove(runId: RunId): Promise<void> {
    const { runs, runEvents } = this.database;
    await this.database.write([runs, runEvents], async () => {
      if (isNewer(runHeadKind, await runs.get(runId))) throw newerRecord(runHeadKind, runId);
      await runEvents.where("[runId+seq]").between([runId, Dexie.minKey], [runId, Dexie.maxKey]).delete();
      await runs.delete(runId);
    });
    this.changes.announce("runs", [runId]);
  }
}
