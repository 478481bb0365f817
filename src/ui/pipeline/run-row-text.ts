import type { RunSummary } from "@/state";
import { STAGE_LABEL } from "./run-progress.ts";

function stageText({ stage, count }: RunSummary): string | null {
  if (stage === null) return null;
  if (count === null) return STAGE_LABEL[stage];
  return `${STAGE_LABEL[stage]}, ${count.done}${count.total === null ? "" : ` of ${count.total}`} done`;
}

/** Where a run is, or why it ended as it did, in a line of the list; null where its status says all. */
export function whereText(run: RunSummary, active: boolean): string | null {
  const { status, reason } = run;
  const stage = stageText(run);
  if (active || run.lockedElsewhere)
    return reason === "" ? stage : [stage, `before that, ${reason}`].filter((part) => part !== null).join("; ");
  if (status === "verified") return null;
  if (status === "rejected" || status === "failed") return reason === "" ? stage : reason;
  return stage === null ? null : `Stopped in: ${stage}`;
}

/** Titles that more than one problem has: there a problem's id tells its runs apart. */
export function sharedTitles(runs: readonly Pick<RunSummary, "title" | "problemId">[]): ReadonlySet<string> {
  const owner = new Map<string, string>();
  const shared = new Set<string>();
  for (const { title, problemId } of runs) {
    const first = owner.get(title);
    if (first === undefined) owner.set(title, problemId);
    else if (first !== problemId) shared.add(title);
  }
  return shared;
}
