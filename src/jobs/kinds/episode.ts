import { applyTraceEvent, emptyTraceView, TRACE_LOG, type TraceEvent, type TraceView } from "@/domain";
import type { JobKind } from "../job-kind.ts";

export const EPISODE_JOB: JobKind<TraceEvent, TraceView> = {
  log: TRACE_LOG,
  emptyView: emptyTraceView,
  fold: applyTraceEvent,
  copy: (view) => ({
    ...view,
    entries: [...view.entries],
    calls: [...view.calls],
    faults: { ...view.faults },
    took: { ...view.took },
  }),
  isOpen: ({ head, status }) => head !== null && status === "open",
  // Its page shows it where it stands, and one press goes on.
  whenPaidAgain: "pause",
};
