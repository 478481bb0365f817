/** Whatever of ours goes into localStorage or sessionStorage has a key that starts so. */
export const WEB_STORAGE_PREFIX = "codegym-playground";

function clearOurs(storage: Storage | undefined): void {
  if (storage === undefined) return;
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) if (key?.startsWith(WEB_STORAGE_PREFIX) === true) storage.removeItem(key);
}

export function clearWebStorage(): void {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    try {
      clearOurs(globalThis[name]);
    } catch {
      // Blocked site data makes the mere access throw; then there is nothing of ours in it.
    }
  }
}
