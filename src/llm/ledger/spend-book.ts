import { bytesToHex, randomBytes } from "@noble/hashes/utils.js";
import { CancelledError, type Caps, type ChatReply, dayOf, NO_SPEND, type PaidReply, type ReplyLedger, type Spend } from "@/domain";
import { capReached, type Forecast, type Sums } from "./caps.ts";
import type { Flight } from "./flight.ts";

/** Held for a request under way: what it may come to, and afterwards what it came to where that could not be stored. */
export type Reservation = { id: string; runId: string | null; usd: number; tokens: number };

/** What a reply is taken to be long before there was one like it. */
const USUAL_OUTPUT = 2000;

/** What a ledger does not know: requests under way, and what is held for them. One for each ledger, shared by all roles and runs. */
export class SpendBook {
  readonly flights = new Map<string, Flight>();
  readonly #ledger: ReplyLedger;
  readonly #reserved = new Set<Reservation>();
  readonly #unstored = new Map<string, PaidReply>();
  readonly #lengths = new Map<string, { replies: number; tokens: number }>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ledger: ReplyLedger) {
    this.#ledger = ledger;
  }

  /** Of this run only, or (null) of any. @throws StorageError */
  async find(key: string, runId: string | null): Promise<ChatReply | null> {
    const unstored = this.#unstored.get(key);
    if (unstored?.usable === true && (runId === null || unstored.runId === runId)) return unstored.reply;
    return (await this.#ledger.find(key, runId))?.reply ?? null;
  }

  /** What this run paid for in vain. @throws StorageError */
  async findUseless(key: string, runId: string): Promise<PaidReply | null> {
    const unstored = this.#unstored.get(key);
    if (unstored?.usable === false && unstored.failure !== null && unstored.runId === runId) return unstored;
    return await this.#ledger.findUseless(key, runId);
  }

  /** Tokens that a reply of this kind is likely to have. */
  usualOutput(kind: string): number {
    const known = this.#lengths.get(kind);
    return known === undefined ? USUAL_OUTPUT : Math.ceil(known.tokens / known.replies);
  }

  /** Holds what a request may come to, if no cap stands against it. @throws ModelError "cap-reached", CancelledError, StorageError */
  admit(forecast: Forecast, capsNow: () => Caps, signal: AbortSignal): Promise<Reservation> {
    return this.#inTurn(async () => {
      const caps = capsNow();
      const { runId } = forecast;
      // What is held is in the book too, as open lines; those of other tabs count from there.
      const own = new Set([...this.#reserved].map(({ id }) => id));
      const run =
        runId === null || (caps.runUsd === null && caps.runTokens === null) ? NO_SPEND : await this.#ledger.spentInRun(runId, own);
      const day = caps.dayUsd === null && caps.dayTokens === null ? NO_SPEND : await this.#ledger.spentOnDay(dayOf(Date.now()), own);
      if (signal.aborted) throw new CancelledError();
      const sums: Record<"run" | "day", Sums> = {
        run: { booked: run, held: this.#held((reservation) => reservation.runId === runId) },
        day: { booked: day, held: this.#held(() => true) },
      };
      // Without a run there is nothing that its caps could be held against.
      const error = capReached(runId === null ? { ...caps, runUsd: null, runTokens: null } : caps, forecast, sums);
      if (error !== null) throw error;
      const reservation: Reservation = { id: bytesToHex(randomBytes(16)), runId, usd: forecast.usd ?? 0, tokens: forecast.tokens };
      this.#reserved.add(reservation);
      return reservation;
    });
  }

  /**
   * Stores what was paid, in the place of what was held. Null when that worked; otherwise the error, and then it is
   * remembered here for as long as the page lives: it still counts, and is still given out.
   */
  settle(reservation: Reservation, paid: PaidReply, kind: string): Promise<unknown> {
    const { usage, cost } = paid.reply;
    const output = usage?.outputTokens ?? null;
    if (paid.usable && output !== null) {
      const { replies, tokens } = this.#lengths.get(kind) ?? { replies: 0, tokens: 0 };
      this.#lengths.set(kind, { replies: replies + 1, tokens: tokens + output });
    }
    return this.#inTurn(async () => {
      try {
        await this.#ledger.add(paid);
        this.#reserved.delete(reservation);
        return null;
      } catch (error) {
        Object.assign(reservation, { usd: cost.usd ?? 0, tokens: (usage?.inputTokens ?? 0) + (output ?? 0) });
        this.#unstored.set(paid.key, paid);
        return error;
      }
    });
  }

  /** For something that was paid beside what is held for its request. */
  beside(runId: string | null): Reservation {
    const reservation: Reservation = { id: bytesToHex(randomBytes(16)), runId, usd: 0, tokens: 0 };
    this.#reserved.add(reservation);
    return reservation;
  }

  /** Before it is sent. A book that cannot be written holds up no request: it then misses what a page that goes away leaves. */
  async open(line: Spend): Promise<void> {
    await this.#ledger.open(line).catch(() => undefined);
  }

  /** The request came to no reply: its line becomes what was sent and received until then, or (null) is struck out. */
  async release(reservation: Reservation, line: Spend | null): Promise<void> {
    await this.#inTurn(async () => {
      await this.#ledger.correct(reservation.id, line).catch(() => undefined);
      this.#reserved.delete(reservation);
    });
  }

  #held(fits: (reservation: Reservation) => boolean): { usd: number; tokens: number } {
    const held = { usd: 0, tokens: 0 };
    for (const reservation of this.#reserved) {
      if (!fits(reservation)) continue;
      held.usd += reservation.usd;
      held.tokens += reservation.tokens;
    }
    return held;
  }

  /** One at a time: a sum that was read stays true until what depends on it is held, and what is booked is never held as well. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
