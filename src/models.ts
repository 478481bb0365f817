import { addressOf, createNoModel, type LanguageModel, type ModelProfile, type PriceEdit, type Settings } from "@/domain";
import {
  asLanguageModel,
  beginSignIn,
  checkConnection,
  chromeModelState,
  createChatModel,
  createPriceBook,
  createRecordedModel,
  finishSignIn,
  type LedgerOptions,
  listModels,
  PRICE_TABLE,
  withLedger,
} from "@/llm";
import type { AskOptions, GetKey, ModelPorts } from "@/state";
import type { PlaygroundStorage } from "@/storage";

export type ModelWiring = {
  storage: Promise<PlaygroundStorage>;
  /** As they are at the moment of asking: caps and prices hold at once. */
  settings(): Settings;
  /** A reply was paid for and stored. */
  onBooked(): void;
  /** A reply was paid for and could not be stored; the run that asked has it all the same. */
  onUnstored(error: unknown): void;
};

/** The models of `llm`, joined with the ledger in `storage`: each reply is priced, capped and stored. */
export function createModelPorts({ storage, settings, onBooked, onUnstored }: ModelWiring): ModelPorts {
  // At once: the address has to be its own again before anything reads it.
  const signedIn = finishSignIn();
  signedIn.catch(() => undefined);
  const prices = createPriceBook((): readonly PriceEdit[] => settings().prices);
  const ledger: Parameters<typeof withLedger>[1]["ledger"] = {
    find: async (key, runId) => (await storage).replies.find(key, runId),
    findUseless: async (key, runId) => (await storage).replies.findUseless(key, runId),
    add: async (paid) => {
      await (await storage).replies.add(paid);
      onBooked();
    },
    open: async (line) => (await storage).replies.open(line),
    correct: async (id, line) => {
      await (await storage).replies.correct(id, line);
      onBooked();
    },
    spentInRun: async (runId, leftOut) => (await storage).replies.spentInRun(runId, leftOut),
    spentOnDay: async (day, leftOut) => (await storage).replies.spentOnDay(day, leftOut),
  };

  /** Every request of the page goes through here, so none is left out of the books. */
  const booked = (chat: ReturnType<typeof createChatModel>, asked: Pick<LedgerOptions, "role" | "runId" | "reuse">) =>
    withLedger(chat, { ledger, prices, caps: () => settings().caps, onUnstored, ...asked });

  function language(profile: ModelProfile, getKey: GetKey, { role, runId, reuse, patience }: AskOptions): LanguageModel {
    if (profile.provider === "recorded") return createRecordedModel();
    if (profile.provider === "compiler") return createNoModel();
    const chat = (chosen: ModelProfile) =>
      booked(createChatModel(chosen, getKey, { patience }), { role, runId, reuse: () => reuse === "any" });
    return asLanguageModel(chat(profile), { cut: patience.cut, enlarge: (maxOutputTokens) => chat({ ...profile, maxOutputTokens }) });
  }

  return {
    language,
    chat: (profile, getKey, { role, runId, reuse, patience }) =>
      booked(createChatModel(profile, getKey, { patience }), { role, runId, reuse: () => reuse === "any" }),
    check: (profile, getKey, signal) =>
      checkConnection(profile, getKey, {
        signal,
        prices,
        book: (chat) => booked(chat, { role: "check", runId: null, reuse: () => false }),
      }),
    list: (profile, getKey, signal) => listModels(profile, getKey, { signal }),
    signIn: (profile) => beginSignIn(profile),
    finishSignIn: () => signedIn,
    chrome: () => chromeModelState(),
    price: (profile) => prices.price(profile.provider, profile.model, addressOf(profile)),
    priceTable: PRICE_TABLE,
  };
}
