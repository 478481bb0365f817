import type { Collection, IndexableType, Table } from "dexie";
import { type ErrorData, StorageError } from "@/domain";
import { idOfRaw, type Listing, newerRecord, readAll, type RecordKind, type StorageFault } from "./records.ts";
import { readSlices } from "./slices.ts";
import { guarded } from "./storage-errors.ts";

/** The primary key of a record. */
type RecordKey = string | number | readonly (string | number)[];

/** A record that no reading understood. It stays as it is until it is deleted by hand. */
export type UnreadableRecord = {
  table: string;
  key: RecordKey;
  /** "environment", "run event", … */ kind: string;
  id: string;
  error: ErrorData;
};

const nameOf = ({ table, key }: { table: string; key: RecordKey }): string => JSON.stringify([table, key]);

/** JSON has no form for some of what a database holds; as text it can at least be seen. */
function forExport(_name: string, value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "undefined" || (typeof value === "number" && !Number.isFinite(value)))
    return String(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}

function keyOf(table: { schema: Table["schema"] }, raw: unknown): RecordKey {
  const path = table.schema.primKey.keyPath;
  const part = (name: string): string | number => Reflect.get(Object(raw), name) as string | number;
  return Array.isArray(path) ? path.map(part) : part(String(path));
}

/** Reads records, and keeps account of those that no reading understood: they can be looked at and deleted by hand. */
export class UnreadableRecords {
  readonly #records = new Map<string, UnreadableRecord>();
  readonly #listeners = new Set<(records: readonly UnreadableRecord[]) => void>();

  /** `rest`: the records that are wanted, after one of them or (null) from the beginning. */
  async read<T, Key>(
    table: Table<unknown, Key>,
    kind: RecordKind<T>,
    rest: (last: unknown) => Collection<unknown, Key>,
    idOf: (raw: unknown) => string = idOfRaw,
  ): Promise<Listing<T>> {
    const whole: Listing<T> = { items: [], faults: [] };
    await guarded(() =>
      readSlices(table, rest, (raws) => {
        const { items, faults } = readAll(kind, raws, idOf);
        for (const item of items) whole.items.push(item);
        for (const fault of faults) whole.faults.push(fault);
      }),
    );
    this.#note(table, kind, whole.faults);
    return whole;
  }

  /** The whole table: what was unreadable in it before, and is gone, is forgotten. */
  async readTable<T, Key>(table: Table<unknown, Key>, kind: RecordKind<T>): Promise<Listing<T>> {
    const listing = await this.read(table, kind, (last) =>
      last === null ? table.toCollection() : table.where(":id").above(keyOf(table, last)),
    );
    const present = new Set(listing.faults.map(({ raw }) => nameOf({ table: table.name, key: keyOf(table, raw) })));
    this.#drop((record, name) => record.table === table.name && !present.has(name));
    return listing;
  }

  /** Records of `table` that were read already. */
  take<T>(table: Pick<Table, "name" | "schema">, kind: RecordKind<T>, raws: readonly unknown[]): Listing<T> {
    const listing = readAll(kind, raws, idOfRaw);
    this.#note(table, kind, listing.faults);
    return listing;
  }

  #note(table: Pick<Table, "name" | "schema">, kind: { name: string }, faults: readonly StorageFault[]): void {
    let fresh = false;
    for (const { id, error, raw } of faults) {
      const record: UnreadableRecord = { table: table.name, key: keyOf(table, raw), kind: kind.name, id, error: error.toData() };
      fresh ||= !this.#records.has(nameOf(record));
      this.#records.set(nameOf(record), record);
    }
    if (fresh) this.#tell();
  }

  listen(callback: (records: readonly UnreadableRecord[]) => void): () => void {
    this.#listeners.add(callback);
    callback([...this.#records.values()]);
    return () => this.#listeners.delete(callback);
  }

  /** The record as it is stored, as JSON. */
  async raw(table: Table<unknown, IndexableType>, record: UnreadableRecord): Promise<string> {
    const value: unknown = await guarded(() => table.get(record.key));
    if (value === undefined)
      throw new StorageError("unavailable", `The record “${record.id}” is no longer stored on this device.`, {
        hint: "Reload the page to see what is there.",
      });
    return `${JSON.stringify(value, forExport, 1)}\n`;
  }

  /** @throws StorageError "newer-version": a newer version of the page will read it */
  async remove(table: Table<unknown, IndexableType>, record: UnreadableRecord): Promise<void> {
    if (record.error.code === "newer-version") throw newerRecord({ name: record.kind }, record.id);
    await guarded(() => table.delete(record.key));
    this.#drop((_record, name) => name === nameOf(record));
  }

  /** Another record stands in their place now, or everything was erased. */
  forget(gone: (record: UnreadableRecord) => boolean): void {
    this.#drop(gone);
  }

  #drop(gone: (record: UnreadableRecord, name: string) => boolean): void {
    const before = this.#records.size;
    for (const [name, record] of this.#records) if (gone(record, name)) this.#records.delete(name);
    if (this.#records.size !== before) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener([...this.#records.values()]);
  }
}
