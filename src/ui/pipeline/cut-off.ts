import { type RunView, type Tally, tallyCostText, tallyOf } from "@/domain";
import { formatCount, formatTokens } from "../text/index.ts";

/** Requests of a run that nobody drives, which broke off and would have to be paid for again. Null: none, or they were free. */
export function cutOffOf({ status, replies }: Pick<RunView, "status" | "replies">): Tally | null {
  if (status !== "open") return null;
  // The last loss of a reply that is still missing: what was lost before that has been asked for again already.
  const cut = replies.flatMap(({ status: now, lost }) => (now === "pending" ? lost.slice(-1).filter(({ estimated }) => estimated) : []));
  const tally = tallyOf(cut.map((item) => ({ ...item, reusedFrom: null })));
  return tally.usd > 0 || tally.unknownCosts > 0 ? tally : null;
}

/** What was sent, what it is taken to have cost, and that asking again costs again. */
export function cutOffText(tally: Tally): string {
  const { replies, inputTokens, outputTokens, unknownCosts } = tally;
  const cost = unknownCosts > 0 ? "price unknown" : tallyCostText(tally);
  const one = replies === 1;
  return `${formatCount(replies, "reply was", "replies were")} being written when the page went away. The ${one ? "request is" : "requests are"} booked with about ${formatTokens(inputTokens + outputTokens)} tokens, ${cost}: an estimate. Resume sends ${one ? "it" : "them"} again, and ${one ? "it has" : "they have"} to be paid for again.`;
}
