import { describe, expect, it } from "vitest";
import { type Environment, type EnvironmentId, sourceHashOf } from "@/domain";
import { type Draft, isMeasurable, NEW_DRAFT, planOf, playersOf, sizeSentence, tasksOf } from "../../../src/ui/evaluate/plan/plan.ts";
import { modelNamed } from "../../support/evaluations.ts";
import { environment as stored } from "../storage/storage-support.ts";

function environment(id: string, count: number, more: Partial<Environment> = {}): Environment {
  const tasks = Array.from({ length: count }, (_, index) => ({
    config: `{"n": ${index}}`,
    answer: "1",
    answerMs: 1,
    answerBytes: 1,
    rounds: 10 + index,
    kept: index % 2 === 0,
  }));
  return { ...stored(id), status: "verified", source: `class ${id}`, tasks, ...more };
}

const LIBRARY = [
  environment("a", 8),
  environment("b", 3),
  environment("c", 3, { status: "unverified" }),
  environment("d", 3, { source: "" }),
];
const draft = (more: Partial<Draft>): Draft => ({ ...NEW_DRAFT, environments: new Set(LIBRARY.map(({ id }) => id)), ...more });

describe("a plan", () => {
  it("takes only what was proven here and can be played", () => {
    expect(LIBRARY.map(isMeasurable)).toEqual([true, true, false, false]);
    const tasks = tasksOf(draft({ tasks: "all", sample: null }), LIBRARY);
    expect(tasks.map(({ environmentId }) => environmentId)).toEqual([...Array<string>(8).fill("a"), ...Array<string>(3).fill("b")]);
    expect(tasks[1]).toEqual({ environmentId: "a", sourceHash: sourceHashOf("class a"), config: '{"n": 1}', referenceRounds: 11 });
  });

  it("samples the same tasks each time, in their own order, and kept ones only when asked", () => {
    const kept = tasksOf(draft({ tasks: "kept", sample: 3 }), LIBRARY).filter(({ environmentId }) => environmentId === "a");
    expect(kept).toHaveLength(3);
    const numbers = kept.map(({ referenceRounds }) => (referenceRounds ?? 0) - 10);
    expect(numbers.every((number) => number % 2 === 0)).toBe(true);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(tasksOf(draft({ tasks: "kept", sample: 3 }), LIBRARY).slice(0, 3)).toEqual(kept);
    expect(tasksOf(draft({ tasks: "all", sample: 100 }), LIBRARY)).toHaveLength(11);
  });

  it("says what it lacks", () => {
    const tasks = tasksOf(draft({}), LIBRARY);
    expect(planOf(draft({ environments: new Set() }), [], []).lacks).toBe("Choose at least one environment.");
    expect(planOf(draft({}), [], []).lacks).toMatch(/^None of the chosen environments/);
    expect(planOf(draft({ reference: false }), tasks, []).lacks).toBe("Choose at least one player.");
    expect(planOf(draft({ tries: 0 }), tasks, []).lacks).toBe("Check the numbers: tries is out of its range.");
    expect(planOf(draft({ usd: -1 }), tasks, []).lacks).toMatch(/caps\.usd/);
  });

  it("counts its episodes, and is named after its size where it has no name", () => {
    const chosen = draft({ environments: new Set(["a"] as EnvironmentId[]), random: true, seed: 7, tries: 4, rounds: 50, usd: 2 });
    const { plan } = planOf(chosen, tasksOf(chosen, LIBRARY), [modelNamed("m")]);
    expect(plan).toMatchObject({
      title: "1 environment, 4 tasks, 3 players",
      tries: 4,
      limits: { rounds: 50 },
      caps: { usd: 2, tokens: null },
    });
    expect(plan?.players.map(({ kind }) => kind)).toEqual(["reference-solver", "random", "model"]);
    expect(plan === null ? "" : sizeSentence(plan)).toBe("4 tasks × 3 players × 4 tries = 48 episodes");
    expect(planOf({ ...chosen, title: " Mine " }, tasksOf(chosen, LIBRARY), []).plan?.title).toBe("Mine");
    expect(playersOf({ reference: false, random: false, seed: 1, prober: true }, [])).toEqual([{ kind: "prober" }]);
  });
});
