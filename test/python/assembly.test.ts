import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Finding, type Interpreter, PythonError, type PythonResult } from "@/domain";
import { builtInPromptsFor, mapFindings, parseDesignerReply } from "@/synthesis";
import { compactSource, TALLY } from "../support/compact.ts";
import { callOnce, inInterpreter, lineOf, PANTRY, PATIENT_MS, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

type Assembled = PythonResult<"assemble">;

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
/** One for all that is run here: the classes are ours, and a new interpreter for each would take minutes. */
let player: Interpreter;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 1 });
  player = await sandbox.acquire("play");
});
afterAll(() => {
  player.release();
  return sandbox.dispose();
});

const PATIENT = { deadlineMs: PATIENT_MS };
const printed = async (source: string): Promise<string> => (await player.call("run_main", { source }, PATIENT)).output;

const errors = (findings: readonly Finding[]): string[] =>
  findings.filter((item) => item.severity === "error").map((item) => `${item.code}:${item.line}`);
const assemble = (source: string): Promise<Assembled> => callOnce(sandbox, "analysis", "assemble", { source });
const good = async (source: string): Promise<Assembled> => {
  const result = await assemble(source);
  expect(errors(result.findings)).toEqual([]);
  return result;
};
const inspectIn = (python: Interpreter, { source, className }: Assembled) =>
  python.call("inspect_environment", { source, className }, PATIENT);

/** Plays calls on the assembled file of a reply; what each was answered, and how it ended. */
async function play(
  compact: string,
  config: unknown,
  calls: readonly (string | [string, Record<string, unknown>])[],
): Promise<{ seen: [boolean, string][]; reward: number; finished: boolean }> {
  const { source, className } = await good(compact);
  await player.call("load_environment", { source, className }, PATIENT);
  let last = await player.call("start", { config: JSON.stringify(config), state: false }, PATIENT);
  const seen: [boolean, string][] = [];
  for (const item of calls) {
    const action = typeof item === "string" ? item : JSON.stringify({ name: item[0], parameters: item[1] });
    const [step] = (await player.call("steps", { actions: [action], state: false }, PATIENT)).steps;
    if (step === undefined) throw new Error("an action was not answered");
    seen.push([step.ok, step.observation]);
    last = step;
  }
  return { seen, reward: last.reward, finished: last.finished };
}

async function referenceOf(compact: string, config: unknown): Promise<string> {
  const { source, className } = await good(compact);
  await player.call("load_environment", { source, className }, PATIENT);
  return (await player.call("reference_answer", { config: JSON.stringify(config), answerChars: 100, memory: false }, PATIENT)).answer;
}

const DONE = (answer: unknown): [string, Record<string, unknown>] => ["Done", { answer }];

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

describe("variants that models write", () => {
  const variants: [string, string][] = [
    ["a name that ends in Env and a base class", swap(TALLY, "class JarTally:", "class JarTallyEnv(gymnasium.Env):")],
    [
      "reset with options",
      swap(
        TALLY,
        "    def state(self, jars: list[int], limit: int):\n        self.jars = jars\n        self.limit = limit\n",
        "    def reset(self, options={}):\n        self.jars = options['jars']\n        self.limit = options['limit']\n",
      ),
    ],
    ["__init__ with parameters", swap(TALLY, "def state(", "def __init__(")],
    ["get_ref_answer", swap(TALLY, "def answer(", "def get_ref_answer(")],
    [
      "its own members of the standard form",
      `${TALLY}\n    @property\n    def reward(self):\n        return 7\n\n    @staticmethod\n    def from_env_str(s):\n        return None\n`,
    ],
    [
      "its own Done",
      `${TALLY}\n    def Done(self, answer: int):\n        """Submit.\n        answer: The number.\n        Returns: Text."""\n        self._reward = float(answer == self.answer())\n        self._done = True\n        return f"reward={int(self._reward)}"\n`,
    ],
    [
      "configurations as text",
      swap(
        TALLY,
        '[{"jars": [4, 1, 7], "limit": 3}, {"jars": [], "limit": 0}]',
        '[\'JarTally@{"jars": [4, 1, 7], "limit": 3}\', \'{"jars": [], "limit": 0}\']',
      ),
    ],
    [
      "examples beside the class",
      `EXAMPLES = 1\nexamples = [{"jars": [4, 1, 7], "limit": 3}, {"jars": [], "limit": 0}]\n\n\n${TALLY.replace(/ {4}examples.*\n\n/, "")}`,
    ],
    ["demonstrations of its own", `${TALLY}\n\nif __name__ == "__main__":\n    print(1 / 0)\n`],
    ["tabs", TALLY.replaceAll("    ", "\t")],
    ["CRLF and a byte order mark", `\uFEFF${TALLY.replaceAll("\n", "\r\n")}`],
    ["its own name inside", swap(TALLY, "return sum(", "assert type(self) is JarTally\n        return sum(")],
  ];
  test.each(variants)("%s", async (_name, source) => {
    const made = await good(source);
    expect(made.className).toBe("JarTallyEnv");
    expect(await printed(made.source)).toBe('{"jars": 3, "limit": 3}\nsteps: 1\n{"jars": 0, "limit": 0}\nsteps: 1\n');
    expect((await play(source, { jars: [4, 1, 7], limit: 3 }, [DONE(2)])).reward).toBe(1);
  });

  test("what is left out is said", async () => {
    const { findings } = await good(`${TALLY}\n    def step(self, action):\n        return 1\n`);
    expect(findings).toMatchObject([{ severity: "warning", code: "left-out" }]);
  });

  test("a solve of its own stays", async () => {
    const { source } = await good(
      `${TALLY}\n    def solve(self):\n        return self.step('{"name": "Done", "parameters": {"answer": 2}}')[1]\n`,
    );
    expect(await printed(source)).toContain("The answer is right. reward=1\nsteps: 1\n");
  });

  test("a whole file goes through untouched", async () => {
    expect(await assemble(PANTRY)).toEqual({
      source: PANTRY,
      className: "PantryEnv",
      findings: [],
      lines: PANTRY.split("\n").map((_, index) => index + 1),
    });
  });
});

describe("what is wrong is named, in the reply's own lines", () => {
  const at = (text: string): number => lineOf(TALLY, text);
  const cases: [string, string, string[]][] = [
    ["no Python", "class A:\n    def x(:\n", ["syntax:2"]],
    ["no class", "x = 1\n", ["no-class:null"]],
    ["an empty class", "class Jars:\n    pass\n", ["missing-state:1", "missing-answer:1", "missing-observe:1", "no-examples:1"]],
    ["no Observe", TALLY.replace("def Observe", "def observe"), ["missing-observe:1"]],
    ["no answer", TALLY.replace("def answer", "def result"), ["missing-answer:1"]],
    ["no state", TALLY.replace("def state", "def begin"), ["missing-state:1"]],
    ["no examples", TALLY.replace("examples", "samples"), ["no-examples:1"]],
    ["examples that are computed", swap(TALLY, '[{"jars": [4, 1, 7]', '[{"jars": [4] * 3'), [`examples:${at("examples")}`]],
    ["an example that is no dictionary", swap(TALLY, "examples = [{", "examples = [3, {"), [`examples:${at("examples")}`]],
    ["an example that is no JSON", swap(TALLY, '"limit": 3}, {', '"limit": {3}}, {'), [`examples:${at("examples")}`]],
    ["a key that the state does not know", swap(TALLY, '"limit": 0}', '"limit": 0, "lid": 1}'), [`example-keys:${at("def state")}`]],
    ["a key without a default", swap(TALLY, "limit: int)", "limit: int, lid: int)"), [`no-default:${at("def state")}`]],
    ["a tool without docs", TALLY.replace(/ {8}"""Add one[\s\S]*?"""\n/, ""), [`tool-docstring:${at("def CountJar")}`]],
    [
      "a tool whose text is not told",
      swap(TALLY, "        Returns: The tally, an integer.\n", ""),
      [`tool-docstring:${at("def CountJar")}`],
    ],
    [
      "Observe with parameters",
      swap(TALLY, "def Observe(self)", "def Observe(self, jar: int)"),
      [`observe-parameters:${at("def Observe")}`],
    ],
    ["parameters of the answer", swap(TALLY, "def answer(self)", "def answer(self, jars)"), [`reference-parameters:${at("def answer")}`]],
    ["an asynchronous tool", swap(TALLY, "def CountJar", "async def CountJar"), [`async-member:${at("def CountJar")}`]],
    ["a tool with stars", swap(TALLY, "def ReadJar(self, jar: int)", "def ReadJar(self, *jar: int)"), [`parameters:${at("def ReadJar")}`]],
    ["a tool without self", swap(TALLY, "def CountJar(self)", "def CountJar()"), [`no-self:${at("def CountJar")}`]],
    [
      "a static tool",
      swap(TALLY, "    def CountJar(self)", "    @staticmethod\n    def CountJar(self)"),
      [`decorated:${at("def CountJar") + 1}`],
    ],
    ["a name that does not fit", TALLY.replace("class JarTally", "class jar_tally"), ["class-name:1"]],
    ["a decorated class", `@dataclass\n${TALLY}`, ["class-form:2"]],
    ["a reward that is set", swap(TALLY, "self.full += 1", "self.reward = 1"), [`reserved-name:${at("self.full += 1")}`]],
    ["an attribute called answer", swap(TALLY, "self.full = 0", "self.answer = 0"), [`reserved-name:${at("self.full = 0")}`]],
    ["a tool that is overwritten", swap(TALLY, "self.full = 0", "self.ReadJar = 0"), [`reserved-name:${at("self.full = 0")}`]],
    ["a builtin of another meaning", `def isinstance(a, b): return 1\n${TALLY}`, ["reserved-name:null"]],
    [
      "a method twice",
      `${TALLY}\n    def ReadJar(self, jar: int):\n        """Read.\n        Returns: Text."""\n        return 1\n`,
      [`twice:${at("def ReadJar")}`],
    ],
    ["a comparison that there is not", swap(TALLY, "    examples", '    compare = "about"\n    examples'), [`compare:${at("examples")}`]],
    ["what the contract forbids", `import socket\n${TALLY}`, ["import:1"]],
    [
      "what the contract forbids, deep inside",
      swap(TALLY, "return sum(", "import numpy\n        return sum("),
      [`import:${at("return sum(")}`],
    ],
  ];
  test.each(cases)("%s", async (_name, source, expected) => {
    const { findings, source: made } = await assemble(source);
    expect(errors(findings)).toEqual(expected);
    expect(made).toBe("");
    for (const item of findings.filter((found) => found.severity === "error" && found.code !== "syntax"))
      expect(item.hint).toEqual(expect.any(String));
  });

  test("nothing of the reply is run", async () => {
    const { findings } = await assemble(`while True: pass\nraise SystemExit\n${swap(TALLY, '"limit": 3}, {', '"limit": exit()}, {')}`);
    expect(errors(findings)).toEqual([`examples:${lineOf(TALLY, "examples") + 2}`]);
  });

  test("a failure in the assembled file is told in the reply's lines", async () => {
    const failing = swap(TALLY, "        self.full = 0\n", "        self.full = self.nothing\n");
    const { source, lines } = await good(failing);
    const failure = await printed(source).then(
      () => null,
      (error: unknown) => (error instanceof PythonError ? error.failure : null),
    );
    if (failure === null) throw new Error("it ran");
    const [mapped] = mapFindings([{ severity: "error", code: "runtime", message: "m", line: failure.line, failure }], lines);
    expect(mapped?.line).toBe(lineOf(failing, "self.nothing"));
    expect(mapped?.failure?.traceback).toContain(`<environment>, line ${lineOf(failing, "self.nothing")}, in reset`);
    expect(mapped?.failure?.traceback).toContain("<assembled by the app>");
  });
});

describe("of any compact class", () => {
  test("without errors, the assembled file fulfils the contract, and its lines are the reply's", async () => {
    let assembled = 0;
    await inInterpreter(sandbox, "analysis", async (python) => {
      await fc.assert(
        fc.asyncProperty(compactSource, async (source) => {
          const made = await python.call("assemble", { source }, PATIENT);
          if (errors(made.findings).length > 0) {
            expect(made.source).toBe("");
            return;
          }
          assembled += 1;
          expect(errors((await inspectIn(python, made)).findings)).toEqual([]);
          const rows = made.source.split("\n");
          const own = source.split("\n");
          expect(made.lines).toHaveLength(rows.length - 1);
          expect(Math.max(...made.lines)).toBeLessThanOrEqual(own.length);
          // Every statement of a body stands where it stood, but for what was put around a returned value.
          for (const [index, line] of made.lines.entries()) {
            const row = (rows[index] ?? "").trim();
            if (/^(?:self|raise|pass|for|if|with|match|case|while)\b/.test(row) && line > 0)
              expect(own[line - 1]).toContain(row.replace(/_as_text\(\(?|\)?\)$/g, "").slice(0, 12));
          }
        }),
        { numRuns: 150 },
      );
    });
    expect(assembled).toBeGreaterThan(50);
  });

  test("torn to pieces it is refused or assembled, never an exception", async () => {
    const lines = TALLY.split("\n");
    const torn = fc.tuple(
      fc.subarray(lines, { minLength: lines.length - 6 }),
      fc.array(
        fc.tuple(
          fc.nat(lines.length),
          fc.constantFrom(
            "    pass",
            "x = 1",
            "class B:",
            "    def answer(self): pass",
            "@",
            "    examples = 3",
            "\u0000",
            "    def Two(self): 'x'",
            '"""',
            "\f",
            "    (self.a, self.b) = 1, 2",
            "if __name__ == '__main__': pass",
          ),
        ),
        { maxLength: 3 },
      ),
    );
    await inInterpreter(sandbox, "analysis", async (python) => {
      await fc.assert(
        fc.asyncProperty(torn, async ([kept, extra]) => {
          const rows = [...kept];
          for (const [place, line] of extra) rows.splice(place, 0, line);
          const made = await python.call("assemble", { source: rows.join("\n") }, PATIENT);
          if (errors(made.findings).length === 0) expect(errors((await inspectIn(python, made)).findings)).toEqual([]);
          else expect(made.source).toBe("");
        }),
        { numRuns: 150 },
      );
    });
  });
});
