import type { CandidateView, Limits, Problem, PromptEdits, PythonSandbox, RoleModels, Variant } from "@/domain";
import type { GateContext } from "@/verification";
import type { OnProgress } from "./replies.ts";
import type { RunLog } from "./run-log.ts";

/** What every step of one candidate works with. */
export type CandidateContext = {
  models: RoleModels;
  /** The compiler's own solver and configurations, for its candidates: no model is asked then. */
  variant: Variant | null;
  sandbox: PythonSandbox;
  log: RunLog;
  /** Number of the candidate in the run. */
  index: number;
  problem: Problem;
  limits: Limits;
  edits: PromptEdits;
  signal: AbortSignal;
  onProgress: OnProgress;
};

/** A designer's reply, cut into its parts. */
export type Parsed = { className: string; taskText: string; source: string };

export function viewOf({ log, index }: Pick<CandidateContext, "log" | "index">): CandidateView {
  const view = log.view.candidates.find((candidate) => candidate.candidate === index);
  if (view === undefined) throw new Error(`candidate ${index} was never parsed`);
  return view;
}

/** The candidate was taken from its reply, and that was judged. */
export function wasRead({ log, index }: Pick<CandidateContext, "log" | "index">): boolean {
  return log.view.candidates.some(({ candidate, gates }) => candidate === index && gates.some(({ gate }) => gate === "format"));
}

export function gateContext({ sandbox, limits, signal }: CandidateContext): GateContext {
  return { sandbox, limits, signal };
}
