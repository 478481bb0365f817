import { CancelledError } from "@/domain";

export type Amount = { usd: number; tokens: number };
export type Caps = { usd: number | null; tokens: number | null };

const NOTHING: Amount = { usd: 0, tokens: 0 };
const plus = (one: Amount, other: Amount): Amount => ({ usd: one.usd + other.usd, tokens: one.tokens + other.tokens });
const larger = (one: Amount, other: Amount): Amount => ({ usd: Math.max(one.usd, other.usd), tokens: Math.max(one.tokens, other.tokens) });

/**
 * Caps over requests that go out several at once. Each is let through only if what was spent, what is held for those
 * under way and what it may take itself stay below the cap; it may take as much as its player's dearest so far. While
 * nothing is known of a player, one of its requests goes out alone. Where only those under way stand in the way, it
 * waits for them.
 */
export class Budget {
  readonly #caps: Caps;
  /** What was spent by all that was played, at this moment. */
  readonly #spent: () => Amount;
  readonly #dearest = new Map<number, Amount>();
  readonly #held = new Map<object, Amount>();
  #waiting: (() => void)[] = [];

  constructor(caps: Caps, spent: () => Amount) {
    this.#caps = caps;
    this.#spent = spent;
  }

  /**
   * Makes one request of a player. `took`: what the player's own work has taken so far, asked before and after.
   * @returns "capped" when the request would pass a cap
   * @throws CancelledError once the signal is aborted; whatever the request throws
   */
  async spend<T>(player: number, took: () => Amount, signal: AbortSignal, request: () => Promise<T>): Promise<T | "capped"> {
    if (this.#caps.usd === null && this.#caps.tokens === null) return await request();
    let verdict = this.#verdict(player);
    while (verdict === "wait") {
      await this.#change(signal);
      verdict = this.#verdict(player);
    }
    if (verdict === "capped") return "capped";
    const hold = {};
    this.#held.set(hold, this.#dearest.get(player) ?? NOTHING);
    const before = took();
    try {
      const outcome = await request();
      const after = took();
      const own = { usd: after.usd - before.usd, tokens: after.tokens - before.tokens };
      this.#dearest.set(player, larger(own, this.#dearest.get(player) ?? NOTHING));
      return outcome;
    } finally {
      this.#held.delete(hold);
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  #verdict(player: number): "go" | "wait" | "capped" {
    const spent = this.#spent();
    if (this.#passes(spent, NOTHING)) return "capped";
    const own = this.#dearest.get(player);
    // Of what nothing is known, nothing can be held.
    if (own === undefined) return this.#held.size === 0 ? "go" : "wait";
    if (this.#passes(spent, own)) return "capped";
    const held = [...this.#held.values()].reduce(plus, NOTHING);
    return this.#passes(plus(spent, held), own) ? "wait" : "go";
  }

  #passes(sum: Amount, more: Amount): boolean {
    const { usd, tokens } = this.#caps;
    return (
      (usd !== null && (sum.usd >= usd || sum.usd + more.usd > usd)) ||
      (tokens !== null && (sum.tokens >= tokens || sum.tokens + more.tokens > tokens))
    );
  }

  /** Resolves when a request under way has ended; those are stopped by the same signal. */
  async #change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (signal.aborted) throw new CancelledError();
  }
}
