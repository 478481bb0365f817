import type { Cell, GateName, GateResult, Inspection, TestResult } from "@/domain";
import type { Recorder, Seen, SolverRecord } from "./gate.ts";

export type MemoryOptions = Partial<Pick<Recorder, "begins" | "tested" | "played" | "ends">> & {
  /** Tests that are taken as passed. */
  given?: readonly TestResult[];
};

export type Memory = Recorder & {
  /** What was read of the file, once the gate "contract" has. */
  readonly inspection: Inspection | null;
};

/** A recorder for work that is done in one go. What `options` are told is recorded here too. */
export function createMemory(options: MemoryOptions = {}): Memory {
  const gates = new Map<GateName, GateResult>();
  const tests = new Map((options.given ?? []).map((test) => [test.index, test]));
  const solvers = new Map<number, SolverRecord>();
  const cells = new Map<string, Cell>();
  let inspection: Inspection | null = null;
  const seen = (): Seen => ({
    gates: [...gates.values()],
    tests: [...tests.values()],
    solvers: [...solvers.values()],
    cells: [...cells.values()],
  });
  return {
    get inspection() {
      return inspection;
    },
    seen,
    begins: (gate) => options.begins?.(gate),
    inspected: async (found) => {
      inspection = found;
    },
    tested: async (test) => {
      tests.set(test.index, test);
      await options.tested?.(test);
    },
    proposed: async ({ solver }, { source, findings }) => {
      solvers.set(solver, { solver, source, findings, solvedAll: null, proven: false });
    },
    played: async (cell) => {
      cells.set(`${cell.solver}:${cell.test}`, cell);
      await options.played?.(cell);
    },
    tried: async (solver, solvedAll, proven) => {
      const record = solvers.get(solver);
      if (record !== undefined) solvers.set(solver, { ...record, solvedAll, proven });
    },
    decided: async (result) => {
      gates.set(result.gate, result);
    },
    ends: options.ends ?? (() => true),
  };
}
