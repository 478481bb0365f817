import { assertNever, EVALUATION_LOG, type EvaluationEvent, type EvaluationId, type StoredEvaluationEvent } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { EventLogs } from "./event-logs.ts";
import { evaluationEventKind, evaluationHeadKind, type StoredEvaluationSummary } from "./record-kinds.ts";

function firstHead(id: EvaluationId, event: EvaluationEvent, at: number): StoredEvaluationSummary | null {
  if (event.type !== "evaluation-started") return null;
  const { title, tasks, players, tries } = event.plan;
  return { id, title, startedAt: at, updatedAt: at, status: "open", done: 0, total: tasks.length * players.length * tries, lastSeq: 0 };
}

function headAfter({ done }: StoredEvaluationSummary, event: EvaluationEvent): Partial<StoredEvaluationSummary> {
  switch (event.type) {
    case "evaluation-resumed":
      return { status: "open" };
    case "evaluation-halted":
      return { status: "halted" };
    case "evaluation-finished":
      return { status: "finished" };
    case "try-ended":
      return { done: done + 1 };
    case "evaluation-started":
    case "try-failed":
      return {};
    default:
      return assertNever(event);
  }
}

/** Evaluations as event logs. Their tries are traces of their own. */
export class EvaluationRepository extends EventLogs<EvaluationId, EvaluationEvent, StoredEvaluationEvent, StoredEvaluationSummary> {
  constructor(database: PlaygroundDatabase, changes: ChangeChannel) {
    super(database, changes, {
      format: EVALUATION_LOG,
      heads: database.evaluations,
      events: database.evaluationEvents,
      headKind: evaluationHeadKind,
      eventKind: evaluationEventKind,
      idField: "evaluationId",
      changed: "evaluations",
      begins: "evaluation-started",
      firstHead,
      headAfter,
      stored: ({ id, seq, at }, event) => ({ evaluationId: id, seq, at, event }),
    });
  }
}
