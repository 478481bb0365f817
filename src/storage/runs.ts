import { assertNever, glimpseAfter, NO_GLIMPSE, RUN_LOG, type RunEvent, type RunId, type StoredRunEvent } from "@/domain";
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

function firstHead(id: RunId, event: RunEvent, at: number): StoredRunSummary | null {
  if (event.type !== "run-started") return null;
  const { problem } = event;
  const glimpse = glimpseAfter(NO_GLIMPSE, event);
  return { ...glimpse, id, problemId: problem.id, title: problem.title, startedAt: at, updatedAt: at, status: "open", lastSeq: 0 };
}

/** Runs as event logs. */
export class RunRepository extends EventLogs<RunId, RunEvent, StoredRunEvent, StoredRunSummary> {
  constructor(database: PlaygroundDatabase, changes: ChangeChannel) {
    super(database, changes, {
      format: RUN_LOG,
      heads: database.runs,
      events: database.runEvents,
      headKind: runHeadKind,
      eventKind: runEventKind,
      idField: "runId",
      changed: "runs",
      begins: "run-started",
      firstHead,
      headAfter: (head, event) => ({ ...glimpseAfter(head, event), status: statusAfter(event, head.status) }),
      stored: ({ id, seq, at }, event) => ({ runId: id, seq, at, event }),
    });
  }
}
