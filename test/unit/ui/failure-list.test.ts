import { expect, it } from "vitest";
import { causesOf } from "../../../src/ui/evaluate/failure-list.tsx";
import { environmentIdSchema, type ErrorData, type EvaluationPlan } from "@/domain";
import { DEFAULT_EPISODE_LIMITS } from "@/domain";

it("why episodes could not be played: each cause once, with the episodes that it stopped", () => {
  const environmentId = environmentIdSchema.parse("sum__SumEnv");
  const task = { environmentId, sourceHash: "", config: "{}", referenceRounds: null };
  const plan: EvaluationPlan = {
    title: "t",
    tasks: [task, task],
    players: [{ kind: "reference-solver" }],
    tries: 2,
    concurrency: 1,
    limits: DEFAULT_EPISODE_LIMITS,
    caps: { usd: null, tokens: null },
  };
  const gone: ErrorData = { name: "E", code: "no-environment", message: "It is not here.", retryable: false };
  const late: ErrorData = { name: "E", code: "time-limit", message: "No answer.", retryable: true };
  const failures = new Map(
    [
      { task: 0, player: 0, try: 0, error: late },
      { task: 0, player: 0, try: 1, error: gone },
      { task: 1, player: 0, try: 0, error: gone },
    ].map((item, index) => [String(index), item]),
  );
  expect(causesOf({ failures }, plan)).toEqual([
    { error: gone, episodes: ["SumEnv 1, Reference solver, try 2", "SumEnv 2, Reference solver, try 1"] },
    { error: late, episodes: ["SumEnv 1, Reference solver, try 1"] },
  ]);
});
