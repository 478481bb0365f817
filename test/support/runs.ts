import {
  applyRunEvent,
  DEFAULT_LIMITS,
  emptyRunView,
  type Environment,
  type EnvironmentId,
  type LanguageModel,
  type Limits,
  type Problem,
  type PythonSandbox,
  type ReplyForm,
  type RoleModels,
  type RunId,
  type RunView,
  type StoredRunEvent,
} from "@/domain";
import { type PipelineInput, runPipeline } from "@/pipeline";

export type RunHarness = {
  events: StoredRunEvent[];
  environments: Environment[];
  view: () => RunView;
  run: (options?: { signal?: AbortSignal; model?: LanguageModel; onEvent?: (event: StoredRunEvent) => void }) => Promise<RunView>;
};

export const sameForAll = (model: LanguageModel): RoleModels => ({ designer: model, tester: model, solver: model });

/** A run over an in-memory event log; running it again resumes it. */
export function createRun(
  problem: Problem,
  model: LanguageModel,
  sandbox: PythonSandbox,
  limits: Partial<Limits> = {},
  form: ReplyForm = "compact",
  more: Pick<PipelineInput, "synthesizer" | "choices"> = {},
): RunHarness {
  const runId = "run-1" as RunId;
  const events: StoredRunEvent[] = [];
  const environments: Environment[] = [];
  const view = (): RunView => {
    const result = emptyRunView();
    for (const event of events) applyRunEvent(result, event);
    return result;
  };
  return {
    events,
    environments,
    view,
    async run(options = {}) {
      await runPipeline(
        {
          runId,
          problem,
          limits: { ...DEFAULT_LIMITS, ...limits },
          prompts: {},
          form,
          ...more,
          prior: [...events],
          signal: options.signal ?? new AbortController().signal,
        },
        {
          models: sameForAll(options.model ?? model),
          sandbox,
          onProgress: () => {},
          append: async (event) => {
            const stored = { runId, seq: events.length, at: Date.now(), event: structuredClone(event) };
            events.push(stored);
            options.onEvent?.(stored);
            return stored;
          },
          saveEnvironment: async (environment) => {
            const id = `${environment.codeId}__${environment.className}` as EnvironmentId;
            environments.push({ ...environment, id });
            return id;
          },
        },
      );
      return view();
    },
  };
}
