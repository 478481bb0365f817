import { describe, expect, it } from "vitest";
import { playerScores, type Player, taskScores } from "@/domain";
import {
  commonTasks,
  differenceInterval,
  isOpen,
  playerDifferences,
  pointsText,
  taskDifferences,
} from "../../../src/ui/evaluate/comparison.ts";
import { csvOf, type FigureData, figuresOf } from "../../../src/ui/evaluate/figures/shapes.ts";
import { heatRow, heatSentence, heatText, heatTone } from "../../../src/ui/evaluate/results/heat-cells.ts";
import { difficultyCounts, firstPlayer, taskRows } from "../../../src/ui/evaluate/results/task-rows.ts";
import {
  costText,
  failureText,
  intervalText,
  leftText,
  percentText,
  playerNames,
  shownPassAt,
  standingOf,
  taskNames,
} from "../../../src/ui/evaluate/texts.ts";
import { modelNamed, planOver, REFERENCE, tries, tryResult, viewWith } from "../../support/evaluations.ts";

const RANDOM: Player = { kind: "random", seed: 1 };

function figure(figures: readonly FigureData[], name: FigureData["name"]): FigureData {
  const found = figures.find((data) => data.name === name);
  if (found === undefined) throw new Error(`no figure ${name}`);
  return found;
}

describe("texts of an evaluation", () => {
  it("never round a share to all or nothing", () => {
    expect([percentText(0), percentText(0.001), percentText(0.5), percentText(0.999), percentText(1), percentText(null)]).toEqual([
      "0 %",
      "< 1 %",
      "50 %",
      "> 99 %",
      "100 %",
      "–",
    ]);
    expect(intervalText({ low: 0.121, high: 0.459 })).toBe("12 – 46 %");
  });

  it("say which part of a sum nobody knows", () => {
    expect(costText({ usd: 0.5, unknownCosts: 0 })).toBe("$0.50");
    expect(costText({ usd: 0.5, unknownCosts: 3 })).toBe("$0.50 + 3 unknown");
    expect(costText({ usd: 0, unknownCosts: 3 })).toBe("unknown");
  });

  it("name failures by how many there are", () => {
    expect(failureText({ "gave-up": 1, "wrong-answer": 3 })).toBe("3 × wrong answer, 1 × gave up");
    expect(failureText({})).toBe("none");
  });

  it("tell players and tasks of the same name apart", () => {
    expect(playerNames({ players: [modelNamed("m"), modelNamed("m"), modelNamed("m", "text")] })).toEqual([
      "m",
      "m (2)",
      "m, text protocol",
    ]);
    const { tasks } = planOver({ tasks: [1, 2] });
    const other = planOver({ tasks: [3], environment: "x__OtherEnv" }).tasks;
    expect(taskNames({ tasks: [...tasks, ...other] })).toEqual(["SumEnv 1", "SumEnv 2", "OtherEnv 1"]);
  });

  it("show pass@k for powers of two and for all tries", () => {
    const passAt = Array.from({ length: 6 }, (_, index) => ({ k: index + 1, value: 1 }));
    expect(shownPassAt({ passAt }).map(({ k }) => k)).toEqual([1, 2, 4, 6]);
  });

  it("say how it stands", () => {
    const quiet = { active: false, lockedElsewhere: false };
    expect(standingOf("open", { ...quiet, active: true }).label).toBe("Running");
    expect(standingOf("open", { ...quiet, lockedElsewhere: true }).label).toBe("Running in another tab");
    expect(standingOf("open", quiet).label).toBe("Paused");
    expect(standingOf("halted", { ...quiet, capped: true }).label).toBe("Stopped at a cap");
    expect(standingOf("finished", quiet).label).toBe("Finished");
    expect([leftText(null), leftText(200), leftText(200_400)]).toEqual(["", "about 1 s left", "about 3 min 20 s left"]);
  });
});

describe("figures", () => {
  const plan = planOver({ tasks: [10, 20, null], players: [REFERENCE, RANDOM], tries: 2 });
  const view = viewWith(plan, [
    ...tries(0, 0, 2, 2, { rounds: 10, tools: { Observe: 1, Done: 1 } }),
    ...tries(1, 0, 2, 2, { rounds: 20, tools: { Observe: 3 } }),
    ...tries(0, 1, 1, 2, { rounds: 30, tools: { Observe: 8 } }),
    ...tries(1, 1, 0, 2, { rounds: 256, why: "round-limit" }),
    ...tries(2, 1, 2, 2, { rounds: 5 }),
  ]);
  const figures = figuresOf(view);

  it("order tasks from the easiest, by all players", () => {
    const { rows, text } = figure(figures, "success");
    expect(rows.map(({ place, task, player, success }) => [place, task, player, success])).toEqual([
      [1, "SumEnv 3", "Random caller (seed 1)", 1],
      [2, "SumEnv 1", "Reference solver", 1],
      [2, "SumEnv 1", "Random caller (seed 1)", 0.5],
      [3, "SumEnv 2", "Reference solver", 1],
      [3, "SumEnv 2", "Random caller (seed 1)", 0],
    ]);
    expect(text).toBe(
      "Reference solver: of 2 tasks, 2 solved in every try and 0 in none. Random caller (seed 1): of 3 tasks, 1 solved in every try and 1 in none.",
    );
  });

  it("join equal tries, and leave out tasks without reference rounds", () => {
    const { rows, text } = figure(figures, "rounds");
    expect(text).not.toContain("Reference solver takes");
    expect(rows).toContainEqual({ player: "Random caller (seed 1)", reference: 20, rounds: 256, outcome: "not solved", tries: 2 });
    expect(rows.filter(({ reference }) => reference === 10)).toHaveLength(3);
    expect(rows).toHaveLength(5);
    expect(text).toContain("Random caller (seed 1) takes 3.0 × the reference solver's rounds");
  });

  it("count calls for each try of the environment", () => {
    const { rows } = figure(figures, "tools");
    expect(rows[0]).toEqual({ tool: "Observe", player: "Random caller (seed 1)", calls: 16, tries: 6, perTry: 16 / 6 });
    expect(rows).toContainEqual({ tool: "Done", player: "Reference solver", calls: 2, tries: 4, perTry: 0.5 });
  });

  it("say that nothing costs anything, or fall back to tokens where a price is not known", () => {
    expect(figure(figures, "cost")).toMatchObject({ rows: [], lacks: "Nothing to show: these players cost nothing." });
    const priced = planOver({ players: [REFERENCE, modelNamed("m")], tries: 1 });
    const known = figuresOf(viewWith(priced, [tryResult(0, 0, 0), tryResult(0, 1, 0, { usd: 0.25, inputTokens: 900, outputTokens: 100 })]));
    expect(figure(known, "cost").rows.map(({ player, unit, cost }) => [player, unit, cost])).toEqual([
      ["Reference solver", "USD", 0],
      ["m", "USD", 0.25],
    ]);
    const unknown = figuresOf(viewWith(priced, [tryResult(0, 1, 0, { unknownCosts: 1, inputTokens: 900, outputTokens: 100 })]));
    expect(figure(unknown, "cost").rows).toMatchObject([{ unit: "tokens", cost: 1000 }]);
  });

  it("have words and no rows before the first try has ended", () => {
    for (const data of figuresOf(viewWith(plan, []))) {
      expect(data.rows).toEqual([]);
      expect(data.text).not.toBe("");
    }
  });

  it("go into CSV with quotes where they are needed", () => {
    expect(
      csvOf([
        { a: 'x "y", z', b: null },
        { a: "line\nbreak", b: 0.5 },
        { a: "=1+1", b: -1 },
      ]),
    ).toBe('a,b\r\n"x ""y"", z",\r\n"line\nbreak",0.5\r\n\'=1+1,-1\r\n');
  });
});

describe("tasks of a player", () => {
  const plan = planOver({ tasks: [1, 2, 3, 4], players: [REFERENCE, modelNamed("m")] });
  const view = viewWith(plan, [...tries(0, 1, 4, 4), ...tries(1, 1, 1, 4), ...tries(2, 1, 0, 4), ...tries(3, 1, 0, 3)]);
  const scores = taskScores(view);
  const filter = { player: 1, difficulty: "all", hardEnough: false, search: "", order: "plan" } as const;

  it("begin with a model", () => {
    expect(firstPlayer(view)).toBe(1);
    expect(firstPlayer({ plan: planOver({ players: [REFERENCE, RANDOM] }) })).toBe(1);
    expect(firstPlayer({ plan: planOver() })).toBe(0);
  });

  it("are kept at 25 % over four tries, and not over three", () => {
    const shown = (more: object) => taskRows(scores, taskNames(plan), { ...filter, ...more }).map(({ task }) => task);
    expect(shown({ hardEnough: true })).toEqual([1, 2]);
    expect(shown({ difficulty: "unsolved" })).toEqual([2, 3]);
    expect(shown({ order: "easiest" })).toEqual([0, 1, 2, 3]);
    expect(shown({ order: "hardest" })).toEqual([2, 3, 1, 0]);
    expect(shown({ search: "sum 2" })).toEqual([1]);
    expect(difficultyCounts(scores, 1)).toEqual({ unsolved: 2, hard: 1, medium: 0, easy: 1 });
  });
});

describe("every try", () => {
  const plan = planOver({ tasks: [10], players: [REFERENCE, RANDOM], tries: 2 });
  const view = viewWith(plan, [
    tryResult(0, 0, 0, { rounds: 10 }),
    tryResult(0, 0, 1, { rounds: 30 }),
    tryResult(0, 1, 1, { why: "round-limit", reward: 0, rounds: 1 }),
  ]);

  it("stands in the order of players and tries", () => {
    const row = heatRow(view, 0);
    expect(row.map(heatText)).toEqual(["10", "30", "", "R"]);
    expect(row.map((cell) => heatTone(cell, 10))).toEqual(["2", "4", "none", "limit"]);
    expect(row.map(heatSentence)).toEqual(["solved in 10 rounds", "solved in 30 rounds", "not played yet", "round limit after 1 round"]);
  });
});

describe("two evaluations", () => {
  const one = viewWith(planOver({ tasks: [1, 2], players: [REFERENCE, RANDOM] }), [
    ...tries(0, 0, 4, 4),
    ...tries(0, 1, 1, 4),
    ...tries(1, 1, 2, 4),
  ]);
  const other = viewWith(planOver({ tasks: [1, 2, 3], players: [RANDOM, modelNamed("m")] }), [
    ...tries(0, 0, 4, 4),
    ...tries(1, 0, 2, 4),
    ...tries(2, 1, 1, 4),
  ]);

  it("are matched by the players' names", () => {
    expect(playerDifferences(one, other).map(({ name, difference }) => [name, difference])).toEqual([
      ["Random caller (seed 1)", 0.375],
      ["Reference solver", null],
      ["m", null],
    ]);
    expect(taskDifferences(one, other)).toMatchObject([{ name: "SumEnv 1", player: "Random caller (seed 1)", difference: 0.75 }]);
    expect(commonTasks(one, other)).toBe(2);
    expect(commonTasks(one, viewWith(planOver({ environment: "z__OtherEnv" }), []))).toBe(0);
  });

  it("differ by an interval that is Newcombe's", () => {
    // Newcombe 1998, table II, example (a), method 10: 56/70 against 48/80 is 0.20 with 0.0524 to 0.3339.
    const share = (successes: number, of: number) => {
      const [score] = playerScores(viewWith(planOver({ tries: of }), tries(0, 0, successes, of)));
      return { rate: score?.rate ?? null, interval: score?.interval ?? null };
    };
    const interval = differenceInterval(share(48, 80), share(56, 70));
    expect(interval?.low).toBeCloseTo(0.0524, 3);
    expect(interval?.high).toBeCloseTo(0.3339, 3);
    expect([isOpen(interval), isOpen({ low: -0.1, high: 0.2 }), isOpen(null)]).toEqual([false, true, true]);
    expect([pointsText(0.123), pointsText(-0.01), pointsText(0), pointsText(0.001), pointsText(null)]).toEqual([
      "+ 12 points",
      "− 1 point",
      "no difference",
      "less than a point",
      "–",
    ]);
  });
});
