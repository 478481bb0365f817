import type { Environment, EnvironmentId, Problem, ProblemId } from "@/domain";
import { unmeasured } from "./archive-format.ts";
import { joinTasks } from "./import-collector.ts";
import { codeKeyOf, freeName } from "./names.ts";
import { createPace } from "./pace.ts";
import type { ImportAction, ImportChange, ImportChoice, ImportOutcome, ParsedImport } from "./types.ts";

type Library = { problems: readonly Problem[]; environments: readonly Environment[] };

/** What is to be stored; nothing of it is, when one of it cannot be. `changes`: what becomes of each item that was read. */
export type ImportWrites = { problems: Problem[]; environments: Environment[]; changes: ImportChange[]; outcome: ImportOutcome };

type Done = Pick<ImportChange, "action" | "asked"> & { target?: { id: string; name: string }; tasks?: number; unverifies?: boolean };

const nameOf = (environment: Environment): string => codeKeyOf(environment);

/** Whether `read` holds nothing that `known` lacks. */
function bringsNothing(known: Environment, read: Environment): boolean {
  if (known.source !== read.source || (read.taskText !== "" && known.taskText !== read.taskText)) return false;
  const tasks = new Map(known.tasks.map((task) => [task.config, task]));
  return read.tasks.every((task) => JSON.stringify(tasks.get(task.config)) === JSON.stringify(task));
}

function sameProblem(known: Problem, read: Problem): boolean {
  const essence = ({ title, statement, solution, subset, extra, numbers, kind }: Problem): string =>
    JSON.stringify([title, statement, solution, subset, extra, numbers, kind]);
  return (
    known.statement === read.statement &&
    known.solution === read.solution &&
    (known.origin === "bundled" || essence(known) === essence(read))
  );
}

class Writer {
  readonly problems = new Map<ProblemId, Problem>();
  readonly environments = new Map<EnvironmentId, Environment>();
  readonly outcome: ImportOutcome = { problems: 0, environments: 0, tasks: 0, skipped: 0 };
  readonly #knownProblems: Map<string, Problem>;
  readonly #known: Map<string, Environment>;
  /** Ids under each name, of which there can be several: two runs of one problem make two environments. */
  readonly #byKey = new Map<string, Set<EnvironmentId>>();
  readonly #inLibrary: ReadonlySet<string>;
  /** Problems that were given a new id, for the environments that come with them. */
  readonly #renamed = new Map<ProblemId, ProblemId>();

  constructor(
    library: Library,
    private readonly policy: ImportChoice["policy"],
  ) {
    this.#knownProblems = new Map(library.problems.map((problem) => [problem.id, problem]));
    this.#known = new Map(library.environments.map((environment) => [environment.id, environment]));
    this.#inLibrary = new Set(this.#known.keys());
    for (const environment of library.environments) this.#nameIt(environment);
  }

  problem(problem: Problem): Done {
    const known = this.#knownProblems.get(problem.id);
    if (known === undefined) {
      this.#writeProblem(problem);
      return { action: "add", asked: false };
    }
    const target = { id: known.id, name: known.title };
    if (sameProblem(known, problem)) return this.#skip("same", target, false);
    if (this.policy === "skip") return this.#skip("skip", target, true);
    // What ships with the app cannot be replaced: another problem under its id comes beside it.
    if (this.policy === "replace" && known.origin !== "bundled") {
      this.#writeProblem(problem);
      return { action: "replace", asked: true, target };
    }
    const id = freeName(problem.id.slice(0, 190), (name) => this.#knownProblems.has(name)) as ProblemId;
    this.#renamed.set(problem.id, id);
    this.#writeProblem({ ...problem, id });
    return { action: "copy", asked: true, target: { id, name: problem.title } };
  }

  #skip(action: ImportAction, target: { id: string; name: string }, asked: boolean): Done {
    this.outcome.skipped += 1;
    return { action, asked, target };
  }

  #writeProblem(problem: Problem): void {
    this.problems.set(problem.id, problem);
    this.#knownProblems.set(problem.id, problem);
    this.outcome.problems += 1;
  }

  environment(read: Environment): Done {
    const { problemId } = read.provenance;
    const renamed = problemId === undefined ? undefined : this.#renamed.get(problemId);
    const environment = renamed === undefined ? read : { ...read, provenance: { ...read.provenance, problemId: renamed } };
    const known = this.#meant(environment);
    if (known === undefined) {
      this.#write({ ...environment, id: this.#freeId(environment) }, environment.tasks.length);
      return { action: "add", asked: false, tasks: environment.tasks.length };
    }
    const target = { id: known.id, name: nameOf(known) };
    if (environment.source === "") return this.#addTasks(known, environment);
    if (known.source === "") return this.#fill(known, environment);
    if (bringsNothing(known, environment)) return this.#skip("same", target, false);
    if (this.policy === "skip") return this.#skip("skip", target, true);
    return this.policy === "replace" ? this.#replace(known, environment) : this.#copy(environment);
  }

  /**
   * The environment that is there under this name. The id of an archive decides between several of one name, and nothing
   * else: under an id alone, something quite different may be stored here.
   */
  #meant(read: Environment): Environment | undefined {
    const named = [...(this.#byKey.get(codeKeyOf(read)) ?? [])].flatMap((id) => this.#known.get(id) ?? []);
    const same = named.find((item) => item.id === read.id);
    if (same !== undefined || read.source === "") return same ?? named[0];
    // Two of one name that come together, with ids of their own, are two.
    const stored = named.filter((item) => this.#inLibrary.has(item.id) || item.source === "");
    return stored.find((item) => item.source === read.source) ?? stored[0];
  }

  #freeId(environment: Environment): EnvironmentId {
    const taken = (id: string): boolean => this.#known.has(id);
    if (!taken(environment.id)) return environment.id;
    const key = codeKeyOf(environment).slice(0, 280);
    return (taken(key) ? freeName(key, taken) : key) as EnvironmentId;
  }

  /** New configurations were not seen by the verification: the environment has to go through it again. */
  #addTasks(known: Environment, read: Environment): Done {
    const target = { id: known.id, name: nameOf(known) };
    const tasks = joinTasks(known.tasks, read.tasks);
    const added = tasks.length - known.tasks.length;
    this.outcome.skipped += read.tasks.length - added;
    if (added === 0) return { action: "same", asked: false, target };
    this.#write({ ...known, tasks, taskText: known.taskText || read.taskText, status: "unverified", report: null }, added);
    return { action: "add-tasks", asked: false, target, tasks: added, unverifies: known.status === "verified" };
  }

  /** The source comes to training instances that are there. */
  #fill(known: Environment, read: Environment): Done {
    const incoming = new Map(read.tasks.map((task) => [task.config, task]));
    const kept = known.tasks.map((task) => {
      const better = incoming.get(task.config);
      if (better === undefined) return task;
      return better.instance !== undefined || task.instance === undefined
        ? better
        : { ...better, instance: task.instance, ...(task.numbers === undefined ? {} : { numbers: task.numbers }) };
    });
    const tasks = joinTasks(kept, read.tasks);
    const added = tasks.length - known.tasks.length;
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
      added,
    );
    return { action: "add-source", asked: false, target: { id: known.id, name: nameOf(known) }, tasks: added };
  }

  /** A source that comes without tasks keeps those that are there, unmeasured when the code is another. */
  #replace(known: Environment, read: Environment): Done {
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
    return {
      action: "replace",
      asked: true,
      target: { id: known.id, name: nameOf(known) },
      tasks: tasks.length,
      unverifies: known.status === "verified",
    };
  }

  #copy(read: Environment): Done {
    const taken = (codeId: string): boolean => {
      const key = codeKeyOf({ codeId, className: read.className });
      return this.#known.has(key) || this.#byKey.has(key);
    };
    const codeId = freeName(read.codeId.slice(0, 180), taken);
    const named = { ...read, codeId };
    const id = codeKeyOf(named) as EnvironmentId;
    this.#write({ ...named, id }, read.tasks.length);
    return { action: "copy", asked: true, target: { id, name: nameOf(named) }, tasks: read.tasks.length };
  }

  #write(environment: Environment, tasks: number): void {
    if (!this.environments.has(environment.id)) this.outcome.environments += 1;
    this.outcome.tasks += tasks;
    this.environments.set(environment.id, environment);
    this.#known.set(environment.id, environment);
    this.#nameIt(environment);
  }

  #nameIt(environment: Environment): void {
    const key = codeKeyOf(environment);
    const ids = this.#byKey.get(key);
    if (ids === undefined) this.#byKey.set(key, new Set([environment.id]));
    else ids.add(environment.id);
  }
}

/**
 * Turns what was read and the person's choice into what is to be stored, given what the library holds now, and says of
 * each item what becomes of it: what is shown before is what is done. @throws CancelledError
 */
export async function planWrites(
  parsed: Pick<ParsedImport, "problems" | "environments">,
  { policy, without }: ImportChoice,
  library: Library,
  signal?: AbortSignal,
): Promise<ImportWrites> {
  const writer = new Writer(library, policy);
  const pace = createPace(signal);
  const changes: ImportChange[] = [];
  const take = (kind: ImportChange["kind"], index: number, name: string, work: () => Done): void => {
    const key = `${kind}:${index}`;
    const done: Done = without?.has(key) === true ? { action: "left-out", asked: false } : work();
    changes.push({ key, kind, name, target: null, tasks: 0, unverifies: false, ...done });
  };
  for (const [index, problem] of parsed.problems.entries()) {
    await pace.step();
    take("problem", index, problem.title, () => writer.problem(problem));
  }
  for (const [index, environment] of parsed.environments.entries()) {
    await pace.step();
    take("environment", index, nameOf(environment), () => writer.environment(environment));
  }
  return { problems: [...writer.problems.values()], environments: [...writer.environments.values()], changes, outcome: writer.outcome };
}
