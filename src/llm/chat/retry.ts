import { ModelError, type Patience, type RawReply, sleep, type Waiting } from "@/domain";

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

  /** The same, with what was paid for before it failed. */
  withPaid(paid: RawReply | null): AttemptFailure {
    if (paid === null) return this;
    const { code, message, hint, retryable, cause } = this.error;
    const error = new ModelError(code, message, { ...(hint === undefined ? {} : { hint }), retryable, cause, paid });
    return new AttemptFailure(error, { again: this.again, afterMs: this.afterMs });
  }
}

export type RetryOptions = {
  signal: AbortSignal;
  patience: Pick<Patience, "retries" | "waitMs">;
  /** First wait in ms; it doubles with each attempt and varies by half either way. */
  baseMs: number;
  onWait?: ((waiting: Waiting | null) => void) | undefined;
  /** Before it waits for another attempt. */
  onFailed?: ((error: ModelError) => void) | undefined;
};

/**
 * A "too many" is about a minute, mostly, and browsers may not read the header that says so: such waits begin longer,
 * so that the usual number of attempts lasts for one and a half.
 */
const TOO_MANY_FACTOR = 8;
/** No wait of its own choice is longer than this; a server may ask for more. */
const MAX_BACK_OFF_MS = 60_000;

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
    case "not-a-reply":
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
      const first = failure.error.code === "rate-limited" ? options.baseMs * TOO_MANY_FACTOR : options.baseMs;
      const backOff = Math.min(MAX_BACK_OFF_MS, first * 2 ** retry) * (0.5 + Math.random());
      // Waiting a little longer than asked for keeps several requests from coming back in the same instant.
      const wait = failure.afterMs === null ? backOff : failure.afterMs + Math.random() * options.baseMs * 0.25;
      if (waited + wait > patience.waitMs) throw failure.error;
      waited += wait;
      options.onFailed?.(failure.error);
      onWait?.({ reason: reasonOf(failure.error), until: Date.now() + wait, attempt: retry + 2, attempts: patience.retries + 1 });
      try {
        await sleep(wait, signal);
      } finally {
        onWait?.(null);
      }
    }
  }
}
