import { Dexie } from "dexie";

/** A database as it lies in a browser: its tables and their records, past our code. */
export type DatabaseDump = { version: number; stores: Record<string, string>; records: Record<string, unknown[]> };

export async function dumpDatabase(name: string): Promise<DatabaseDump> {
  const database = await new Dexie(name, { indexedDB, IDBKeyRange }).open();
  try {
    const dump: DatabaseDump = { version: database.verno, stores: {}, records: {} };
    for (const table of database.tables) {
      const { primKey, indexes } = table.schema;
      dump.stores[table.name] = [primKey, ...indexes].map(({ src }) => src).join(", ");
      dump.records[table.name] = await table.toArray();
    }
    return dump;
  } finally {
    database.close();
  }
}

/** Puts a database there as an older version of the playground left it. */
export async function restoreDatabase(name: string, { version, stores, records }: DatabaseDump): Promise<void> {
  const database = new Dexie(name, { indexedDB, IDBKeyRange });
  database.version(version).stores(stores);
  await database.open();
  for (const [table, rows] of Object.entries(records)) await database.table(table).bulkPut(rows);
  database.close();
}
