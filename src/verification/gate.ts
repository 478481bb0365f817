import type { Cell, Finding, GateName, GateResult, Inspection, Limits, PythonSandbox, TestResult, TraceStep } from "@/domain";

export type GateContext = { sandbox: PythonSandbox; limits: Limits; signal: AbortSignal };

/** `className` "": the file's own, which the gate "contract" finds. */
export type Candidate = { source: string; className: string };

/** What gate "format" has to judge. `unassembled`: why the parts of a readable reply make no file. */
export type Reading = { findings: Finding[]; figures: GateResult["figures"]; unassembled: Finding[] | null; startedAt: number };

/** Configurations to test with; `notes` are what was found where they were proposed. */
export type Proposal = { configs: readonly string[]; notes: readonly Finding[] };

/**
 * One solver to be tried: its number among the candidate's, and which reply it is (`attempt` counts repairs). `source`
 * null: nothing that could be read, and `findings` say why.
 */
export type Offer = { solver: number; sample: number; attempt: number; source: string | null; findings: readonly Finding[] };

/** Where things to judge come from. */
export type Sources = {
  /** Null: there was nothing to read. */
  reading: Reading | null;
  /** Asked again after each result, as long as there is more to try with. */
  proposals: (last: () => GateResult | null) => AsyncIterable<Proposal>;
  /** One after the other: the next is asked for when the one before was tried. */
  offers: (won: () => boolean) => AsyncIterable<Offer>;
  /** The file that the proof of this solver is about. */
  fileWith: (solver: string) => Promise<string>;
};

/** `solvedAll` null: it was not tried to the end. */
export type SolverRecord = { solver: number; source: string; findings: readonly Finding[]; solvedAll: boolean | null; proven: boolean };

/** What was found out of a candidate so far, in an earlier part of the work too. */
export type Seen = {
  gates: readonly GateResult[];
  tests: readonly TestResult[];
  solvers: readonly SolverRecord[];
  cells: readonly Cell[];
};

/** Where results go: a run's log, or memory. What is recorded is seen once the promise resolves. */
export type Recorder = {
  seen: () => Seen;
  begins: (gate: GateName) => void;
  inspected: (inspection: Inspection) => Promise<void>;
  tested: (test: TestResult) => Promise<void>;
  proposed: (offer: Offer, read: { source: string; findings: readonly Finding[] }) => Promise<void>;
  played: (cell: Cell) => Promise<void>;
  tried: (solver: number, solvedAll: boolean, proven: boolean) => Promise<void>;
  decided: (result: GateResult) => Promise<void>;
  /** Whether the gates after this failed one are not taken. */
  ends: (failed: GateResult) => boolean;
};

export type Work = { context: GateContext; candidate: Candidate; sources: Sources; recorder: Recorder };

/** The actions and observations of a solver, by test. */
export type Traces = Map<number, TraceStep[]>;

/** One solver on its way through the gates that try solvers; each adds what the next needs. */
export type Attempt = {
  offer: Offer;
  source: string;
  run: { cells: readonly Cell[]; traces: Traces; solvedAll: boolean } | null;
  /** The proven file. */
  file: string | null;
};

/** What looks at a candidate and says what it finds. */
type Check<Name extends string, Result> = { name: Name; run: (work: Work) => Promise<Result> };

/**
 * A check that a candidate passes or fails. `run` decides it; null: it does not apply here, or was decided with a solver.
 * A gate that tries solvers does so in `attempt` and sums up in `run`; false: this solver is out.
 */
export type Gate<Name extends GateName = GateName> = Check<Name, GateResult | null> & {
  attempt?: (work: Work, attempt: Attempt) => Promise<boolean>;
};

/** What a quality check remarks: a warning in the result of gate `at`, with the check's name as its code. It never rejects. */
type Remark = Omit<Finding, "severity" | "code">;
/** The proof is left out: it is decided solver by solver. */
export type QualityCheck = Check<string, Remark[]> & { at: Exclude<GateName, "proof"> };

export function gateResult(gate: GateName, findings: readonly Finding[], figures: GateResult["figures"], startedAt: number): GateResult {
  const passed = !findings.some((finding) => finding.severity === "error");
  return { gate, passed, findings: [...findings], figures, ms: Math.round(performance.now() - startedAt) };
}

export const passedTests = ({ tests }: Seen): TestResult[] => tests.filter((test) => test.passed).toSorted((a, b) => a.index - b.index);
