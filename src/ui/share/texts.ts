import { END_LABEL, type Player, playerName, type TraceView } from "@/domain";
import type { ReplayReport } from "@/state";
import { formatCount } from "../text/index.ts";

/** "a person": on another device "You" is somebody else. */
export function claimedPlayer(player: Player): string {
  return player.kind === "person" ? "a person" : playerName(player);
}

/** What a trace says of its own end. */
export function claimedOutcome({ why, reward, rounds }: Pick<TraceView, "why" | "reward" | "rounds">): string {
  const end = why === null ? "not finished" : END_LABEL[why];
  return `${formatCount(rounds, "round")}, ${end}, reward ${reward}`;
}

/** What a replay here found, beside what the trace claims. */
export function replayText(report: ReplayReport, claimed: Pick<TraceView, "reward">): { good: boolean; title: string; text: string } {
  if (!report.agrees)
    return {
      good: false,
      title: `They part at round ${report.step}`,
      text: `The link says:\n${report.recorded}\nPlayed here:\n${report.got}`,
    };
  if (report.reward !== claimed.reward)
    return {
      good: false,
      title: "Another reward",
      text: `Every observation is the same, but the reward is ${report.reward} here and ${claimed.reward} in the link.`,
    };
  return { good: true, title: "The same here", text: `Every observation is the same, and so is the reward: ${report.reward}.` };
}
