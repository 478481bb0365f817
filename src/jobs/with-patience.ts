import { sleep, StorageError } from "@/domain";

const FULL_RETRY_MS = 3000;

/**
 * A full storage stops work but loses nothing: what is to be stored waits until there is room. `onFull`: it begins to wait; said once,
 * since all that is under way comes to the same full storage, until something is stored again. What it returns
 * @throws StorageError when it is another fault, or when `signal` ends the wait
 */
export function withPatience(signal: AbortSignal, onFull: () => void): <T>(store: () => Promise<T>) => Promise<T> {
  let said = false;
  return async (store) => {
    for (;;) {
      try {
        const value = await store();
        said = false;
        return value;
      } catch (error) {
        if (!(error instanceof StorageError) || error.code !== "full" || signal.aborted) throw error;
        if (!said) onFull();
        said = true;
        // Ended in the wait: it is tried once more, and the fault is the storage's.
        await sleep(FULL_RETRY_MS, signal).catch(() => undefined);
      }
    }
  };
}
