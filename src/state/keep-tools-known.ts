import { DEFAULT_LIMITS, type Environment, isAbort, neverAborted, type PythonSandbox, SandboxError } from "@/domain";
import { inspectSource } from "@/verification";
import type { Library } from "./library-store.ts";

/**
 * An imported file says nothing of its tools until Python has read it. That runs none of it, so it is done at
 * once and in the background: the page can show docs and forms before anything is verified.
 */
export function keepToolsKnown({ library, sandbox }: { library: Library; sandbox(): Promise<PythonSandbox> }): void {
  /** `source` by id: a file is read once, also when it has no tools to find. */
  const seen = new Map<string, string>();
  let tail: Promise<void> = Promise.resolve();

  async function inspect(environment: Environment): Promise<void> {
    const context = { sandbox: await sandbox(), limits: DEFAULT_LIMITS, signal: neverAborted() };
    const inspection = await inspectSource(context, environment.source, environment.className);
    const present = library.store.getState().environments.find((item) => item.id === environment.id);
    if (present === undefined || present.source !== environment.source || present.tools.length > 0 || inspection.tools.length === 0) return;
    const tasks =
      present.tasks.length > 0
        ? present.tasks
        : inspection.configs.map((config) => ({ config, answer: null, answerMs: null, answerBytes: null, rounds: null, kept: false }));
    await library.saveEnvironment({
      ...present,
      tools: inspection.tools,
      tasks,
      taskText: present.taskText === "" ? inspection.docstring : present.taskText,
    });
  }

  function look(): void {
    for (const environment of library.store.getState().environments) {
      if (environment.source === "" || environment.tools.length > 0 || seen.get(environment.id) === environment.source) continue;
      seen.set(environment.id, environment.source);
      tail = tail
        .then(() => inspect(environment))
        .catch((error: unknown) => {
          // Without Python, or when closed: the next change of the library tries again.
          if (error instanceof SandboxError || isAbort(error)) seen.delete(environment.id);
        });
    }
  }
  library.store.subscribe(look);
  look();
}
