import {
  type Cell,
  DEFAULT_LIMITS,
  envStrOf,
  errorData,
  fileNameOf,
  type GateName,
  type Limits,
  neverAborted,
  parseFileName,
  type PythonSandbox,
  type TestResult,
} from "@/domain";
import { type Instance, instanceOfRow } from "@/datasets";
import { createMemory, type GateContext, type Memory, runGates, sourcesOfFile } from "@/verification";
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

/** The gates that need no tests, and those that an instance is played through. */
const FILE_GATES: readonly GateName[] = ["contract", "run", "solver-contract"];
const INSTANCE_GATES: readonly GateName[] = ["solver-contract", "solvability"];

function contextOf(sandbox: PythonSandbox): GateContext {
  return { sandbox, limits: LIMITS, signal: neverAborted() };
}

async function take(
  sandbox: PythonSandbox,
  gates: readonly GateName[],
  source: string,
  className: string,
  recorder: Memory,
): Promise<void> {
  const sources = sourcesOfFile(source, () => []);
  await runGates({ context: contextOf(sandbox), candidate: { source, className }, sources, recorder }, gates);
}

/** Gates contract, run and solver contract of each file. */
export async function verifyFiles(sandbox: PythonSandbox, files: readonly SourceFile[], report: Report): Promise<void> {
  await each(files, sandbox.parallelism, async ({ name, source }) => {
    const startedAt = performance.now();
    const { codeId, className } = parseFileName(name) ?? { codeId: "", className: null };
    // All that is wrong with a file is reported at once: whether it runs says nothing about its solver's contract.
    const memory = createMemory({ ends: ({ gate }) => gate === "contract" });
    await take(sandbox, FILE_GATES, source, className ?? "", memory);
    const errors = memory
      .seen()
      .gates.flatMap(({ findings }) => findings)
      .filter((finding) => finding.severity === "error");
    const place = (line: number | null): string => (line === null ? "" : `line ${line}: `);
    report({
      code_id: codeId,
      env: memory.inspection?.className ?? "",
      config: "",
      verdict: errors.length === 0 ? "passed" : "failed",
      reward: null,
      rounds: null,
      ms: Math.round(performance.now() - startedAt),
      ...(errors.length === 0 ? {} : { error: errors.map((finding) => place(finding.line) + finding.message).join("; ") }),
    });
  });
}

type Group = { codeId: string; className: string; tests: TestResult[] };

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

/** An instance is taken at its word that its environment starts from it. */
function given(index: number, config: string): TestResult {
  return { index, config, passed: true, verdict: "solved", answer: null, ms: null, peakBytes: null };
}

async function playGroup(sandbox: PythonSandbox, group: Group, file: SourceFile | undefined, report: Report): Promise<void> {
  const fail = (message: string): void => {
    for (const { config } of group.tests) report(resultOf(group, config, { verdict: "error", reward: 0, rounds: 0, ms: 0, message }));
  };
  if (file === undefined) return fail(`there is no ${fileNameOf(group)}`);
  const memory = createMemory({
    given: group.tests,
    played: async (cell) => {
      const test = group.tests.find((item) => item.index === cell.test);
      if (test !== undefined) report(resultOf(group, test.config, cell));
    },
  });
  await take(sandbox, INSTANCE_GATES, file.source, group.className, memory);
  const contract = memory.seen().gates.find(({ gate }) => gate === "solver-contract");
  if (contract?.passed !== true) {
    fail(`solver contract: ${contract?.findings.find((finding) => finding.severity === "error")?.message ?? "no solve"}`);
  }
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
    group.tests.push(given(index, instance.task.config));
    groups.set(name, group);
  });
  const byName = new Map(files.map((file) => [file.name, file]));
  await each([...groups], sandbox.parallelism, ([name, group]) => playGroup(sandbox, group, byName.get(name), report));
}

export function hasPassed(result: VerifyResult): boolean {
  return result.verdict === "solved" || result.verdict === "passed";
}
