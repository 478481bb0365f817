import { type Cell, type Environment, type Finding, type GateResult, type Report, type TestResult } from "@/domain";
import { proveSolverOnEnvironment } from "./proof.ts";
import { buildReport, solvabilityResult, solverContractResult, type SolverRecord, tasksOf } from "./report.ts";
import { runSolver } from "./solvability.ts";
import { checkContract, checkRun, checkSolver, type GateContext, passesContract } from "./static-gates.ts";
import { checkTests } from "./tests-gate.ts";

export type VerifyProgress = { stage: GateResult["gate"]; done: number; total: number };

/**
 * Gates 2 to 7 for an environment that is already there (imported, or verified elsewhere): its tasks are the
 * configurations and its own `solve` is the one solver. Returns it with a report, tools and figures; verified
 * only when every gate passed here.
 */
export async function verifyEnvironment(
  context: GateContext,
  environment: Environment,
  onProgress: (progress: VerifyProgress) => void,
): Promise<Environment> {
  const { source } = environment;
  const gates: GateResult[] = [];
  const solvers: SolverRecord[] = [];
  let tests: TestResult[] = [];
  const cells: Cell[] = [];
  const take = (result: GateResult): boolean => {
    gates.push(result);
    return result.passed;
  };
  const finish = (changes: Partial<Environment>): Environment => {
    const parts = { gates, tests, solvers, cells, limits: context.limits, runtime: context.sandbox.runtime };
    const report: Report = buildReport(parts);
    return {
      ...environment,
      ...changes,
      report,
      status: report.verified ? "verified" : "rejected",
      tasks: mergeTasks(environment, report),
    };
  };

  onProgress({ stage: "contract", done: 0, total: 1 });
  const { inspection, result: contract } = await checkContract(context, source, environment.className);
  const changes: Partial<Environment> = {
    tools: inspection.tools,
    taskText: environment.taskText === "" ? inspection.docstring : environment.taskText,
  };
  if (!take(contract)) return finish(changes);

  onProgress({ stage: "run", done: 0, total: 1 });
  if (!take(await checkRun(context, source))) return finish(changes);

  const configs = [
    ...new Set([...environment.tasks.map((task) => task.config), ...(environment.tasks.length === 0 ? inspection.configs : [])]),
  ];
  let decided = 0;
  onProgress({ stage: "tests", done: 0, total: configs.length });
  const tested = await checkTests(context, { source, className: inspection.className }, configs, [], () => {
    onProgress({ stage: "tests", done: ++decided, total: configs.length });
  });
  tests = tested.tests;
  if (!take(tested.result)) return finish(changes);

  const startedAt = performance.now();
  onProgress({ stage: "solver-contract", done: 0, total: 1 });
  const checked = await checkSolver(context, source);
  const fits = passesContract(checked);
  const record: SolverRecord = { solver: 0, source: checked.solver ?? "", findings: checked.findings, solvedAll: false, proven: false };
  solvers.push(record);
  if (!take(solverContractResult([{ solver: 0, findings: checked.findings, fits }], startedAt)) || checked.solver === null)
    return finish(changes);

  const passed = tests.filter((test) => test.passed);
  const candidate = { source, className: inspection.className };
  const playedAt = performance.now();
  const run = await runSolver(context, candidate, { index: 0, source: checked.solver }, passed, [], (cell) => {
    cells.push(cell);
    onProgress({ stage: "solvability", done: cells.length, total: passed.length });
  });
  record.solvedAll = run.solvedAll;
  if (!take(solvabilityResult(cells, solvers, passed.length, playedAt))) return finish(changes);

  onProgress({ stage: "proof", done: 0, total: 1 });
  const proofTests = passed.map((test) => ({ index: test.index, config: test.config, answer: test.answer ?? "" }));
  const proof = await proveSolverOnEnvironment(context, candidate, checked.solver, proofTests, run.traces);
  record.proven = proof.passed;
  // The rounds are those of what was proven, should the search have counted others.
  for (const cell of cells) cell.rounds = run.traces.get(cell.test)?.length ?? cell.rounds;
  take(proof);
  return finish(changes);
}

/** Figures of this verification on the tasks as they were; a task that failed here keeps its place and loses nothing. */
function mergeTasks(environment: Environment, report: Report): Environment["tasks"] {
  const measured = new Map(tasksOf(report).map((task) => [task.config, task]));
  if (environment.tasks.length === 0) return [...measured.values()];
  return environment.tasks.map((task) => {
    const figures = measured.get(task.config);
    if (figures === undefined) return { ...task, kept: report.verified ? false : task.kept };
    return {
      ...task,
      ...figures,
      rounds: figures.rounds ?? task.rounds,
      ...(task.instance === undefined ? {} : { instance: task.instance }),
      ...(task.numbers === undefined ? {} : { numbers: task.numbers }),
    };
  });
}

/** Gates 2, 3 and 5 of one file, for the headless run without instances. */
export async function checkFile(
  context: GateContext,
  source: string,
  className: string | null,
): Promise<{ className: string; findings: Finding[] }> {
  const { inspection, result } = await checkContract(context, source, className);
  const findings = [...result.findings];
  if (result.passed) {
    findings.push(...(await checkRun(context, source)).findings);
    findings.push(...(await checkSolver(context, source)).findings);
  }
  return { className: inspection.className, findings };
}
