import { StorageError } from "@/domain";

/** @throws StorageError "unavailable" when it takes longer */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new StorageError("unavailable", `The browser's storage did not answer within ${ms / 1000} s.`, {
            hint: "Reload the page, or restart the browser if that does not help.",
            retryable: true,
          }),
        ),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
