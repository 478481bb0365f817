/** The benchmark's page: the app's own modules, built like the app, driven by scripts/bench.mjs through `bench`. */
import { z } from "zod";
import { loadBundledProblems } from "@/datasets";
import { applyRunEvent, DEFAULT_LIMITS, emptyRunView, type Environment, type EnvironmentId, type RunId, type StoredRunEvent } from "@/domain";
import { HandEpisode } from "@/episodes";
import { createRecordedModel } from "@/llm";
import { runPipeline } from "@/pipeline";
import { startBrowserSandbox } from "@/sandbox";
import { type GateContext, runSolver } from "@/verification";

z.config({ jitless: true });

type Material = { environment: Environment; solver: string };
const material: Material[] = [];
const { sandbox } = await startBrowserSandbox({ workers: Promise.resolve(null), onNotice: (message) => console.warn(message) });
const context: GateContext = { sandbox, limits: { ...DEFAULT_LIMITS, stopEarly: false }, signal: new AbortController().signal };

async function synthesise(): Promise<{ className: string; source: string; solver: string; configs: string[] }[]> {
  const recorded = createRecordedModel({ durationMs: 0 });
  for (const problem of await loadBundledProblems()) {
    const runId = problem.id as string as RunId;
    const view = emptyRunView();
    let seq = 0;
    await runPipeline(
      { runId, problem, limits: DEFAULT_LIMITS, prompts: {}, form: "compact", prior: [], signal: context.signal },
      {
        models: { designer: recorded, tester: recorded, solver: recorded },
        sandbox,
        onProgress: () => {},
        append: async (event) => {
          const stored: StoredRunEvent = { runId, seq: seq++, at: Date.now(), event };
          applyRunEvent(view, stored);
          return stored;
        },
        saveEnvironment: async (environment) => {
          const solver = environment.report?.solvers.find((item) => item.proven)?.source ?? "";
          const id = environment.className as EnvironmentId;
          material.push({ environment: { ...environment, id }, solver });
          return id;
        },
      },
    );
  }
  return material.map(({ environment, solver }) => ({
    className: environment.className,
    source: environment.source,
    solver,
    configs: environment.tasks.map((task) => task.config),
  }));
}

/** All bundled environments, each configuration solved once by its reference solver. */
async function solveAll(): Promise<{ runs: number; solved: number; ms: number }> {
  const startedAt = performance.now();
  const outcomes = await Promise.all(
    material.map(({ environment, solver }) => {
      const tests = environment.tasks.map((task, index) => ({ index, config: task.config }));
      return runSolver(context, environment, { index: 0, source: solver }, tests, [], () => {});
    }),
  );
  const cells = outcomes.flatMap((outcome) => outcome.cells);
  return { runs: cells.length, solved: cells.filter((cell) => cell.verdict === "solved").length, ms: performance.now() - startedAt };
}

/** From the moment an endless loop was ended to the next result. */
async function respawn(): Promise<number> {
  const stuck = await sandbox.acquire("proof");
  await stuck.call("run_main", { source: "while True: pass" }, { deadlineMs: 400 }).catch(() => undefined);
  const endedAt = performance.now();
  stuck.release();
  const next = await sandbox.acquire("proof");
  await next.call("run_main", { source: "print(1)" }, { deadlineMs: 5000 });
  const ms = performance.now() - endedAt;
  next.release();
  return ms;
}

async function steps(count: number): Promise<number[]> {
  const { environment } = material[0]!;
  const { signal } = context;
  const episode = await HandEpisode.start({ sandbox, environment, config: environment.tasks[0]!.config, stepMs: 5000 }, [], signal);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await episode.act('{"name": "Observe", "parameters": {}}', signal);
    times.push(performance.now() - startedAt);
  }
  episode.close();
  return times;
}

declare global {
  interface Window {
    bench: { synthesise: typeof synthesise; solveAll: typeof solveAll; respawn: typeof respawn; steps: typeof steps; workers: number };
  }
}
window.bench = { synthesise, solveAll, respawn, steps, workers: sandbox.parallelism };
