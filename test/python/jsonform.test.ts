import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, type JsonObject, PythonError } from "@/domain";
import { SEARCH, callOnce, inInterpreter, PANTRY, PATIENT_MS, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
});
afterAll(() => sandbox.dispose());

const OPTIONS = { deadlineMs: PATIENT_MS };
const CONFIG = '{"labels": [], "weights": []}';

/** The environment with `value` (statements before it allowed, the last line being the expression) as its answer. */
function answering(value: string): string {
  const lines = value.split("\n");
  const body = [...lines.slice(0, -1), `return ${lines.at(-1) ?? "None"}`].map((line) => `        ${line}`).join("\n");
  return swap(PANTRY, '        return sum(weight for label, weight in zip(self.labels, self.weights) if label == "oats")', body);
}

const answerOf = (value: string, answerChars = 100_000): Promise<string> =>
  inInterpreter(sandbox, SEARCH, async (python) => {
    await python.call("load_environment", { source: answering(value), className: "PantryEnv" }, OPTIONS);
    return (await python.call("reference_answer", { config: CONFIG, answerChars, memory: false }, OPTIONS)).answer;
  });

async function failureOf(work: Promise<unknown>): Promise<PythonError["failure"]> {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PythonError)) throw error;
  return error.failure;
}

const stateOf = (assignments: string): Promise<JsonObject> =>
  inInterpreter(sandbox, SEARCH, async (python) => {
    const body = assignments
      .split("\n")
      .map((line) => `        ${line}`)
      .join("\n");
    const source = swap(PANTRY, "        self._reward = 0.0\n", `        self._reward = 0.0\n${body}\n`);
    await python.call("load_environment", { source, className: "PantryEnv" }, OPTIONS);
    const { state } = await python.call("start", { config: CONFIG, state: true }, OPTIONS);
    if (state === null) throw new Error("no state");
    return state;
  });

describe("reference answers that JSON can hold have one text", () => {
  test.each<[value: string, text: string]>([
    ["1", "1"],
    ["1.0", "1.0"],
    ["True", "true"],
    ["'1'", '"1"'],
    ["None", "null"],
    ["-0.0", "0.0"],
    ["[-0.0, 0]", "[0.0, 0]"],
    ["2**80 + 1", "1208925819614629174706177"],
    ["9007199254740993", "9007199254740993"],
    ["1e22", "1e+22"],
    ["0.1 + 0.2", "0.30000000000000004"],
    ["5e-324", "5e-324"],
    ["(1, [2, (3,)])", "[1, [2, [3]]]"],
    ["{'b': 1, 'a': {'d': 2, 'c': 3}}", '{"a": {"c": 3, "d": 2}, "b": 1}'],
    ["'\\ud800 é 😀 \\0 \\\\ \"'", '"\\ud800 \\u00e9 \\ud83d\\ude00 \\u0000 \\\\ \\""'],
    ["import collections\ncollections.OrderedDict(b=1, a=2)", '{"a": 2, "b": 1}'],
    ["import collections\nd = collections.defaultdict(list)\nd['x'].append(1)\nd", '{"x": [1]}'],
    ["import collections\ncollections.namedtuple('P', 'x y')(1, 2.5)", "[1, 2.5]"],
    ["import enum\nclass Color(enum.IntEnum):\n    RED = 3\nColor.RED", "3"],
    ["import enum\nclass Color(str, enum.Enum):\n    RED = 'red'\nColor.RED", '"red"'],
    ["import enum\nclass Color(enum.StrEnum):\n    RED = 'red'\n{Color.RED: Color.RED}", '{"red": "red"}'],
    ["class Lie(int):\n    def __int__(self):\n        return 99\n    __index__ = __str__ = __repr__ = __int__\nLie(5)", "5"],
    ["class Lie(str):\n    def __str__(self):\n        return 'other'\nLie('true')", '"true"'],
    ["class Lie(list):\n    def __iter__(self):\n        return iter([9])\nLie([1, 2])", "[1, 2]"],
    ["class Lie(dict):\n    def items(self):\n        return [('z', 9)]\n    __iter__ = None\nLie(a=1)", '{"a": 1}'],
  ])("%s", async (value, text) => {
    expect(await answerOf(value)).toBe(text);
  });
});

describe("reference answers that JSON cannot hold are refused by name", () => {
  test.each<[value: string, message: RegExp]>([
    ["{3, 1}", /the answer is a set.*sorted list/],
    ["[1, frozenset([2])]", /the answer\[1\] is a set/],
    ["b'bytes'", /type bytes/],
    ["float('nan')", /the answer is nan/],
    ["{'a': [1, float('-inf')]}", /the answer\['a'\]\[1\] is -inf/],
    ["{1: 2}", /key of type int; JSON keys are strings/],
    ["{(1, 2): 3}", /key of type tuple/],
    ["{None: 3}", /key of type NoneType/],
    ["1j", /type complex/],
    ["object()", /type object/],
    ["self", /type PantryEnv/],
    ["len", /type builtin/],
    ["(x for x in [1])", /type generator/],
    ["import decimal\ndecimal.Decimal('1')", /type Decimal/],
    ["import fractions\nfractions.Fraction(1, 2)", /type Fraction/],
    ["import collections\ncollections.deque([1])", /type deque/],
    ["x = 1\nfor _ in range(100): x = [x]\nx", /nested deeper than 60/],
    ["x = []\nx.append(x)\nx", /nested deeper than 60/],
    ["x = {}\nx['x'] = x\nx", /nested deeper than 60/],
    ["x = [1]\nfor _ in range(50): x = [x, x]\nx", /more than 200000 parts/],
    ["class Lie:\n    __class__ = int\n    def __index__(self):\n        return 5\nLie()", /type Lie/],
    ["class Lie:\n    __class__ = property(lambda self: 1 / 0)\nLie()", /type Lie/],
    [
      "class Meta(type):\n    @property\n    def __name__(cls):\n        return 1 / 0\nclass Lie(metaclass=Meta):\n    pass\nLie()",
      /division by zero/,
    ],
    ["10**5000", /digits/],
  ])("%s", async (value, message) => {
    expect((await failureOf(answerOf(value))).message).toMatch(message);
  });

  test("and too long ones, with both figures", async () => {
    expect(await answerOf("'x' * 98", 100)).toHaveLength(100);
    expect((await failureOf(answerOf("'x' * 99", 100))).message).toMatch(/101 characters.*limit of 100/);
  });
});

describe("exceptions become data whatever they are", () => {
  test.each<[name: string, code: string, type: string | null, message: RegExp]>([
    ["a plain one", "raise ValueError('no')", "ValueError", /^no$/],
    ["a huge message", "raise ValueError('x' * 10**6)", "ValueError", /^x{2000}…$/],
    ["a message with lone surrogates", "raise ValueError('\\ud800')", "ValueError", /^\ud800$/],
    ["a hostile __str__", "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E()", "E", /could not be read/],
    ["a __str__ that gives no text", "class E(Exception):\n    def __str__(self): return 5\nraise E()", "E", /could not be read/],
    [
      "a hostile class name",
      "class M(type):\n    __name__ = property(lambda c: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E()",
      null,
      /./,
    ],
    ["a hostile traceback", "class E(Exception):\n    __traceback__ = property(lambda s: 1 / 0)\nraise E()", null, /./],
    ["a syntax error made by hand", "raise SyntaxError('x', ('<environment>', 'seven', 1, ''))", "SyntaxError", /^x$/],
    ["a syntax error of another text", "import ast\nast.parse('\\n\\n\\n(')", "SyntaxError", /./],
    ["an exception group", "raise ExceptionGroup('many', [ValueError(1)])", "ExceptionGroup", /many/],
    ["leaving", "raise SystemExit(3)", "SystemExit", /3/],
    ["an interrupt", "raise KeyboardInterrupt", "KeyboardInterrupt", /^$/],
    ["a generator's end", "raise StopIteration(1)", "StopIteration", /1/],
  ])("%s", async (_name, code, type, message) => {
    const failure = await failureOf(answerOf(`${code}\nNone`));
    if (type !== null) {
      expect(failure.type).toBe(type);
      expect(failure.message).toMatch(message);
    }
    if (failure.line !== null) expect(failure.line).toBeGreaterThan(80);
  });

  test("the line and the traceback point into the judged source", async () => {
    const failure = await failureOf(answerOf("def inner():\n    return [][5]\ninner()"));
    const source = answering("def inner():\n    return [][5]\ninner()").split("\n");
    expect(source[(failure.line ?? 0) - 1]).toContain("return [][5]");
    expect(failure.traceback).toMatch(
      /in get_ref_answer\n.*return inner\(\)\n.*in inner\n.*return \[\]\[5\]\nIndexError: list index out of range$/s,
    );
    expect(failure.traceback).not.toContain("codegym_sandbox");
  });

  test("endless recursion is an error with a short traceback", async () => {
    const failure = await failureOf(answerOf("def f(): return f()\nf()"));
    expect(failure.type).toBe("RecursionError");
    expect(failure.traceback.length).toBeLessThanOrEqual(8000);
  });
});

describe("any state can be shown", () => {
  test("what JSON lacks is tagged", async () => {
    const state = await stateOf(
      [
        "import collections, enum, math",
        "self.a = {3, 1, 2}",
        "self.b = b'\\x00\\xff'",
        "self.c = (1, [2])",
        "self.d = math.nan",
        "self.e = -math.inf",
        "self.f = 2**60",
        "self.g = {(1, 2): 'x', '$y': 1}",
        "self.h = collections.deque([1])",
        "self.i = self",
        "self.j = '\\ud800'",
        "self.k = {'p': None, 'q': True}",
        "self.l = enum.IntEnum('Z', 'ONE').ONE",
        "self.m = bytearray(b'a')",
      ].join("\n"),
    );
    expect(state).toMatchObject({
      a: { $set: [1, 2, 3] },
      b: { $bytes: "00ff" },
      c: { $tuple: [1, [2]] },
      d: { $float: "nan" },
      e: { $float: "-inf" },
      f: { $int: "1152921504606846976" },
      g: {
        $dict: [
          [{ $tuple: [1, 2] }, "x"],
          ["$y", 1],
        ],
      },
      h: { $deque: [1] },
      i: { $object: "PantryEnv" },
      j: "\ud800",
      k: { p: null, q: true },
      l: { $object: "Z" },
      m: { $bytes: "61" },
    });
    expect(state).not.toHaveProperty("func_mapping");
  });

  test("what is large, deep, endless or hostile is cut, not failed", async () => {
    const state = await stateOf(
      [
        "self.a = 'x' * 10**7",
        "self.b = list(range(10**6))",
        "self.c = []",
        "for _ in range(3000): self.c = [self.c]",
        "self.d = []",
        "self.d.append(self.d)",
        "self.e = 10**100_000",
        "self.f = ['y' * 10**5] * 10**5",
        "class Lie(dict):",
        "    def items(self): raise SystemExit",
        "    __iter__ = __len__ = items",
        "self.g = Lie(a=1)",
        "class deque:",
        "    def __iter__(self):",
        "        while True: yield 1",
        "self.h = deque()",
        "class Odd:",
        "    __class__ = dict",
        "    def __repr__(self): raise SystemExit",
        "self.i = Odd()",
        "self.j = {Odd()}",
        "self.__dict__['k' * 10] = 1",
      ].join("\n"),
    );
    expect(JSON.stringify(state).length).toBeLessThan(1_000_000);
    expect(Object.keys(state)).toEqual(expect.arrayContaining([..."abcdefghij", "kkkkkkkkkk"]));
    expect((state["a"] as string).length).toBe(20_001);
  });

  test("an environment without attributes has an empty state", async () => {
    const source = swap(PANTRY, "        return PantryEnv(env_str)\n", "        return Bare()\n").replace(
      "if __name__",
      "class Bare(PantryEnv):\n    __slots__ = ()\n    __dict__ = property(lambda self: {})\n    reward = 0.0\n    finished = False\n    step_count = 'many'\n    def __init__(self):\n        pass\n\n\nif __name__",
    );
    await inInterpreter(sandbox, SEARCH, async (python) => {
      await python.call("load_environment", { source, className: "PantryEnv" }, OPTIONS);
      expect(await python.call("start", { config: CONFIG, state: true }, OPTIONS)).toEqual({
        reward: 0,
        finished: false,
        state: {},
      });
    });
  });
});

describe("answers in actions", () => {
  const answers = async (actions: string[]): Promise<(string | null)[]> =>
    (await callOnce(sandbox, "analysis", "done_answers", { actions })).answers;
  const done = (answer: string): string => `{"name": "Done", "parameters": {"answer": ${answer}}}`;

  test('1, 1.0, true and "1" stay distinct, and equal the reference of the same kind only', async () => {
    const texts = ["1", "1.0", "true", '"1"', "null", "[1]", "[1.0]", '{"a": 1}'];
    const read = await answers(texts.map(done));
    expect(new Set(read).size).toBe(texts.length);
    const references = await Promise.all(["1", "1.0", "True", "'1'", "None", "(1,)", "[1.0]", "{'a': 1}"].map((value) => answerOf(value)));
    expect(read).toEqual(references);
  });

  test("what is no call of Done has none", async () => {
    expect(
      await answers([
        "",
        "Done",
        "[]",
        "null",
        '{"name": "Done"}',
        '{"name": "Done", "parameters": []}',
        '{"name": "Done", "parameters": {"answer": NaN}}',
        '{"name": "done", "parameters": {"answer": 1}}',
        "{'name': 'Done'}",
        `${done("1")} `,
        `\n${done("1")}`,
      ]),
    ).toEqual([null, null, null, null, null, null, null, null, null, "1", "1"]);
  });

  test("answers nested beyond any reader do not break it", async () => {
    const deep = (depth: number): string => done(`${"[".repeat(depth)}${"]".repeat(depth)}`);
    for (const depth of [100, 5000, 200_000]) expect(await answers([deep(depth), done("1")])).toEqual([null, "1"]);
  });

  test("wrong actions have another answer: two of the same kind, two of other kinds", async () => {
    const texts = ["1", "1.5", "1e+300", "true", '"a"', "[1, 2]", "[]", '{"a": 1}', "null", "1208925819614629174706177"];
    const { actions } = await callOnce(sandbox, "analysis", "wrong_actions", { answers: texts });
    const kind = (text: string | null | undefined): string => {
      const value: unknown = JSON.parse(text ?? "");
      return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
    };
    for (const [index, group] of actions.entries()) {
      const wrong = await answers(group);
      expect(wrong).toHaveLength(4);
      expect(wrong).not.toContain(null);
      expect(wrong).not.toContain(texts[index]);
      if (texts[index] === "null") continue;
      expect(wrong.map((text) => kind(text) === kind(texts[index]))).toEqual([true, true, false, false]);
    }
  });

  test("any JSON value: equal texts exactly when equal in type and value", async () => {
    const batch = fc.array(fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 1 })), { minLength: 20, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(batch, async (pairs) => {
        const values = pairs.flat() as Json[];
        const read = await answers(values.map((value) => done(JSON.stringify(value))));
        values.forEach((value, index) => expect(JSON.parse(read[index] ?? "")).toEqual(JSON.parse(JSON.stringify(value))));
        const again = await answers(read.map((text) => done(text ?? "")));
        expect(again).toEqual(read);
      }),
      { numRuns: 20 },
    );
  });
});
