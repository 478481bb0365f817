import type { RunView } from "@/domain";
import type { Progress } from "./run-progress.ts";

const RESTING: Record<RunView["status"], string> = {
  open: "Not running: Resume continues where it stopped",
  verified: "Finished: verified",
  rejected: "Finished: no candidate was accepted",
  cancelled: "Cancelled: Resume continues where it stopped",
  failed: "Stopped by an error: what was paid for is kept",
};

function restingNote(view: RunView): string {
  if (view.status === "failed" && view.synthesizer === "compiler") return "Stopped by an error: Resume continues where it stopped";
  return view.status === "failed" && view.error?.code === "cap-reached"
    ? "Stopped at your cap: what was paid for is kept"
    : RESTING[view.status];
}

/** Told while no stage is under way. A run that somebody drives is between two of them, or begins: only one that nobody drives rests. */
export function noteOf(view: RunView, { stages }: Progress, live: boolean): string {
  if (!live || view.status === "verified" || view.status === "rejected") return restingNote(view);
  const failed = stages.find((stage) => stage.state === "failed");
  if (failed !== undefined) return `${failed.label} failed: what comes next is being decided`;
  return stages.at(-1)?.state === "passed" ? "Verified: the run is being finished" : "Working";
}
