import { costsAgain, errorData, sleep, type Spend, type StoredEvent } from "@/domain";
import { bounded } from "./bounded.ts";
import type { JobKind } from "./job-kind.ts";
import { JobList } from "./job-list.ts";
import type { Interrupted, JobListing, JobNotice, JobStorage, ShownJob, Work } from "./job-ports.ts";
import { takeInOrder } from "./log-order.ts";
import { notices } from "./notices.ts";
import { withPatience } from "./with-patience.ts";

/** The screen is told this often at most, of jobs of this tab and of others alike; the log gets every event. */
const PUBLISH_MS = 100;
/** On a busy machine the document that was reloaded holds its locks for a while after the new one has begun. */
const RELOAD_CHECK_MS = 500;
const RELOAD_CHECKS = 20;

export type JobPorts<
  Id extends string,
  Event,
  View extends { readonly lastSeq: number },
  Stored extends StoredEvent<Event>,
  Head extends { id: Id },
> = {
  kind: JobKind<Event, View>;
  storage: Promise<JobStorage<Id, Event, Stored, Head>>;
  /** What a job needs to be taken up by itself has been read. */
  ready: Promise<unknown>;
  interrupted: Interrupted<Id>;
  /** Whether a job that this tab drives is to be taken up again after a reload; all are, without it. */
  survivesReload?(id: Id): boolean;
  /** For people. */
  title(view: View): string;
  /** Takes up what a reload cut off, where that needs nothing of the person. */
  takeUp(id: Id, view: View, how: { paused: boolean }): Promise<void>;
  notify(notice: JobNotice): void;
  /** It ended by an error that is not in its log. Without this, a notice says so. */
  onFailed?(id: Id, error: unknown, signal: AbortSignal): void;
  /** Jobs that are shown and have changed; null: no longer shown. `driven`: by this tab; the same set as long as nothing changes in it. */
  onViews(changed: ReadonlyMap<Id, ShownJob<View> | null>, driven: ReadonlySet<Id>): void;
  onList?(list: JobListing<Head>): void;
};

/** What one tab has of a job. */
type Job<View> = {
  /** Always the beginning of the log, in its order. */
  view: View;
  /** The log has been read, or was begun here: before that, the view says nothing. */
  known: boolean;
  shown: boolean;
  reading: Promise<void> | null;
  /** Of a job that another tab writes: its end is being read; `behind`: it was written on meanwhile. */
  following: { behind: boolean } | null;
  sitting: { abort: AbortController; over: Promise<void> } | null;
  gone: boolean;
};

/**
 * Drives long work over event logs: one tab at a time under a lock, event by event, shown at a bounded rate, followed by other tabs, taken up
 * after a reload, stopped by the person, a full storage, a removal or "erase all".
 */
export class JobDriver<
  Id extends string,
  Event,
  View extends { readonly lastSeq: number },
  Stored extends StoredEvent<Event>,
  Head extends { id: Id },
> {
  /** The list has been read, and what a reload cut off is being taken up. */
  readonly ready: Promise<void>;
  readonly #ports: JobPorts<Id, Event, View, Stored, Head>;
  readonly #jobs = new Map<Id, Job<View>>();
  /** Jobs whose lock this tab holds for a moment, to see what was cut off in them. */
  readonly #settling = new Map<Id, Promise<unknown>>();
  readonly #changed = new Set<Id>();
  readonly #publication = bounded(PUBLISH_MS, () => this.#publishChanged());
  readonly #list: JobList<Id, Event, Stored, Head>;
  #driven: ReadonlySet<Id> = new Set();
  /** What the next document of this tab will find, in JSON. */
  #survivors = "[]";

  constructor(ports: JobPorts<Id, Event, View, Stored, Head>) {
    this.#ports = ports;
    this.#list = new JobList({
      storage: ports.storage,
      shown: () => [...this.#jobs].flatMap(([id, { shown }]) => (shown ? [id] : [])),
      onList: (list) => ports.onList?.(list),
      onMoved: (ids) => ids.forEach((id) => this.publish(id)),
    });
    this.#follow().catch(() => undefined);
    this.ready = this.#start();
  }

  /** Drives it and shows it from now on. `first`: of a new job, what its page can show before its first event is stored; null: it has a log. */
  async begin(id: Id, first: Partial<View> | null, work: Work<Event, Stored>): Promise<void> {
    const job = this.#jobOf(id);
    job.shown = true;
    job.known ||= first !== null;
    Object.assign(job.view, first);
    await this.drive(id, work);
  }

  /** Holds the job's lock and works until `work` has an end; every other tab only watches. Nothing where this tab drives it already. */
  async drive(id: Id, work: Work<Event, Stored>): Promise<void> {
    const job = this.#jobOf(id);
    if (job.sitting !== null) return;
    const abort = new AbortController();
    const over = this.#sit(id, job, abort.signal, work);
    job.sitting = { abort, over };
    this.publish(id, "now");
    await over;
  }

  /** Shows it; one that is known is not read again. @throws StorageError, and then it can be opened again */
  async open(id: Id): Promise<void> {
    const job = this.#jobOf(id);
    job.shown = true;
    if (job.known) return this.publish(id, "now");
    job.reading ??= this.#readWhole(id, job).finally(() => (job.reading = null));
    await job.reading;
  }

  /** Shown no longer. What this tab drives goes on. */
  close(id: Id): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.shown = false;
    if (job.sitting === null) this.#jobs.delete(id);
    this.publish(id, "now");
  }

  cancel(id: Id): void {
    this.#jobs.get(id)?.sitting?.abort.abort();
  }

  /** What its log says: a view that is still being read, or was only begun, is not taken for it. @throws StorageError */
  async load(id: Id): Promise<View> {
    const { kind } = this.#ports;
    const job = this.#jobs.get(id);
    if (job !== undefined && job.known && job.view.lastSeq >= 0) return job.view;
    const view = kind.emptyView();
    for (const event of await this.#read(id, 0)) kind.fold(view, event);
    return view;
  }

  /** Requests of a job that this tab finds cut off; their cost is in the books then. Null while another tab drives it. */
  async settle(id: Id): Promise<readonly Spend[] | null> {
    let cut: readonly Spend[] = [];
    const work = this.#list.hold(id, async () => {
      const storage = await this.#ports.storage;
      cut = await storage.takeCutOff(id, async (events) => {
        const stored = await storage.append(id, events);
        const job = this.#jobs.get(id);
        if (job !== undefined) this.#take(id, job, stored);
        this.#list.refreshSoon();
        return stored;
      });
    });
    const over = work.catch(() => undefined).finally(() => this.#settling.delete(id));
    this.#settling.set(id, over);
    return (await work) ? cut : null;
  }

  async remove(id: Id): Promise<void> {
    const job = this.#jobs.get(id);
    if (job !== undefined && job.sitting !== null) {
      const { over } = job.sitting;
      discard(job);
      this.publish(id, "now");
      await over;
    } else {
      await this.#erase(id);
      this.#jobs.delete(id);
      this.publish(id, "now");
    }
    await this.#list.refresh();
  }

  /** Everything was erased, here or in another tab: what is under way stops without a word. */
  reset(): void {
    for (const [id, job] of this.#jobs) {
      discard(job);
      if (job.sitting === null) this.#jobs.delete(id);
      this.#changed.add(id);
    }
    this.#publication.now();
    void this.#list.refresh();
  }

  /** Something beside its log has changed that is shown with it. */
  publish(id: Id, at: "soon" | "now" = "soon"): void {
    this.#changed.add(id);
    this.#publication[at]();
  }

  isDriven(id: Id): boolean {
    return (this.#jobs.get(id)?.sitting ?? null) !== null;
  }

  isShown(id: Id): boolean {
    return this.#jobs.get(id)?.shown ?? false;
  }

  /** As it is at this moment: it changes with the next event. Null when this tab neither shows nor drives it. */
  present(id: Id): View | null {
    return this.#jobs.get(id)?.view ?? null;
  }

  #jobOf(id: Id): Job<View> {
    const known = this.#jobs.get(id);
    if (known !== undefined) return known;
    const view = this.#ports.kind.emptyView();
    const job: Job<View> = { view, known: false, shown: false, reading: null, following: null, sitting: null, gone: false };
    this.#jobs.set(id, job);
    return job;
  }

  async #read(id: Id, from: number): Promise<readonly Stored[]> {
    return await (await this.#ports.storage).read(id, from);
  }

  async #erase(id: Id): Promise<void> {
    await (await this.#ports.storage).remove(id);
  }

  #take(id: Id, job: Job<View>, events: readonly Stored[]): void {
    const see = (event: Stored): void => {
      this.#ports.kind.fold(job.view, event);
      this.publish(id);
    };
    for (const event of events) takeInOrder(job.view, event, see, (from) => this.#read(id, from));
  }

  async #sit(id: Id, job: Job<View>, signal: AbortSignal, work: Work<Event, Stored>): Promise<void> {
    const { kind, notify, onFailed } = this.#ports;
    const { name } = kind.log;
    try {
      const storage = await this.#ports.storage;
      const patiently = withPatience(signal, () => notify(notices.full(name)));
      const appendAll = async (events: readonly Event[]): Promise<readonly Stored[]> => {
        const stored = await patiently(() => storage.append(id, events));
        this.#take(id, job, stored);
        this.#list.refreshSoon();
        return stored;
      };
      const append = async (event: Event): Promise<Stored> => {
        const [stored] = await appendAll([event]);
        if (stored === undefined) throw new Error("an event was not stored");
        return stored;
      };
      const events = async (): Promise<readonly Stored[]> => {
        const whole = await storage.read(id, 0);
        this.#take(id, job, whole);
        job.known = true;
        return whole;
      };
      await this.#settling.get(id);
      const held = await this.#list.hold(id, async () => {
        // What was cut off before stays in the books; who resumes has chosen to ask again.
        await storage.takeCutOff(id, appendAll);
        await work({ signal, append, appendAll, patiently, events, gone: () => job.gone });
      });
      if (!held) notify(notices.elsewhere(name));
    } catch (error) {
      if (job.gone) return;
      if (onFailed === undefined) notify(notices.stopped(name, error));
      else onFailed(id, error, signal);
    } finally {
      // Removed once its last events are written: they would be a torso otherwise.
      if (job.gone) await this.#erase(id).catch(() => undefined);
      // How it ended is known before it counts as ended, and both are shown together.
      await this.#list.refresh();
      job.sitting = null;
      if (!job.shown) this.#jobs.delete(id);
      this.publish(id, "now");
    }
  }

  async #readWhole(id: Id, job: Job<View>): Promise<void> {
    try {
      const { list } = await this.#ports.storage;
      for (const event of await this.#read(id, 0)) this.#ports.kind.fold(job.view, event);
      // Where no list is read, nobody has asked yet who drives it.
      if (list === null) await this.#list.refresh();
    } catch (error) {
      job.shown = false;
      if (job.sitting === null && this.#jobs.get(id) === job) this.#jobs.delete(id);
      throw error;
    }
    job.known = true;
    this.publish(id, "now");
  }

  #publishChanged(): void {
    const { kind, interrupted, survivesReload, onViews } = this.#ports;
    const shown = new Map<Id, ShownJob<View> | null>();
    for (const id of this.#changed) {
      const job = this.#jobs.get(id);
      if (job === undefined || !job.shown) shown.set(id, null);
      else if (job.known) {
        const driven = job.sitting !== null;
        shown.set(id, { view: kind.copy(job.view), driven, elsewhere: !driven && this.#list.isElsewhere(id) });
      }
    }
    this.#changed.clear();
    const driven = [...this.#jobs].flatMap(([id, { sitting }]) => (sitting === null ? [] : [id]));
    if (driven.length !== this.#driven.size || driven.some((id) => !this.#driven.has(id))) this.#driven = new Set(driven);
    const survivors = driven.filter((id) => survivesReload?.(id) ?? true);
    if (JSON.stringify(survivors) !== this.#survivors) interrupted.write(survivors);
    this.#survivors = JSON.stringify(survivors);
    onViews(shown, this.#driven);
  }

  async #follow(): Promise<void> {
    const storage = await this.#ports.storage;
    storage.onChange((ids) => {
      this.#list.refreshSoon();
      for (const [id, job] of this.#jobs) {
        // A log that cannot be read says so where its content would stand.
        if (job.sitting === null && (ids?.includes(id) ?? true)) this.#catchUp(id, job).catch(() => undefined);
      }
    });
  }

  /** Reads what another tab has written; told again meanwhile, it reads once more. */
  async #catchUp(id: Id, job: Job<View>): Promise<void> {
    if (job.following !== null) {
      job.following.behind = true;
      return;
    }
    const following = { behind: true };
    job.following = following;
    try {
      while (following.behind) {
        following.behind = false;
        this.#take(id, job, await this.#read(id, job.view.lastSeq + 1));
      }
    } finally {
      job.following = null;
    }
  }

  async #start(): Promise<void> {
    const { interrupted, ready, notify, kind } = this.#ports;
    const before = interrupted.read();
    await Promise.all([this.#list.refresh(), ready]);
    for (const id of before)
      this.#takeUp(id).catch((error: unknown) => {
        // Removed meanwhile, in another tab.
        if (errorData(error).code !== "no-episode") notify(notices.notResumed(kind.log.name, error));
      });
  }

  /** The tab was reloaded while it was driving: the job is taken up by itself where that needs nothing of the person. */
  async #takeUp(id: Id): Promise<void> {
    const { storage, kind, notify, title, takeUp } = this.#ports;
    for (let check = 0; (await (await storage).locked()).has(id); check += 1) {
      if (check === RELOAD_CHECKS) return;
      await sleep(RELOAD_CHECK_MS);
    }
    const view = await this.load(id);
    if (!kind.isOpen(view)) return;
    const cut = await this.settle(id);
    if (cut === null) return;
    const paid = costsAgain(cut);
    if (paid && kind.whenPaidAgain === "wait") notify(notices.paidAgain(kind.log.name, title(view), cut.length));
    else await takeUp(id, view, { paused: paid });
  }
}

function discard(job: Job<unknown>): void {
  Object.assign(job, { gone: true, shown: false });
  job.sitting?.abort.abort();
}
