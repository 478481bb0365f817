import type { Page } from "playwright-core";

/** The page's. */
export const DATABASE = "codegym-playground";

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

/** Makes the page's database before the app at `url` has opened it, from an address beside it that is not the app. */
export async function restoreDatabase(page: Page, url: string, saved: SavedDatabase): Promise<void> {
  const beside = `${url}before-the-app`;
  await page.route(beside, (route) => route.fulfill({ contentType: "text/html", body: '<link rel="icon" href="data:,">' }));
  await page.goto(beside);
  await page.unroute(beside);
  await page.evaluate(
    async ([name, { version, tables }]) => {
      const opening = indexedDB.open(name, version);
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
    [DATABASE, saved] as const,
  );
}
