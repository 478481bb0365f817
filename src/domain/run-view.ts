import type { z } from "zod";
import { type Compilation, type CompileChoices, NO_CHOICES, type Synthesizer } from "./compilation.ts";
import { assertNever, type ErrorData } from "./errors.ts";
import type { StoredEvent } from "./event-log.ts";
import type { EnvironmentId } from "./ids.ts";
import type { Limits } from "./limits.ts";
import { type ModelReply, type ModelRequest, type ReplyForm, replyKeyOf, type Role } from "./model.ts";
import type { Cost, Usage } from "./money.ts";
import type { Problem } from "./problem.ts";
import { GATE_FACTS } from "./gates.ts";
import type { Cell, Finding, GateResult, Report, TestResult } from "./report.ts";
import type { errorDataSchema, RunEvent } from "./run.ts";
import type { PromptEdits } from "./settings.ts";
import type { Tool } from "./tool.ts";

export type Lost = { cost: Cost; usage: Usage | null; estimated: boolean };

export type ReplyView = {
  key: string;
  role: Role;
  sample: number;
  attempt: number;
  candidate: number | null;
  request: ModelRequest | null;
  status: "pending" | "received" | "failed";
  reply: ModelReply | null;
  error: ErrorData | null;
  /** What was paid for it in vain: replies of no use, and requests that were cut off (their figures are estimates). */
  lost: Lost[];
};

export type SolverView = {
  solver: number;
  sample: number;
  attempt: number;
  source: string;
  findings: Finding[];
  solvedAll: boolean | null;
  proven: boolean;
};

export type CandidateView = {
  candidate: number;
  repairOf: number | null;
  className: string;
  taskText: string;
  source: string;
  /** The compact reply that `source` was assembled from. */
  compact: { source: string; lines: number[] } | null;
  /** Number of the compiler's variant; null: a model wrote it. */
  variant: number | null;
  tools: Tool[];
  configs: string[];
  proposed: string[];
  proposalFindings: Finding[];
  gates: GateResult[];
  tests: TestResult[];
  solvers: SolverView[];
  /** By `${solver}:${test}`. */
  cells: Map<string, Cell>;
  status: "running" | "verified" | "rejected";
  environmentId: EnvironmentId | null;
  report: Report | null;
};

export type LogLine = { seq: number; at: number; level: "info" | "good" | "bad"; text: string };

/** What a run's events say so far. `status` "open": neither finished nor stopped; it may be running or waiting to be resumed. */
export type RunView = {
  problem: Problem | null;
  limits: Limits | null;
  /** Null: the log does not say. */
  prompts: PromptEdits | null;
  model: string;
  recorded: boolean;
  form: ReplyForm;
  fresh: boolean;
  synthesizer: Synthesizer;
  choices: CompileChoices;
  compilation: Compilation | null;
  startedAt: number | null;
  replies: ReplyView[];
  candidates: CandidateView[];
  /** Candidates for which the person asked one more repair, in order. */
  repairs: number[];
  log: LogLine[];
  status: "open" | "verified" | "rejected" | "cancelled" | "failed";
  error: ErrorData | null;
  lastSeq: number;
};

export function emptyRunView(): RunView {
  return {
    problem: null,
    limits: null,
    prompts: null,
    model: "",
    recorded: false,
    form: "full",
    fresh: false,
    synthesizer: "model",
    choices: NO_CHOICES,
    compilation: null,
    startedAt: null,
    replies: [],
    candidates: [],
    repairs: [],
    log: [],
    status: "open",
    error: null,
    lastSeq: -1,
  };
}

const plainError = (error: z.infer<typeof errorDataSchema>): ErrorData => ({ ...error, hint: error.hint });

function candidateOf(view: RunView, index: number): CandidateView {
  const known = view.candidates.find((item) => item.candidate === index);
  if (known !== undefined) return known;
  const made: CandidateView = {
    candidate: index,
    repairOf: null,
    className: "",
    taskText: "",
    source: "",
    compact: null,
    variant: null,
    tools: [],
    configs: [],
    proposed: [],
    proposalFindings: [],
    gates: [],
    tests: [],
    solvers: [],
    cells: new Map(),
    status: "running",
    environmentId: null,
    report: null,
  };
  view.candidates.push(made);
  return made;
}

function replyOf(view: RunView, place: { role: Role; sample: number; attempt: number; candidate: number | null }): ReplyView {
  const known = view.replies.find((item) => replyKeyOf(item) === replyKeyOf(place) && item.candidate === place.candidate);
  if (known !== undefined) return known;
  const made: ReplyView = {
    key: replyKeyOf(place),
    role: place.role,
    sample: place.sample,
    attempt: place.attempt,
    candidate: place.candidate,
    request: null,
    status: "pending",
    reply: null,
    error: null,
    lost: [],
  };
  view.replies.push(made);
  return made;
}

function fail(reply: ReplyView, { error, cost, usage }: Extract<RunEvent, { type: "reply-failed" }>): void {
  Object.assign(reply, { error: plainError(error), status: "failed" });
  if (cost !== null) lose(reply, { cost, usage, estimated: false });
}

/** A new list: what the screen was given stays as it was. */
function lose(reply: ReplyView, lost: Lost): void {
  reply.lost = [...reply.lost, lost];
}

/** Takes one event into `view`, in place: a run has thousands of events, and each is shown as it comes. */
export function applyRunEvent(view: RunView, stored: StoredEvent<RunEvent>): void {
  const { event, seq, at } = stored;
  if (seq <= view.lastSeq) return;
  view.lastSeq = seq;
  const log = (text: string, level: LogLine["level"] = "info"): void => {
    view.log.push({ seq, at, level, text });
  };
  switch (event.type) {
    case "run-started":
      Object.assign(view, {
        problem: event.problem,
        limits: event.limits,
        prompts: event.prompts,
        model: event.model,
        recorded: event.recorded,
        form: event.form,
        fresh: event.fresh,
        synthesizer: event.synthesizer,
        choices: event.choices,
        startedAt: at,
      });
      log(`Run started with ${event.model}`);
      return;
    case "run-resumed":
      Object.assign(view, { status: "open", error: null, model: event.model });
      for (const reply of view.replies) if (reply.status === "failed") reply.status = "pending";
      log("Run resumed");
      return;
    case "reply-requested":
      Object.assign(replyOf(view, event), { request: event.request, status: "pending", error: null });
      log(`Asked the ${event.role} for reply ${event.sample + 1}${event.attempt > 0 ? `, repair ${event.attempt}` : ""}`);
      return;
    case "reply-received":
      Object.assign(replyOf(view, event), { reply: event.reply, status: "received", error: null });
      log(
        `The ${event.role} replied with ${event.reply.text.length} characters${event.reply.reusedFrom === null ? "" : ", from the stored replies"}`,
      );
      return;
    case "reply-failed":
      fail(replyOf(view, event), event);
      log(`The ${event.role}'s reply failed: ${event.error.message}`, "bad");
      return;
    case "reply-cut": {
      const { cost, usage } = event;
      lose(replyOf(view, event), { cost, usage, estimated: true });
      log(`The ${event.role}'s reply was cut off; what it cost is an estimate`);
      return;
    }
    case "solution-compiled": {
      const { compilation } = event;
      view.compilation = compilation;
      if ("refused" in compilation) log(`The solution cannot be compiled: ${compilation.refused.message}`, "bad");
      else log(`The compiler cut the solution in ${compilation.variants.length} ways`);
      return;
    }
    case "candidate-parsed": {
      const { repairOf, className, taskText, source, compact, variant } = event;
      Object.assign(candidateOf(view, event.candidate), { repairOf, className, taskText, source, compact, variant });
      log(`Candidate ${event.candidate + 1}: ${className}${repairOf === null ? "" : `, a repair of candidate ${repairOf + 1}`}`);
      return;
    }
    case "candidate-inspected":
      Object.assign(candidateOf(view, event.candidate), { tools: event.tools, configs: event.configs });
      return;
    case "tests-proposed":
      Object.assign(candidateOf(view, event.candidate), { proposed: event.configs, proposalFindings: event.findings });
      log(`${event.configs.length} configurations proposed`);
      return;
    case "test-decided": {
      const candidate = candidateOf(view, event.candidate);
      candidate.tests = [...candidate.tests.filter((test) => test.index !== event.test.index), event.test];
      return;
    }
    case "solver-proposed": {
      const { solver, sample, attempt, source, findings } = event;
      const candidate = candidateOf(view, event.candidate);
      candidate.solvers = [
        ...candidate.solvers.filter((item) => item.solver !== solver),
        { solver, sample, attempt, source, findings, solvedAll: null, proven: false },
      ];
      return;
    }
    case "cell-decided":
      candidateOf(view, event.candidate).cells.set(`${event.cell.solver}:${event.cell.test}`, event.cell);
      return;
    case "solver-decided": {
      const solver = candidateOf(view, event.candidate).solvers.find((item) => item.solver === event.solver);
      if (solver !== undefined) Object.assign(solver, { solvedAll: event.solvedAll, proven: event.proven });
      log(
        `Solver ${event.solver + 1} ${event.proven ? "is proven" : event.solvedAll ? "solved all tests but was not proven" : "did not solve all tests"}`,
        event.proven ? "good" : "info",
      );
      return;
    }
    case "gate-decided": {
      const candidate = candidateOf(view, event.candidate);
      candidate.gates = [...candidate.gates.filter((gate) => gate.gate !== event.result.gate), event.result];
      const first = event.result.findings.find((finding) => finding.severity === "error");
      log(
        `Gate ${GATE_FACTS[event.result.gate].label} ${event.result.passed ? "passed" : `failed: ${first?.message ?? ""}`}`,
        event.result.passed ? "good" : "bad",
      );
      return;
    }
    case "candidate-rejected":
      Object.assign(candidateOf(view, event.candidate), { status: "rejected", report: event.report });
      log(`Candidate ${event.candidate + 1} rejected`, "bad");
      return;
    case "candidate-verified":
      Object.assign(candidateOf(view, event.candidate), { status: "verified", environmentId: event.environmentId, report: event.report });
      log(`Candidate ${event.candidate + 1} verified`, "good");
      return;
    case "repair-requested":
      view.status = "open";
      view.repairs.push(event.candidate);
      log(`One more repair of candidate ${event.candidate + 1} was asked for`);
      return;
    case "sandbox-noticed":
      log(event.message);
      return;
    case "run-finished":
      view.status = event.outcome;
      log(
        event.outcome === "verified" ? "Run finished: verified" : "Run finished: no candidate was accepted",
        event.outcome === "verified" ? "good" : "bad",
      );
      return;
    case "run-cancelled":
      view.status = "cancelled";
      log("Cancelled");
      return;
    case "run-failed":
      view.status = "failed";
      view.error = plainError(event.error);
      log(`Stopped: ${event.error.message}`, "bad");
      return;
    default:
      assertNever(event);
  }
}

export function runView(events: Iterable<StoredEvent<RunEvent>>): RunView {
  const view = emptyRunView();
  for (const event of events) applyRunEvent(view, event);
  return view;
}
