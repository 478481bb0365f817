import { CancelledError } from "./errors.ts";

/**
 * What `work` comes to, or CancelledError as soon as the signal says so. The work is not ended by it: `stop` is called then,
 * for whoever can end it.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, stop?: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new CancelledError());
      stop?.();
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
    // Together with the outcome: an abort between the two would end work that is somebody's already.
    const settle = (outcome: () => void): void => {
      signal?.removeEventListener("abort", abort);
      outcome();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** What `work` comes to, or the error of `late` when that takes longer than `ms`. */
export async function inTime<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after `ms`. @throws CancelledError as soon as the signal says so */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return untilAborted(slept, signal, () => clearTimeout(timer));
}

/** The same signal, which aborts by itself after `ms`. */
export function atMost(ms: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}

/** For work that nobody can cancel. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
