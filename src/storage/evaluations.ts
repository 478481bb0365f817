import { assertNever, type EvaluationEvent, type EvaluationId, type StoredEvaluationEvent, StorageError } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { EventLogs } from "./event-logs.ts";
import { evaluationEventKind, evaluationHeadKind, type StoredEvaluationSummary } from "./record-kinds.ts";

function headAfter(head: StoredEvaluationSummary | null, id: EvaluationId, event: EvaluationEvent, at: number): StoredEvaluationSummary {
  if (head === null) {
    if (event.type !== "evaluation-started") {
      throw new StorageError("unavailable", `The evaluation “${id}” is no longer stored on this device.`, { hint: "Start it anew." });
    }
    const { title, tasks, players, tries } = event.plan;
    return { id, title, startedAt: at, updatedAt: at, status: "open", done: 0, total: tasks.length * players.length * tries, lastSeq: 0 };
  }
  const next = { ...head, updatedAt: at };
  switch (event.type) {
    case "evaluation-started":
      throw new StorageError("unavailable", `The evaluation “${id}” was begun before.`, { hint: "Open it instead." });
    case "evaluation-resumed":
      return { ...next, status: "open" };
    case "evaluation-halted":
      return { ...next, status: "halted" };
    case "evaluation-finished":
      return { ...next, status: "finished" };
    case "try-ended":
      return { ...next, done: next.done + 1 };
    case "try-failed":
      return next;
    default:
      return assertNever(event);
  }
}

/** Evaluations as event logs. Their tries are traces of their own. */
export class EvaluationRepository extends EventLogs<EvaluationId, EvaluationEvent, StoredEvaluationEvent, StoredEvaluationSummary> {
  constructor(database: PlaygroundDatabase, changes: ChangeChannel) {
    super(database, changes, {
      heads: database.evaluations,
      events: database.evaluationEvents,
      headKind: evaluationHeadKind,
      eventKind: evaluationEventKind,
      idField: "evaluationId",
      changed: "evaluations",
      headAfter,
      stored: ({ id, seq, at }, event) => ({ evaluationId: id, seq, at, event }),
    });
  }
}
