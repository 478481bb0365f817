import {
  type EvaluationPlan,
  type EvaluationView,
  FAILURE_LABEL,
  FAILURES,
  type Failure,
  type Interval,
  playerName,
  type PlayerScore,
  type Score,
  usdText,
} from "@/domain";
import { formatMs, formatTokens, NOT_KNOWN } from "../text/index.ts";

/** "33 %"; a share that is not all or nothing never reads as 0 or 100. */
export function percentText(share: number | null): string {
  if (share === null) return NOT_KNOWN;
  const rounded = Math.round(share * 100);
  if (rounded === 0 && share > 0) return "< 1 %";
  if (rounded === 100 && share < 1) return "> 99 %";
  return `${rounded} %`;
}

/** "12 – 46 %" */
export function intervalText(interval: Interval | null): string {
  return interval === null ? NOT_KNOWN : `${Math.round(interval.low * 100)} – ${Math.round(interval.high * 100)} %`;
}

/** "1.3 ×": how many times as many rounds as the reference solver. */
export function ratioText(ratio: number | null): string {
  return ratio === null ? NOT_KNOWN : `${ratio.toFixed(ratio < 10 ? 1 : 0)} ×`;
}

export function meanText(value: number | null): string {
  return value === null ? NOT_KNOWN : value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** "$0.12", or "$0.12 + 3 unknown": a sum is never said to be all when some of it is not known. */
export function costText({ usd, unknownCosts }: Pick<Score, "usd" | "unknownCosts">): string {
  if (unknownCosts === 0) return usdText(usd);
  return usd === 0 ? "unknown" : `${usdText(usd)} + ${unknownCosts.toLocaleString("en")} unknown`;
}

export function tokensText({ inputTokens, outputTokens }: Pick<Score, "inputTokens" | "outputTokens">): string {
  return inputTokens + outputTokens === 0 ? NOT_KNOWN : `${formatTokens(inputTokens)} in, ${formatTokens(outputTokens)} out`;
}

/** "3 × wrong answer, 1 × round limit", the most frequent first. */
export function failureText(failures: Score["failures"]): string {
  const parts = failureParts(failures).map(({ failure, count }) => `${count.toLocaleString("en")} × ${FAILURE_LABEL[failure]}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function failureParts(failures: Score["failures"]): { failure: Failure; count: number }[] {
  return FAILURES.flatMap((failure) => {
    const count = failures[failure] ?? 0;
    return count === 0 ? [] : [{ failure, count }];
  }).toSorted((one, other) => other.count - one.count);
}

/** Those of 1, 2, 4, 8 … and of all tries: a row of twenty figures says no more. */
export function shownPassAt({ passAt }: Pick<PlayerScore, "passAt">): readonly { k: number; value: number }[] {
  const last = passAt.at(-1)?.k;
  return passAt.filter(({ k }) => k === last || Number.isInteger(Math.log2(k)));
}

/** Names of the players, told apart by a number where two have the same. */
export function playerNames({ players }: Pick<EvaluationPlan, "players">): string[] {
  const names = players.map(playerName);
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

/** "HanoiEnv 3": a task by its environment and its number among the plan's tasks of it, from 1. */
export function taskNames({ tasks }: Pick<EvaluationPlan, "tasks">): string[] {
  const counts = new Map<string, number>();
  return tasks.map(({ environmentId }) => {
    const number = (counts.get(environmentId) ?? 0) + 1;
    counts.set(environmentId, number);
    return `${environmentName(environmentId)} ${number}`;
  });
}

/** The class name out of `<code_id>__<Name>Env`. */
export function environmentName(id: string): string {
  const cut = id.lastIndexOf("__");
  return cut < 0 ? id : id.slice(cut + 2);
}

export type Standing = { label: string; color: string };

export function standingOf(
  status: EvaluationView["status"],
  { active, lockedElsewhere, capped = false }: { active: boolean; lockedElsewhere: boolean; capped?: boolean },
): Standing {
  if (active) return { label: "Running", color: "iris" };
  if (lockedElsewhere) return { label: "Running in another tab", color: "iris" };
  if (status === "finished") return { label: "Finished", color: "green" };
  if (status === "halted" && capped) return { label: "Stopped at a cap", color: "yellow" };
  return { label: "Paused", color: "gray" };
}

/** "about 3 min 20 s left" */
export function leftText(msLeft: number | null): string {
  return msLeft === null ? "" : `about ${formatMs(Math.max(1000, Math.round(msLeft / 1000) * 1000))} left`;
}
