import { StorageError } from "@/domain";

const FULL_RETRY_MS = 3000;

/**
 * A full storage stops a run but loses nothing: what was to be stored waits until there is room. `onFull`: it begins to
 * wait. @throws StorageError when it is another fault, or when `signal` ends the wait
 */
export async function storeWithPatience<T>(store: () => Promise<T>, signal: AbortSignal, onFull: () => void): Promise<T> {
  for (let told = false; ;) {
    try {
      return await store();
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== "full" || signal.aborted) throw error;
      if (!told) onFull();
      told = true;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(wait);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const wait = setTimeout(done, FULL_RETRY_MS);
        signal.addEventListener("abort", done);
      });
    }
  }
}
