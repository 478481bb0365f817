/** Before a run: least, likely and most. Most = every reply and every repair that the settings allow. */
export type Range = { low: number; likely: number; high: number };

export type RunEstimate = {
  requests: Range;
  inputTokens: Range;
  outputTokens: Range;
  /** Null when the price of a model that is asked is unknown: `unpriced` names them. */
  usd: Range | null;
  unpriced: readonly string[];
  /** Nothing of it costs money. */
  free: boolean;
  /** Lengths of replies: from this device's earlier ones, or what is usual. */
  basis: "history" | "usual";
};

/** US dollars for a million tokens. */
export type Price = { input: number; cachedInput: number | null; output: number; source: "table" | "edited" | "free" };
