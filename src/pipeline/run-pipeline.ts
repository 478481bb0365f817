import {
  type CandidateView,
  CancelledError,
  COMPILER_PROFILE,
  type CompileChoices,
  type Finding,
  GATE_FACTS,
  isAbort,
  type Limits,
  type ModelRequest,
  NO_CHOICES,
  type Problem,
  type PromptEdits,
  type PythonSandbox,
  type ReplyForm,
  type RoleModels,
  ROLES,
  type RunId,
  type StoredRunEvent,
  type Synthesizer,
  untilAborted,
  type Variant,
} from "@/domain";
import { builtInPrompts, builtInPromptsFor, designerRequest, mapFindings, parseDesignerReply, repairRequest } from "@/synthesis";
import { assembleEnvironment, type Reading } from "@/verification";
import { type Rejection, verifyCandidate } from "./candidate.ts";
import { type CandidateContext, viewOf, wasRead } from "./candidate-context.ts";
import { compileOnce, proposeVariant } from "./compile.ts";
import { keepVerified, type SaveEnvironment } from "./keep.ts";
import { askModel, type OnProgress, plain } from "./replies.ts";
import { type AppendEvent, RunLog } from "./run-log.ts";

export type PipelinePorts = {
  models: RoleModels;
  /** A way to it when it may still be starting: the run begins without it, so that there is one to resume. */
  sandbox: PythonSandbox | (() => Promise<PythonSandbox>);
  append: AppendEvent;
  saveEnvironment: SaveEnvironment;
  onProgress: OnProgress;
};
type Ports = PipelinePorts & { sandbox: PythonSandbox };

export type PipelineInput = {
  runId: RunId;
  /** These three, as everything below, begin a run; a resumed one keeps to its own. */
  problem: Problem;
  limits: Limits;
  prompts: PromptEdits;
  /** How designers are asked to write; a resumed run keeps to its own. */
  form: ReplyForm;
  /** Noted in the log, for whoever makes the models of a resumed run. */
  fresh?: boolean;
  /** Who writes candidates, and what the person wants of the compiler; a resumed run keeps to its own. */
  synthesizer?: Synthesizer;
  choices?: CompileChoices;
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
    const sandbox = typeof ports.sandbox === "function" ? await untilAborted(ports.sandbox(), input.signal) : ports.sandbox;
    await design(asBegun(input, log), { ...ports, sandbox }, log);
  } catch (error) {
    if (input.signal.aborted || isAbort(error)) await log.emit({ type: "run-cancelled" });
    else await log.emit({ type: "run-failed", error: plain(error) });
  }
}

/** What a run was begun with holds to its end: its log goes before what the settings say by now. */
function asBegun(input: PipelineInput, { view: { problem, limits, prompts } }: RunLog): PipelineInput {
  return { ...input, problem: problem ?? input.problem, limits: limits ?? input.limits, prompts: prompts ?? input.prompts };
}

const COMPILER = COMPILER_PROFILE.name;

/** One label where all roles ask the same model, else one for each. */
function labelOf(models: RoleModels, synthesizer: Synthesizer): string {
  if (synthesizer !== "model") return synthesizer === "compiler" ? COMPILER : `${COMPILER} · ${labelOf(models, "model")}`;
  const labels = ROLES.map((role) => models[role].label);
  return new Set(labels).size === 1 ? models.designer.label : ROLES.map((role) => `${role}: ${models[role].label}`).join(" · ");
}

async function begin(input: PipelineInput, { models }: PipelinePorts, log: RunLog): Promise<void> {
  if (log.view.startedAt !== null) {
    await log.emit({ type: "run-resumed", model: labelOf(models, log.view.synthesizer) });
    return;
  }
  const synthesizer = input.synthesizer ?? "model";
  await log.emit({
    type: "run-started",
    problem: input.problem,
    limits: input.limits,
    model: labelOf(models, synthesizer),
    recorded: synthesizer === "model" && ROLES.every((role) => models[role].recorded),
    form: input.form,
    fresh: input.fresh ?? false,
    synthesizer,
    choices: input.choices ?? NO_CHOICES,
    promptVersions: {
      designer: builtInPromptsFor(input.form).designer.version,
      tester: builtInPrompts.tester.version,
      solver: builtInPrompts.solver.version,
    },
    prompts: input.prompts,
  });
}

async function design(input: PipelineInput, ports: Ports, log: RunLog): Promise<void> {
  const { synthesizer } = log.view;
  const compiled = synthesizer === "model" ? 0 : await compiledCandidates(input, ports, log);
  if (synthesizer !== "compiler") await modelCandidates(input, ports, log, compiled);
  const verified = log.view.candidates.some((candidate) => candidate.status === "verified");
  await log.emit({ type: "run-finished", outcome: verified ? "verified" : "rejected" });
}

/** The compiler's variants, best first, until one is verified. Returns how many became candidates. */
async function compiledCandidates(input: PipelineInput, ports: Ports, log: RunLog): Promise<number> {
  const compilation = await compileOnce({ ...input, ...ports, log });
  if ("refused" in compilation) return 0;
  let index = 0;
  for (const [number, variant] of compilation.variants.entries()) {
    if (input.signal.aborted) throw new CancelledError();
    const place = { input, ports, log, index: index++ };
    const context = contextOf(place, variant);
    const reading = await proposeVariant(context, variant, number);
    const { className, taskText, source } = variant;
    const outcome = await verifyCandidate(context, { className, taskText, source }, reading);
    if (outcome.kind === "verified")
      await keepVerified({ ...ports, log, index: place.index, runId: input.runId, problem: input.problem, variant }, outcome.made);
    if (outcome.kind !== "rejected" && input.limits.stopEarly) break;
  }
  return index;
}

async function modelCandidates(input: PipelineInput, ports: Ports, log: RunLog, from: number): Promise<void> {
  const { limits, problem } = input;
  let next = from;
  let verified = log.view.candidates.some((candidate) => candidate.variant === null && candidate.status === "verified");
  for (let sample = 0; sample < limits.designerReplies && !(verified && limits.stopEarly); sample++) {
    const request = designerRequest({ problem, limits, edits: input.prompts, sample, form: log.view.form });
    let asked: ModelRequest = request;
    let repairOf: number | null = null;
    for (let attempt = 0; ; attempt++) {
      if (input.signal.aborted) throw new CancelledError();
      const outcome = await askModel({ ...ports, log, signal: input.signal }, asked, null);
      if (outcome.kind === "none") break;
      const index = next++;
      const text = outcome.kind === "reply" ? outcome.reply.text : "";
      const rejection = await judge(
        { input, ports, log, index },
        text,
        repairOf,
        outcome.kind === "useless" ? outcome.error.message : null,
      );
      verified ||= rejection === null;
      if (rejection === null || attempt >= repairsFor(input, log, index)) break;
      repairOf = index;
      asked = repairRequest(request, { previousReply: text, ...rejection, attempt: attempt + 1 });
    }
  }
}

/** How many repairs the chain that ends in candidate `index` may have: as set, and those the person asked for. */
function repairsFor({ limits }: PipelineInput, { view }: RunLog, index: number): number {
  const chain = new Set<number>();
  for (let at: number | null = index; at !== null;) {
    chain.add(at);
    at = view.candidates.find((candidate) => candidate.candidate === at)?.repairOf ?? null;
  }
  return limits.repairs + view.repairs.filter((candidate) => chain.has(candidate)).length;
}

type Place = { input: PipelineInput; ports: Ports; log: RunLog; index: number };

/** The candidate's parts from a reply, and, of a compact reply, the file put around it; what gate "format" has to judge. */
async function read(place: Place, reply: string, repairOf: number | null, broken: string | null): Promise<Reading> {
  const { input, ports, log, index } = place;
  const startedAt = performance.now();
  const figures = { characters: reply.length };
  const parsed = parseDesignerReply(reply);
  const findings: Finding[] = broken === null ? [] : [{ severity: "error", code: "no-reply", message: broken, line: null }];
  if (broken === null) findings.push(...parsed.findings);
  const empty = { className: "", taskText: "", source: "", compact: null, variant: null };
  if (!parsed.ok) {
    await log.emit({ type: "candidate-parsed", candidate: index, repairOf, ...empty });
  } else if (parsed.form === "full") {
    const { className, taskText, source } = parsed;
    await log.emit({ type: "candidate-parsed", candidate: index, repairOf, className, taskText, source, compact: null, variant: null });
  } else {
    const made = await assembleEnvironment({ sandbox: ports.sandbox, limits: input.limits, signal: input.signal }, parsed.source);
    const { taskText } = parsed;
    const failed = made.source === "";
    const source = failed ? parsed.source : made.source;
    const compact = { source: parsed.source, lines: failed ? [] : made.lines };
    await log.emit({
      type: "candidate-parsed",
      candidate: index,
      repairOf,
      className: made.className,
      taskText,
      source,
      compact,
      variant: null,
    });
    if (failed) return { findings: [], figures, unassembled: made.findings, startedAt };
    findings.push(...made.findings.map((finding): Finding => ({ ...finding, severity: "warning", line: null })));
  }
  return { findings, figures, unassembled: null, startedAt };
}

/** The evidence as the reply's writer can use it: lines of what was written, not of what was put around it. */
function forWriter(view: CandidateView, rejection: Rejection): Rejection {
  if (view.compact === null || view.compact.lines.length === 0 || GATE_FACTS[rejection.gate].linesOf === "reply") return rejection;
  return { ...rejection, findings: mapFindings(rejection.findings, view.compact.lines) };
}

/** A reply from what is read of it to the last gate. Null: verified and stored. */
async function judge(place: Place, reply: string, repairOf: number | null, broken: string | null): Promise<Rejection | null> {
  const { input, ports, log, index } = place;
  const context = contextOf(place, null);
  const reading = wasRead(context) ? null : await read(place, reply, repairOf, broken);
  const { className, taskText, source } = viewOf(context);
  const outcome = await verifyCandidate(context, { className, taskText, source }, reading);
  if (outcome.kind === "rejected") return forWriter(viewOf(context), outcome.rejection);
  if (outcome.kind === "verified-before") return null;
  await keepVerified({ ...ports, log, index, runId: input.runId, problem: input.problem, variant: null }, outcome.made);
  await outcome.settled;
  return null;
}

function contextOf({ input, ports, log, index }: Place, variant: Variant | null): CandidateContext {
  const { problem, limits, prompts, signal } = input;
  return { ...ports, log, index, variant, problem, limits, edits: prompts, signal };
}
