import {
  type CallSettings,
  type Cost,
  FREE,
  isFree,
  type Price,
  type PriceEdit,
  type ProviderId,
  UNKNOWN_COST,
  type Usage,
} from "@/domain";
import { isLocalHost, normaliseBaseUrl } from "../wire/base-url.ts";
import { tableCost, tablePrice } from "./table.ts";
import { type Counts, countsOf } from "./counts.ts";

export { PRICE_TABLE } from "./table.ts";

const FREE_PRICE: Price = { input: 0, cachedInput: 0, output: 0, source: "free" };

export type PriceBook = {
  /** US dollars for a million tokens; null when unknown. `baseUrl` tells whose models a compatible address serves. Never rejects. */
  price(provider: ProviderId, model: string, baseUrl?: string): Promise<Price | null>;
  /**
   * What a reply cost, by the first who knows: the provider in its reply (`billedUsd`), the person's own prices, the
   * table. `model` is the one that replied. Unknown is null and never 0. Never rejects: a reply must not be lost over it.
   */
  cost(settings: CallSettings, model: string, usage: Usage | null, billedUsd: number | null): Promise<Cost>;
};

export function createPriceBook(edits: () => readonly PriceEdit[]): PriceBook {
  const editOf = (provider: ProviderId, model: string): PriceEdit | undefined =>
    edits().find((edit) => edit.provider === provider && sameName(edit.model, model));

  return {
    async price(provider, model, baseUrl = "") {
      if (isFree(provider)) return FREE_PRICE;
      const edit = editOf(provider, model);
      if (edit !== undefined) return { input: edit.input, cachedInput: edit.cachedInput, output: edit.output, source: "edited" };
      return isOwnServer(provider, baseUrl) ? FREE_PRICE : await tablePrice(provider, model, baseUrl);
    },
    async cost({ provider, baseUrl, model: asked }, model, usage, billedUsd) {
      if (billedUsd !== null && Number.isFinite(billedUsd) && billedUsd >= 0) return { usd: billedUsd, source: "provider" };
      if (isFree(provider)) return FREE;
      const counts = countsOf(usage);
      // The person prices the name that they ask for; the table knows best the one that replied (an alias may mean any).
      const edit = editOf(provider, asked) ?? editOf(provider, model);
      if (edit === undefined && isOwnServer(provider, baseUrl)) return FREE;
      if (counts === null) return UNKNOWN_COST;
      if (edit !== undefined) return { usd: editedCost(edit, counts), source: "edited" };
      const usd = (await tableCost(provider, model, baseUrl, counts)) ?? (await tableCost(provider, asked, baseUrl, counts));
      return usd === null ? UNKNOWN_COST : { usd, source: "table" };
    },
  };
}

/**
 * A server on the person's own computer costs nothing, as those of Ollama and the like. One that passes requests on to a
 * paid service can say so: in its replies, or by prices that the person enters, which both go before this.
 */
function isOwnServer(provider: ProviderId, baseUrl: string): boolean {
  if (provider !== "compatible" || baseUrl === "") return false;
  try {
    return isLocalHost(new URL(normaliseBaseUrl(baseUrl)).hostname);
  } catch {
    // Half an address, as it is being typed.
    return false;
  }
}

function sameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function editedCost({ input, cachedInput, output }: PriceEdit, counts: Counts): number {
  return ((counts.input - counts.cached) * input + counts.cached * (cachedInput ?? input) + counts.output * output) / 1_000_000;
}
