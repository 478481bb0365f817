import PQueue from "p-queue";
import { CancelledError } from "@/domain";

/** So many good replies in a row earn one more request at once, after a provider had said "too many". */
const RUN_OF_SUCCESSES = 8;

/**
 * How many requests one provider gets at once, from all models of the page together. A "too many" halves the
 * figure, a run of successes raises it by one, up to what the person set.
 */
export class Limiter {
  readonly #queue = new PQueue({ concurrency: 1 });
  #most = 1;
  /** The present figure while it is below what was set; null = not reduced. */
  #reduced: number | null = null;
  #successes = 0;

  get concurrency(): number {
    return this.#queue.concurrency;
  }

  /** What the person set, from 1. */
  setMost(most: number): void {
    this.#most = most;
    this.#apply();
  }

  tooMany(): void {
    this.#successes = 0;
    this.#reduced = Math.max(1, Math.floor(this.concurrency / 2));
    this.#apply();
  }

  succeeded(): void {
    if (this.#reduced === null) return;
    this.#successes += 1;
    if (this.#successes < RUN_OF_SUCCESSES) return;
    this.#successes = 0;
    this.#reduced += 1;
    this.#apply();
  }

  /**
   * Runs it when its turn comes; `onQueued` is called when that is not at once, `onTurn` when it has come after all.
   * @throws CancelledError once the signal is aborted, also while it stands in the queue
   */
  async run<T>(task: () => Promise<T>, options: { signal: AbortSignal; onQueued(): void; onTurn(): void }): Promise<T> {
    const { signal } = options;
    let started = false;
    let queued = false;
    const turn = this.#queue.add(
      () => {
        started = true;
        if (queued) options.onTurn();
        return task();
      },
      { signal },
    );
    if (!started && !signal.aborted) {
      queued = true;
      options.onQueued();
    }
    try {
      return await turn;
    } catch (failure) {
      if (!signal.aborted) throw failure;
      if (queued && !started) options.onTurn();
      throw new CancelledError();
    }
  }

  #apply(): void {
    if (this.#reduced !== null && this.#reduced >= this.#most) this.#reduced = null;
    const wanted = this.#reduced ?? this.#most;
    if (wanted !== this.#queue.concurrency) this.#queue.concurrency = wanted;
  }
}

const limiters = new Map<string, Limiter>();

/** One for each provider and address, for as long as the page lives. */
export function limiterFor(provider: string, address: string): Limiter {
  const name = `${provider} ${address}`;
  let limiter = limiters.get(name);
  if (limiter === undefined) {
    limiter = new Limiter();
    limiters.set(name, limiter);
  }
  return limiter;
}
