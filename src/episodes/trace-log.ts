import { applyTraceEvent, type StoredTraceEvent, type TraceEvent, type TraceView, traceView } from "@/domain";

/** Where a trace's events go, in order; resolves when they are durable. @throws StorageError */
export type AppendTrace = (events: readonly TraceEvent[]) => Promise<readonly StoredTraceEvent[]>;

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
