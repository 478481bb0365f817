import { applyTraceEvent, type EpisodeId, type StoredTraceEvent, type TraceEvent, type TraceView, traceView } from "@/domain";

/** Where a trace's events go, in order; resolves when they are durable. @throws StorageError */
export type AppendTrace = (events: readonly TraceEvent[]) => Promise<readonly StoredTraceEvent[]>;

/** Events of a new trace, put into `whole` and not stored. */
export function keptInMemory(whole: StoredTraceEvent[], traceId: EpisodeId): AppendTrace {
  return (events) => {
    const stored = events.map((event, index) => ({ traceId, seq: whole.length + index, at: Date.now(), event }));
    whole.push(...stored);
    return Promise.resolve(stored);
  };
}

/** A trace's memory: an event is stored first, then believed. Whatever plays reads only what is in here. */
export class TraceLog {
  readonly view: TraceView;
  readonly #append: AppendTrace;

  constructor(prior: readonly StoredTraceEvent[], append: AppendTrace) {
    this.view = traceView(prior);
    this.#append = append;
  }

  async emit(...events: TraceEvent[]): Promise<void> {
    if (events.length === 0) return;
    for (const stored of await this.#append(events)) applyTraceEvent(this.view, stored);
  }
}
