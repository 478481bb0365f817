import { addSpent, type LanguageModel, type ModelProfile, NO_CAPS, NO_SPEND, type PaidReply, type ReplyLedger, type Tally } from "@/domain";
import { asLanguageModel, createChatModel, createPriceBook, withLedger } from "@/llm";

/** The ledger's port over plain arrays: what storage does over IndexedDB. */
export class MemoryLedger implements ReplyLedger {
  readonly paid: PaidReply[] = [];

  async find(key: string, runId: string | null): Promise<PaidReply | null> {
    return this.paid.findLast((item) => item.key === key && item.usable && (runId === null || item.runId === runId)) ?? null;
  }
  async findUseless(key: string, runId: string): Promise<PaidReply | null> {
    return this.paid.findLast((item) => item.key === key && item.failure !== null && item.runId === runId) ?? null;
  }
  async add(paid: PaidReply): Promise<void> {
    this.paid.push(structuredClone(paid));
  }
  async open(): Promise<void> {}
  async correct(): Promise<void> {}
  async spentInRun(runId: string): Promise<Tally> {
    return this.#tally((item) => item.runId === runId);
  }
  async spentOnDay(day: string): Promise<Tally> {
    return this.#tally((item) => item.day === day);
  }
  #tally(fits: (item: PaidReply) => boolean): Tally {
    return this.paid.filter(fits).reduce((sum, { reply }) => addSpent(sum, { ...reply, reusedFrom: null }), NO_SPEND);
  }
}

/** A model over HTTP with all its layers, as the app joins them. */
export function languageModelAt(
  profile: ModelProfile,
  key: string | null,
  { ledger = new MemoryLedger(), runId = "run-1" }: { ledger?: ReplyLedger; runId?: string } = {},
): LanguageModel {
  const chat = createChatModel(profile, () => key, { patience: { retries: 3, waitMs: 60_000, cut: "continue" }, retryBaseMs: 1 });
  return asLanguageModel(
    withLedger(chat, { ledger, prices: createPriceBook(() => []), role: "designer", runId, caps: () => NO_CAPS, reuse: () => true }),
    { cut: "continue" },
  );
}
