import type { Cost, Usage } from "./money.ts";

/** What can stand between a page and a model. */
export type ConnectionCode =
  | "no-address"
  | "no-key"
  | "wrong-key"
  | "no-credit"
  | "browser-calls-forbidden"
  | "stream-unverified"
  | "cors-off"
  | "mixed-content"
  | "local-network-refused"
  | "no-such-model"
  | "region"
  | "account"
  | "offline"
  | "provider-down"
  | "too-many-requests"
  | "not-running"
  | "wrong-address"
  | "clock-skew"
  | "proxy"
  | "blocked-by-extension"
  | "not-in-this-browser"
  | "bad-settings"
  | "unexpected-reply";

/** "certain": it was seen. Otherwise the browser does not tell causes apart, and they stand in the order of likelihood. */
export type ConnectionCause = {
  code: ConnectionCode;
  certainty: "certain" | "likely" | "possible";
  title: string;
  todo: string;
  /** What the provider wrote, without any key. */
  detail?: string;
  /** Nearest names, for a model that does not exist. */
  names?: readonly string[];
};

export type ConnectionReport =
  | { ok: true; summary: string; model: string; ms: number; streamed: boolean; usage: Usage | null; cost: Cost; reply: string }
  | { ok: false; summary: string; causes: readonly ConnectionCause[] };

/** A model as its provider lists it; the price where the list has one, in US dollars for a million tokens. */
export type ModelSuggestion = { id: string; note?: string; price?: { input: number; output: number } };
