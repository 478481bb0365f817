import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PythonError } from "@/domain";
import { callOnce, lineOf, PANTRY, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 1 });
});
afterAll(() => sandbox.dispose());

const inspect = (source: string) => callOnce(sandbox, "analysis", "inspect_solver", { source });
const insert = async (source: string, solver: string, className = "PantryEnv"): Promise<string> =>
  (await callOnce(sandbox, "analysis", "insert_solver", { source, className, solver })).source;
const codes = async (source: string): Promise<string[]> =>
  (await inspect(source)).findings.filter((item) => item.severity === "error").map((item) => item.code);
const cut = async (source: string): Promise<string> => {
  const { solver, findings } = await inspect(source);
  expect(findings.filter((item) => item.severity === "error")).toEqual([]);
  if (solver === null) throw new Error("no solver");
  return solver;
};

const STEP = 'self.step(json.dumps({"name": "Observe", "parameters": {}}))';
const PLAIN = `def solve(self):\n    return ${STEP}[1]\n`;

describe("cutting out", () => {
  test("imports, helpers, classes and constants come along, what is not used stays", async () => {
    const solver = await cut(
      [
        "import json, math",
        "from collections import deque as queue",
        "import heapq",
        "LIMIT = BASE * 2",
        "BASE = 7",
        "UNUSED = 8",
        "class Node:",
        "    def __init__(self, value):",
        "        self.value = math.sqrt(value)",
        "def inner(x):",
        "    return queue([x, LIMIT, Node(4).value])",
        "def outer(x):",
        "    return inner(x)",
        "def not_used():",
        "    return heapq",
        "@property",
        "def solve(self: 'PantryEnv', tries: int = 1) -> str:",
        '    """Says what it does."""',
        `    return outer(${STEP})`,
      ].join("\n"),
    );
    expect(solver).toMatch(/^def solve\(self, tries=1\):\n {4}"""Says what it does\."""\n/);
    for (const part of ["import json, math", "deque as queue", "BASE = 7", "LIMIT = BASE * 2", "class Node", "def inner", "def outer"])
      expect(solver).toContain(part);
    for (const part of ["UNUSED", "heapq", "not_used", "@property", "PantryEnv"]) expect(solver).not.toContain(part);
    expect(solver.match(/^\S/gm)).toHaveLength(1);
  });

  test("the environment's solve is taken, not the original solution of the same name beside it", async () => {
    const source = swap(
      PANTRY,
      "class PantryEnv(",
      "def solve(labels, weights):\n    return sum(weights)\n\n\nclass Oracle:\n    def solve(self, x):\n        return x\n\n\nclass PantryEnv(",
    );
    expect(await cut(source)).toContain("ReadLabel");
    expect(await cut(source)).toBe(await cut(PANTRY));
  });

  test("json is given to a solver that forgot to import it, also in a helper", async () => {
    const solver = await cut(
      'def call(step, name):\n    return step(json.dumps({"name": name, "parameters": {}}))\n\ndef solve(self):\n    return call(self.step, "Observe")\n',
    );
    expect(solver).toContain("import json");
  });

  test("the last definition counts, as in Python", async () => {
    expect(await cut(`LIMIT = 1\nLIMIT = 2\ndef solve(self):\n    return 0\n\ndef solve(self):\n    ${STEP}\n    return LIMIT\n`)).toMatch(
      /LIMIT = 2[\s\S]*return LIMIT/,
    );
  });

  test.each([
    ["a method in CRLF", PANTRY.replaceAll("\n", "\r\n")],
    ["a decorated method", swap(PANTRY, "    def solve(self):", "    @staticmethod\n    def solve(self):")],
    ["a class indented with tabs", PANTRY.replace(/^( {4})+/gm, (blanks) => "\t".repeat(blanks.length / 4))],
    ["a class indented by two", PANTRY.replace(/^( {4})+/gm, (blanks) => "  ".repeat(blanks.length / 4))],
    ["a byte order mark", `\uFEFF${PANTRY}`],
  ])("%s gives the same solver", async (_name, source) => {
    expect(await cut(source)).toBe(await cut(PANTRY));
  });

  test("nested functions and names for the bound method are fine", async () => {
    await cut(
      `import json\ndef solve(self):\n    step = self.step\n    def call(name, **parameters):\n        return self.step(json.dumps({"name": name, "parameters": parameters}))[1]\n    return call("Observe"), step\n`,
    );
    await cut(`import json\ndef solve(env):\n    return env.step(json.dumps({}))\n`);
  });
});

describe("what a solver may not do is named, with its line", () => {
  test.each<[name: string, body: string, code: string]>([
    ["an attribute", "x = self.labels  # HERE", "uses-self"],
    ["another method", "x = self.get_ref_answer()  # HERE", "uses-self"],
    ["self by another name", "env = self  # HERE\n    env.step('{}')", "uses-self"],
    ["getattr", "getattr(self, 'labels')  # HERE", "uses-self"],
    ["the dictionary", "self.__dict__  # HERE", "uses-self"],
    ["the class", "type(self).labels  # HERE", "uses-self"],
    ["vars", "vars(self)  # HERE", "peeking"],
    ["replacing step", "self.step = print  # HERE", "uses-self"],
    ["deleting step", "del self.step  # HERE", "uses-self"],
    ["step's instance", "self.step.__self__  # HERE", "peeking"],
    ["step's closure", "s = self.step\n    s.__closure__  # HERE", "peeking"],
    ["frames", "import sys\n    sys._getframe().f_back  # HERE", "peeking"],
    ["a generator's frame", "(x for x in []).gi_frame  # HERE", "peeking"],
    ["loaded modules", "import sys\n    sys.modules['json']  # HERE", "peeking"],
    ["a file", "open('/tmp/x')  # HERE", "peeking"],
    ["gc", "import gc  # HERE", "import"],
    ["a web address", "import urllib.request  # HERE", "import"],
    ["self in a nested function", "def peek():\n        return self.weights  # HERE\n    peek()", "uses-self"],
    ["self as a lambda's default", "f = lambda s=self: s.weights  # HERE", "uses-self"],
    ["yield", "yield 1  # HERE", "solver-async"],
  ])("%s", async (_name, body, code) => {
    const source = `import json\n\ndef solve(self):\n    ${STEP}\n    ${body}\n    return 1\n`;
    const found = (await inspect(source)).findings.filter((item) => item.code === code);
    expect(found.map((item) => [item.severity, item.line])).toContainEqual(["error", lineOf(source, "# HERE")]);
  });

  test("eval is a warning: some read what they are told with it, and the proof finds the rest", async () => {
    const source = `import json\n\ndef solve(self):\n    ${STEP}\n    eval("1")  # HERE\n    return 1\n`;
    const found = (await inspect(source)).findings.filter((item) => item.code === "peeking");
    expect(found.map((item) => [item.severity, item.line])).toEqual([["warning", lineOf(source, "# HERE")]]);
  });

  test.each([
    ["in a helper function", "def helper():\n    import sys\n    return sys._getframe()  # HERE\n"],
    ["in a constant", "helper = (lambda: 0).__globals__.get  # HERE\n"],
    ["in a helper class", "class helper:\n    def __init__(self):\n        self.all = globals()  # HERE\n"],
  ])("peeking %s", async (_name, helper) => {
    const source = `import json\n${helper}\ndef solve(self):\n    helper()\n    return ${STEP}\n`;
    const found = (await inspect(source)).findings.filter((item) => item.code === "peeking");
    expect(found.map((item) => item.line)).toContain(lineOf(source, "# HERE"));
  });

  test("parameters, no self, no step, no function", async () => {
    expect(await codes("def solve(self, jars):\n    return self.step('')")).toEqual(["solver-parameters"]);
    expect(await codes("def solve(self, *, jars):\n    return self.step('')")).toEqual(["solver-parameters"]);
    expect(await codes("def solve():\n    return 1")).toContain("solver-parameters");
    expect(await codes("def solve(self):\n    return 1")).toEqual(["never-steps"]);
    expect(await codes("def answer(self):\n    return self.step('')")).toEqual(["no-solve"]);
    expect(await codes("async def solve(self):\n    return self.step('')")).toEqual(["no-solve"]);
    expect(await codes("def solve(self:\n    return 1")).toEqual(["syntax"]);
    expect(await codes("")).toEqual(["no-solve"]);
  });

  test("a solver nested too deeply is a finding", async () => {
    const { solver, findings } = await inspect(`def solve(self):\n    return self.step(x${".y".repeat(900)}${"+1".repeat(1500)})`);
    if (solver === null) expect(findings.map((item) => item.code)).toEqual(["syntax"]);
    expect(await codes(PLAIN)).toEqual([]);
  });
});

/** The lines of `source` without those of `solve`, each with its line end. */
const SOLVE_LINES = /( {4}def solve\(self\):[\s\S]*?\{"answer": total\}\}\)\)\[1\])(\r?\n)/;
const outside = (source: string): [string, string] => {
  const match = SOLVE_LINES.exec(source);
  if (match?.[1] === undefined) throw new Error("no solve");
  return [source.slice(0, match.index), source.slice(match.index + match[1].length)];
};

describe("putting in", () => {
  test.each([
    ["at the end of the class", PANTRY],
    ["in CRLF", PANTRY.replaceAll("\n", "\r\n")],
    [
      "with comments and blank lines around",
      PANTRY.replace("    def solve(self):", "    # before, kept\n\n    def solve(self):").replace(
        /\n\n\nif __name__/,
        "\n    # after, kept\n\n\n\nif __name__",
      ),
    ],
    ["in the middle of the class", PANTRY.replace(/\n\n\nif __name__/, "\n\n    def last(self):\n         return 1 \t\n\nif __name__")],
    [
      "with a line separator, form feed and vertical tab in strings",
      swap(PANTRY, '"""A small', 'ODD = "\u2028\u0085\f\x0b\x1c"\n"""A small'),
    ],
  ])("%s: every other line stays byte for byte", async (_name, source) => {
    const [before, after] = outside(source);
    const result = await insert(source, PLAIN);
    expect(result.startsWith(before)).toBe(true);
    expect(result.endsWith(after)).toBe(true);
    const placed = result.slice(before.length, result.length - after.length);
    expect(placed.replaceAll("\r\n", "\n")).toBe(PLAIN.trimEnd().replace(/^/gm, "    "));
    expect(placed.includes("\r")).toBe(source.includes("\r"));
  });

  test("decorators of the old one go with it", async () => {
    const source = swap(PANTRY, "    def solve(self):", "    @property\n    @staticmethod\n    def solve(self):");
    expect(await insert(source, PLAIN)).toBe(await insert(PANTRY, PLAIN));
  });

  test("a file without solve gets one at the end of the class; also without a last line end", async () => {
    const [before, after] = outside(PANTRY);
    const source = `${before.trimEnd()}${after}`;
    const result = await insert(source, PLAIN);
    expect(result.startsWith(before.trimEnd())).toBe(true);
    expect(result.endsWith(after)).toBe(true);
    expect(await cut(result)).toContain("Observe");
    const bare = before.trimEnd();
    expect(await insert(bare, PLAIN)).toBe(`${bare}\n\n${PLAIN.trimEnd().replace(/^/gm, "    ")}`);
  });

  test.each([
    ["tabs", "\t"],
    ["one blank", " "],
    ["three blanks", "   "],
  ])("a class indented with %s", async (_name, unit) => {
    const source = `import gymnasium\nclass AEnv(gymnasium.Env):\n${unit}"""Doc."""\n${unit}def solve(self):\n${unit}${unit}return 1\n${unit}x = 1\n`;
    const result = await insert(source, PLAIN, "AEnv");
    expect(result).toBe(
      `import gymnasium\nclass AEnv(gymnasium.Env):\n${unit}"""Doc."""\n${PLAIN.trimEnd().replace(/^/gm, unit)}\n${unit}x = 1\n`,
    );
  });

  test("strings over several lines keep their content, in docstrings, helpers, f-strings and bytes", async () => {
    const solver = await cut(
      [
        'TEXT = """one',
        "  two",
        '"""',
        "def helper(x):",
        '    """First.',
        "",
        "    Args:",
        "        x: it",
        '    """',
        '    return f"""{x}',
        'end{TEXT!r}"""',
        "def solve(self):",
        '    """Says.',
        "  More.",
        '    """',
        "    y = b'''a",
        "  b'''",
        "    return self.step(helper(y))",
      ].join("\n"),
    );
    const result = await insert(PANTRY, solver);
    expect(await cut(result)).toBe(solver);
    const written = 'def solve(self):\n    """Says.\n  More.\n    """\n    x = """a\n b\n"""\n    return self.step(x)\n';
    expect(await cut(await insert(PANTRY, written))).toBe(await cut(written));
  });

  test.each([
    ["no function", "x = 1\n"],
    ["two functions", `${PLAIN}\n\ndef other():\n    pass\n`],
    ["another function", "def answer(self):\n    return 1\n"],
    ["a syntax error", "def solve(self:\n"],
    ["an escape from the class", `${PLAIN}\nimport os\n`],
  ])("refused: %s", async (_name, solver) => {
    await expect(insert(PANTRY, solver)).rejects.toBeInstanceOf(PythonError);
  });

  test("refused: no such class, or a class on one line", async () => {
    await expect(insert(PANTRY, PLAIN, "CellarEnv")).rejects.toThrow(/CellarEnv/);
    await expect(insert("class AEnv: x = 1\n", PLAIN, "AEnv")).rejects.toThrow(/lines of its own/);
  });
});

/** Strings that tempt a cutter of sources: quotes, braces, backslashes, line ends, indentation, other planes. */
const piece = fc.constantFrom(
  "a",
  " ",
  "\n",
  "    ",
  "\t",
  "'",
  '"',
  '"""',
  "'''",
  "\\",
  "{",
  "}",
  "#",
  "\r",
  "é",
  "😀",
  "\ud800",
  "\0",
  "def solve(self):",
  "\u2028",
  "\x0c",
);
const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(""));
const literal = text.map((value) => `${JSON.stringify(value)}`);
const raw = text.map((value) => value.replaceAll(/[\\\0\ud800]/g, "").replaceAll('"', "'")).filter((value) => !value.endsWith("'"));

describe("any solver, put in and cut out again, is the same", () => {
  test("with any strings in it", async () => {
    await fc.assert(
      fc.asyncProperty(
        literal,
        raw,
        raw,
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom("    ", "\t"),
        async (first, docs, long, end, unit) => {
          const source = [
            `TEXT = ${first}`,
            "def helper(x):",
            `    """${docs}"""`,
            `    return [x, TEXT, """${long}"""]`,
            "def solve(self):",
            `    """${long}"""`,
            `    return self.step(f"{helper(1)!r:>{10}}" + ${first})`,
          ].join("\n");
          const solver = await cut(source);
          const environment = `import gymnasium${end}class AEnv(gymnasium.Env):${end}${unit}def solve(self):${end}${unit}${unit}return 1${end}${unit}x = 1${end}`;
          const result = await insert(environment, solver, "AEnv");
          expect(await cut(result)).toBe(solver);
          expect(result.startsWith(`import gymnasium${end}class AEnv(gymnasium.Env):${end}`)).toBe(true);
          expect(result.endsWith(`${end}${unit}x = 1${end}`)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
