import { addSpent, NO_SPEND, type PaidReply, type ReplyLedger, type Tally } from "@/domain";
import type { ChangeChannel } from "./changes.ts";
import type { PlaygroundDatabase } from "./database.ts";
import { type Spend, replyKind, spendKind } from "./record-kinds.ts";
import { idOfRaw, readAll, writeRecord } from "./records.ts";
import { guarded } from "./storage-errors.ts";

function tally(spends: readonly Spend[]): Tally {
  return spends.reduce((sum, { usage, cost }) => addSpent(sum, { usage, cost, reusedFrom: null }), NO_SPEND);
}

/** Replies that were paid for: their texts, for identical requests, and the book of what they cost. */
export class ReplyRepository implements ReplyLedger {
  constructor(
    private readonly database: PlaygroundDatabase,
    private readonly changes: ChangeChannel,
  ) {}

  async find(key: string, runId: string | null): Promise<PaidReply | null> {
    return await this.#newest(key, (paid) => paid.usable && (runId === null || paid.runId === runId));
  }

  async findUseless(key: string, runId: string): Promise<PaidReply | null> {
    return await this.#newest(key, (paid) => !paid.usable && paid.failure !== null && paid.runId === runId);
  }

  async add(paid: PaidReply): Promise<void> {
    const { replies, spend } = this.database;
    const { id, runId, day, role, reply } = paid;
    await this.database.write([replies, spend], async () => {
      await replies.put(writeRecord(replyKind, paid));
      await spend.put(writeRecord(spendKind, { id, runId, day, role, at: reply.receivedAt, model: reply.settings.model, usage: reply.usage, cost: reply.cost }));
    });
    this.changes.announce("replies", [id]);
  }

  async spentInRun(runId: string): Promise<Tally> {
    return tally(await this.#spends("runId", runId));
  }

  async spentOnDay(day: string): Promise<Tally> {
    return tally(await this.#spends("day", day));
  }

  /** Newest first. */
  async days(): Promise<{ day: string; tally: Tally }[]> {
    const byDay = new Map<string, Spend[]>();
    for (const spend of await this.#all()) {
      const known = byDay.get(spend.day);
      if (known === undefined) byDay.set(spend.day, [spend]);
      else known.push(spend);
    }
    return [...byDay].map(([day, spends]) => ({ day, tally: tally(spends) })).toSorted((one, other) => other.day.localeCompare(one.day));
  }

  /** What was paid for, newest first: for estimates. */
  async history(): Promise<Spend[]> {
    return (await this.#all()).toSorted((one, other) => other.at - one.at);
  }

  async stored(): Promise<number> {
    return await guarded(() => this.database.replies.count());
  }

  /** The texts are gone, the sums stay. */
  async forgetTexts(): Promise<void> {
    await guarded(() => this.database.replies.clear());
    this.changes.announce("replies", null);
  }

  async #newest(key: string, fits: (paid: PaidReply) => boolean): Promise<PaidReply | null> {
    return await guarded(async () => {
      const { items } = readAll(replyKind, await this.database.replies.where("key").equals(key).toArray(), idOfRaw);
      return items.filter(fits).toSorted((one, other) => other.reply.receivedAt - one.reply.receivedAt).at(0) ?? null;
    });
  }

  async #all(): Promise<Spend[]> {
    return (await this.database.unreadable.readTable(this.database.spend, spendKind)).items;
  }

  async #spends(index: "runId" | "day", value: string): Promise<Spend[]> {
    return await guarded(async () => readAll(spendKind, await this.database.spend.where(index).equals(value).toArray(), idOfRaw).items);
  }
}
