import { openTabChannel } from "./tab-channel.ts";

export type ChangedKind =
  "problems" | "environments" | "episodes" | "runs" | "traces" | "evaluations" | "settings" | "key" | "replies" | "everything";

/** Something another tab has stored or removed. `ids` is null when there are too many to name. */
export type StorageChange = { kind: ChangedKind; ids: readonly string[] | null };

const KINDS: ReadonlySet<unknown> = new Set<ChangedKind>([
  "problems",
  "environments",
  "episodes",
  "runs",
  "traces",
  "evaluations",
  "settings",
  "key",
  "replies",
  "everything",
]);

function isChange(value: unknown): value is StorageChange {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("ids" in value)) return false;
  return KINDS.has(value.kind) && (value.ids === null || (Array.isArray(value.ids) && value.ids.every((id) => typeof id === "string")));
}

/** Tells the other tabs, and hears from them; a tab never hears itself. Silent where channels are missing. */
export class ChangeChannel {
  readonly #channel: BroadcastChannel | null;
  readonly #listeners = new Set<(change: StorageChange) => void>();

  /** `name` is null for what no other tab can see. */
  constructor(name: string | null) {
    this.#channel = name === null ? null : openTabChannel(`${name}:changes`);
    this.#channel?.addEventListener("message", (event: MessageEvent<unknown>) => {
      const change = event.data;
      if (!isChange(change)) return;
      for (const listener of this.#listeners) listener(change);
    });
  }

  announce(kind: ChangedKind, ids: readonly string[] | null): void {
    this.#channel?.postMessage({ kind, ids: ids !== null && ids.length > 500 ? null : ids });
  }

  listen(listener: (change: StorageChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#channel?.close();
  }
}
