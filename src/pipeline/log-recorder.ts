import type { Recorder } from "@/verification";
import { type CandidateContext, viewOf } from "./candidate-context.ts";

/** What gates find out becomes events of the run's log, and what the log says was found out before. */
export function createLogRecorder(context: CandidateContext): Recorder {
  const { log, index: candidate } = context;
  return {
    seen: () => {
      const { gates, tests, solvers, cells } = viewOf(context);
      return { gates, tests, solvers, cells: [...cells.values()] };
    },
    begins: () => {},
    inspected: ({ tools, configs }) => log.emit({ type: "candidate-inspected", candidate, tools, configs }),
    tested: (test) => log.emit({ type: "test-decided", candidate, test }),
    proposed: ({ solver, sample, attempt }, { source, findings }) =>
      log.emit({ type: "solver-proposed", candidate, solver, sample, attempt, source, findings: [...findings] }),
    played: (cell) => log.emit({ type: "cell-decided", candidate, cell }),
    tried: (solver, solvedAll, proven) => log.emit({ type: "solver-decided", candidate, solver, solvedAll, proven }),
    decided: (result) => log.emit({ type: "gate-decided", candidate, result }),
    // Where none keeps the contract, the report also says that none was played.
    ends: ({ gate }) => gate !== "solver-contract",
  };
}
