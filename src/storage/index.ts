/**
 * What is kept on this device: IndexedDB through Dexie. A *record* is `{v, …value}`: parsed by the domain's
 * schema when read, upgraded step by step, refused and left alone when newer. A *listing* is what could be
 * read plus the *faults*. Runs, traces and evaluations are
 * append-only event logs with a *summary* beside each and a version, which is that of their events. Tabs tell each other
 * what changed, and one tab at a time drives a job (a *lock*). Without a storage that answers, all of it is in memory (*trouble*). The *ledger* keeps each reply that was paid for, and the book of what it cost.
 */
export type { ChangedKind, StorageChange } from "./changes.ts";
export type { EpisodeRepository } from "./episodes.ts";
export { eraseStorage, openStorage, type PlaygroundStorage, type StorageTrouble } from "./open-storage.ts";
export type { StoredEvaluationSummary, StoredRunSummary, StoredTraceSummary } from "./record-kinds.ts";
export { estimateSpace, persistSpace, type StorageSpace } from "./space.ts";
export type { TraceRepository } from "./traces.ts";
export type { UnreadableRecord } from "./unreadable.ts";
export { WEB_STORAGE_PREFIX } from "./web-storage.ts";
