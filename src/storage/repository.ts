import type { ChangeChannel, ChangedKind } from "./changes.ts";
import type { PlaygroundDatabase, RawTable } from "./database.ts";
import { idOfRaw, isNewer, type Listing, newerRecord, readRecord, type RecordKind, writeRecord } from "./records.ts";
import { inSlices } from "./slices.ts";
import { guarded } from "./storage-errors.ts";
import { StorageError } from "@/domain";

const FEW = 50;

/**
 * Writes records inside the caller's transaction (which must span `damaged`): a newer record in the place of
 * one is refused, an unreadable one is put aside first.
 */
export async function place<T extends object>(
  database: PlaygroundDatabase,
  table: RawTable,
  kind: RecordKind<T>,
  values: readonly (T & { id: string })[],
): Promise<void> {
  // To look for each of many that are new takes longer than to write them.
  const known = values.length > FEW ? new Set(await table.toCollection().primaryKeys()) : null;
  await inSlices(values, async (slice) => {
    const ids = slice.map((value) => value.id);
    const present = await table.bulkGet(known === null ? ids : ids.filter((id) => known.has(id)));
    for (const raw of present) {
      if (raw === undefined) continue;
      const id = idOfRaw(raw);
      try {
        readRecord(kind, raw, id);
      } catch (error) {
        if (!(error instanceof StorageError) || isNewer(kind, raw)) throw error;
        await database.damaged.add({ v: 1, kind: kind.name, id, at: Date.now(), record: raw });
        database.unreadable.forget((record) => record.table === table.name && record.key === id);
      }
    }
    await table.bulkPut(slice.map((value) => ({ ...writeRecord(kind, value), id: value.id })));
  });
}

/** One kind of record, by id. */
export class Repository<Id extends string, T extends { id: Id }> {
  constructor(
    protected readonly database: PlaygroundDatabase,
    readonly table: RawTable,
    readonly kind: RecordKind<T>,
    protected readonly changes: ChangeChannel,
    protected readonly changed: ChangedKind,
  ) {}

  async list(): Promise<Listing<T>> {
    return await this.database.unreadable.readTable(this.table, this.kind);
  }

  /** Null when there is none. @throws StorageError "newer-version", "corrupt" */
  async get(id: Id): Promise<T | null> {
    return await guarded(async () => {
      const raw = await this.table.get(id);
      return raw === undefined ? null : readRecord(this.kind, raw, id);
    });
  }

  async put(value: T): Promise<void> {
    await this.putAll([value]);
  }

  /** All or none. @throws StorageError "full", "newer-version" */
  async putAll(values: readonly T[]): Promise<void> {
    await this.database.write([this.table, this.database.damaged], () => place(this.database, this.table, this.kind, values));
    this.changes.announce(
      this.changed,
      values.map((value) => value.id),
    );
  }

  /** Records of a newer version are refused, so nothing is removed then. */
  async remove(ids: readonly Id[]): Promise<void> {
    await this.database.write([this.table], async () => {
      const raws = await this.table.bulkGet([...ids]);
      for (const raw of raws) if (isNewer(this.kind, raw)) throw newerRecord(this.kind, idOfRaw(raw));
      await this.table.bulkDelete([...ids]);
    });
    const gone = new Set<unknown>(ids);
    this.database.unreadable.forget(({ table, key }) => table === this.table.name && gone.has(key));
    this.changes.announce(this.changed, ids);
  }
}
