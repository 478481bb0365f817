import { CancelledError, untilAborted } from "@/domain";

/** Waits after the first, second, … loss of the line; then the last again and again. */
const WAITS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

type Offline = { retryAt: number; retry: () => void };

/** One wait for all that lost the line together. It ends with its time, at a press, or when the browser is online again. */
export function createPatience(onChange: (offline: Offline | null) => void) {
  let losses = 0;
  let waiting: Promise<void> | null = null;

  function begin(): Promise<void> {
    const ms = WAITS_MS[Math.min(losses++, WAITS_MS.length - 1)] ?? 0;
    return new Promise((resolve) => {
      const ended = new AbortController();
      const retry = (): void => {
        if (ended.signal.aborted) return;
        ended.abort();
        clearTimeout(timer);
        waiting = null;
        onChange(null);
        resolve();
      };
      const timer = setTimeout(retry, ms);
      if (typeof window !== "undefined") window.addEventListener("online", retry, { signal: ended.signal });
      onChange({ retryAt: Date.now() + ms, retry });
    });
  }

  return {
    /** @throws CancelledError when `signal` comes first */
    async wait(signal: AbortSignal): Promise<void> {
      if (signal.aborted) throw new CancelledError();
      waiting ??= begin();
      await untilAborted(waiting, signal);
    },
    /** Something has come through. */
    restore(): void {
      losses = 0;
    },
  };
}
