import type { z } from "zod";
import { checkedForWriting, issueText, type LogFormat, StorageError } from "@/domain";

/**
 * Every stored record is `{v, …value}`. `upgrades[n]` turns version n into n + 1, so a record of any age
 * becomes readable step by step; a newer one is refused and left alone.
 */
export type RecordKind<T> = {
  name: string;
  version: number;
  upgrades: Readonly<Record<number, (record: Record<string, unknown>) => Record<string, unknown>>>;
  schema: z.ZodType<T>;
  /** Of a summary: the log beside it, whose version the record says too (`log`; without one, it is 1). */
  log?: Pick<LogFormat<unknown>, "version">;
};

export type StorageFault = { kind: string; id: string; error: StorageError; raw: unknown };
/** What could be read, and what could not: faulty records stay where they are. */
export type Listing<T> = { items: T[]; faults: StorageFault[] };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNewer(kind: RecordKind<unknown>, raw: unknown): boolean {
  const above = (version: unknown, ours: number): boolean => typeof version === "number" && version > ours;
  return isRecord(raw) && (above(raw["v"], kind.version) || (kind.log !== undefined && above(raw["log"], kind.log.version)));
}

export function newerRecord(kind: Pick<RecordKind<unknown>, "name">, id: string): StorageError {
  return new StorageError("newer-version", `The saved ${kind.name} “${id}” was made by a newer version of the playground.`, {
    hint: "Reload the page to get the newest version. The record was not changed or deleted.",
  });
}

function corruptRecord(kind: RecordKind<unknown>, id: string, why: string, cause?: unknown): StorageError {
  return new StorageError("corrupt", `The saved ${kind.name} “${id}” cannot be read (${why}).`, {
    hint: "It is left out and kept on this device as it is. Settings → Data exports or deletes it.",
    cause,
  });
}

/** @throws StorageError "newer-version" or "corrupt" */
export function readRecord<T>(kind: RecordKind<T>, raw: unknown, id: string): T {
  if (isNewer(kind, raw)) throw newerRecord(kind, id);
  if (!isRecord(raw) || typeof raw["v"] !== "number") throw corruptRecord(kind, id, "it has no version");
  let record = raw;
  for (let version = raw["v"]; version < kind.version; version += 1) {
    const upgrade = kind.upgrades[version];
    if (upgrade === undefined) throw corruptRecord(kind, id, `version ${version} is unknown`);
    try {
      record = { ...upgrade(record), v: version + 1 };
    } catch (error) {
      throw corruptRecord(kind, id, `it could not be brought up from version ${version}`, error);
    }
  }
  const { v: _version, ...value } = record;
  const parsed = kind.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw corruptRecord(kind, id, issueText(parsed.error));
}

/** Only what the schema that reads it takes is ever stored. @throws UnwritableError */
export function writeRecord<T extends object>(kind: RecordKind<T>, value: T): T & { v: number } {
  const id = idOfRaw(value);
  return { ...checkedForWriting(kind.schema, value, id === NO_ID ? kind.name : `${kind.name} “${id}”`), v: kind.version };
}

export function readAll<T>(kind: RecordKind<T>, raws: readonly unknown[], idOf: (raw: unknown) => string): Listing<T> {
  const listing: Listing<T> = { items: [], faults: [] };
  for (const raw of raws) {
    const id = idOf(raw);
    try {
      listing.items.push(readRecord(kind, raw, id));
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      listing.faults.push({ kind: kind.name, id, error, raw });
    }
  }
  return listing;
}

const NO_ID = "?";

export function idOfRaw(raw: unknown): string {
  return isRecord(raw) && typeof raw["id"] === "string" ? raw["id"] : NO_ID;
}
