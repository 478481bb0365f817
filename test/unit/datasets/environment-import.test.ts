import { describe, expect, it } from "vitest";
import { parse, parseText, file, instanceRow, rows, SUM_SOURCE, imported } from "./datasets-support.ts";

describe("environments from Python files", () => {
  it.each([
    ["Codeforces_1_I__SumEnv.py", "Codeforces_1_I"],
    ["a__b__SumEnv.py", "a__b"],
    ["SumEnv.py", "Sum"],
    ["mine.py", "mine"],
    ["two words.py", "two_words"],
    ["../../etc/x__SumEnv.py", "x"],
    ["Übung__SumEnv.py", "Übung"],
    ["other__NameEnv.py", "other"],
  ])("%s has code id %s", async (name, codeId) => {
    const { environments, faults } = await parseText(name, SUM_SOURCE);
    expect(faults).toEqual([]);
    expect(environments).toMatchObject([
      {
        id: `${codeId}__SumEnv`,
        codeId,
        className: "SumEnv",
        source: SUM_SOURCE,
        taskText: "Add the hidden numbers.",
        tools: [],
        tasks: [],
        status: "unverified",
        report: null,
      },
    ]);
  });

  it.each([
    ["from gymnasium import Env\nclass AEnv(Env):\n  pass", "AEnv"],
    ["import gymnasium as gym\nclass A1Env( gym.Env , object ) :\n  pass", "A1Env"],
    ["import gymnasium\nclass BaseEnv(gymnasium.Env):\n  pass\nclass RealEnv(gymnasium.core.Env):\n  pass", "RealEnv"],
    ["class AEnv(\n  gymnasium.Env, # the base\n):\n  pass", "AEnv"],
  ])("finds the class in %j", async (source, className) => {
    expect((await parseText("x.py", source)).environments).toMatchObject([{ className }]);
  });

  it("takes the class that the file is named after, whatever it derives from", async () => {
    const source = "class AEnv(Env):\n  pass\nclass BEnv(Strange):\n  pass\n";
    expect((await parseText("x__BEnv.py", source)).environments).toMatchObject([{ codeId: "x", className: "BEnv" }]);
  });

  it("is not misled by strings and comments", async () => {
    const source = '"""Write this:\n\nclass FakeEnv(gymnasium.Env):\n"""\n# class OtherEnv(gymnasium.Env):\nprint(1)\n';
    const { environments, problems } = await parseText("x.py", source);
    expect(environments).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it("says so when the class has a name that cannot be one", async () => {
    expect((await parseText("x.py", "class sum_game(gymnasium.Env):\n  pass\n")).faults).toMatchObject([
      { file: "x.py", message: expect.stringContaining("sum_game") },
    ]);
  });

  it("a name too long for an id is a fault", async () => {
    expect(
      (await parseText(`${"x".repeat(220)}__SumEnv.py`, SUM_SOURCE.replaceAll("SumEnv", `S${"u".repeat(90)}Env`))).faults,
    ).toHaveLength(1);
  });
});

describe("training instances", () => {
  it("gather into environments without a source", async () => {
    const one = instanceRow("C_1", "SumEnv", '{"n": 1}');
    const { environments, faults } = await parseText(
      "i.jsonl",
      rows(one, instanceRow("C_2", "SumEnv", '{"s": "a@b__XEnv@{}"}'), instanceRow("C_1", "SumEnv", '{"n": 12345678901234567890}')),
    );
    expect(faults).toEqual([]);
    expect(environments.map((item) => [item.id, item.source, item.status, item.tasks.map((task) => task.config)])).toEqual([
      ["C_1__SumEnv", "", "unverified", ['{"n": 1}', '{"n": 12345678901234567890}']],
      ["C_2__SumEnv", "", "unverified", ['{"s": "a@b__XEnv@{}"}']],
    ]);
    expect(environments[0]).toMatchObject({ taskText: "What is hidden?" });
    expect(environments[0]?.tasks[0]).toEqual({
      config: '{"n": 1}',
      answer: null,
      answerMs: null,
      answerBytes: null,
      rounds: 18,
      kept: true,
      instance: one,
    });
  });

  it("take the same configuration once", async () => {
    const line = instanceRow("C", "SumEnv", "{}");
    expect((await parseText("i.jsonl", rows(line, line))).environments[0]?.tasks).toHaveLength(1);
  });

  it.each([
    [{ ability: "SumEnv@{}", code_id: "" }, "Sum__SumEnv"],
    [{ ability: "a__SumEnv@{}" }, "a__SumEnv"],
    [{ ability: "v9@a__b__SumEnv@{}", code_id: "a__b" }, "a__b__SumEnv"],
    [{ ability: "v9@a__b__SumEnv@{}", code_id: "elsewhere" }, "a__b__SumEnv"],
    [{ ability: 'codegym_v1@x__SumEnv@ {"a": "@"}' }, "x__SumEnv"],
    [{ ability: "codegym_v1@../../x__SumEnv@{}", code_id: "../../x" }, "x__SumEnv"],
  ])("%j belongs to %s", async (more, id) => {
    const { environments, faults } = await parseText("i.jsonl", rows(instanceRow("C", "SumEnv", "{}", more)));
    expect(faults).toEqual([]);
    expect(environments.map((item) => item.id)).toEqual([id]);
  });

  it.each([
    [{ ability: "codegym_v1" }, "form"],
    [{ ability: "codegym_v1@a__SumEnv" }, "form"],
    [{ ability: "codegym_v1@a__SumEnv@{" }, "configuration"],
    [{ ability: "codegym_v1@a__SumEnv@[1]" }, "JSON object"],
    [{ ability: 'codegym_v1@a__SumEnv@{"x": NaN}' }, "NaN"],
    [{ ability: "codegym_v1@a__sum@{}" }, "class name"],
  ])("%j is a fault at its line", async (more, message) => {
    const { environments, faults } = await parseText(
      "i.jsonl",
      rows(instanceRow("C", "SumEnv", "{}"), instanceRow("C", "SumEnv", "{}", more)),
    );
    expect(environments).toHaveLength(1);
    expect(faults).toMatchObject([{ file: "i.jsonl", line: 2, message: expect.stringContaining(message) }]);
  });

  it.each([
    [{}],
    [{ prompt: "text" }],
    [{ prompt: [{ role: "user", content: [] }] }],
    [{ extra_info: null }],
    [{ extra_info: { solve_fc_round: "9" } }],
  ])("stand what is missing in %j", async (more) => {
    const { environments, faults } = await parseText("i.jsonl", rows({ ability: "codegym_v1@a__SumEnv@{}", ...more }));
    expect(faults).toEqual([]);
    expect(environments).toMatchObject([{ id: "a__SumEnv", tasks: [{ config: "{}", rounds: null }] }]);
  });

  it.each([
    ["source first", true],
    ["instances first", false],
  ])("and their source, read together, are one environment: %s", async (_what, sourceFirst) => {
    const files = [file("C__SumEnv.py", SUM_SOURCE), file("i.jsonl", rows(instanceRow("C", "SumEnv", "{}")))];
    const { environments } = await parse(...(sourceFirst ? files : files.toReversed()));
    expect(environments).toMatchObject([
      { id: "C__SumEnv", source: SUM_SOURCE, taskText: "Add the hidden numbers.", tasks: [{ config: "{}" }] },
    ]);
  });

  it("may stand among problems", async () => {
    const { problems, environments } = await imported(
      file("mixed.jsonl", rows({ question_id: "a", question: "x", solution: "y" }, instanceRow("C", "SumEnv", "{}"))),
    );
    expect([problems.length, environments.length]).toEqual([1, 1]);
  });
});
