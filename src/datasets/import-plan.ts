import type { Environment, EnvironmentId, Problem, ProblemId } from "@/domain";
import { unmeasured } from "./archive-format.ts";
import { joinTasks } from "./import-collector.ts";
import { codeKeyOf, environmentIdOf, freeName } from "./names.ts";
import type { Duplicate, DuplicatePolicy, Existing, ImportOutcome, ImportPlan, ParsedImport } from "./types.ts";

/** What is already there, or comes earlier in the same import, under an id that comes (again). */
export function findDuplicates(parsed: ParsedImport, existing: Existing): Duplicate[] {
  const duplicates: Duplicate[] = [];
  const problems = new Set<string>(existing.problems.map((problem) => problem.id));
  for (const problem of parsed.problems) {
    if (problems.has(problem.id)) duplicates.push({ kind: "problem", id: problem.id, name: problem.title });
    problems.add(problem.id);
  }
  const sources = new Map<string, boolean>();
  for (const { id, source, ...name } of existing.environments) {
    for (const key of [id, codeKeyOf(name)]) sources.set(key, source !== "" || sources.get(key) === true);
  }
  for (const environment of parsed.environments) {
    const key = sources.has(environment.id) ? environment.id : codeKeyOf(environment);
    if (environment.source !== "" && sources.get(key) === true) {
      duplicates.push({ kind: "environment", id: environment.id, name: environment.className });
    }
    for (const each of [environment.id, codeKeyOf(environment)]) sources.set(each, environment.source !== "" || sources.get(each) === true);
  }
  return duplicates;
}

type Library = { problems: readonly Problem[]; environments: readonly Environment[] };

/** What is to be stored; nothing of it is, when one of it cannot be. */
export type ImportWrites = { problems: Problem[]; environments: Environment[]; outcome: ImportOutcome };

class Writer {
  readonly problems = new Map<ProblemId, Problem>();
  readonly environments = new Map<EnvironmentId, Environment>();
  readonly outcome: ImportOutcome = { problems: 0, environments: 0, tasks: 0, skipped: 0 };
  readonly #knownProblems: Map<string, Problem>;
  readonly #known: Map<string, Environment>;
  readonly #byKey: Map<string, Environment>;
  /** Problems that were given a new id, for the environments that come with them. */
  readonly #renamed = new Map<ProblemId, ProblemId>();

  constructor(
    library: Library,
    private readonly policy: DuplicatePolicy,
  ) {
    this.#knownProblems = new Map(library.problems.map((problem) => [problem.id, problem]));
    this.#known = new Map(library.environments.map((environment) => [environment.id, environment]));
    this.#byKey = new Map(library.environments.map((environment) => [codeKeyOf(environment), environment]));
  }

  problem(problem: Problem): void {
    const known = this.#knownProblems.get(problem.id);
    if (known === undefined) return this.#writeProblem(problem);
    const same = known.statement === problem.statement && known.solution === problem.solution;
    const bundled = known.origin === "bundled";
    if (this.policy === "skip" || (this.policy === "replace" && bundled && same)) {
      this.outcome.skipped += 1;
      return;
    }
    // What ships with the app cannot be replaced: another problem under its id comes beside it.
    if (this.policy === "replace" && !bundled) return this.#writeProblem(problem);
    const id = freeName(problem.id.slice(0, 190), (name) => this.#knownProblems.has(name)) as ProblemId;
    this.#renamed.set(problem.id, id);
    this.#writeProblem({ ...problem, id });
  }

  #writeProblem(problem: Problem): void {
    this.problems.set(problem.id, problem);
    this.#knownProblems.set(problem.id, problem);
    this.outcome.problems += 1;
  }

  environment(read: Environment): void {
    const { problemId } = read.provenance;
    const renamed = problemId === undefined ? undefined : this.#renamed.get(problemId);
    const environment = renamed === undefined ? read : { ...read, provenance: { ...read.provenance, problemId: renamed } };
    const known = this.#known.get(environment.id) ?? this.#byKey.get(codeKeyOf(environment));
    if (known === undefined) return this.#write(environment, environment.tasks.length);
    if (environment.source === "") return this.#addTasks(known, environment);
    if (known.source === "") return this.#fill(known, environment);
    if (this.policy === "skip") this.outcome.skipped += 1;
    else if (this.policy === "replace") this.#replace(known, environment);
    else this.#copy(environment);
  }

  /** New configurations were not seen by the verification: the environment has to go through it again. */
  #addTasks(known: Environment, read: Environment): void {
    const tasks = joinTasks(known.tasks, read.tasks);
    const added = tasks.length - known.tasks.length;
    this.outcome.skipped += read.tasks.length - added;
    if (added === 0) return;
    this.#write({ ...known, tasks, taskText: known.taskText || read.taskText, status: "unverified", report: null }, added);
  }

  /** The source comes to training instances that are there. */
  #fill(known: Environment, read: Environment): void {
    const incoming = new Map(read.tasks.map((task) => [task.config, task]));
    const kept = known.tasks.map((task) => {
      const better = incoming.get(task.config);
      if (better === undefined) return task;
      const instance = better.instance ?? task.instance;
      return instance === undefined ? better : { ...better, instance };
    });
    const tasks = joinTasks(kept, read.tasks);
    this.#write(
      {
        ...read,
        id: known.id,
        tasks,
        taskText: known.taskText || read.taskText,
        status: "unverified",
        report: null,
        provenance: { ...known.provenance, ...read.provenance },
        addedAt: known.addedAt,
      },
      tasks.length - known.tasks.length,
    );
  }

  /** A source that comes without tasks keeps those that are there, unmeasured when the code is another. */
  #replace(known: Environment, read: Environment): void {
    const carried = known.source === read.source ? known.tasks : known.tasks.map(unmeasured);
    const tasks = read.tasks.length > 0 ? read.tasks : carried;
    const problemId = read.provenance.problemId ?? known.provenance.problemId;
    this.#write(
      {
        ...read,
        id: known.id,
        tasks,
        taskText: read.taskText || known.taskText,
        provenance: { ...read.provenance, ...(problemId === undefined ? {} : { problemId }) },
      },
      read.tasks.length,
    );
  }

  #copy(read: Environment): void {
    const taken = (codeId: string): boolean => {
      const key = codeKeyOf({ codeId, className: read.className });
      return this.#known.has(key) || this.#byKey.has(key);
    };
    const codeId = freeName(read.codeId.slice(0, 180), taken);
    const named = { ...read, codeId };
    this.#write({ ...named, id: environmentIdOf(named) }, read.tasks.length);
  }

  #write(environment: Environment, tasks: number): void {
    if (!this.environments.has(environment.id)) this.outcome.environments += 1;
    this.outcome.tasks += tasks;
    this.environments.set(environment.id, environment);
    this.#known.set(environment.id, environment);
    this.#byKey.set(codeKeyOf(environment), environment);
  }
}

/** Turns a plan and a decision on duplicates into what is to be stored, given what the library holds now. */
export function planWrites(plan: ImportPlan, policy: DuplicatePolicy, library: Library): ImportWrites {
  const writer = new Writer(library, policy);
  for (const problem of plan.problems) writer.problem(problem);
  for (const environment of plan.environments) writer.environment(environment);
  return { problems: [...writer.problems.values()], environments: [...writer.environments.values()], outcome: writer.outcome };
}
