import { describe, expect, it } from "vitest";
import {
  DEFAULT_EPISODE_LIMITS,
  environmentIdSchema,
  environmentSchema,
  episodeIdSchema,
  type EvaluationEvent,
  type EvaluationPlan,
  evaluationProgress,
  evaluationView,
  type Player,
  playerScores,
  profileIdSchema,
  sampleOf,
  scoredEnvironment,
  scoreFields,
  sourceHashOf,
  taskScores,
  triesOf,
  type TryResult,
} from "@/domain";

const SOURCE = "class SumEnv: pass\n";
const id = (text: string) => environmentIdSchema.parse(text);
const model: Player = {
  kind: "model",
  label: "m",
  profileId: profileIdSchema.parse("p"),
  protocol: "native",
  settings: { provider: "openai", baseUrl: "", api: "chat", model: "Qwen3-32B", temperature: null, maxOutputTokens: null, effort: null },
};
const taskOf = (environmentId: string, config: string, referenceRounds: number | null = 10) => ({
  environmentId: id(environmentId),
  sourceHash: sourceHashOf(SOURCE),
  config,
  referenceRounds,
});
const PLAN: EvaluationPlan = {
  title: "",
  tasks: [taskOf("a", "1"), taskOf("b", "1"), taskOf("a", "2", null)],
  players: [{ kind: "prober" }, model],
  tries: 4,
  concurrency: 2,
  limits: DEFAULT_EPISODE_LIMITS,
  caps: { usd: null, tokens: null },
};
const result = (task: number, player: number, number: number, more: Partial<TryResult> = {}): TryResult => ({
  task,
  player,
  try: number,
  traceId: episodeIdSchema.parse("t"),
  why: "finished",
  reward: 0,
  rounds: 20,
  faults: {},
  tools: {},
  inputTokens: 10,
  outputTokens: 1,
  usd: 0.5,
  unknownCosts: 0,
  ms: 100,
  ...more,
});
const viewOf = (results: readonly TryResult[], more: EvaluationEvent[] = []) =>
  evaluationView(
    [
      { type: "evaluation-started" as const, plan: PLAN },
      ...results.map((item) => ({ type: "try-ended" as const, result: item })),
      ...more,
    ].map((event, seq) => ({ seq, at: seq * 1000, event })),
  );

describe("a plan", () => {
  it("plays every try once, environment by environment", () => {
    const tries = triesOf(PLAN);
    expect(tries).toHaveLength(24);
    expect(new Set(tries.map((item) => JSON.stringify(item))).size).toBe(24);
    expect(tries.map(({ task }) => task)).toEqual([...Array(8).fill(0), ...Array(8).fill(2), ...Array(8).fill(1)]);
    expect(new Set(tries.map((item) => sampleOf(PLAN, item))).size).toBe(24);
  });

  it("tells how far it is, and guesses the time left from this sitting alone", () => {
    const results = [result(0, 0, 0), result(0, 0, 1)];
    expect(evaluationProgress(viewOf(results), 2000)).toEqual({ done: 2, total: 24, msLeft: 22_000 });
    expect(evaluationProgress(viewOf(results, [{ type: "evaluation-halted", error: null }]), 5000).msLeft).toBeNull();
    const resumed = viewOf(results, [{ type: "evaluation-halted", error: null }, { type: "evaluation-resumed" }]);
    expect(evaluationProgress(resumed, 99_000)).toEqual({ done: 2, total: 24, msLeft: null });
  });
});

describe("results", () => {
  const view = viewOf([
    result(0, 1, 0, { reward: 1, rounds: 15 }),
    result(0, 1, 1),
    result(0, 1, 2, { why: "gave-up" }),
    result(0, 1, 3, { why: "round-limit", rounds: 256, usd: 0, unknownCosts: 1 }),
    result(2, 1, 0, { reward: 1 }),
    result(2, 1, 1, { reward: 1 }),
    result(1, 0, 0, { why: "bad-calls" }),
  ]);

  it("are scored by task and by player", () => {
    expect(taskScores(view)).toMatchObject([
      {
        task: 0,
        player: 1,
        tries: 4,
        successes: 1,
        rate: 0.25,
        failures: { "wrong-answer": 1, "gave-up": 1, "round-limit": 1 },
        ratio: 1.5,
        difficulty: "hard",
        hardEnough: true,
        usd: 1.5,
        unknownCosts: 1,
      },
      { task: 1, player: 0, tries: 1, successes: 0, failures: { "bad-calls": 1 }, ratio: null, difficulty: "unsolved", hardEnough: null },
      { task: 2, player: 1, tries: 2, successes: 2, ratio: null, difficulty: "easy", hardEnough: null },
    ]);
    const [prober, qwen] = playerScores(view);
    expect(prober).toMatchObject({ tries: 1, passAt: [{ k: 1, value: 0 }] });
    expect(qwen).toMatchObject({ tries: 6, successes: 3, rate: 0.5, inputTokens: 60 });
    // pass@1: the mean of 1/4 and 1; pass@2: of 1/2 and 1; pass@3 and @4 hang on the first task alone.
    expect(qwen?.passAt.map(({ k, value }) => [k, Number(value.toFixed(4))])).toEqual([
      [1, 0.625],
      [2, 0.75],
      [3, 0.75],
      [4, 1],
    ]);
    expect(qwen?.interval?.low).toBeGreaterThan(0.15);
  });

  it("go into exports once a model has played all tries of a task", () => {
    expect([0, 1, 2].map((task) => scoreFields(view, task))).toEqual([{ qwen3_32b_Bo4_score: 0.25 }, {}, {}]);
    const environment = environmentSchema.parse({
      id: "a",
      codeId: "a",
      className: "SumEnv",
      taskText: "",
      source: SOURCE,
      tools: [],
      status: "verified",
      report: null,
      provenance: { source: "imported" },
      addedAt: 1,
      tasks: ["1", "2"].map((config) => ({
        config,
        answer: null,
        answerMs: null,
        answerBytes: null,
        rounds: null,
        kept: true,
        scores: { older_Bo1_score: 1 },
      })),
    });
    expect(scoredEnvironment(environment, view)?.tasks.map(({ scores }) => scores)).toEqual([
      { older_Bo1_score: 1, qwen3_32b_Bo4_score: 0.25 },
      { older_Bo1_score: 1 },
    ]);
    expect(scoredEnvironment({ ...environment, source: `${SOURCE}#` }, view)).toBeNull();
    expect(scoredEnvironment({ ...environment, id: id("b") }, view)).toBeNull();
  });
});
