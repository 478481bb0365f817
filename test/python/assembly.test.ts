import { describe, expect, test } from "vitest";
import { builtInPromptsFor, parseDesignerReply } from "@/synthesis";
import { TALLY } from "../support/compact.ts";
import { callOnce, swap } from "../support/python.ts";
import { DONE, good, PATIENT, play, player, printed, referenceOf, sandbox } from "./assembly-support.ts";

describe("what is assembled", () => {
  test("the prompt's example becomes an environment that fulfils the contract and runs", async () => {
    const reply = parseDesignerReply(builtInPromptsFor("compact").designer.system.split("## Form of the reply")[0] ?? "");
    expect(reply).toMatchObject({ ok: true, form: "compact", className: null });
    const made = await good(reply.ok ? reply.source : "");
    expect(made.findings).toEqual([]);
    const inspection = await callOnce(sandbox, "analysis", "inspect_environment", made);
    expect(inspection.findings).toEqual([]);
    expect(inspection.tools.map((tool) => tool.signature)).toEqual([
      "Observe()",
      "ReadLevel(day: int)",
      "IsAboveMark(level: int)",
      "AddAlarm()",
      "Done(answer: int)",
    ]);
    expect(inspection.tools[1]).toMatchObject({
      summary: "Read the water level of one day.",
      parameters: [{ name: "day", type: "int", description: "The day, from 0 to the number of days minus 1.", required: true }],
      returns: 'str: The level as an integer, or "no such day".',
    });
    expect(inspection.configs.map((config) => JSON.parse(config))).toEqual([
      { levels: [1, 5, 6, 2, 7], mark: 3 },
      { levels: [9, 9, 1, 1], mark: 8 },
    ]);
    expect(await printed(made.source)).toBe('{"days": 5, "mark": 3}\nsteps: 1\n{"days": 4, "mark": 8}\nsteps: 1\n');
  });

  test("a solver is put in the place of the one that gives up, and solves it", async () => {
    const { source, className } = await good(TALLY);
    const solver = [
      "def solve(self):",
      "    import json",
      "    def call(name, **parameters):",
      '        return json.loads(self.step(json.dumps({"name": name, "parameters": parameters}))[1])',
      '    count = sum(call("IsFull", amount=call("ReadJar", jar=jar)) for jar in range(call("Observe")["jars"]))',
      '    return self.step(json.dumps({"name": "Done", "parameters": {"answer": count}}))[1]',
    ].join("\n");
    const placed = await callOnce(sandbox, "analysis", "insert_solver", { source, className, solver });
    expect(placed.source).not.toContain("gives up");
    expect(await printed(placed.source)).toBe("The answer is right. reward=1\nsteps: 8\nThe answer is right. reward=1\nsteps: 2\n");
  });

  test("tools answer with text, whatever they return", async () => {
    const calls = ["Observe", "ReadJar", "IsFull", "CountJar"].map((name): [string, Record<string, unknown>] => [
      name,
      name === "ReadJar" ? { jar: 2 } : name === "IsFull" ? { amount: 4 } : {},
    ]);
    const { seen } = await play(TALLY, { jars: [4, 1, 7], limit: 3 }, [...calls, ["ReadJar", { jar: -1 }]]);
    expect(seen).toEqual([
      [true, '{"jars": 3, "limit": 3}'],
      [true, "7"],
      [true, "true"],
      [true, "1"],
      [true, "no such jar"],
    ]);
    const odd = swap(
      TALLY,
      "        return self.full\n",
      "        if self.full == 1: return None, 1.5\n        if self.full == 2: return\n        if self.full == 3: return {1, 2}\n        if self.full == 4: return float('nan')\n",
    );
    expect(
      (
        await play(
          odd,
          {},
          Array.from({ length: 5 }, () => ["CountJar", {}] as [string, Record<string, unknown>]),
        )
      ).seen,
    ).toEqual([
      [true, "[null, 1.5]"],
      [true, "null"],
      [false, expect.stringContaining("set is not JSON")],
      [false, expect.stringContaining("not JSON compliant")],
      [true, "null"],
    ]);
  });

  test("a tool that another method uses still gives it its value", async () => {
    const used = swap(
      TALLY,
      "        return amount > self.limit",
      "        return self.ReadJar(amount) > self.limit and [self.ReadJar(jar=0)]",
    );
    expect(
      (
        await play(used, { jars: [5], limit: 3 }, [
          ["IsFull", { amount: 0 }],
          ["ReadJar", { jar: 0 }],
        ])
      ).seen,
    ).toEqual([
      [true, "[5]"],
      [true, "5"],
    ]);
  });

  test("step never raises and counts every call", async () => {
    const bad = [
      "",
      "null",
      "[1]",
      '"Observe"',
      "{",
      "{}",
      '{"name": []}',
      '{"name": "step"}',
      '{"name": "answer", "parameters": {}}',
      '{"name": "Observe", "parameters": 3}',
      '{"name": "Observe", "parameters": null}',
      '{"name": "ReadJar"}',
      '{"name": "\\ud800"}',
      "[".repeat(5000),
    ];
    const wrong: [string, Record<string, unknown>][] = [
      ["ReadJar", { jar: true }],
      ["ReadJar", { jar: "1" }],
      ["ReadJar", { jar: 1, more: 2 }],
      ["ReadJar", { jar: 1.5 }],
      ["ReadJar", { jar: null }],
      ["Nothing", {}],
    ];
    const { seen, finished } = await play(TALLY, {}, [...bad, ...wrong]);
    expect(seen.filter(([ok]) => ok)).toEqual([]);
    expect(seen.every(([, text]) => text.startsWith("Error: "))).toBe(true);
    expect(finished).toBe(false);
    expect(seen.at(-6)?.[1]).toBe("Error: ReadJar cannot take this as `jar`: true");
  });

  test("after Done nothing goes on", async () => {
    const { seen, reward } = await play(TALLY, { jars: [4], limit: 3 }, [DONE(1), ["Observe", {}], DONE(0)]);
    expect(seen).toEqual([
      [true, "The answer is right. reward=1"],
      [false, "Error: the game is over."],
      [false, "Error: the game is over."],
    ]);
    expect(reward).toBe(1);
  });

  test("the answer is that of an untouched instance, and a configuration is never changed", async () => {
    const touching = swap(
      swap(TALLY, "        self.full += 1\n", "        self.full += 1\n        self.jars.append(100)\n"),
      "return sum(",
      "self.jars.sort()\n        return sum(",
    );
    const { seen, reward } = await play(touching, { jars: [4, 1, 7], limit: 3 }, [
      ["CountJar", {}],
      ["CountJar", {}],
      ["Observe", {}],
      DONE(2),
    ]);
    expect(seen[2]).toEqual([true, '{"jars": 5, "limit": 3}']);
    expect(reward).toBe(1);
    expect(await referenceOf(touching, { jars: [4, 1, 7], limit: 3 })).toBe("2");
  });

  test("the hidden state that is shown is the reply's own", async () => {
    const { source, className } = await good(TALLY);
    await player.call("load_environment", { source, className }, PATIENT);
    const { state } = await player.call("start", { config: "{}", state: true }, PATIENT);
    expect(Object.keys(state ?? {}).toSorted()).toEqual(["_done", "_reward", "full", "jars", "limit", "step_count"]);
  });

  test("keys that are left out come from the signature, else from the first example", async () => {
    const given = swap(TALLY, "limit: int)", "limit: int = 6)");
    expect(await referenceOf(TALLY, {})).toBe("2");
    expect(await referenceOf(given, {})).toBe("1");
    expect(await referenceOf(given, { jars: [9, 9, 9], unknown: 1 })).toBe("3");
  });

  test("imports that were forgotten are there", async () => {
    const source = swap(TALLY, "return sum(", "assert math.inf and Counter('a') and heappop([1])\n        return sum(");
    const made = await good(source);
    for (const line of ["import json", "import math", "from collections import Counter", "from heapq import heappop", "import gymnasium"])
      expect(made.source.split("\n")).toContain(line);
    expect(await referenceOf(source, {})).toBe("2");
    const own = await good(`import json\nimport math\n${source}`);
    expect(own.source.match(/^import (?:json|math)$/gm)).toHaveLength(2);
  });
});

describe("comparison", () => {
  const answering = (value: string, compare: string): string =>
    swap(
      swap(TALLY, "        return sum(jar > self.limit for jar in self.jars)", `        return ${value}`),
      "    examples",
      `    compare = ${compare}\n    examples`,
    );
  const rewards = async (value: string, compare: string, answers: readonly unknown[]): Promise<number[]> => {
    const results: number[] = [];
    for (const answer of answers) results.push((await play(answering(value, compare), {}, [DONE(answer)])).reward);
    return results;
  };

  test("exact: by type and value", async () => {
    expect(await rewards("1", '"exact"', [1, true, "1", [1]])).toEqual([1, 0, 0, 0]);
    expect((await play(answering("1", '"exact"'), {}, ['{"name": "Done", "parameters": {"answer": 1.0}}'])).reward).toBe(0);
    // Floats, by the one tolerance of compiled and of assembled environments.
    expect(await rewards("[2.5]", '"exact"', [[2.5], [2.500000000001], [2.50001], [2], 2.5])).toEqual([1, 1, 0, 0, 0]);
    expect((await play(answering("2.5", '"exact"'), {}, ['{"name": "Done", "parameters": {"answer": Infinity}}'])).reward).toBe(0);
    expect(
      await rewards('{"b": [1, 2], "a": None}', '"exact"', [
        { a: null, b: [1, 2] },
        { a: null, b: [2, 1] },
      ]),
    ).toEqual([1, 0]);
  });

  test("unordered: lists in any order, no other types", async () => {
    expect(await rewards("[[1, 2], [3]]", '"unordered"', [[[3], [1, 2]], [[3], [2, 1]], [[3]], "x", [[3], [true, 2]]])).toEqual([
      1, 0, 0, 0, 0,
    ]);
    expect(
      await rewards("[1, 1, 2]", '"unordered"', [
        [2, 1, 1],
        [2, 2, 1],
        [1, 2],
      ]),
    ).toEqual([1, 0, 0]);
  });

  test("a number: what numbers may differ by", async () => {
    expect(await rewards("1.0", "0.25", [1, 1.2, 0.75, 1.3, true, "1", null])).toEqual([1, 1, 1, 0, 0, 0, 0]);
    expect(await rewards("[1, 'a']", "1", [[2, "a"], [3, "a"], [1, "b"], [1]])).toEqual([1, 0, 0, 0]);
    expect((await play(answering("1.0", "0.25"), {}, ['{"name": "Done", "parameters": {"answer": NaN}}'])).reward).toBe(0);
  });
});
