import { type Caps, type Range, type RunEstimate, type Tally, usdText } from "@/domain";
import { formatTokens } from "./format.ts";

/** An estimate is no bill: two significant digits, and never more than four decimals. */
function roughUsd(usd: number): string {
  return usdText(usd === 0 ? 0 : Number(usd.toPrecision(2)));
}

/** "$0.01 to $0.08 (likely $0.02)", or one figure where all agree. */
function rangeText({ low, likely, high }: Range, text: (value: number) => string): string {
  const [least, middle, most] = [text(low), text(likely), text(high)];
  return least === most ? middle : `${least} to ${most} (likely ${middle})`;
}

export function costRangeText({ usd, free, unpriced }: RunEstimate): string {
  if (free) return "free";
  if (usd === null) return unpriced.length === 0 ? "price unknown" : `price unknown for ${unpriced.join(", ")}`;
  return rangeText(usd, roughUsd);
}

/** "About 6 requests, 12k tokens in, 5k out". */
export function sizeText({ requests, inputTokens, outputTokens }: RunEstimate): string {
  const count = Math.round(requests.likely);
  return `About ${count} ${count === 1 ? "request" : "requests"}, ${formatTokens(inputTokens.likely)} tokens in, ${formatTokens(outputTokens.likely)} out`;
}

export const estimateRows = (estimate: RunEstimate): { name: string; range: Range; text: (value: number) => string }[] => [
  { name: "Requests", range: estimate.requests, text: (value) => String(Math.round(value)) },
  { name: "Tokens in", range: estimate.inputTokens, text: formatTokens },
  { name: "Tokens out", range: estimate.outputTokens, text: formatTokens },
  ...(estimate.usd === null || estimate.free ? [] : [{ name: "Cost", range: estimate.usd, text: roughUsd }]),
];

/** The first cap that a run of the likely size would run into; null when none. */
export function brokenCap(estimate: RunEstimate, caps: Caps, today: Tally): string | null {
  const tokens = estimate.inputTokens.likely + estimate.outputTokens.likely;
  const spentTokens = today.inputTokens + today.outputTokens;
  const usd = estimate.free ? null : (estimate.usd?.likely ?? 0);
  if (usd !== null && caps.runUsd !== null && usd > caps.runUsd) return `your cap of ${usdText(caps.runUsd)} for a run`;
  if (usd !== null && caps.dayUsd !== null && (today.usd >= caps.dayUsd || today.usd + usd > caps.dayUsd))
    return `your cap of ${usdText(caps.dayUsd)} for a day (${usdText(today.usd)} spent so far)`;
  if (caps.runTokens !== null && tokens > caps.runTokens) return `your cap of ${formatTokens(caps.runTokens)} tokens for a run`;
  if (caps.dayTokens !== null && spentTokens + tokens > caps.dayTokens)
    return `your cap of ${formatTokens(caps.dayTokens)} tokens for a day (${formatTokens(spentTokens)} used so far)`;
  return null;
}
