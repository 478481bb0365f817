import { applyRunEvent, emptyRunView, RUN_LOG, type RunEvent, type RunView } from "@/domain";
import type { JobKind } from "../job-kind.ts";

export const RUN_JOB: JobKind<RunEvent, RunView> = {
  log: RUN_LOG,
  emptyView: emptyRunView,
  fold: applyRunEvent,
  copy: (view) => ({
    ...view,
    replies: view.replies.map((reply) => ({ ...reply })),
    candidates: view.candidates.map((candidate) => ({
      ...candidate,
      solvers: candidate.solvers.map((solver) => ({ ...solver })),
      cells: new Map(candidate.cells),
    })),
    repairs: [...view.repairs],
    log: [...view.log],
  }),
  isOpen: ({ problem, status }) => problem !== null && status === "open",
  whenPaidAgain: "wait",
};
