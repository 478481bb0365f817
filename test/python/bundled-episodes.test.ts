import { afterAll, beforeAll, expect, test } from "vitest";
import { loadBundledProblems } from "@/datasets";
import {
  DEFAULT_EPISODE_LIMITS,
  type Environment,
  evaluationIdSchema,
  type EvaluationPlan,
  nativeCallObstacle,
  type Player,
  playerName,
  playerScores,
  sourceHashOf,
  storedEventsOf,
  taskScores,
  toolParametersJsonSchema,
  traceView,
} from "@/domain";
import { loadRecordings, replayTrace, runEvaluation, Stage } from "@/episodes";
import { createRecordedModel } from "@/llm";
import { MemoryTraces, PATIENT_LIMITS, play } from "../support/episodes.ts";
import { PATIENT_MS } from "../support/python.ts";
import { createRun } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";

const PROBLEMS = ["bakery-orders", "lighthouse-relay", "warmest-spell"];
let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let environments: Environment[];
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  const problems = (await loadBundledProblems()).filter(({ id }) => PROBLEMS.includes(id));
  environments = [];
  for (const problem of problems) {
    const run = createRun(problem, createRecordedModel({ durationMs: 0 }), sandbox);
    await run.run();
    environments.push(...run.environments);
  }
});
afterAll(() => sandbox.dispose());

test("scripted players play verified environments: the reference solver earns everything, in the rounds it was measured with", async () => {
  expect(environments).toHaveLength(PROBLEMS.length);
  const tasks = environments.flatMap(({ id, source, tasks: all }) =>
    all
      .filter(({ kept }) => kept)
      .slice(0, 5)
      .map(({ config, rounds }) => ({ environmentId: id, sourceHash: sourceHashOf(source), config, referenceRounds: rounds })),
  );
  const plan: EvaluationPlan = {
    title: "Bundled",
    tasks,
    players: [{ kind: "reference-solver" }, { kind: "random", seed: 1 }, { kind: "prober" }],
    tries: 4,
    concurrency: 2,
    limits: { ...PATIENT_LIMITS, rounds: DEFAULT_EPISODE_LIMITS.rounds },
    caps: { usd: null, tokens: null },
  };
  const traces = new MemoryTraces();
  let seq = 0;
  const id = evaluationIdSchema.parse("bundled");
  const view = await runEvaluation(
    { id, plan, prior: [], signal: new AbortController().signal },
    {
      sandbox,
      chat: () => {
        throw new Error("no model here");
      },
      recorded: async () => null,
      environment: async (wanted) => environments.find((environment) => environment.id === wanted) ?? null,
      append: async (event) => ({ evaluationId: id, seq: seq++, at: Date.now(), event }),
      traces,
    },
  );
  expect(view).toMatchObject({ status: "finished", error: null });
  expect(view.results.size).toBe(15 * 3 * 4);
  const [reference, random, prober] = playerScores(view);
  expect(reference).toMatchObject({ tries: 60, successes: 60, ratio: 1, failures: {} });
  expect(random?.rate).toBeLessThan(0.5);
  expect(prober?.rate).toBeLessThan(0.5);
  // Nothing a scripted player does leaves what an environment answers to.
  for (const { faults } of view.results.values()) expect(Object.keys(faults).filter((kind) => kind.startsWith("environment-"))).toEqual([]);
  expect(taskScores(view).filter(({ player, hardEnough }) => player === 0 && hardEnough === false)).toHaveLength(15);

  for (const environment of environments) {
    const stage = new Stage(sandbox, environment, PATIENT_MS);
    const own = [...traces.byId.values()].filter(
      ([first]) => first?.event.type === "episode-started" && first.event.environmentId === environment.id,
    );
    expect(own).toHaveLength(60);
    for (const events of own.slice(0, 20))
      expect(await replayTrace(stage, events, new AbortController().signal)).toMatchObject({ agrees: true });
    stage.close();
  }
});

test("their tools can be told to every provider, with a type for every parameter", () => {
  for (const { tools } of environments) {
    expect(nativeCallObstacle(tools)).toBeNull();
    for (const tool of tools) {
      const { properties } = toolParametersJsonSchema(tool) as { properties: Record<string, { type?: string; description?: string }> };
      for (const [name, property] of Object.entries(properties))
        expect(property, `${tool.name} ${name}`).toMatchObject({ type: expect.anything(), description: expect.any(String) });
    }
  }
});

test("recorded episodes of a model play on them as they were recorded, one of them with a wrong answer", async () => {
  const rewards: number[] = [];
  for (const environment of environments) {
    const [recording, ...more] = await loadRecordings(environment.id);
    if (recording === undefined) throw new Error(`no recording for ${environment.id}`);
    expect(more).toEqual([]);
    const original = traceView(storedEventsOf(recording));
    // The page offers it for this very source only: what changes the standard form takes its recordings along.
    expect(original.head?.sourceHash).toBe(sourceHashOf(environment.source));
    expect(environment.tasks.map(({ config }) => config)).toContain(original.head?.config);
    const stage = new Stage(sandbox, environment, PATIENT_MS);
    expect(
      await replayTrace(
        stage,
        recording.events.map((item, seq) => ({ ...item, seq })),
        new AbortController().signal,
      ),
    ).toMatchObject({ agrees: true });
    stage.close();

    const player: Player = { kind: "recorded", label: "Model", traceId: recording.id };
    expect(playerName(player)).toBe("Model (recorded)");
    const view = await play({
      sandbox,
      environment,
      config: original.head?.config ?? "",
      player,
      traces: new MemoryTraces(),
      ports: { recorded: async () => recording },
    });
    const shown = (entries: typeof view.entries) =>
      entries.map((entry) =>
        entry.type === "call-answered"
          ? [entry.action, entry.observation, entry.faults]
          : entry.type === "reply-received"
            ? entry.reply.text
            : entry.type,
      );
    expect(shown(view.entries)).toEqual(shown(original.entries));
    expect(view).toMatchObject({ status: "ended", why: "finished", spent: { usd: 0, inputTokens: 0 } });
    rewards.push(view.reward);
  }
  expect(rewards.toSorted()).toEqual([0, 1, 1]);
});
