import { type Cost, costText, type ErrorData, type ReplyView, tallyCostText, tallyOf, type Usage } from "@/domain";
import { formatMs, formatTokens } from "../text/index.ts";
import { formatNumber } from "./formats.ts";

const FAILED: Readonly<Record<string, string>> = {
  refused: "refused",
  "empty-reply": "empty",
  "cut-off": "cut off",
  "bad-reply": "unreadable",
  "not-a-reply": "broken off",
  "no-recording": "not recorded",
  "cap-reached": "cap reached",
  "rate-limited": "too many requests",
  "no-credit": "no credit",
  timeout: "timed out",
};

/** A word or two for a failed reply, where there is room for no more. */
export function failedWord(error: ErrorData | null): string {
  return error === null ? "failed" : (FAILED[error.code] ?? "failed");
}

/** Free is said of the person's own models only: recorded replies never had a price. */
const figureOf = (cost: Cost): string => (cost.usd === null ? "price unknown" : costText(cost));

/** What was paid in vain, in a few words; "" for nothing. */
function lostText(lost: ReplyView["lost"]): string {
  if (lost.length === 0) return "";
  const tally = tallyOf(lost.map((item) => ({ ...item, reusedFrom: null })));
  const cost = tally.unknownCosts > 0 ? "price unknown" : tallyCostText(tally);
  return tally.estimated > 0
    ? `about ${formatTokens(tally.inputTokens + tally.outputTokens)} tokens, ${cost} (estimated)`
    : `${cost}, paid all the same`;
}

/** "1.2k in, 512 out · $0.0021 · 3.2 s": what a row has room for. */
export function figuresOf({ reply, lost }: Pick<ReplyView, "reply" | "lost">, recorded: boolean): string {
  if (reply === null) return lostText(lost);
  const parts: string[] = [];
  const { usage } = reply;
  if (usage !== null) {
    const tokens = [
      ...(usage.inputTokens === null ? [] : [`${formatTokens(usage.inputTokens)} in`]),
      ...(usage.outputTokens === null ? [] : [`${formatTokens(usage.outputTokens)} out`]),
    ];
    if (tokens.length > 0) parts.push(tokens.join(", "));
  }
  if (!recorded) parts.push(reply.reusedFrom === null ? figureOf(reply.cost) : "paid before");
  parts.push(formatMs(reply.ms));
  return parts.join(" · ");
}

/** "1,204 (800 of them cached)"; null where the provider did not say. */
export function inputText(usage: Usage | null): string | null {
  if (usage?.inputTokens == null) return null;
  const cached = usage.cachedInputTokens ?? 0;
  return `${formatNumber(usage.inputTokens)}${cached > 0 ? `, ${formatNumber(cached)} of them cached` : ""}`;
}

export function outputText(usage: Usage | null): string | null {
  if (usage?.outputTokens == null) return null;
  const reasoning = usage.reasoningTokens ?? 0;
  return `${formatNumber(usage.outputTokens)}${reasoning > 0 ? `, ${formatNumber(reasoning)} of them reasoning` : ""}`;
}

/** Who says what it cost. */
export function sourceText({ source }: Cost, tableDate: string): string {
  switch (source) {
    case "provider":
      return "the provider's own figure";
    case "table":
      return `from the price table of ${tableDate}`;
    case "edited":
      return "at your own price";
    case "free":
      return "nothing to pay here";
    case "unknown":
      return "no price is known for this model";
  }
}

/** How the reply ended, for people. */
export function endText(finishReason: string): string {
  switch (finishReason) {
    case "stop":
      return "finished";
    case "length":
      return "cut off at the length limit";
    case "content-filter":
      return "stopped by the provider's filter";
    default:
      return finishReason === "" ? "not said" : `“${finishReason}”`;
  }
}
