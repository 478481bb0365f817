export type StorageSpace = { usedBytes: number | null; quotaBytes: number | null; persisted: boolean | null };

function storageManager(): StorageManager | undefined {
  // oxlint-disable-next-line no-restricted-properties -- asked for
  return typeof navigator === "undefined" ? undefined : navigator.storage;
}

/** Null where the browser does not say. Never throws: it is only shown. */
export async function estimateSpace(): Promise<StorageSpace> {
  try {
    const manager = storageManager();
    const estimate = await manager?.estimate?.();
    const persisted = await manager?.persisted?.();
    return { usedBytes: estimate?.usage ?? null, quotaBytes: estimate?.quota ?? null, persisted: persisted ?? null };
  } catch {
    return { usedBytes: null, quotaBytes: null, persisted: null };
  }
}

/** Asks the browser not to evict what is kept here. False when it declines, null when it cannot say. */
export async function persistSpace(): Promise<boolean | null> {
  try {
    return (await storageManager()?.persist?.()) ?? null;
  } catch {
    return null;
  }
}
