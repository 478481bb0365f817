import { CancelledError, type ModelError } from "@/domain";

/** A failed attempt: what to tell the person, and whether asking again at once makes sense. */
export class AttemptFailure extends Error {
  readonly error: ModelError;
  readonly again: boolean;
  /** How long the server asked to wait; null when it did not say. */
  readonly afterMs: number | null;

  constructor(error: ModelError, options: { again: boolean; afterMs?: number | null }) {
    super(error.message);
    this.name = "AttemptFailure";
    this.error = error;
    this.again = options.again;
    this.afterMs = options.afterMs ?? null;
  }
}

export type RetryOptions = {
  signal: AbortSignal;
  retries: number;
  /** First wait; it doubles with each attempt and varies by half either way. */
  baseMs: number;
  /** A server that asks for more than this is not waited for. */
  maxWaitMs: number;
};

/** Resolves after `ms`; rejects with `CancelledError` as soon as the signal is aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new CancelledError());
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(new CancelledError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** @throws ModelError of the last attempt, CancelledError */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof AttemptFailure)) throw failure;
      if (!failure.again || retry >= options.retries) throw failure.error;
      if (failure.afterMs !== null && failure.afterMs > options.maxWaitMs) throw failure.error;
      const backOff = options.baseMs * 2 ** retry * (0.5 + Math.random());
      // Waiting a little longer than asked for keeps several requests from coming back in the same instant.
      const wait = failure.afterMs === null ? backOff : failure.afterMs + Math.random() * options.baseMs * 0.25;
      await sleep(wait, options.signal);
    }
  }
}
