import { type Cell, type Finding, type ModelRequest, type SolverView, type Tool } from "@/domain";
import { parseSolverReply, repairRequest, solverRequest } from "@/synthesis";
import { checkSolver, insertSolver, passesContract, proveSolverOnEnvironment, runSolver } from "@/verification";
import { type CandidateContext, gateContext, type Parsed, viewOf } from "./candidate-context.ts";
import { type Asked, askModel } from "./replies.ts";

/** The environment's file with the proven solver in it. */
export type Winner = { source: string; tools: Tool[] };

type Attempt = { sample: number; attempt: number };
/** `source`: not a model's reply but the compiler's own solver. */
type Offered = Asked | { kind: "source"; source: string };

/** Replies are asked for a little ahead, so that the model works while Python does. */
class Ahead {
  readonly #context: CandidateContext;
  readonly #requestOf: (sample: number) => ModelRequest;
  readonly #asked = new Map<number, Promise<Asked>>();
  #stopped = false;

  constructor(context: CandidateContext, requestOf: (sample: number) => ModelRequest) {
    this.#context = context;
    this.#requestOf = requestOf;
  }

  next(sample: number): Promise<Asked> {
    const { limits, models } = this.#context;
    // A recording is at hand at once: asking ahead would only show replies that nobody needed.
    const window = models.solver.recorded ? 1 : models.solver.concurrency;
    for (let at = sample; at < Math.min(limits.solverReplies, sample + window); at++) this.#ask(at);
    return this.#ask(sample);
  }

  /** No further ones; resolves when those under way are stored. */
  async settle(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#asked.values());
  }

  #ask(sample: number): Promise<Asked> {
    const known = this.#asked.get(sample);
    if (known !== undefined || this.#stopped) return known ?? Promise.resolve({ kind: "none" });
    const asked = askModel(this.#context, this.#requestOf(sample), this.#context.index);
    // Waited for in its turn; until then a failure is not an unhandled one.
    asked.catch(() => {});
    this.#asked.set(sample, asked);
    return asked;
  }
}

/**
 * Gates 5 to 7, solver by solver, until one is proven (or, without `stopEarly`, through all of them). When none
 * is, the one that came furthest is mended as often as the limits say.
 */
export async function trySolvers(context: CandidateContext, parsed: Parsed): Promise<{ winner: Winner | null; settled: Promise<void> }> {
  const { limits, problem, edits, variant } = context;
  if (variant !== null) {
    const winner = await trySolver(context, parsed, { sample: 0, attempt: 0 }, { kind: "source", source: variant.solver });
    return { winner, settled: Promise.resolve() };
  }
  const requestOf = (sample: number): ModelRequest =>
    solverRequest({ problem, limits, edits, sample, taskText: parsed.taskText, tools: viewOf(context).tools, className: parsed.className });
  const ahead = new Ahead(context, requestOf);
  const finish = (winner: Winner | null): { winner: Winner | null; settled: Promise<void> } => ({ winner, settled: ahead.settle() });
  let winner: Winner | null = null;
  for (let sample = 0; sample < limits.solverReplies; sample++) {
    const asked = await ahead.next(sample);
    if (asked.kind === "none") break;
    const made = await trySolver(context, parsed, { sample, attempt: 0 }, asked);
    winner ??= made;
    if (winner !== null && limits.stopEarly) return finish(winner);
  }
  for (let attempt = 1; winner === null && attempt <= limits.repairs; attempt++) {
    const best = bestOf(context);
    if (best === null) break;
    const first = requestOf(best.sample);
    const previousReply =
      context.log.view.replies.find(
        (reply) =>
          reply.role === "solver" && reply.candidate === context.index && reply.sample === best.sample && reply.attempt === best.attempt,
      )?.reply?.text ?? best.source;
    const request = repairRequest(first, { previousReply, ...evidenceOn(context, best), attempt: best.attempt + 1 });
    const asked = await askModel(context, request, context.index);
    if (asked.kind === "none") break;
    winner = await trySolver(context, parsed, { sample: best.sample, attempt: best.attempt + 1 }, asked);
  }
  return finish(winner);
}

/** Gates 5 to 7 for one reply; what the log has is not done again. */
async function trySolver(context: CandidateContext, parsed: Parsed, { sample, attempt }: Attempt, asked: Offered): Promise<Winner | null> {
  const { log, index } = context;
  const gates = gateContext(context);
  let solver = viewOf(context).solvers.find((item) => item.sample === sample && item.attempt === attempt);
  if (solver === undefined) {
    const number = viewOf(context).solvers.length;
    const { source, findings } = await read(context, asked);
    await log.emit({ type: "solver-proposed", candidate: index, solver: number, sample, attempt, source, findings });
    solver = viewOf(context).solvers.find((item) => item.solver === number);
  }
  if (solver === undefined) return null;
  const number = solver.solver;
  const decide = (solvedAll: boolean, proven: boolean): Promise<void> =>
    log.emit({ type: "solver-decided", candidate: index, solver: number, solvedAll, proven });
  if (solver.solvedAll !== null && !solver.proven) return null;
  if (!passesContract({ solver: solver.source === "" ? null : solver.source, findings: solver.findings })) {
    await decide(false, false);
    return null;
  }

  const tests = viewOf(context)
    .tests.filter((test) => test.passed)
    .toSorted((a, b) => a.index - b.index);
  const prior: Cell[] = [...viewOf(context).cells.values()].filter((cell) => cell.solver === number);
  const run = await runSolver(gates, parsed, { index: number, source: solver.source }, tests, prior, (cell) =>
    log.emit({ type: "cell-decided", candidate: index, cell }),
  );
  if (!run.solvedAll) {
    await decide(false, false);
    return null;
  }
  const source = await insertSolver(gates, parsed.source, parsed.className, solver.source);
  const proofTests = tests.map((test) => ({ index: test.index, config: test.config, answer: test.answer ?? "" }));
  const proof = await proveSolverOnEnvironment(gates, { source, className: parsed.className }, solver.source, proofTests, run.traces);
  // The rounds are those of what was proven, should the search have counted others.
  for (const cell of run.cells) {
    const rounds = run.traces.get(cell.test)?.length ?? cell.rounds;
    if (proof.passed && rounds !== cell.rounds) await log.emit({ type: "cell-decided", candidate: index, cell: { ...cell, rounds } });
  }
  // One proof decides for the environment: a later solver's failure does not take it back.
  if (proof.passed || !viewOf(context).gates.some((gate) => gate.gate === "proof" && gate.passed)) {
    await log.emit({ type: "gate-decided", candidate: index, result: proof });
  }
  await decide(true, proof.passed);
  return proof.passed ? { source, tools: viewOf(context).tools } : null;
}

async function read(context: CandidateContext, asked: Offered): Promise<{ source: string; findings: Finding[] }> {
  if (asked.kind === "source") return checked(context, asked.source);
  if (asked.kind !== "reply") {
    const message = asked.kind === "useless" ? asked.error.message : "there is no reply";
    return { source: "", findings: [{ severity: "error", code: "no-reply", message, line: null }] };
  }
  const parsed = parseSolverReply(asked.reply.text);
  if (!parsed.ok) return { source: "", findings: parsed.findings };
  const { source, findings } = await checked(context, parsed.source);
  return { source, findings: [...parsed.findings, ...findings] };
}

async function checked(context: CandidateContext, source: string): Promise<{ source: string; findings: Finding[] }> {
  const { solver, findings } = await checkSolver(gateContext(context), source);
  return { source: solver ?? "", findings };
}

/** The latest attempt of the solver that solved most tests. */
function bestOf(context: CandidateContext): SolverView | null {
  const { solvers, cells } = viewOf(context);
  const solved = (solver: SolverView): number =>
    [...cells.values()].filter((cell) => cell.solver === solver.solver && cell.verdict === "solved").length;
  return solvers.toSorted((a, b) => solved(b) - solved(a) || b.attempt - a.attempt).at(0) ?? null;
}

function evidenceOn(
  context: CandidateContext,
  solver: SolverView,
): { gate: "solver-contract" | "solvability" | "proof"; findings: Finding[] } {
  if (solver.findings.some((finding) => finding.severity === "error")) return { gate: "solver-contract", findings: solver.findings };
  const view = viewOf(context);
  const proof = view.gates.find((gate) => gate.gate === "proof");
  if (solver.solvedAll === true && proof !== undefined) return { gate: "proof", findings: proof.findings };
  const findings = [...view.cells.values()]
    .filter((cell) => cell.solver === solver.solver && cell.verdict !== "solved")
    .slice(0, 5)
    .map((cell): Finding => {
      const config = view.tests.find((test) => test.index === cell.test)?.config ?? "";
      return {
        severity: "error",
        code: cell.verdict,
        message: `on configuration ${config.slice(0, 500)}: ${cell.message ?? cell.verdict}`,
        line: null,
      };
    });
  return { gate: "solvability", findings };
}
