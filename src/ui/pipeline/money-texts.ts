import { type Tally, tallyCostText, usdText } from "@/domain";
import { formatCount, formatTokens, NOT_KNOWN } from "../text/index.ts";
import { formatNumber } from "./formats.ts";

/** Where there is room for one figure only: "≥ $0.12" when prices of some are unknown. */
export function shortCost(tally: Tally): string {
  if (tally.replies === 0) return NOT_KNOWN;
  return tally.unknownCosts > 0 && tally.usd > 0 ? `≥ ${usdText(tally.usd)}` : tallyCostText(tally);
}

/** The sum that is held against a cap: dollars, also where nothing had to be paid. */
export function spentText(tally: Tally): string {
  return tally.unknownCosts > 0 ? shortCost(tally) : usdText(tally.usd);
}

/** Replies whose tokens the provider counted. */
const counted = (tally: Tally): number => tally.replies - tally.reused - tally.unknownUsage;

/** Tokens that the provider did not count are not taken for none. */
export function shortTokens(tally: Tally, tokens: number): string {
  if (counted(tally) > 0) return `${tally.unknownUsage > 0 ? "≥ " : ""}${formatTokens(tokens)}`;
  return tally.replies > 0 && tally.unknownUsage === 0 ? "0" : NOT_KNOWN;
}

export function tokensText(total: Tally): string {
  if (counted(total) === 0 && total.unknownUsage > 0) return "Tokens unknown";
  const cached = total.cachedInputTokens > 0 ? `, ${formatNumber(total.cachedInputTokens)} of them cached` : "";
  const reasoning = total.reasoningTokens > 0 ? `, ${formatNumber(total.reasoningTokens)} of them reasoning` : "";
  return `${formatNumber(total.inputTokens)} tokens in${cached}; ${formatNumber(total.outputTokens)} out${reasoning}`;
}

/** What the total does not say by itself. */
export function notesOf(total: Tally): string[] {
  return [
    ...(total.reused > 0 ? [`${formatCount(total.reused, "reply", "replies")} from the store, at no cost.`] : []),
    ...(total.estimated > 0
      ? [`${formatCount(total.estimated, "request was", "requests were")} cut off: tokens and cost are estimates.`]
      : []),
    ...(total.unknownCosts > 0 ? [`The price of ${formatCount(total.unknownCosts, "reply", "replies")} is unknown.`] : []),
    ...(total.unknownUsage > 0 ? [`Tokens of ${formatCount(total.unknownUsage, "reply", "replies")} were not said.`] : []),
  ];
}
