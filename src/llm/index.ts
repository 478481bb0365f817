/**
 * Language models behind the ports of the domain. A *provider* is connected through its own library, loaded when it
 * is first asked, over a *wire* that lets only those headers through that it accepts from web pages. A *chat model*
 * asks with the visitor's own key: it waits its *turn*, tries again with patience, and counts what a reply took. The
 * key is read at each attempt, leaves only in the provider's own header, and is cut out of every error text. The
 * *recorded model* replays replies that ship with the app.
 */
export { asLanguageModel } from "./chat/as-language-model.ts";
export { type ChatModelOptions, createChatModel } from "./chat/chat-model.ts";
export { chromeModelState } from "./providers/chrome-model.ts";
export { checkConnection } from "./connection/check.ts";
export { type LedgerOptions, withLedger } from "./ledger/ledgered.ts";
export { listModels } from "./providers/model-list.ts";
export { createPriceBook, PRICE_TABLE } from "./prices/prices.ts";
export { createRecordedModel } from "./recorded.ts";
export { beginSignIn, finishSignIn } from "./providers/sign-in.ts";
