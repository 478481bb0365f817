import { applyRunEvent, emptyRunView, type RunEvent, type RunView, type StoredRunEvent } from "@/domain";

/** Where a run's events go; resolves when the event is durable. @throws StorageError */
export type AppendEvent = (event: RunEvent) => Promise<StoredRunEvent>;

/**
 * The run's memory: what its events say so far. Each step looks here before it does or asks anything, so a run
 * that was cut off goes on where it was by simply being run again.
 */
export class RunLog {
  readonly view: RunView = emptyRunView();
  readonly #append: AppendEvent;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(prior: readonly StoredRunEvent[], append: AppendEvent) {
    for (const event of prior) applyRunEvent(this.view, event);
    this.#append = append;
  }

  /** Stored first, then believed; in the order in which they are emitted. */
  emit(event: RunEvent): Promise<void> {
    const stored = this.#tail.then(async () => {
      applyRunEvent(this.view, await this.#append(event));
    });
    this.#tail = stored.catch(() => {});
    return stored;
  }
}
