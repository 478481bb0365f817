import {
  codeIdOf,
  type Environment,
  type EnvironmentId,
  type Problem,
  type Provenance,
  type RunId,
  spendOfRun,
  type Variant,
} from "@/domain";
import { builtInPromptsFor } from "@/synthesis";
import { tasksOf } from "@/verification";
import type { Made } from "./candidate.ts";
import type { RunLog } from "./run-log.ts";

export type SaveEnvironment = (environment: Omit<Environment, "id">) => Promise<EnvironmentId>;

export type KeepContext = {
  log: RunLog;
  index: number;
  runId: RunId;
  problem: Problem;
  variant: Variant | null;
  /** Stores the environment and says under which id (a free one, the same again for the same run). */
  saveEnvironment: SaveEnvironment;
};

function originOf({ log, variant }: KeepContext): Partial<Provenance> {
  if (variant !== null) return { model: "Built-in compiler", recorded: false, rules: variant.rules };
  const { model, recorded, form } = log.view;
  return {
    model,
    recorded,
    ...(recorded ? {} : { spent: spendOfRun(log.view).total }),
    promptVersion: builtInPromptsFor(form).designer.version,
  };
}

/** A verified candidate becomes an environment of the library, and the run's log says which. */
export async function keepVerified(context: KeepContext, { className, taskText, source, tools, report }: Made): Promise<void> {
  const { log, index, runId, problem } = context;
  const environmentId = await context.saveEnvironment({
    codeId: codeIdOf(problem.id),
    className,
    taskText,
    source,
    tools,
    tasks: tasksOf(report),
    status: "verified",
    report,
    provenance: { source: "synthesis", problemId: problem.id, runId, ...originOf(context) },
    addedAt: Date.now(),
  });
  await log.emit({ type: "candidate-verified", candidate: index, environmentId, report });
}
