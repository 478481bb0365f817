import { type Environment, type EnvironmentId, type Problem, type ProblemId, StorageError } from "@/domain";
import { ChangeChannel, type StorageChange } from "./changes.ts";
import { browserEngine, openDatabase, PlaygroundDatabase } from "./database.ts";
import { EpisodeRepository } from "./episodes.ts";
import { EvaluationRepository } from "./evaluations.ts";
import { environmentKind, episodeKind, problemKind } from "./record-kinds.ts";
import { ReplyRepository } from "./replies.ts";
import { place, Repository } from "./repository.ts";
import { createJobLocks, type LockOutcome, type JobLocks } from "./job-locks.ts";
import { RunRepository } from "./runs.ts";
import { KeyRecords, SettingsRecord } from "./single-records.ts";
import { TraceRepository } from "./traces.ts";
import { guarded } from "./storage-errors.ts";
import { inTime } from "./in-time.ts";
import type { UnreadableRecord } from "./unreadable.ts";
import { clearWebStorage } from "./web-storage.ts";

const DEFAULT_DATABASE = "codegym-playground";
/** Some browsers never answer at all (WebKit bug 226547); the slowest that does is far below this. */
const OPEN_MS = 10_000;

/** Why what is made here lives in memory and is gone with the tab. */
export type StorageTrouble = {
  error: StorageError;
  /** Resolves if the device's storage answers after all: then a reload finds it. */
  answered: Promise<void>;
};

const idsOf = (items: readonly { id: string }[]): string[] => items.map((item) => item.id);

export class PlaygroundStorage {
  readonly problems: Repository<ProblemId, Problem>;
  readonly environments: Repository<EnvironmentId, Environment>;
  readonly episodes: EpisodeRepository;
  readonly runs: RunRepository;
  readonly traces: TraceRepository;
  readonly evaluations: EvaluationRepository;
  readonly settings: SettingsRecord;
  readonly keys: KeyRecords;
  readonly replies: ReplyRepository;
  readonly #database: PlaygroundDatabase;
  readonly #changes: ChangeChannel;
  readonly #locks: JobLocks;
  readonly #onClosed = new Set<() => void>();

  /** `trouble`: the database is one in memory, which no other tab sees. */
  constructor(
    database: PlaygroundDatabase,
    readonly trouble: StorageTrouble | null = null,
  ) {
    const shared = trouble === null ? database.name : null;
    const changes = new ChangeChannel(shared);
    this.#database = database;
    this.#changes = changes;
    this.#locks = createJobLocks(shared);
    this.problems = new Repository(database, database.problems, problemKind, changes, "problems");
    this.environments = new Repository(database, database.environments, environmentKind, changes, "environments");
    this.episodes = new EpisodeRepository(database, database.episodes, episodeKind, changes, "episodes");
    this.runs = new RunRepository(database, changes);
    this.traces = new TraceRepository(database, changes);
    this.evaluations = new EvaluationRepository(database, changes);
    this.settings = new SettingsRecord(database, changes);
    this.keys = new KeyRecords(database, changes);
    this.replies = new ReplyRepository(database, changes);
    // A newer version in another tab waits for this: close, so that it is not blocked, and say so.
    database.on("versionchange", () => {
      this.close();
      for (const listener of this.#onClosed) listener();
      return false;
    });
  }

  /** Problems and environments together: all or none. @throws StorageError "full", "newer-version" */
  async saveLibrary(values: { problems: readonly Problem[]; environments: readonly Environment[] }): Promise<void> {
    const database = this.#database;
    const { problems, environments, damaged } = database;
    await database.write([problems, environments, damaged], async () => {
      await place(database, problems, problemKind, values.problems);
      await place(database, environments, environmentKind, values.environments);
    });
    if (values.problems.length > 0) this.#changes.announce("problems", idsOf(values.problems));
    if (values.environments.length > 0) this.#changes.announce("environments", idsOf(values.environments));
  }

  /** Calls back at once and after each change with what is stored and cannot be read. Returns how to stop. */
  onUnreadable(callback: (records: readonly UnreadableRecord[]) => void): () => void {
    return this.#database.unreadable.listen(callback);
  }

  /** Looks for unreadable records where nothing reads whole tables by itself. */
  async findUnreadable(): Promise<void> {
    await Promise.all([
      this.problems.list(),
      this.environments.list(),
      this.episodes.list(),
      this.runs.list(),
      this.traces.list(),
      this.evaluations.list(),
    ]);
  }

  /** One as it is stored, as JSON. @throws StorageError */
  async rawRecord(record: UnreadableRecord): Promise<string> {
    return await this.#database.unreadable.raw(this.#database.table(record.table), record);
  }

  /** @throws StorageError "newer-version" */
  async removeUnreadable(record: UnreadableRecord): Promise<void> {
    await this.#database.unreadable.remove(this.#database.table(record.table), record);
  }

  /** Starts `work` unless some tab is driving the job already; the lock lasts as long as the work. */
  async lockJob<T>(id: string, work: () => Promise<T>): Promise<LockOutcome<T>> {
    return await this.#locks.hold(id, work);
  }

  async lockedJobs(): Promise<ReadonlySet<string>> {
    return await this.#locks.held();
  }

  /** Calls back for what *other* tabs change. Returns how to stop. */
  liveChanges(callback: (change: StorageChange) => void): () => void {
    return this.#changes.listen(callback);
  }

  /** Another tab brought a newer version of the app: nothing can be stored here until a reload. */
  onClosed(callback: () => void): () => void {
    this.#onClosed.add(callback);
    return () => this.#onClosed.delete(callback);
  }

  /** Everything of the person's on this device: every table, the kept keys, our web storage. */
  async eraseAll(): Promise<void> {
    const { tables } = this.#database;
    await this.#database.write(tables, async () => {
      for (const table of tables) await table.clear();
    });
    this.#database.unreadable.forget(() => true);
    clearWebStorage();
    this.#changes.announce("everything", null);
    if (this.trouble !== null) await eraseStorage(this.#database.name);
  }

  close(): void {
    this.#database.close();
    this.#changes.close();
    this.#locks.close();
  }
}

/**
 * What is kept on this device; where the browser denies it, has no room for it or does not answer, a storage in memory,
 * which says why. @throws StorageError "newer-version": nothing may take the place of what is there
 */
export async function openStorage(name: string = DEFAULT_DATABASE, openMs: number = OPEN_MS): Promise<PlaygroundStorage> {
  const opening = (async () => await openDatabase(name))();
  try {
    return new PlaygroundStorage(await inTime(opening, openMs));
  } catch (error) {
    if (!(error instanceof StorageError) || error.code === "newer-version") throw error;
    const answered = opening.then(
      (database) => database.close(),
      () => new Promise<void>(() => undefined),
    );
    return new PlaygroundStorage(await openInMemory(name), { error, answered });
  }
}

async function openInMemory(name: string): Promise<PlaygroundDatabase> {
  hideDeniedEngine();
  const { IDBFactory, IDBKeyRange } = await import("fake-indexeddb");
  return await openDatabase(name, { indexedDB: new IDBFactory(), IDBKeyRange });
}

/** Dexie compares every engine with the browser's own, whose mere mention throws in some browsers where site data is blocked. */
function hideDeniedEngine(): void {
  try {
    void globalThis.indexedDB;
  } catch {
    Object.defineProperty(globalThis, "indexedDB", { value: undefined, configurable: true });
  }
}

/**
 * For "erase all" when the storage could not be opened (a newer version, for one): deletes the database.
 * @throws StorageError "unavailable" when it cannot even be deleted
 */
export async function eraseStorage(name: string = DEFAULT_DATABASE, openMs: number = OPEN_MS): Promise<void> {
  clearWebStorage();
  try {
    await inTime(
      guarded(() => new PlaygroundDatabase(name, browserEngine()).delete()),
      openMs,
    );
  } catch (error) {
    throw new StorageError(
      "unavailable",
      "What this tab held is erased. Whether the browser still keeps something from an earlier visit cannot be seen: it does not let this page at its storage.",
      {
        hint: "Clear the data of this site in the browser's own settings.",
        cause: error,
      },
    );
  }
}
