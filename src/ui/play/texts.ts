import { END_LABEL, type EndReason, FAULT_LABEL, FAULT_KINDS, type Player, playerName, tallyCostText, type TraceView } from "@/domain";
import type { OpenEpisode } from "@/state";
import { formatTokens } from "../text/index.ts";

const END_TEXT: Record<EndReason, string> = {
  finished: "handed in its answer",
  "gave-up": "gave up",
  "bad-calls": "made no proper call too often",
  refused: "refused",
  "round-limit": "reached the round limit",
  "token-cap": "reached the token cap",
  "cost-cap": "reached the cost cap",
  "environment-failed": "ended because the environment failed",
};

/** Why it is over, after the player's name. */
export function endText(why: EndReason): string {
  return END_TEXT[why];
}

export type EpisodeOutcome = { label: string; color: string };

/** One word for lists and badges. */
export function outcomeOf({ status, why, reward }: { status: TraceView["status"]; why: EndReason | null; reward: number }): EpisodeOutcome {
  if (status !== "ended") return { label: "unfinished", color: "gray" };
  if (why !== "finished") return { label: why === null ? "ended" : END_LABEL[why], color: "yellow" };
  return { label: `reward ${reward}`, color: reward >= 1 ? "green" : "red" };
}

/** What is going on, in a few words. */
export function phaseText({
  phase,
  pausing,
  view,
  live,
  elsewhere,
}: Pick<OpenEpisode, "phase" | "pausing" | "view" | "live" | "elsewhere">): string {
  switch (phase) {
    case "idle":
      if (elsewhere) return "Another tab plays it";
      return view.status === "ended" ? "Over" : "Stopped";
    case "starting":
      return "Starting";
    case "paused":
      return "Paused";
    case "yours":
      return "Your move";
    case "calling":
      return "The call is running";
    case "playing":
      if (pausing) return "Pauses after this turn";
      return live !== null && (live.text !== "" || live.reasoning !== "") ? "Writing" : "Playing";
  }
}

/** "2 × malformed call, 1 × refusal"; "" when nothing went wrong. */
export function faultsText(faults: TraceView["faults"]): string {
  return FAULT_KINDS.flatMap((kind) => (faults[kind] === 0 ? [] : [`${faults[kind]} × ${FAULT_LABEL[kind]}`])).join(", ");
}

/** "1.2k tokens in, 300 out"; "" when none were counted. */
export function tokensOf({ inputTokens, outputTokens }: Pick<TraceView["took"], "inputTokens" | "outputTokens">): string {
  return inputTokens + outputTokens === 0 ? "" : `${formatTokens(inputTokens)} tokens in, ${formatTokens(outputTokens)} out`;
}

export function spentText({ spent }: Pick<TraceView, "spent">): string {
  if (spent.replies === 0) return "";
  if (spent.replies === spent.reused) return "nothing was paid";
  const reused = spent.reused === 0 ? "" : `, ${spent.reused} not paid for again`;
  return `${tallyCostText(spent)}${reused}`;
}

/** "Weigher-9B (branch, from round 3)" */
export function whoText(player: Player, branch: { steps: number } | null): string {
  return branch === null ? playerName(player) : `${playerName(player)}, branched after round ${branch.steps}`;
}
