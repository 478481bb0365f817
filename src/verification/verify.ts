import { type Environment, type GateName, GATES, type Report } from "@/domain";
import { type GateContext, passedTests, type Sources } from "./gate.ts";
import { createMemory } from "./memory.ts";
import { buildReport, tasksOf } from "./report.ts";
import { runGates } from "./run-gates.ts";

export type VerifyProgress = { stage: GateName; done: number; total: number };

/** No reply was read: the file was there already. */
const GATES_OF_A_FILE = GATES.filter((name) => name !== "format");

/** A file that is there already, as it is: its own `solve` is the one solver. */
export function sourcesOfFile(source: string, configs: () => readonly string[]): Sources {
  return {
    reading: null,
    proposals: async function* () {
      yield { configs: configs(), notes: [] };
    },
    offers: async function* () {
      yield { solver: 0, sample: 0, attempt: 0, source, findings: [] };
    },
    fileWith: async () => source,
  };
}

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
  const { source, className } = environment;
  const memory = createMemory({
    begins: (stage) => onProgress({ stage, done: 0, total: 1 }),
    tested: async () => onProgress({ stage: "tests", done: memory.seen().tests.length, total: configs().length }),
    played: async () => onProgress({ stage: "solvability", done: memory.seen().cells.length, total: passedTests(memory.seen()).length }),
  });
  const configs = (): string[] => {
    const own = environment.tasks.length === 0 ? (memory.inspection?.configs ?? []) : environment.tasks.map((task) => task.config);
    return [...new Set(own)];
  };
  await runGates({ context, candidate: { source, className }, sources: sourcesOfFile(source, configs), recorder: memory }, GATES_OF_A_FILE);
  const report = buildReport(memory.seen(), context);
  return {
    ...environment,
    tools: memory.inspection?.tools ?? [],
    taskText: environment.taskText === "" ? (memory.inspection?.docstring ?? "") : environment.taskText,
    report,
    status: report.verified ? "verified" : "rejected",
    tasks: mergeTasks(environment, report),
  };
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
