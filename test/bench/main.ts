/** The benchmark's page: the app's own modules, built like the app, driven by scripts/bench.mjs through `bench`. */
import { z } from "zod";
import * as datasets from "@/datasets";
import {
  applyRunEvent,
  DEFAULT_EPISODE_LIMITS,
  DEFAULT_LIMITS,
  emptyRunView,
  type Environment,
  type EnvironmentId,
  episodeIdSchema,
  type RunId,
  sourceHashOf,
  type StoredRunEvent,
} from "@/domain";
import { castPlayer, type Mover, playEpisode, Stage } from "@/episodes";
import { createRecordedModel } from "@/llm";
import { runPipeline } from "@/pipeline";
import { startBrowserSandbox } from "@/sandbox";
import { createEvaluationsStore } from "@/state";
import { openStorage } from "@/storage";
import type { GateContext } from "@/verification";
import { runSolver } from "@/verification/gates/solvability.ts";

z.config({ jitless: true });

type Material = { environment: Environment; solver: string };
const material: Material[] = [];
const { sandbox } = await startBrowserSandbox({
  workers: Promise.resolve(null),
  onNotice: (message) => console.warn(message),
  onPhase: () => {},
});
const context: GateContext = { sandbox, limits: { ...DEFAULT_LIMITS, stopEarly: false }, signal: new AbortController().signal };

const REFERENCE = { kind: "reference-solver" } as const;
const STEP_MS = 5000;
/** Of each environment. */
const TASKS_STEPPED = 4;
/** As the plan page proposes. */
const EPISODES_AT_ONCE = 4;
const noModel = (): never => {
  throw new Error("no model in the benchmark");
};
const storage = openStorage();
const evaluations = createEvaluationsStore({
  storage,
  sandbox: () => Promise.resolve(sandbox),
  models: { modelPlayer: noModel, chat: noModel, canAsk: () => false },
  price: () => Promise.resolve(null),
  history: () => Promise.resolve([]),
  ready: Promise.resolve(),
  environment: (id) => material.find(({ environment }) => environment.id === id)?.environment,
  saveEnvironment: () => Promise.resolve(),
  datasets,
  notify: ({ message }) => console.error(message),
  interrupted: { read: () => [], write: () => {} },
});

async function synthesise(): Promise<{ className: string; source: string; solver: string; configs: string[] }[]> {
  const recorded = createRecordedModel({ durationMs: 0 });
  for (const problem of await datasets.loadBundledProblems()) {
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

/** One bare call of the sandbox: a step of a started episode, without referee and storage. */
async function steps(count: number): Promise<number[]> {
  const { environment } = material[0]!;
  const stage = new Stage(sandbox, environment, STEP_MS);
  const times: number[] = [];
  await stage.start(environment.tasks[0]!.config, true, context.signal);
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await stage.step(['{"name": "Observe", "parameters": {}}'], true, context.signal);
    times.push(performance.now() - startedAt);
  }
  stage.close();
  return times;
}

/** The environment's share of one turn: from a player's call until the answer is stored and the player has the next move. */
async function agentSteps(): Promise<number[]> {
  const { traces } = await storage;
  const times: number[] = [];
  for (const { environment } of material) {
    for (const { config } of environment.tasks.slice(0, TASKS_STEPPED)) {
      const id = episodeIdSchema.parse(crypto.randomUUID());
      const episode = { environment, config, limits: { ...DEFAULT_EPISODE_LIMITS, stepMs: STEP_MS }, sample: 0 };
      const solver = (await castPlayer(REFERENCE, episode, { sandbox, chat: noModel, recorded: () => Promise.resolve(null) }))!;
      let calledAt: number | null = null;
      const mover: Mover = {
        async move(turn) {
          if (calledAt !== null) times.push(performance.now() - calledAt);
          const move = await solver.move(turn);
          calledAt = performance.now();
          // A model makes one call a turn; the solver would make all of them at once.
          return move.type === "calls" ? { ...move, calls: move.calls.slice(0, 1) } : move;
        },
      };
      const stage = new Stage(sandbox, environment, STEP_MS);
      const view = await playEpisode(
        { id, ...episode, player: REFERENCE, states: true, prior: [], signal: context.signal },
        { stage, mover, append: (events) => traces.appendAll(id, events) },
      );
      stage.close();
      if (view.reward !== 1) throw new Error(`an episode failed: ${JSON.stringify(view.error)}`);
    }
  }
  return times;
}

/** All tasks with the reference solver, through the store of evaluations and the storage. */
async function evaluate(tries: number): Promise<{ episodes: number; solved: number; ms: number }> {
  const tasks = material.flatMap(({ environment: { id, source, tasks: all } }) => {
    return all.map(({ config, rounds }) => ({ environmentId: id, sourceHash: sourceHashOf(source), config, referenceRounds: rounds }));
  });
  const { store } = evaluations;
  const startedAt = performance.now();
  const id = await store.getState().start({
    title: "",
    tasks,
    players: [REFERENCE],
    tries,
    concurrency: EPISODES_AT_ONCE,
    limits: DEFAULT_EPISODE_LIMITS,
    caps: { usd: null, tokens: null },
  });
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (store.getState().active.has(id)) return;
      stop();
      resolve();
    };
    const stop = store.subscribe(look);
  });
  const ms = performance.now() - startedAt;
  const { items } = await (await storage).evaluations.read(id);
  const solved = items.filter(({ event }) => event.type === "try-ended" && event.result.reward === 1).length;
  await store.getState().remove(id);
  return { episodes: tasks.length * tries, solved, ms };
}

declare global {
  interface Window {
    bench: {
      synthesise: typeof synthesise;
      solveAll: typeof solveAll;
      respawn: typeof respawn;
      steps: typeof steps;
      agentSteps: typeof agentSteps;
      evaluate: typeof evaluate;
      workers: number;
    };
  }
}
window.bench = { synthesise, solveAll, respawn, steps, agentSteps, evaluate, workers: sandbox.parallelism };
