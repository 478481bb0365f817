import { applyEvaluationEvent, emptyEvaluationView, EVALUATION_LOG, type EvaluationEvent, type EvaluationView } from "@/domain";
import type { JobKind } from "../job-kind.ts";

export const EVALUATION_JOB: JobKind<EvaluationEvent, EvaluationView> = {
  log: EVALUATION_LOG,
  emptyView: emptyEvaluationView,
  fold: applyEvaluationEvent,
  copy: (view) => ({ ...view, results: new Map(view.results), failures: new Map(view.failures) }),
  isOpen: ({ plan, status }) => plan !== null && status === "open",
  whenPaidAgain: "wait",
};
