import type { StoreApi } from "zustand/vanilla";
import type { PythonSandbox, Spend, StoredEvent } from "@/domain";
import type { Interrupted, JobNotice, JobStorage } from "@/jobs";
import type { ChangedKind, PlaygroundStorage } from "@/storage";

/** What the jobs of every kind need of the storage. */
export type SharedJobStorage = Pick<PlaygroundStorage, "lockJob" | "lockedJobs" | "liveChanges"> & {
  replies: { takeCutOff(id: string): Promise<readonly Spend[]> };
};

/** What each store of jobs is given besides its storage. */
export type JobStorePorts<Id> = {
  sandbox(): Promise<PythonSandbox>;
  /** Settings and library have been read. */
  ready: Promise<unknown>;
  notify(notice: JobNotice): void;
  interrupted: Interrupted<Id>;
};

export type JobStoreHandle<State> = {
  store: StoreApi<State>;
  ready: Promise<void>;
  /** Everything was erased, here or in another tab: what is under way stops without a word. */
  reset(): void;
};

/** A repository of event logs, as far as jobs need it. */
type Logs<Id extends string, Event, Stored, Head> = {
  appendAll(id: Id, events: readonly Event[]): Promise<readonly Stored[]>;
  read(id: Id, from?: number): Promise<{ items: readonly Stored[] }>;
  list?(): Promise<{ items: readonly Head[] }>;
  remove(id: Id): Promise<void>;
};

/** The storage as the jobs of one kind see it. `own`: what is particular to the kind. */
export function jobStorage<Id extends string, Event, Stored extends StoredEvent<Event>, Head extends { id: Id }>(
  storage: SharedJobStorage,
  changed: ChangedKind,
  logs: Logs<Id, Event, Stored, Head>,
  own: Partial<JobStorage<Id, Event, Stored, Head>> = {},
): JobStorage<Id, Event, Stored, Head> {
  return {
    append: (id, events) => logs.appendAll(id, events),
    read: async (id, from) => (await logs.read(id, from)).items,
    list: async () => (await logs.list?.())?.items ?? [],
    remove: (id) => logs.remove(id),
    lock: (id, work) => storage.lockJob(id, work),
    locked: () => storage.lockedJobs(),
    takeCutOff: (id) => storage.replies.takeCutOff(id),
    onChange: (callback) =>
      storage.liveChanges(({ kind, ids }) => {
        if (kind === changed || kind === "everything") callback(kind === "everything" ? null : ids);
      }),
    ...own,
  };
}
