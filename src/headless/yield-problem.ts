import {
  assertionsOf,
  type CandidateView,
  createNoModel,
  DEFAULT_LIMITS,
  type Environment,
  type EnvironmentId,
  errorData,
  GATES,
  neverAborted,
  NO_CHOICES,
  type Problem,
  type PythonSandbox,
  type Purpose,
  type RunEvent,
  type RunId,
  type RunView,
  type StoredRunEvent,
  applyRunEvent,
  emptyRunView,
} from "@/domain";
import { runPipeline } from "@/pipeline";
import { withInterpreter } from "@/verification";

/** One line of the output. Counts are 0 where there is no candidate. */
export type YieldResult = {
  question_id: string;
  status: "verified" | "rejected" | "refused";
  /** Which rule or gate, and what it found; none when verified. */
  reason?: string;
  /** Configurations that passed the gate "tests". */
  tests: number;
  /** Tasks whose rounds lie within the limits. */
  inWindow: number;
  /** Distinct tools, with Observe and Done. */
  tools: number;
  /** Share of the solution's lines that the configurations run. */
  coverage: number;
  seconds: number;
};

/** `kind` is the reason in one word, to count by; `failed`: not a result but something that must not happen. */
export type Outcome = { result: YieldResult; kind: string; failed: boolean };

type Judgement = Pick<YieldResult, "status" | "reason"> & Pick<Outcome, "kind" | "failed">;
type Run = { view: RunView; environment: Omit<Environment, "id"> | null };

/** The row's own assertions may play a solution on heavy inputs, twice. */
const ASSERTIONS_MS = 30_000;

/** The whole run as in the app, with its log in memory. */
async function run(sandbox: PythonSandbox, problem: Problem, number: number): Promise<Run> {
  const runId = `yield-${number}` as RunId;
  const view = emptyRunView();
  let environment: Run["environment"] = null;
  const model = createNoModel();
  await runPipeline(
    {
      runId,
      problem,
      limits: DEFAULT_LIMITS,
      prompts: {},
      form: "compact",
      synthesizer: "compiler",
      choices: NO_CHOICES,
      prior: [],
      signal: neverAborted(),
    },
    {
      models: { designer: model, tester: model, solver: model },
      sandbox,
      onProgress: () => {},
      append: async (event: RunEvent): Promise<StoredRunEvent> => {
        const stored = { runId, seq: view.lastSeq + 1, at: Date.now(), event };
        applyRunEvent(view, stored);
        return stored;
      },
      saveEnvironment: async (made) => {
        environment = made;
        return `${made.codeId}__${made.className}` as EnvironmentId;
      },
    },
  );
  return { view, environment };
}

/** The verified candidate, or the one that passed most gates. */
function bestOf({ candidates }: RunView): CandidateView | null {
  const passed = ({ status, gates }: CandidateView): number =>
    status === "verified" ? GATES.length + 1 : gates.filter((gate) => gate.passed).length;
  return candidates.toSorted((a, b) => passed(b) - passed(a)).at(0) ?? null;
}

function firstFailure({ gates }: CandidateView): { kind: string; reason: string } {
  const failed = GATES.flatMap((name) => gates.filter(({ gate, passed }) => gate === name && !passed)).at(0);
  const finding = failed?.findings.find(({ severity }) => severity === "error");
  const kind = failed?.gate ?? "unknown";
  return { kind, reason: `${kind}: ${finding === undefined ? "failed" : finding.message}` };
}

/** What the row's own assertions say of the environment's reference answers; null when they hold, or there are none. */
async function assertionFailure(
  sandbox: PythonSandbox,
  problem: Problem,
  { view, environment }: Run,
  candidate: CandidateView,
): Promise<string | null> {
  const { entryPoint, test } = assertionsOf(problem);
  const { compilation } = view;
  if (entryPoint === null || test === null || environment === null || compilation === null || "refused" in compilation) return null;
  const variant = compilation.variants[candidate.variant ?? 0];
  if (variant === undefined) return null;
  const { source, className } = environment;
  const params = { test, solution: problem.solution, entryPoint, source, className, shape: variant.shape };
  const signal = neverAborted();
  const ask = async (purpose: Purpose): Promise<string | null> => {
    try {
      const { failure } = await withInterpreter(sandbox, purpose, signal, (python) =>
        python.call("check_reference", params, { deadlineMs: ASSERTIONS_MS, signal }),
      );
      return failure;
    } catch (error) {
      return `they could not be run: ${errorData(error).message}`;
    }
  };
  // A used interpreter is quick to have; what fails in it may be the fault of what ran there before.
  return (await ask({ searchFor: source })) === null ? null : ask("proof");
}

async function judge(sandbox: PythonSandbox, problem: Problem, made: Run, candidate: CandidateView | null): Promise<Judgement> {
  const { compilation, status, error } = made.view;
  if (compilation !== null && "refused" in compilation) {
    const { rule, line, message } = compilation.refused;
    return { status: "refused", reason: `${rule}${line === null ? "" : `, line ${line}`}: ${message}`, kind: rule, failed: false };
  }
  if (status === "failed")
    return { status: "rejected", reason: `the run stopped: ${error?.message ?? status}`, kind: "stopped", failed: true };
  if (candidate === null) return { status: "rejected", reason: "no candidate was made", kind: "stopped", failed: true };
  if (status !== "verified") return { status: "rejected", failed: false, ...firstFailure(candidate) };
  const failure = await assertionFailure(sandbox, problem, made, candidate);
  if (failure !== null) return { status: "rejected", reason: `assertions: ${failure}`, kind: "assertions", failed: true };
  return { status: "verified", kind: "verified", failed: false };
}

/** Compiles one problem and takes it through all gates and its own assertions. `number` tells runs apart. */
export async function yieldOfProblem(sandbox: PythonSandbox, problem: Problem, number: number): Promise<Outcome> {
  const startedAt = performance.now();
  const made = await run(sandbox, problem, number);
  const candidate = bestOf(made.view);
  const { status, reason, kind, failed } = await judge(sandbox, problem, made, candidate);
  const { compilation } = made.view;
  const result: YieldResult = {
    question_id: problem.id,
    status,
    ...(reason === undefined ? {} : { reason }),
    tests: candidate?.tests.filter((test) => test.passed).length ?? 0,
    inWindow: made.environment?.tasks.filter((task) => task.kept).length ?? 0,
    tools: new Set(candidate?.tools.map((tool) => tool.name)).size,
    coverage: compilation === null || "refused" in compilation ? 0 : compilation.coverage,
    seconds: Number(((performance.now() - startedAt) / 1000).toFixed(3)),
  };
  return { result, kind, failed };
}
