import type { Environment, Problem, Task } from "@/domain";
import type { Instance } from "./instance-rows.ts";
import { codeKeyOf, environmentIdOf, shownName } from "./names.ts";
import type { ImportFault, ParsedImport } from "./types.ts";

/** Tasks of both, those of `tasks` first; the same configuration only once. */
export function joinTasks(tasks: readonly Task[], more: readonly Task[]): Task[] {
  const known = new Set(tasks.map((task) => task.config));
  const joined = [...tasks];
  for (const task of more) {
    if (known.has(task.config)) continue;
    known.add(task.config);
    joined.push(task);
  }
  return joined;
}

type Draft = { environment: Environment; configs: Set<string> };

/** Gathers what files hold: training instances and sources of the same environment find each other. */
export class ImportCollector {
  readonly #problems: Problem[] = [];
  readonly #drafts: Draft[] = [];
  /** The first draft under each name. */
  readonly #byKey = new Map<string, Draft>();
  readonly #faults: ImportFault[] = [];
  readonly #notes: ImportFault[] = [];
  readonly #faultsOf = new Map<string, number>();

  constructor(
    readonly now: number,
    private readonly faultsPerFile: number,
  ) {}

  problem(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** @throws ImportError for a name that cannot be one */
  instance(instance: Instance, fileName: string): void {
    const { codeId, className, taskText, task } = instance;
    let draft = this.#byKey.get(codeKeyOf(instance));
    if (draft === undefined) {
      draft = this.#add({
        id: environmentIdOf(instance),
        codeId,
        className,
        taskText,
        source: "",
        tools: [],
        tasks: [],
        status: "unverified",
        report: null,
        provenance: { source: "imported", fileName: shownName(fileName) },
        addedAt: this.now,
      });
    }
    if (draft.environment.taskText === "") draft.environment.taskText = taskText;
    if (draft.configs.has(task.config)) return;
    draft.configs.add(task.config);
    draft.environment.tasks.push(task);
  }

  /** Joins the instances read before under its name; a second source under one name stays by itself. */
  environment(environment: Environment): void {
    const draft = this.#byKey.get(codeKeyOf(environment));
    if (draft === undefined || draft.environment.source !== "" || environment.source === "") {
      this.#add(environment);
      return;
    }
    const { tasks, taskText } = draft.environment;
    draft.environment = { ...environment, tasks: joinTasks(environment.tasks, tasks), taskText: environment.taskText || taskText };
    draft.configs = new Set(draft.environment.tasks.map((task) => task.config));
  }

  #add(environment: Environment): Draft {
    const draft = {
      environment: { ...environment, tasks: [...environment.tasks] },
      configs: new Set(environment.tasks.map((task) => task.config)),
    };
    this.#drafts.push(draft);
    const key = codeKeyOf(environment);
    if (!this.#byKey.has(key)) this.#byKey.set(key, draft);
    return draft;
  }

  /** What was changed on its way in. */
  note(file: string, line: number | null, message: string): void {
    if (this.#notes.length < this.faultsPerFile) this.#notes.push({ file: shownName(file), line, message });
  }

  fault(file: string, line: number | null, message: string): void {
    const count = (this.#faultsOf.get(file) ?? 0) + 1;
    this.#faultsOf.set(file, count);
    if (count <= this.faultsPerFile) this.#faults.push({ file: shownName(file), line, message });
  }

  result(): ParsedImport {
    const more = [...this.#faultsOf]
      .filter(([, count]) => count > this.faultsPerFile)
      .map(([file, count]) => ({ file: shownName(file), line: null, message: `and ${count - this.faultsPerFile} more faults` }));
    return {
      problems: this.#problems,
      environments: this.#drafts.map((draft) => draft.environment),
      faults: [...this.#faults, ...more],
      notes: this.#notes,
    };
  }
}
