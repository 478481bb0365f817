import { StorageError } from "@/domain";

const FULL_HINT =
  "Export what you want to keep, then remove old runs or environments, or free space on this device, and try again. Nothing was half-saved.";

/** The error with what Dexie and the browser wrapped in it: `inner` is Dexie's, `failures` a bulk write's. */
function chainOf(error: unknown): Error[] {
  const found: Error[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && found.length < 20) {
    const next = queue.shift();
    if (!(next instanceof Error) || found.includes(next)) continue;
    found.push(next);
    if ("inner" in next) queue.push(next.inner);
    if ("failures" in next && Array.isArray(next.failures)) queue.push(...next.failures.slice(0, 3));
    queue.push(next.cause);
  }
  return found;
}

const UNAVAILABLE = new Set([
  "AbortError",
  "DatabaseClosedError",
  "InvalidStateError",
  "MissingAPIError",
  "NotFoundError",
  "OpenFailedError",
  "SecurityError",
  "TimeoutError",
  "TransactionInactiveError",
  "UnknownError",
]);

/** What the database threw, as an error of ours; anything that is no matter of storage stays as it is. */
export function asStorageError(error: unknown): unknown {
  const chain = chainOf(error);
  const own = chain.find((item) => item instanceof StorageError);
  if (own !== undefined) return own;
  const names = new Set(chain.map((item) => item.name));
  if (names.has("QuotaExceededError")) {
    return new StorageError("full", "The browser's storage for this page is full.", { hint: FULL_HINT, retryable: true, cause: error });
  }
  if (names.has("VersionError")) return newerDatabase(error);
  const known = chain.find((item) => UNAVAILABLE.has(item.name));
  if (known === undefined) return error;
  return new StorageError("unavailable", `The browser's storage cannot be used: ${known.message}`, {
    hint: "Reload the page. Private windows and blocked site data can also switch storage off.",
    retryable: true,
    cause: error,
  });
}

export function newerDatabase(cause?: unknown): StorageError {
  return new StorageError("newer-version", "What is saved on this device was made by a newer version of the playground.", {
    hint: "Reload the page to get the newest version. Nothing was changed or deleted.",
    cause,
  });
}

export async function guarded<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStorageError(error);
  }
}
