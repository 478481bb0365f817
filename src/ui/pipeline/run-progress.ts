import type { CandidateView, GateName, ReplyView, RunStage, RunView } from "@/domain";
import { GATE_FACTS, GATES, rankVerified, RUN_STAGES } from "@/domain";

/** The stages of a run as the person sees them. */
export const STAGE_LABEL: Record<RunStage, string> = {
  design: "Design",
  run: "Contract & run",
  tests: "Tests",
  solvers: "Solvers",
  proof: "Proof",
  verified: "Verified",
};

export type StageState = "waiting" | "current" | "passed" | "failed";
/** What is being counted in the stage under way; `key` changes when the thing counted changes. */
export type Count = { key: string; done: number; total: number; unit: string };
type Stage = { name: RunStage; label: string; state: StageState };
export type Progress = { stages: Stage[]; current: Stage | null; count: Count | null; fraction: number };

const isPending = (reply: ReplyView): boolean => reply.status === "pending";

/** The candidate that the run is busy with, or ended with: the best of the verified. Null while the first one is being written. */
export function focusOf(view: RunView): CandidateView | null {
  const running = view.candidates.findLast((item) => item.status === "running") ?? null;
  if (running !== null && view.status === "open") return running;
  return rankVerified(view)[0]?.candidate ?? running ?? view.candidates.at(-1) ?? null;
}

/** The compiler has yet to say what it makes of the solution. */
function isCompiling(view: RunView): boolean {
  return view.synthesizer !== "model" && view.compilation === null;
}

/**
 * Back in the first stage: the solution is being compiled, or every candidate is decided and a designer's reply is on
 * its way or not yet taken in. Where both write, the compiler's candidates come before the designer's.
 */
function isDesigning(view: RunView): boolean {
  if (view.status !== "open" || view.candidates.some((item) => item.status === "running")) return false;
  if (isCompiling(view)) return true;
  if (view.synthesizer === "compiler") return view.candidates.length === 0 && view.compilation !== null && !("refused" in view.compilation);
  const designed = view.candidates.filter((item) => item.variant === null);
  if (designed.some((item) => item.status === "verified")) return false;
  const replies = view.replies.filter((reply) => reply.role === "designer" && reply.status !== "failed").length;
  return designed.length === 0 || replies > designed.length;
}

/** The first stage is the compiler's work, not a designer's. */
function isCompiled(view: RunView, candidate: CandidateView | null): boolean {
  if (candidate !== null) return candidate.variant !== null;
  return view.synthesizer === "compiler" || (isCompiling(view) && view.replies.length === 0);
}

export function runningGateOf(candidate: CandidateView): GateName | null {
  if (candidate.status !== "running") return null;
  return GATES.find((gate) => candidate.gates.every((result) => result.gate !== gate)) ?? null;
}

export function failedGateOf(candidate: CandidateView): CandidateView["gates"][number] | null {
  return candidate.gates.find((result) => !result.passed) ?? null;
}

const gatesOf = (stage: RunStage): GateName[] => GATES.filter((gate) => GATE_FACTS[gate].stage === stage);

function stageStateOf(stage: RunStage, candidate: CandidateView): StageState {
  if (stage === "verified") return candidate.status === "verified" ? "passed" : "waiting";
  const gates = gatesOf(stage).map((gate) => candidate.gates.find((result) => result.gate === gate));
  if (gates.some((result) => result?.passed === false)) return "failed";
  if (gates.every((result) => result?.passed === true)) return "passed";
  return stage === "design" && candidate.className !== "" ? "passed" : "waiting";
}

/** Cells that can still be expected: a decided solver stopped where it failed, so only its own cells count. */
function cellCountOf(candidate: CandidateView): { done: number; total: number } {
  const tests = candidate.tests.filter((test) => test.passed).length;
  const perSolver = new Map<number, number>();
  for (const cell of candidate.cells.values()) perSolver.set(cell.solver, (perSolver.get(cell.solver) ?? 0) + 1);
  let total = 0;
  for (const solver of candidate.solvers) {
    const own = perSolver.get(solver.solver) ?? 0;
    const isOut = solver.solvedAll !== null || solver.findings.some((finding) => finding.severity === "error");
    total += isOut ? own : Math.max(own, tests);
  }
  return { done: candidate.cells.size, total };
}

function repliesOf(view: RunView, role: ReplyView["role"], candidate: number | null): { done: number; asked: number } {
  const replies = view.replies.filter((reply) => reply.role === role && (candidate === null || reply.candidate === candidate));
  return { done: replies.filter((reply) => !isPending(reply)).length, asked: replies.length };
}

function countOf(view: RunView, stage: RunStage, candidate: CandidateView | null): Count | null {
  const key = `${candidate?.candidate ?? "new"}/${stage}`;
  const index = candidate?.candidate ?? null;
  switch (stage) {
    case "design": {
      if (isCompiled(view, candidate)) return null;
      const { done, asked } = repliesOf(view, "designer", null);
      return { key, done, total: Math.max(asked, 1), unit: "replies" };
    }
    case "run": {
      const gates = gatesOf("run");
      return {
        key,
        done: candidate?.gates.filter((result) => gates.includes(result.gate)).length ?? 0,
        total: gates.length,
        unit: "gates",
      };
    }
    case "tests": {
      if (candidate !== null && candidate.proposed.length > 0)
        return { key, done: candidate.tests.length, total: candidate.proposed.length, unit: "tests" };
      if (isCompiled(view, candidate)) return null;
      const { done, asked } = repliesOf(view, "tester", index);
      return { key: `${key}/replies`, done, total: Math.max(view.limits?.testerReplies ?? 0, asked, 1), unit: "replies" };
    }
    case "solvers": {
      const cells = candidate === null ? { done: 0, total: 0 } : cellCountOf(candidate);
      if (cells.total > 0) return { key, ...cells, unit: "solver runs" };
      if (isCompiled(view, candidate)) return null;
      const { done, asked } = repliesOf(view, "solver", index);
      return { key: `${key}/replies`, done, total: Math.max(view.limits?.solverReplies ?? 0, asked, 1), unit: "replies" };
    }
    case "proof":
    case "verified":
      return null;
  }
}

/** Where the run is: the state of each stage, what is counted in the present one, and how far along it is in all. */
export function progressOf(view: RunView): Progress {
  const designing = isDesigning(view);
  const candidate = designing ? null : focusOf(view);
  const compiled = isCompiled(view, candidate);
  const stages = RUN_STAGES.map((name): Stage => ({
    name,
    label: name === "design" && compiled ? "Compile" : STAGE_LABEL[name],
    state: candidate === null ? "waiting" : stageStateOf(name, candidate),
  }));
  const underWay = designing || candidate?.status === "running";
  const [first] = stages;
  if (
    first !== undefined &&
    candidate === null &&
    view.synthesizer === "compiler" &&
    view.compilation !== null &&
    "refused" in view.compilation
  )
    first.state = "failed";
  const next =
    underWay && stages.every((stage) => stage.state !== "failed") ? stages.find((stage) => stage.state === "waiting") : undefined;
  if (next !== undefined) next.state = "current";
  const count = next === undefined ? null : countOf(view, next.name, candidate);
  const passed = stages.filter((stage) => stage.state === "passed").length;
  const within = count === null || count.total === 0 ? 0 : Math.min(1, count.done / count.total);
  return { stages, current: next ?? null, count, fraction: Math.min(1, (passed + within) / RUN_STAGES.length) };
}
