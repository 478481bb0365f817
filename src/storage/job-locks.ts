import { sleep } from "@/domain";
import { openTabChannel } from "./tab-channel.ts";

/** `held: false`: another tab is driving the job, the work was not started. */
export type LockOutcome<T> = { held: true; value: T } | { held: false };

/** One driver a job across all tabs; a lock ends with its work or with its tab. */
export interface JobLocks {
  hold<T>(jobId: string, work: () => Promise<T>): Promise<LockOutcome<T>>;
  /** Jobs that some tab, this one included, is driving. */
  held(): Promise<ReadonlySet<string>>;
  close(): void;
}

/** `name` is null for what no other tab can see. */
export function createJobLocks(name: string | null): JobLocks {
  // oxlint-disable-next-line no-restricted-properties -- asked for
  const locks: LockManager | undefined = typeof navigator === "undefined" ? undefined : navigator.locks;
  return name === null || locks === undefined ? new ChannelLocks(name) : new WebLocks(locks, `${name}:run:`);
}

class WebLocks implements JobLocks {
  constructor(
    private readonly locks: LockManager,
    private readonly prefix: string,
  ) {}

  async hold<T>(jobId: string, work: () => Promise<T>): Promise<LockOutcome<T>> {
    return await this.locks.request(this.prefix + jobId, { ifAvailable: true }, async (lock): Promise<LockOutcome<T>> =>
      lock === null ? { held: false } : { held: true, value: await work() },
    );
  }

  async held(): Promise<ReadonlySet<string>> {
    const state = await this.locks.query();
    const names = (state.held ?? []).flatMap((lock) => (lock.name?.startsWith(this.prefix) === true ? [lock.name] : []));
    return new Set(names.map((name) => name.slice(this.prefix.length)));
  }

  close(): void {}
}

/** `runId` is the id of any job: tabs of an older version, where only runs had locks, hear it too. */
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
 * For browsers without Web Locks. Nobody keeps time: a tab claims a job, its driver objects, and a tab that
 * is gone cannot. Of two claims at once the smaller token wins.
 */
class ChannelLocks implements JobLocks {
  readonly #channel: BroadcastChannel | null;
  readonly #held = new Set<string>();
  readonly #claims = new Map<string, { token: string; lost: boolean }>();
  #answers: Set<string> | null = null;

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
      for (const runId of message.runIds) this.#answers?.add(runId);
      return;
    }
    const claim = this.#claims.get(message.runId);
    if (message.type === "taken") {
      if (claim?.token === message.token) claim.lost = true;
      return;
    }
    const wins = this.#held.has(message.runId) || (claim !== undefined && claim.token < message.token);
    if (wins) this.#say({ type: "taken", runId: message.runId, token: message.token });
    else if (claim !== undefined) claim.lost = true;
  }

  async hold<T>(jobId: string, work: () => Promise<T>): Promise<LockOutcome<T>> {
    if (this.#held.has(jobId) || this.#claims.has(jobId)) return { held: false };
    const claim = { token: Math.random().toString(36).slice(2), lost: false };
    this.#claims.set(jobId, claim);
    try {
      this.#say({ type: "claim", runId: jobId, token: claim.token });
      if (this.#channel !== null) await sleep(ANSWER_MS);
      if (claim.lost) return { held: false };
      this.#held.add(jobId);
    } finally {
      this.#claims.delete(jobId);
    }
    try {
      return { held: true, value: await work() };
    } finally {
      this.#held.delete(jobId);
    }
  }

  async held(): Promise<ReadonlySet<string>> {
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
