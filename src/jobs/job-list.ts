import { errorData, type StoredEvent } from "@/domain";
import { bounded } from "./bounded.ts";
import type { JobListing, JobStorage } from "./job-ports.ts";

/** The list is read this often at most while jobs are under way, here or in other tabs. */
const LIST_MS = 500;
/** A tab that is gone says nothing: as long as a job seems to be another tab's, its lock is looked at again. */
const LOCK_CHECK_MS = 2000;

type ListPorts<Id extends string, Event, Stored extends StoredEvent<Event>, Head extends { id: Id }> = {
  storage: Promise<JobStorage<Id, Event, Stored, Head>>;
  /** Jobs that a page shows, listed or not. */
  shown(): readonly Id[];
  onList(list: JobListing<Head>): void;
  /** Other tabs began or ceased to drive these. */
  onMoved(ids: readonly Id[]): void;
};

/** All jobs of a kind, and which of them another tab drives. */
export class JobList<Id extends string, Event, Stored extends StoredEvent<Event>, Head extends { id: Id }> {
  readonly #ports: ListPorts<Id, Event, Stored, Head>;
  /** Those whose lock this tab holds. */
  readonly #holding = new Set<string>();
  readonly #soon = bounded(LIST_MS, () => void this.refresh());
  #listed = false;
  #elsewhere: ReadonlySet<string> = new Set();
  #check: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: ListPorts<Id, Event, Stored, Head>) {
    this.#ports = ports;
  }

  /** Never rejects: what is wrong is in the list. */
  async refresh(): Promise<void> {
    const { storage, onList, onMoved, shown } = this.#ports;
    try {
      const { list, locked } = await storage;
      this.#listed = list !== null;
      const [heads, ids] = await Promise.all([list?.() ?? [], locked()]);
      const before = this.#elsewhere;
      const elsewhere = new Set([...ids].filter((id) => !this.#holding.has(id)));
      this.#elsewhere = elsewhere;
      onList({ load: { status: "ready" }, items: heads.map((head) => ({ ...head, lockedElsewhere: elsewhere.has(head.id) })) });
      const moved = shown().filter((id) => before.has(id) !== elsewhere.has(id));
      if (moved.length > 0) onMoved(moved);
      clearTimeout(this.#check);
      if ([...shown(), ...heads.map(({ id }) => id)].some((id) => elsewhere.has(id)))
        this.#check = setTimeout(() => void this.refresh(), LOCK_CHECK_MS);
    } catch (error) {
      onList({ load: { status: "failed", error: errorData(error) } });
    }
  }

  /** Nothing where no list is read. */
  refreshSoon(): void {
    if (this.#listed) this.#soon.soon();
  }

  isElsewhere(id: Id): boolean {
    return this.#elsewhere.has(id);
  }

  /** Works under the job's lock; false, and no work, when another tab has it. */
  async hold(id: Id, work: () => Promise<void>): Promise<boolean> {
    const first = !this.#holding.has(id);
    this.#holding.add(id);
    try {
      return (await (await this.#ports.storage).lock(id, work)).held;
    } finally {
      if (first) this.#holding.delete(id);
    }
  }
}
