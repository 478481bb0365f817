import { assertionsOf, CancelledError, type Compilation, errorData, isAbort, type Variant } from "@/domain";
import { type Reading, SLACK_MS, withInterpreter } from "@/verification";
import { type CandidateContext, wasRead } from "./candidate-context.ts";

/**
 * The hard stop of a compilation, by the compiler's own clock (it then names the line that took the time). What it makes
 * within it does not depend on the clock. The host's clock ends what goes on within one call that Python cannot leave.
 */
const COMPILE_MS = 12_000;
const DEADLINE_MS = 15_000;

export type CompileContext = Pick<CandidateContext, "sandbox" | "log" | "problem" | "limits" | "signal">;

/** The problem's compilation from the log, or made now and put there. Never rejects but for cancelling and storage. */
export async function compileOnce({ sandbox, log, problem, limits, signal }: CompileContext): Promise<Compilation> {
  const known = log.view.compilation;
  if (known !== null) return known;
  const startedAt = performance.now();
  const { entryPoint, test } = assertionsOf(problem);
  const { answerChars, minRounds, maxRounds } = limits;
  const options = { seed: 0, deadlineMs: COMPILE_MS, answerChars, minRounds, maxRounds, ...log.view.choices };
  let compilation: Compilation;
  try {
    compilation = await withInterpreter(sandbox, { searchFor: problem.solution }, signal, (python) =>
      python.call(
        "compile_problem",
        { statement: problem.statement, solution: problem.solution, entryPoint, options, test },
        { deadlineMs: DEADLINE_MS + SLACK_MS, signal },
      ),
    );
  } catch (error) {
    if (isAbort(error) || signal.aborted) throw new CancelledError();
    compilation = { refused: { rule: "run", line: null, message: `The solution could not be run here: ${errorData(error).message}` } };
  }
  await log.emit({ type: "solution-compiled", compilation, ms: performance.now() - startedAt });
  return compilation;
}

/** A variant as a candidate of the run: what a designer's reply is for a model. Null: the log has it, judged. */
export async function proposeVariant(context: CandidateContext, variant: Variant, number: number): Promise<Reading | null> {
  const { log, index } = context;
  if (wasRead(context)) return null;
  const { className, taskText, source } = variant;
  const startedAt = performance.now();
  await log.emit({
    type: "candidate-parsed",
    candidate: index,
    repairOf: null,
    className,
    taskText,
    source,
    compact: null,
    variant: number,
  });
  return { findings: [], figures: { pieces: variant.pieces.length }, unassembled: null, startedAt };
}
