import {
  CancelledError,
  codeIdOf,
  type Environment,
  type EnvironmentId,
  type Finding,
  isAbort,
  type LanguageModel,
  type Limits,
  type ModelRequest,
  type Problem,
  type PromptEdits,
  type PythonSandbox,
  type RunId,
  type StoredRunEvent,
} from "@/domain";
import { builtInPrompts, designerRequest, parseDesignerReply, repairRequest } from "@/synthesis";
import { gateResult, tasksOf } from "@/verification";
import { type Rejection, verifyCandidate } from "./candidate.ts";
import type { CandidateContext } from "./candidate-context.ts";
import { askModel, plain } from "./replies.ts";
import { type AppendEvent, RunLog } from "./run-log.ts";

export type PipelinePorts = {
  model: LanguageModel;
  sandbox: PythonSandbox;
  append: AppendEvent;
  /** Stores the environment and says under which id (a free one, the same again for the same run). */
  saveEnvironment: (environment: Omit<Environment, "id">) => Promise<EnvironmentId>;
  onText: (key: string, candidate: number | null, text: string) => void;
};

export type PipelineInput = {
  runId: RunId;
  problem: Problem;
  limits: Limits;
  prompts: PromptEdits;
  prior: readonly StoredRunEvent[];
  signal: AbortSignal;
};

/**
 * Runs until a candidate is verified or all are rejected; the log says how it ended. Cancelling and failures of
 * the model are events too, after which the same call goes on. Never rejects but for a log that cannot be written.
 */
export async function runPipeline(input: PipelineInput, ports: PipelinePorts): Promise<void> {
  const log = new RunLog(input.prior, ports.append);
  try {
    await begin(input, ports, log);
    await design(input, ports, log);
  } catch (error) {
    if (input.signal.aborted || isAbort(error)) await log.emit({ type: "run-cancelled" });
    else await log.emit({ type: "run-failed", error: plain(error) });
  }
}

async function begin(input: PipelineInput, { model }: PipelinePorts, log: RunLog): Promise<void> {
  if (log.view.startedAt !== null) {
    await log.emit({ type: "run-resumed", model: model.label });
    return;
  }
  await log.emit({
    type: "run-started",
    problem: input.problem,
    limits: input.limits,
    model: model.label,
    recorded: model.recorded,
    promptVersions: {
      designer: builtInPrompts.designer.version,
      tester: builtInPrompts.tester.version,
      solver: builtInPrompts.solver.version,
    },
  });
}

async function design(input: PipelineInput, ports: PipelinePorts, log: RunLog): Promise<void> {
  const { limits, problem } = input;
  let next = 0;
  let verified = log.view.candidates.some((candidate) => candidate.status === "verified");
  for (let sample = 0; sample < limits.designerReplies && !(verified && limits.stopEarly); sample++) {
    const request = designerRequest({ problem, limits, edits: input.prompts, sample });
    let asked: ModelRequest = request;
    let repairOf: number | null = null;
    for (let attempt = 0; ; attempt++) {
      if (input.signal.aborted) throw new CancelledError();
      const outcome = await askModel({ ...ports, log, signal: input.signal }, asked, null);
      if (outcome.kind === "none") break;
      const index = next++;
      const text = outcome.kind === "reply" ? outcome.reply.text : "";
      const rejection = await judge({ input, ports, log, index }, text, repairOf, outcome.kind === "useless" ? outcome.error.message : null);
      verified ||= rejection === null;
      if (rejection === null || attempt >= repairsFor(input, log, index)) break;
      repairOf = index;
      asked = repairRequest(request, { previousReply: text, ...rejection, attempt: attempt + 1 });
    }
  }
  await log.emit({ type: "run-finished", outcome: verified ? "verified" : "rejected" });
}

/** How many repairs the chain that ends in candidate `index` may have: as set, and those the person asked for. */
function repairsFor({ limits }: PipelineInput, { view }: RunLog, index: number): number {
  const chain = new Set<number>();
  for (let at: number | null = index; at !== null; ) {
    chain.add(at);
    at = view.candidates.find((candidate) => candidate.candidate === at)?.repairOf ?? null;
  }
  return limits.repairs + view.repairs.filter((candidate) => chain.has(candidate)).length;
}

type Place = { input: PipelineInput; ports: PipelinePorts; log: RunLog; index: number };

/** Gate 1, then the rest. Null: verified and stored. */
async function judge(place: Place, reply: string, repairOf: number | null, broken: string | null): Promise<Rejection | null> {
  const { input, ports, log, index } = place;
  const startedAt = performance.now();
  const parsed = parseDesignerReply(reply);
  const findings: Finding[] = broken === null ? [] : [{ severity: "error", code: "no-reply", message: broken, line: null }];
  if (broken === null && !parsed.ok) findings.push(...parsed.findings);
  const known = log.view.candidates.find((candidate) => candidate.candidate === index);
  if (!known?.gates.some((gate) => gate.gate === "format")) {
    if (parsed.ok) {
      const { className, taskText, source } = parsed;
      await log.emit({ type: "candidate-parsed", candidate: index, repairOf, className, taskText, source });
    } else {
      await log.emit({ type: "candidate-parsed", candidate: index, repairOf, className: "", taskText: "", source: "" });
    }
    await log.emit({ type: "gate-decided", candidate: index, result: gateResult("format", findings, { characters: reply.length }, startedAt) });
  }
  const context: CandidateContext = { ...ports, log, index, problem: input.problem, limits: input.limits, edits: input.prompts, signal: input.signal };
  const outcome = await verifyCandidate(context, parsed.ok && broken === null ? parsed : null);
  if (outcome.kind === "rejected") return outcome.rejection;
  if (outcome.kind === "verified-before") return null;
  const { className, taskText, source, tools, report } = outcome.made;
  const environmentId = await ports.saveEnvironment({
    codeId: codeIdOf(input.problem.id),
    className,
    taskText,
    source,
    tools,
    tasks: tasksOf(report),
    status: "verified",
    report,
    provenance: {
      source: "synthesis",
      problemId: input.problem.id,
      runId: input.runId,
      model: ports.model.label,
      recorded: ports.model.recorded,
      promptVersion: builtInPrompts.designer.version,
    },
    addedAt: Date.now(),
  });
  await log.emit({ type: "candidate-verified", candidate: index, environmentId, report });
  await outcome.settled;
  return null;
}
