import type { Page } from "playwright-core";

/** A database as it is: its tables with their indexes and records. */
export type SavedDatabase = {
  version: number;
  tables: { name: string; keyPath: string | string[] | null; autoIncrement: boolean; indexes: SavedIndex[]; records: unknown[] }[];
};
type SavedIndex = { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean };

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

/** Of this process, where there is an IndexedDB in memory. */
export async function savedDatabase(name: string): Promise<SavedDatabase> {
  const database = await settled(indexedDB.open(name));
  const transaction = database.transaction([...database.objectStoreNames], "readonly");
  const tables = await Promise.all(
    [...database.objectStoreNames].map(async (table) => {
      const store = transaction.objectStore(table);
      const indexes = [...store.indexNames].map((index): SavedIndex => {
        const { keyPath, unique, multiEntry } = store.index(index);
        return { name: index, keyPath, unique, multiEntry };
      });
      return {
        name: table,
        keyPath: store.keyPath,
        autoIncrement: store.autoIncrement,
        indexes,
        records: (await settled(store.getAll())) as unknown[],
      };
    }),
  );
  const { version } = database;
  database.close();
  return { version, tables };
}

/** Makes the database on a page of its origin that has not opened it. */
export async function restoreDatabase(page: Page, name: string, saved: SavedDatabase): Promise<void> {
  await page.evaluate(
    async ([called, { version, tables }]) => {
      const opening = indexedDB.open(called, version);
      opening.addEventListener("upgradeneeded", () => {
        for (const { name: table, keyPath, autoIncrement, indexes, records } of tables) {
          const store = opening.result.createObjectStore(table, { keyPath, autoIncrement });
          for (const { name: index, keyPath: of, ...options } of indexes) store.createIndex(index, of, options);
          for (const record of records) store.put(record);
        }
      });
      await new Promise<void>((resolve, reject) => {
        opening.addEventListener("success", () => resolve());
        opening.addEventListener("error", () => reject(opening.error));
      });
      opening.result.close();
    },
    [name, saved] as const,
  );
}
