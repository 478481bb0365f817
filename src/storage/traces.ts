import {
  type EnvironmentId,
  type EpisodeId,
  type EvaluationId,
  isRound,
  type StoredTraceEvent,
  TRACE_LOG,
  type TraceEvent,
} from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { EventLogs } from "./event-logs.ts";
import { type StoredTraceSummary, traceEventKind, traceHeadKind } from "./record-kinds.ts";
import { isNewer, type Listing } from "./records.ts";
import { guarded } from "./storage-errors.ts";

function firstHead(id: EpisodeId, event: TraceEvent, at: number): StoredTraceSummary | null {
  if (event.type !== "episode-started") return null;
  const { environmentId, evaluationId, className, config, player, branch } = event;
  return {
    id,
    environmentId,
    evaluationId: evaluationId ?? ("" as const),
    className,
    config,
    player,
    branchOf: branch?.traceId ?? null,
    startedAt: at,
    updatedAt: at,
    status: "open",
    why: null,
    rounds: 0,
    reward: 0,
    lastSeq: 0,
  };
}

function headAfter(head: StoredTraceSummary, event: TraceEvent): Partial<StoredTraceSummary> {
  const rounds = head.rounds + (isRound(event) ? 1 : 0);
  switch (event.type) {
    case "episode-resumed":
      return { rounds, status: "open" };
    case "episode-halted":
      return { rounds, status: "halted" };
    case "episode-ended":
      return { rounds, status: "ended", why: event.why };
    case "call-answered":
      return { rounds, reward: event.reward };
    default:
      return { rounds };
  }
}

/** Traces as event logs. */
export class TraceRepository extends EventLogs<EpisodeId, TraceEvent, StoredTraceEvent, StoredTraceSummary> {
  constructor(database: PlaygroundDatabase, changes: ChangeChannel) {
    super(database, changes, {
      format: TRACE_LOG,
      heads: database.traces,
      events: database.traceEvents,
      headKind: traceHeadKind,
      eventKind: traceEventKind,
      idField: "traceId",
      changed: "traces",
      begins: "episode-started",
      firstHead,
      headAfter,
      stored: ({ id, seq, at }, event) => ({ traceId: id, seq, at, event }),
    });
  }

  /** Episodes of one environment that are no tries of an evaluation, newest first. */
  async listOf(environmentId: EnvironmentId): Promise<Listing<StoredTraceSummary>> {
    const { items, faults } = await this.listing(() => this.log.heads.where("environmentId").equals(environmentId).toArray());
    return { items: items.filter((head) => head.evaluationId === ""), faults };
  }

  /** Tries of one evaluation, newest first. */
  async listTries(evaluationId: EvaluationId): Promise<Listing<StoredTraceSummary>> {
    return await this.listing(() => this.log.heads.where("evaluationId").equals(evaluationId).toArray());
  }

  /** With their environments; those of a newer version stay. */
  async removeOf(environmentIds: readonly EnvironmentId[]): Promise<void> {
    await this.#removeWhere("environmentId", environmentIds);
  }

  /** With their evaluation; those of a newer version stay. */
  async removeTries(evaluationId: EvaluationId): Promise<void> {
    await this.#removeWhere("evaluationId", [evaluationId]);
  }

  async #removeWhere(index: "environmentId" | "evaluationId", values: readonly string[]): Promise<void> {
    const ids = await guarded(() =>
      this.log.heads
        .where(index)
        .anyOf([...values])
        .filter((raw) => !isNewer(traceHeadKind, raw))
        .primaryKeys(),
    );
    await this.removeAll(ids as EpisodeId[]);
  }
}
