import { type RunId, sleep } from "@/domain";
import { openTabChannel } from "./tab-channel.ts";

/** `held: false`: another tab is driving the run, the work was not started. */
export type LockOutcome<T> = { held: true; value: T } | { held: false };

/** One driver a run across all tabs; a lock ends with its work or with its tab. */
export interface RunLocks {
  hold<T>(runId: RunId, work: () => Promise<T>): Promise<LockOutcome<T>>;
  /** Runs that some tab, this one included, is driving. */
  held(): Promise<ReadonlySet<RunId>>;
  close(): void;
}

/** `name` is null for what no other tab can see. */
export function createRunLocks(name: string | null): RunLocks {
  // oxlint-disable-next-line no-restricted-properties -- asked for
  const locks: LockManager | undefined = typeof navigator === "undefined" ? undefined : navigator.locks;
  return name === null || locks === undefined ? new ChannelRunLocks(name) : new WebRunLocks(locks, `${name}:run:`);
}

class WebRunLocks implements RunLocks {
  constructor(
    private readonly locks: LockManager,
    private readonly prefix: string,
  ) {}

  async hold<T>(runId: RunId, work: () => Promise<T>): Promise<LockOutcome<T>> {
    return await this.locks.request(this.prefix + runId, { ifAvailable: true }, async (lock): Promise<LockOutcome<T>> =>
      lock === null ? { held: false } : { held: true, value: await work() },
    );
  }

  async held(): Promise<ReadonlySet<RunId>> {
    const state = await this.locks.query();
    const names = (state.held ?? []).flatMap((lock) => (lock.name?.startsWith(this.prefix) === true ? [lock.name] : []));
    return new Set(names.map((name) => name.slice(this.prefix.length) as RunId));
  }

  close(): void {}
}

type Message =
  | { type: "claim"; runId: string; token: string }
  | { type: "taken"; runId: string; token: string }
  | { type: "who" }
  | { type: "mine"; runIds: string[] };

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  if (value.type === "who") return true;
  if (value.type === "mine") return "runIds" in value && Array.isArray(value.runIds);
  return (value.type === "claim" || value.type === "taken") && "runId" in value && "token" in value;
}

/** How long another tab has to object. Page tasks are short: all Python runs in workers. */
const ANSWER_MS = 250;

/**
 * For browsers without Web Locks. Nobody keeps time: a tab claims a run, its driver objects, and a tab that
 * is gone cannot. Of two claims at once the smaller token wins.
 */
class ChannelRunLocks implements RunLocks {
  readonly #channel: BroadcastChannel | null;
  readonly #held = new Set<RunId>();
  readonly #claims = new Map<string, { token: string; lost: boolean }>();
  #answers: Set<RunId> | null = null;

  constructor(name: string | null) {
    this.#channel = name === null ? null : openTabChannel(`${name}:locks`);
    this.#channel?.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (isMessage(event.data)) this.#hear(event.data);
    });
  }

  #say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #hear(message: Message): void {
    if (message.type === "who") return this.#say({ type: "mine", runIds: [...this.#held] });
    if (message.type === "mine") {
      for (const runId of message.runIds) this.#answers?.add(runId as RunId);
      return;
    }
    const claim = this.#claims.get(message.runId);
    if (message.type === "taken") {
      if (claim?.token === message.token) claim.lost = true;
      return;
    }
    const wins = this.#held.has(message.runId as RunId) || (claim !== undefined && claim.token < message.token);
    if (wins) this.#say({ type: "taken", runId: message.runId, token: message.token });
    else if (claim !== undefined) claim.lost = true;
  }

  async hold<T>(runId: RunId, work: () => Promise<T>): Promise<LockOutcome<T>> {
    if (this.#held.has(runId) || this.#claims.has(runId)) return { held: false };
    const claim = { token: Math.random().toString(36).slice(2), lost: false };
    this.#claims.set(runId, claim);
    try {
      this.#say({ type: "claim", runId, token: claim.token });
      if (this.#channel !== null) await sleep(ANSWER_MS);
      if (claim.lost) return { held: false };
      this.#held.add(runId);
    } finally {
      this.#claims.delete(runId);
    }
    try {
      return { held: true, value: await work() };
    } finally {
      this.#held.delete(runId);
    }
  }

  async held(): Promise<ReadonlySet<RunId>> {
    const answers = (this.#answers ??= new Set());
    this.#say({ type: "who" });
    if (this.#channel !== null) await sleep(ANSWER_MS);
    this.#answers = null;
    return new Set([...answers, ...this.#held]);
  }

  close(): void {
    this.#channel?.close();
  }
}
