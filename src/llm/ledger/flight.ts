import { CancelledError, type ChatOptions, type ChatReply, untilAborted, type Waiting } from "@/domain";

/**
 * One request under way with everybody who waits for its reply. Who cancels leaves alone; the request itself is
 * cancelled when nobody is left, and `onEmpty` says so before it is.
 */
export class Flight {
  readonly runId: string | null;
  /** Of the request itself. Who waits takes the promise of `join`. */
  readonly reply: Promise<ChatReply>;
  readonly #stop = new AbortController();
  readonly #aboard = new Set<ChatOptions>();
  readonly #onEmpty: () => void;
  #waiting: Waiting | null = null;

  constructor(runId: string | null, ask: (options: ChatOptions) => Promise<ChatReply>, onEmpty: () => void) {
    this.runId = runId;
    this.#onEmpty = onEmpty;
    // A turn later, so that whoever opened it is aboard when the first words come.
    this.reply = Promise.resolve().then(() =>
      ask({
        signal: this.#stop.signal,
        onText: (text) => this.#aboard.forEach((options) => options.onText?.(text)),
        onReasoning: (text) => this.#aboard.forEach((options) => options.onReasoning?.(text)),
        onWait: (waiting) => {
          this.#waiting = waiting;
          for (const options of this.#aboard) options.onWait?.(waiting);
        },
      }),
    );
    // Those aboard hear of a failure; with nobody aboard it is nobody's.
    this.reply.catch(() => {});
  }

  /** @throws what the request throws, CancelledError when this one leaves */
  join(options: ChatOptions): Promise<ChatReply> {
    const { signal } = options;
    if (signal.aborted) return Promise.reject(new CancelledError());
    this.#aboard.add(options);
    if (this.#waiting !== null) options.onWait?.(this.#waiting);
    const leave = (): void => void this.#aboard.delete(options);
    return untilAborted(this.reply.finally(leave), signal, () => {
      leave();
      if (this.#aboard.size > 0) return;
      this.#onEmpty();
      this.#stop.abort();
    });
  }
}
