import { CancelledError } from "./errors.ts";

/** What `work` comes to, or CancelledError as soon as the signal says so. The work itself is not stopped by it. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new CancelledError());
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const done = (): void => signal?.removeEventListener("abort", abort);
    work.then(resolve, reject).finally(done);
  });
}
