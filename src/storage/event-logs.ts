import { Dexie } from "dexie";
import { type LogFormat, StorageError } from "@/domain";
import type { ChangeChannel, ChangedKind } from "./changes.ts";
import type { EventTable, PlaygroundDatabase, RawTable } from "./database.ts";
import { isNewer, type Listing, newerRecord, readRecord, type RecordKind, writeRecord } from "./records.ts";
import { guarded } from "./storage-errors.ts";

/** How one kind of log is stored: its summaries ("heads"), its events, and what an event does to the head. */
export type LogKind<Id extends string, Event extends { type: string }, Stored extends object, Head extends LogHead<Id>> = {
  format: LogFormat<Event>;
  heads: RawTable;
  events: EventTable;
  headKind: RecordKind<Head>;
  eventKind: RecordKind<Stored>;
  /** Of the events: which log they belong to. */
  idField: "runId" | "traceId" | "evaluationId";
  changed: ChangedKind;
  /** The event that begins a log, and no other does. */
  begins: Event["type"];
  /** What that event says of a new log; null for any other. `lastSeq` is set by the log. */
  firstHead(id: Id, event: Event, at: number): Head | null;
  /** What a later event changes in it. */
  headAfter(head: Head, event: Event): Partial<Head>;
  stored(place: { id: Id; seq: number; at: number }, event: Event): Stored;
};

export type LogHead<Id extends string> = { id: Id; lastSeq: number; startedAt: number; updatedAt: number };

function newestFirst<Head extends { startedAt: number }>(listing: Listing<Head>): Listing<Head> {
  listing.items.sort((one, other) => other.startedAt - one.startedAt);
  return listing;
}

/** Append-only logs with a summary beside each, so that a list reads no events. `seq` counts from 0 without gaps. */
export class EventLogs<Id extends string, Event extends { type: string }, Stored extends object, Head extends LogHead<Id>> {
  constructor(
    protected readonly database: PlaygroundDatabase,
    protected readonly changes: ChangeChannel,
    protected readonly log: LogKind<Id, Event, Stored, Head>,
  ) {}

  /** Stores events under the next numbers, in one transaction with the summary. @throws StorageError "full", "newer-version", "unavailable" */
  async appendAll(id: Id, events: readonly Event[]): Promise<Stored[]> {
    const { log } = this;
    const stored = await this.database.write([log.heads, log.events], async () => {
      const raw = await log.heads.get(id);
      let head = raw === undefined ? null : readRecord(log.headKind, raw, id);
      const at = Date.now();
      const made: Stored[] = [];
      for (const event of events) {
        const seq: number = (head?.lastSeq ?? -1) + 1;
        head = { ...this.#headAfter(head, id, event, at), lastSeq: seq };
        made.push(log.stored({ id, seq, at }, event));
      }
      // Asked for together: each wait for the browser's database costs as much as a step of an environment.
      await Promise.all([
        log.events.bulkAdd(made.map((item) => writeRecord(log.eventKind, item))),
        head === null ? undefined : log.heads.put({ ...writeRecord(log.headKind, head), log: log.format.version }),
      ]);
      return made;
    });
    this.changes.announce(log.changed, [id]);
    return stored;
  }

  async append(id: Id, event: Event): Promise<Stored> {
    const [stored] = await this.appendAll(id, [event]);
    if (stored === undefined) throw new Error("an event was not stored");
    return stored;
  }

  /**
   * The events from number `from` on, in order. Unreadable ones are left out and named.
   * @throws StorageError "newer-version": a log that is understood only in part must not be resumed
   */
  async read(id: Id, from = 0): Promise<Listing<Stored>> {
    const { events, eventKind, headKind } = this.log;
    const idOf = (raw: unknown): string => `${id} #${String(Reflect.get(Object(raw), "seq"))}`;
    const rest = (last: unknown) =>
      events
        .where(this.#key)
        .between([id, last === null ? from : Number(Reflect.get(Object(last), "seq"))], [id, Dexie.maxKey], last === null);
    const listing = await this.database.unreadable.read(events, eventKind, rest, idOf);
    if (listing.faults.some(({ error }) => error.code === "newer-version")) throw newerRecord(headKind, id);
    return listing;
  }

  /** Newest first. */
  async list(): Promise<Listing<Head>> {
    return newestFirst(await this.database.unreadable.readTable(this.log.heads, this.log.headKind));
  }

  /** Records of a newer version are refused, and nothing is removed then. */
  async remove(id: Id): Promise<void> {
    await this.removeAll([id]);
  }

  protected async listing(read: () => PromiseLike<unknown[]>): Promise<Listing<Head>> {
    return newestFirst(this.database.unreadable.take(this.log.heads, this.log.headKind, await guarded(read)));
  }

  protected async removeAll(ids: readonly Id[]): Promise<void> {
    const { heads, events, headKind, changed } = this.log;
    await this.database.write([heads, events], async () => {
      for (const id of ids) {
        if (isNewer(headKind, await heads.get(id))) throw newerRecord(headKind, id);
        await events.where(this.#key).between([id, Dexie.minKey], [id, Dexie.maxKey]).delete();
        await heads.delete(id);
      }
    });
    const gone = new Set<unknown>(ids);
    this.database.unreadable.forget(
      ({ table, key }) => (table === heads.name && gone.has(key)) || (table === events.name && Array.isArray(key) && gone.has(key[0])),
    );
    this.changes.announce(changed, ids);
  }

  /** @throws StorageError "unavailable" where the event has no log, or would begin one again */
  #headAfter(head: Head | null, id: Id, event: Event, at: number): Head {
    const { format, begins, firstHead, headAfter } = this.log;
    if (head !== null) {
      if (event.type !== begins) return { ...head, updatedAt: at, ...headAfter(head, event) };
      throw new StorageError("unavailable", `The ${format.name} “${id}” was begun before.`, { hint: "Open it instead." });
    }
    const first = event.type === begins ? firstHead(id, event, at) : null;
    if (first !== null) return first;
    // After "erase all" or a removal in another tab, work still under way must not come back as a torso.
    throw new StorageError("unavailable", `The ${format.name} “${id}” is no longer stored on this device.`, { hint: "Start it again." });
  }

  get #key(): string {
    return `[${this.log.idField}+seq]`;
  }
}
