import { assertNever, glimpseAfter, NO_GLIMPSE, type RunEvent, type RunId, type StoredRunEvent, StorageError } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { EventLogs } from "./event-logs.ts";
import { runEventKind, runHeadKind, type StoredRunSummary } from "./record-kinds.ts";

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
    case "reply-cut":
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
  if (head !== null) return { ...head, ...glimpseAfter(head, event), updatedAt: at, status: statusAfter(event, head.status) };
  if (event.type !== "run-started") {
    // After "erase all" or a removal in another tab, a run still going must not come back as a torso.
    throw new StorageError("unavailable", `The run “${runId}” is no longer stored on this device.`, { hint: "Start it anew." });
  }
  const { problem } = event;
  return {
    ...glimpseAfter(NO_GLIMPSE, event),
    id: runId,
    problemId: problem.id,
    title: problem.title,
    startedAt: at,
    updatedAt: at,
    status: "open",
    lastSeq: 0,
  };
}

/** Runs as event logs. The first event of a run is `run-started`. */
export class RunRepository extends EventLogs<RunId, RunEvent, StoredRunEvent, StoredRunSummary> {
  constructor(database: PlaygroundDatabase, changes: ChangeChannel) {
    super(database, changes, {
      heads: database.runs,
      events: database.runEvents,
      headKind: runHeadKind,
      eventKind: runEventKind,
      idField: "runId",
      changed: "runs",
      headAfter,
      stored: ({ id, seq, at }, event) => ({ runId: id, seq, at, event }),
    });
  }
}
