import { inTime as orLate, StorageError } from "@/domain";

/** @throws StorageError "unavailable" when it takes longer */
export function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return orLate(
    work,
    ms,
    () =>
      new StorageError("unavailable", `The browser's storage did not answer within ${ms / 1000} s.`, {
        hint: "Reload the page, or restart the browser if that does not help.",
        retryable: true,
      }),
  );
}
