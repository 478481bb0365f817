import type { ErrorData, Spend, StoredEvent } from "@/domain";

/** What the driver needs of a storage, for one kind of job. */
export type JobStorage<Id extends string, Event, Stored extends StoredEvent<Event>, Head extends { id: Id }> = {
  /** Under the next numbers, all or none. @throws StorageError */
  append(id: Id, events: readonly Event[]): Promise<readonly Stored[]>;
  /** The events from number `from` on, in order. @throws StorageError "newer-version" where a newer version wrote any of them */
  read(id: Id, from: number): Promise<readonly Stored[]>;
  /** For the list, newest first; null where there is none. */
  list: (() => Promise<readonly Head[]>) | null;
  /** With all that belongs to it. */
  remove(id: Id): Promise<void>;
  /** Starts `work` unless some tab is driving the job already; the lock lasts as long as the work. */
  lock<T>(id: Id, work: () => Promise<T>): Promise<{ held: true; value: T } | { held: false }>;
  /** Jobs that some tab, this one included, is driving; ids of other kinds among them. */
  locked(): Promise<ReadonlySet<string>>;
  /** Requests that were under way when the job was cut off: what they cost goes into the books, and where the kind has events for it, into the log. */
  takeCutOff(id: Id, append: (events: readonly Event[]) => Promise<unknown>): Promise<readonly Spend[]>;
  /** Calls back for what other tabs stored or removed; null: anything may be another. Returns how to stop. */
  onChange(callback: (ids: readonly string[] | null) => void): () => void;
};

/** Jobs this tab was driving when it was reloaded; kept for the tab only. */
export type Interrupted<Id> = { read(): readonly Id[]; write(ids: readonly Id[]): void };

export type JobNotice = { level: "info" | "error"; title: string; message: string };

/** A job as it is shown; `view` is a copy that nobody changes any more. */
export type ShownJob<View> = {
  view: View;
  /** This tab drives it. */
  driven: boolean;
  /** Another tab drives it. */
  elsewhere: boolean;
};

type ListedJob<Head> = Head & { lockedElsewhere: boolean };
export type JobListing<Head> =
  { load: { status: "ready" }; items: readonly ListedJob<Head>[] } | { load: { status: "failed"; error: ErrorData } };

/** How long one sitting may write, and what it finds. */
type Sitting<Event, Stored> = {
  /** The person, a removal or "erase all" ends it. */
  signal: AbortSignal;
  /** Resolves when the event is durable: a full storage is waited for. @throws StorageError */
  append(event: Event): Promise<Stored>;
  /** Several at once, all or none. */
  appendAll(events: readonly Event[]): Promise<readonly Stored[]>;
  /** Whatever else is to be stored, with the same patience. */
  patiently<T>(store: () => Promise<T>): Promise<T>;
  /** The whole log as it is now. */
  events(): Promise<readonly Stored[]>;
  /** Removed or erased meanwhile: there is no place left for what it still brings. */
  gone(): boolean;
};
/** What an engine does of a job until it has an end. */
export type Work<Event, Stored> = (sitting: Sitting<Event, Stored>) => Promise<void>;
