import type { Finding, ModelRequest, SolverView } from "@/domain";
import { parseSolverReply, repairRequest, solverRequest } from "@/synthesis";
import type { Offer } from "@/verification";
import { type CandidateContext, type Parsed, viewOf } from "./candidate-context.ts";
import { type Asked, askModel } from "./replies.ts";

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
 * Solvers to try, until one is proven (or, without `stopEarly`, all that may be asked for). When none is, the one that came
 * furthest is mended as often as the limits say.
 */
export class SolverOffers {
  /** Replies that were asked for ahead and are still under way; they are paid for and are stored. */
  settled: Promise<void> = Promise.resolve();
  readonly #context: CandidateContext;
  readonly #parsed: Parsed;

  constructor(context: CandidateContext, parsed: Parsed) {
    this.#context = context;
    this.#parsed = parsed;
  }

  async *offers(won: () => boolean): AsyncGenerator<Offer, void, undefined> {
    const { variant } = this.#context;
    if (variant !== null) {
      yield offerOf(this.#context, 0, 0, { source: variant.solver, findings: [] });
      return;
    }
    const ahead = new Ahead(this.#context, (sample) => this.#requestOf(sample));
    try {
      yield* this.#asked(ahead, won);
    } finally {
      this.settled = ahead.settle();
    }
  }

  #requestOf(sample: number): ModelRequest {
    const { problem, limits, edits } = this.#context;
    const { taskText, className } = this.#parsed;
    return solverRequest({ problem, limits, edits, sample, taskText, tools: viewOf(this.#context).tools, className });
  }

  async *#asked(ahead: Ahead, won: () => boolean): AsyncGenerator<Offer, void, undefined> {
    const context = this.#context;
    const { limits } = context;
    for (let sample = 0; sample < limits.solverReplies; sample++) {
      const asked = await ahead.next(sample);
      if (asked.kind === "none") break;
      yield offerOf(context, sample, 0, read(asked));
      if (won() && limits.stopEarly) return;
    }
    for (let attempt = 1; !won() && attempt <= limits.repairs; attempt++) {
      const best = bestOf(context);
      if (best === null) break;
      const first = this.#requestOf(best.sample);
      const previousReply =
        context.log.view.replies.find(
          (reply) =>
            reply.role === "solver" && reply.candidate === context.index && reply.sample === best.sample && reply.attempt === best.attempt,
        )?.reply?.text ?? best.source;
      const request = repairRequest(first, { previousReply, ...evidenceOn(context, best), attempt: best.attempt + 1 });
      const asked = await askModel(context, request, context.index);
      if (asked.kind === "none") break;
      yield offerOf(context, best.sample, best.attempt + 1, read(asked));
    }
  }
}

/** Under the number that the log has for it, or the next. */
function offerOf(context: CandidateContext, sample: number, attempt: number, made: Pick<Offer, "source" | "findings">): Offer {
  const { solvers } = viewOf(context);
  const known = solvers.find((item) => item.sample === sample && item.attempt === attempt);
  return { solver: known?.solver ?? solvers.length, sample, attempt, ...made };
}

function read(asked: Exclude<Asked, { kind: "none" }>): Pick<Offer, "source" | "findings"> {
  if (asked.kind === "useless") {
    return { source: null, findings: [{ severity: "error", code: "no-reply", message: asked.error.message, line: null }] };
  }
  const parsed = parseSolverReply(asked.reply.text);
  return { source: parsed.ok ? parsed.source : null, findings: parsed.findings };
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
