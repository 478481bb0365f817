import type { Collection, Table } from "dexie";

/** Between two waits for the database the page stands still: a part of this, so that the person can go on working. */
const SLICE_MS = 60;
const FIRST_SIZE = 32;
const LARGEST_SIZE = 250;

/** How many records go into the next slice, after the work on `size` of them took `ms`. */
function nextSize(size: number, ms: number): number {
  if (ms > 2 * SLICE_MS) return Math.max(1, Math.floor(size / 2));
  return ms < SLICE_MS ? Math.min(LARGEST_SIZE, size * 2) : size;
}

/** Work on many values of which each step asks the database, which lets the page breathe. For within a transaction. */
export async function inSlices<T>(values: readonly T[], work: (slice: readonly T[]) => Promise<unknown>): Promise<void> {
  let size = FIRST_SIZE;
  for (let at = 0; at < values.length;) {
    const slice = values.slice(at, at + size);
    at += slice.length;
    const started = performance.now();
    await work(slice);
    size = nextSize(size, performance.now() - started);
  }
}

/**
 * All records of one view, by `rest` in the order of their keys, a few at a time. `rest(null)`: from the beginning;
 * `rest(raw)`: those after it. @throws what the database throws
 */
export async function readSlices<Key>(
  table: Table<unknown, Key>,
  rest: (last: unknown) => Collection<unknown, Key>,
  take: (raws: readonly unknown[]) => void,
): Promise<void> {
  await table.db.transaction("r", [table.name], async () => {
    let size = FIRST_SIZE;
    for (let last: unknown = null; ;) {
      const started = performance.now();
      const raws = await rest(last).limit(size).toArray();
      take(raws);
      if (raws.length < size) return;
      last = raws.at(-1);
      size = nextSize(size, performance.now() - started);
    }
  });
}
