import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difficultyOf, failureOf, isHardEnough, meanPassAtK, passAtK, scoreField, wilsonInterval } from "@/domain";

/** C(n, k) exactly. */
function choose(n: number, k: number): bigint {
  let value = 1n;
  for (let index = 1; index <= k; index += 1) value = (value * BigInt(n - k + index)) / BigInt(index);
  return k > n ? 0n : value;
}

describe("pass@k", () => {
  it("has the known values", () => {
    expect(passAtK(4, 1, 1)).toBeCloseTo(0.25, 12);
    expect(passAtK(4, 1, 2)).toBeCloseTo(0.5, 12);
    expect(passAtK(4, 2, 2)).toBeCloseTo(5 / 6, 12);
    expect(passAtK(10, 3, 5)).toBeCloseTo(1 - 21 / 252, 12);
    expect(passAtK(200, 1, 100)).toBeCloseTo(0.5, 12);
    expect(passAtK(200, 37, 10)).toBeCloseTo(0.8773745674, 9);
    expect([passAtK(5, 0, 3), passAtK(5, 5, 1), passAtK(4, 2, 3), passAtK(3, 1, 4), passAtK(3, 1, 0)]).toEqual([0, 1, 1, null, null]);
  });

  it("is 1 − C(n−c, k) / C(n, k) for all numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), fc.nat(300), (tries, some, k) => {
        const successes = some % (tries + 1);
        const of = 1 + (k % tries);
        const exact = 1 - Number((choose(tries - successes, of) * 10n ** 15n) / choose(tries, of)) / 1e15;
        expect(passAtK(tries, successes, of)).toBeCloseTo(exact, 9);
      }),
    );
  });

  it("without bias: its mean over all draws is the chance that it estimates", () => {
    // 5 tries that succeed with 0.3 each; pass@2 is 1 − 0.7².
    const chance = 0.3;
    let mean = 0;
    for (let successes = 0; successes <= 5; successes += 1) {
      mean += Number(choose(5, successes)) * chance ** successes * (1 - chance) ** (5 - successes) * (passAtK(5, successes, 2) ?? 0);
    }
    expect(mean).toBeCloseTo(1 - 0.7 ** 2, 12);
  });

  it("over tasks leaves out those with too few tries", () => {
    expect(
      meanPassAtK(
        [
          { tries: 4, successes: 4 },
          { tries: 4, successes: 0 },
          { tries: 1, successes: 1 },
        ],
        2,
      ),
    ).toBe(0.5);
    expect(meanPassAtK([{ tries: 1, successes: 1 }], 2)).toBeNull();
  });
});

describe("Wilson's interval", () => {
  it("has the known values", () => {
    const near = (successes: number, tries: number) =>
      Object.values(wilsonInterval(successes, tries) ?? {}).map((value) => Number(value.toFixed(4)));
    expect(near(0, 10)).toEqual([0, 0.2775]);
    expect(near(10, 10)).toEqual([0.7225, 1]);
    expect(near(5, 10)).toEqual([0.2366, 0.7634]);
    expect(near(1, 4)).toEqual([0.0456, 0.6994]);
    expect(near(81, 263)).toEqual([0.2553, 0.3662]);
    expect(wilsonInterval(0, 0)).toBeNull();
  });

  it("holds the share and stays between 0 and 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (tries, some) => {
        const successes = some % (tries + 1);
        const { low, high } = wilsonInterval(successes, tries) ?? { low: 2, high: -1 };
        expect(low >= 0 && low <= successes / tries && successes / tries <= high && high <= 1).toBe(true);
      }),
    );
  });
});

describe("difficulty", () => {
  it("goes by the share of tries solved", () => {
    expect([0, 1, 2, 3, 4].map((successes) => difficultyOf({ tries: 4, successes }))).toEqual([
      "unsolved",
      "hard",
      "medium",
      "medium",
      "easy",
    ]);
    expect(difficultyOf({ tries: 0, successes: 0 })).toBeNull();
  });

  it("keeps tasks with at most 25 % success over 4 tries", () => {
    expect([0, 1, 2].map((successes) => isHardEnough({ tries: 4, successes }))).toEqual([true, true, false]);
    expect([
      isHardEnough({ tries: 3, successes: 0 }),
      isHardEnough({ tries: 8, successes: 2 }),
      isHardEnough({ tries: 8, successes: 3 }),
    ]).toEqual([null, true, false]);
  });

  it("failures have kinds, and half a reward is none", () => {
    expect(failureOf({ why: "finished", reward: 1 })).toBeNull();
    expect(failureOf({ why: "finished", reward: 0.5 })).toBe("wrong-answer");
    // A reward without an end is not earned.
    expect(failureOf({ why: "round-limit", reward: 1 })).toBe("round-limit");
    expect([
      failureOf({ why: "gave-up", reward: 0 }),
      failureOf({ why: "bad-calls", reward: 0 }),
      failureOf({ why: "token-cap", reward: 0 }),
    ]).toEqual(["gave-up", "bad-calls", "cap"]);
  });

  it("fields are named as the published ones", () => {
    expect([scoreField("qwen32b", 4), scoreField("Qwen/Qwen3-32B", 8), scoreField("…", 4), scoreField("", 1)]).toEqual([
      "qwen32b_Bo4_score",
      "qwen3_32b_Bo8_score",
      "model_Bo4_score",
      "model_Bo1_score",
    ]);
  });
});
