import { type Cell, DEFAULT_LIMITS, envStrOf, errorData, fileNameOf, type Limits, parseFileName, type PythonSandbox } from "@/domain";
import { type Instance, instanceOfRow } from "@/datasets";
import { checkFile, checkSolver, type GateContext, passesContract, runSolver, type SolverTest } from "@/verification";
import { each } from "./each.ts";

/** One line of the output. Without instances `config` is "" and the verdict says whether the gates passed. */
export type VerifyResult = {
  code_id: string;
  env: string;
  config: string;
  verdict: string;
  reward: number | null;
  rounds: number | null;
  ms: number;
  error?: string;
};

export type SourceFile = { name: string; source: string };
type Report = (result: VerifyResult) => void;

/** Every instance is played: a first failure says nothing about the others. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, stopEarly: false };

function contextOf(sandbox: PythonSandbox): GateContext {
  return { sandbox, limits: LIMITS, signal: new AbortController().signal };
}

/** Gates contract, run and solver contract of each file. */
export async function verifyFiles(sandbox: PythonSandbox, files: readonly SourceFile[], report: Report): Promise<void> {
  await each(files, sandbox.parallelism, async ({ name, source }) => {
    const startedAt = performance.now();
    const { codeId, className } = parseFileName(name) ?? { codeId: "", className: null };
    const checked = await checkFile(contextOf(sandbox), source, className);
    const errors = checked.findings.filter((finding) => finding.severity === "error");
    const place = (line: number | null): string => (line === null ? "" : `line ${line}: `);
    report({
      code_id: codeId,
      env: checked.className,
      config: "",
      verdict: errors.length === 0 ? "passed" : "failed",
      reward: null,
      rounds: null,
      ms: Math.round(performance.now() - startedAt),
      ...(errors.length === 0 ? {} : { error: errors.map((finding) => place(finding.line) + finding.message).join("; ") }),
    });
  });
}

type Group = { codeId: string; className: string; tests: SolverTest[] };

function resultOf(group: Group, config: string, outcome: Pick<Cell, "verdict" | "reward" | "rounds" | "ms" | "message">): VerifyResult {
  return {
    code_id: group.codeId,
    env: group.className,
    config: envStrOf(group.className, config),
    verdict: outcome.verdict,
    reward: outcome.reward,
    rounds: outcome.rounds,
    ms: Number(outcome.ms.toFixed(2)),
    ...(outcome.message === undefined ? {} : { error: outcome.message }),
  };
}

async function playGroup(sandbox: PythonSandbox, group: Group, file: SourceFile | undefined, report: Report): Promise<void> {
  const fail = (message: string): void => {
    for (const { config } of group.tests) report(resultOf(group, config, { verdict: "error", reward: 0, rounds: 0, ms: 0, message }));
  };
  if (file === undefined) return fail(`there is no ${fileNameOf(group)}`);
  const context = contextOf(sandbox);
  const solver = await checkSolver(context, file.source);
  if (!passesContract(solver) || solver.solver === null) {
    return fail(`solver contract: ${solver.findings.find((finding) => finding.severity === "error")?.message ?? "no solve"}`);
  }
  await runSolver(
    context,
    { source: file.source, className: group.className },
    { index: 0, source: solver.solver },
    group.tests,
    [],
    (cell) => {
      const test = group.tests.find((item) => item.index === cell.test);
      if (test !== undefined) report(resultOf(group, test.config, cell));
    },
  );
}

/** Plays each instance with its environment's own `solve`. A line that is no instance is a result too. */
export async function verifyInstances(sandbox: PythonSandbox, files: readonly SourceFile[], lines: string, report: Report): Promise<void> {
  const groups = new Map<string, Group>();
  lines.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    let instance: Instance;
    try {
      instance = instanceOfRow(JSON.parse(line));
    } catch (error) {
      const message = `line ${index + 1}: ${errorData(error).message}`;
      report({ code_id: "", env: "", config: "", verdict: "error", reward: null, rounds: null, ms: 0, error: message });
      return;
    }
    const name = fileNameOf(instance);
    const group = groups.get(name) ?? { codeId: instance.codeId, className: instance.className, tests: [] };
    group.tests.push({ index, config: instance.task.config });
    groups.set(name, group);
  });
  const byName = new Map(files.map((file) => [file.name, file]));
  await each([...groups], sandbox.parallelism, ([name, group]) => playGroup(sandbox, group, byName.get(name), report));
}

export function hasPassed(result: VerifyResult): boolean {
  return result.verdict === "solved" || result.verdict === "passed";
}
