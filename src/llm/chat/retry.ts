import { CancelledError, ModelError, type Patience, type Waiting } from "@/domain";

/** A failed attempt: what to tell the person, and whether asking again at once makes sense. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly error: ModelError;
  readonly again: boolean;
  /** How long the server asked to wait; null when it did not say. */
  readonly afterMs: number | null;

  constructor(error: ModelError, options: { again: boolean; afterMs?: number | null }) {
    super(error.message);
    this.error = error;
    this.again = options.again;
    this.afterMs = options.afterMs ?? null;
  }
}

export type RetryOptions = {
  signal: AbortSignal;
  patience: Pick<Patience, "retries" | "waitMs">;
  /** First wait in ms; it doubles with each attempt and varies by half either way. */
  baseMs: number;
  onWait?: ((waiting: Waiting | null) => void) | undefined;
};

/** No wait of its own choice is longer than this; a server may ask for more. */
const MAX_BACK_OFF_MS = 60_000;

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

/** Why it waits, in a short sentence; the whole message is kept for the case that it gives up. */
function reasonOf(error: ModelError): string {
  switch (error.code) {
    case "rate-limited":
      return "The provider takes no more requests for now.";
    case "server-error":
      return "The model's server failed.";
    case "timeout":
      return "The model sent nothing for too long.";
    case "unreachable":
      return "The connection was lost.";
    case "bad-reply":
      return "The reply broke off.";
    default:
      return error.message;
  }
}

/**
 * Tries until it succeeds, fails for good, or the retries or the time for waiting are used up.
 * @throws ModelError of the last attempt, CancelledError
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { patience, signal, onWait } = options;
  let waited = 0;
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof AttemptFailure)) throw failure;
      if (!failure.again || retry >= patience.retries) throw failure.error;
      const backOff = Math.min(MAX_BACK_OFF_MS, options.baseMs * 2 ** retry) * (0.5 + Math.random());
      // Waiting a little longer than asked for keeps several requests from coming back in the same instant.
      const wait = failure.afterMs === null ? backOff : failure.afterMs + Math.random() * options.baseMs * 0.25;
      if (waited + wait > patience.waitMs) throw failure.error;
      waited += wait;
      onWait?.({ reason: reasonOf(failure.error), until: Date.now() + wait, attempt: retry + 2, attempts: patience.retries + 1 });
      try {
        await sleep(wait, signal);
      } finally {
        onWait?.(null);
      }
    }
  }
}
