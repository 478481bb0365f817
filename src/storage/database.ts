import { Dexie, type Table } from "dexie";
import { moveFirstKey } from "./settings-upgrade.ts";
import { asStorageError, guarded, newerDatabase } from "./storage-errors.ts";
import { UnreadableRecords } from "./unreadable.ts";

/** Raise with every change of tables or indexes, as a further `version()` below. Dexie multiplies by 10. */
const DATABASE_VERSION = 3;

export type RawTable = Table<unknown, string>;
/** The browser's own, or one in memory. */
export type DatabaseEngine = { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange };

/** Events by the id of their log and their number. */
export type EventTable = Table<unknown, [string, number]>;

export class PlaygroundDatabase extends Dexie {
  declare readonly problems: RawTable;
  declare readonly environments: RawTable;
  declare readonly episodes: RawTable;
  declare readonly runs: RawTable;
  declare readonly runEvents: EventTable;
  declare readonly traces: RawTable;
  declare readonly traceEvents: EventTable;
  declare readonly evaluations: RawTable;
  declare readonly evaluationEvents: EventTable;
  declare readonly settings: RawTable;
  declare readonly keys: RawTable;
  /** Texts of replies that were paid for, and what each cost: the second outlives the first. */
  declare readonly replies: RawTable;
  declare readonly spend: RawTable;
  /** Unreadable records that a newer write has taken the place of: kept, never shown. */
  declare readonly damaged: Table<unknown, number>;
  /** What readings of these tables could not understand. */
  readonly unreadable = new UnreadableRecords();

  /** `engine` is given by hand: Dexie would take the one that was there when it was first imported. */
  constructor(name: string, engine: DatabaseEngine) {
    super(name, engine);
    this.version(1).stores({
      problems: "id",
      environments: "id",
      episodes: "id, environmentId",
      runs: "id",
      runEvents: "[runId+seq]",
      settings: "id",
      keys: "id",
      damaged: "++number",
    });
    this.version(2)
      .stores({ replies: "id, key", spend: "id, day, runId" })
      .upgrade((transaction) => moveFirstKey(transaction.table("keys")));
    this.version(3).stores({
      traces: "id, environmentId, evaluationId",
      traceEvents: "[traceId+seq]",
      evaluations: "id",
      evaluationEvents: "[evaluationId+seq]",
    });
    // Dexie 4 opens a database of a newer version without a word, and adds tables it misses; we refuse.
    this.on(
      "ready",
      () => {
        if (this.backendDB().version > DATABASE_VERSION * 10) throw newerDatabase();
      },
      true,
    );
  }

  /** All of `work` or nothing. A full disk may show only on the transaction, its requests being "aborted". */
  async write<T>(tables: readonly Table[], work: () => Promise<T>): Promise<T> {
    let native: IDBTransaction | undefined;
    return await guarded(async () => {
      try {
        return await this.transaction("rw", [...tables], async (transaction) => {
          native = transaction.idbtrans;
          return await work();
        });
      } catch (error) {
        throw native?.error?.name === "QuotaExceededError" ? native.error : error;
      }
    });
  }
}

/** The version of an existing database without creating or changing one; 0 when there is none. */
function installedVersion(name: string, { indexedDB }: DatabaseEngine): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let absent = false;
    request.addEventListener("upgradeneeded", () => {
      absent = true;
      request.transaction?.abort();
    });
    request.addEventListener("success", () => {
      const { version } = request.result;
      request.result.close();
      resolve(version);
    });
    request.addEventListener("error", (event) => {
      event.preventDefault();
      if (absent) resolve(0);
      else reject(request.error);
    });
  });
}

/** @throws StorageError "unavailable" where the browser has no storage for this page */
export function browserEngine(): DatabaseEngine {
  try {
    // In some browsers the mere access throws where site data is blocked.
    if (typeof indexedDB !== "undefined" && typeof IDBKeyRange !== "undefined") return { indexedDB, IDBKeyRange };
  } catch (error) {
    throw asStorageError(error);
  }
  throw asStorageError(new Dexie.MissingAPIError("IndexedDB is missing"));
}

/** Takes as long as the browser takes. @throws StorageError "newer-version", "full", "unavailable" */
export async function openDatabase(name: string, engine: DatabaseEngine = browserEngine()): Promise<PlaygroundDatabase> {
  return await guarded(async () => {
    if ((await installedVersion(name, engine)) > DATABASE_VERSION * 10) throw newerDatabase();
    const database = new PlaygroundDatabase(name, engine);
    await database.open();
    return database;
  });
}
