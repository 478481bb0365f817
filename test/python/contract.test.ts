import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding, Inspection } from "@/domain";
import { checkContract } from "@/verification";
import { callOnce, gateContext, lineOf, PANTRY, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 1 });
});
afterAll(() => sandbox.dispose());

const inspect = (source: string, className: string | null = null): Promise<Inspection> =>
  callOnce(sandbox, "analysis", "inspect_environment", { source, className });

const errors = (inspection: Inspection): Finding[] => inspection.findings.filter((item) => item.severity === "error");

describe("a good environment", () => {
  test("has no finding, and everything is read from it", async () => {
    const inspection = await inspect(PANTRY);
    expect(inspection.findings).toEqual([]);
    expect(inspection.className).toBe("PantryEnv");
    expect(inspection.docstring).toMatch(/^A pantry shelf .* labelled "oats"\.$/);
    expect(inspection.tools.map((tool) => [tool.name, tool.line])).toEqual(
      ["Observe", "ReadLabel", "Weigh", "Done"].map((name) => [name, lineOf(PANTRY, `def ${name}(`)]),
    );
  });

  test("its configurations are found, with @ in their JSON", async () => {
    expect((await inspect(PANTRY)).configs).toEqual([
      '{"labels": ["oats", "rye@home", "oats"], "weights": [250, 90, 410]}',
      '{"labels": ["rye"], "weights": [75]}',
    ]);
  });

  test("is found by name beside other classes, and refused when the name is another", async () => {
    const source = swap(PANTRY, "class PantryEnv(gymnasium.Env):", "class Helper:\n    pass\n\n\nclass PantryEnv(gymnasium.Env):");
    expect((await inspect(source)).className).toBe("PantryEnv");
    expect((await inspect(source, "PantryEnv")).findings).toEqual([]);
    const [missing] = (await inspect(source, "CellarEnv")).findings;
    expect(missing).toMatchObject({
      severity: "error",
      code: "no-class",
      message: expect.stringContaining("CellarEnv"),
      hint: expect.any(String),
    });
  });

  test.each([
    ["digits in the class name", (source: string) => source.replaceAll("PantryEnv", "Pantry2In1Env"), "Pantry2In1Env"],
    [
      "the base class imported by name",
      (source: string) => swap(swap(source, "import gymnasium\n", "from gymnasium import Env\n"), "(gymnasium.Env)", "(Env)"),
      "PantryEnv",
    ],
    ["CRLF line ends", (source: string) => source.replaceAll("\n", "\r\n"), "PantryEnv"],
    ["a byte order mark", (source: string) => `\uFEFF${source}`, "PantryEnv"],
    [
      "a class decorator",
      (source: string) => swap(source, "class PantryEnv", "def same(cls):\n    return cls\n\n\n@same\nclass PantryEnv"),
      "PantryEnv",
    ],
    [
      "a decorated tool",
      (source: string) =>
        swap(source, "    def Weigh(", "    @functools.lru_cache\n    def Weigh(").replace("import json", "import functools\nimport json"),
      "PantryEnv",
    ],
    [
      "functions inside tools",
      (source: string) =>
        swap(
          source,
          "        weight = self.weights[index]",
          "        def Inner(x):\n            return x\n\n        weight = Inner(self.weights[index])",
        ),
      "PantryEnv",
    ],
    [
      "two written demonstrations",
      (source: string) =>
        swap(source, "        print(environment.solve())", "        print(environment.solve())\n        print(environment.solve())"),
      "PantryEnv",
    ],
    [
      "an annotated mapping",
      (source: string) => swap(source, "self.func_mapping = {", "self.func_mapping: dict[str, int] = {"),
      "PantryEnv",
    ],
    ["text outside ASCII", (source: string) => swap(source, "A pantry shelf", "Ein Küchenregal 🫙"), "PantryEnv"],
  ])("%s is fine", async (_name, change, className) => {
    const inspection = await inspect(change(PANTRY));
    expect(inspection.findings).toEqual([]);
    expect(inspection.className).toBe(className);
    expect(inspection.tools).toHaveLength(4);
    expect(inspection.configs).toHaveLength(2);
  });
});

/** [what is broken, the change, code, text that stands in the line it points to (null: no line)] */
const BROKEN: [name: string, change: (source: string) => string, code: string, at: string | null][] = [
  ...["from_env_str", "reset", "step", "Observe", "Done", "get_ref_answer", "finished", "reward", "solve", "__init__"].map(
    (member): [string, (source: string) => string, string, string | null] => [
      `no ${member}`,
      (source) => swap(source, `def ${member}(`, `def other_${member.toLowerCase()}(`),
      "missing-member",
      "class PantryEnv",
    ],
  ),
  ["finished is no property", (s) => swap(s, "    @property\n    def finished", "    def finished"), "not-a-property", "def finished"],
  ["reward is no property", (s) => swap(s, "    @property\n    def reward", "    def reward"), "not-a-property", "def reward"],
  ["from_env_str is not static", (s) => swap(s, "    @staticmethod\n", ""), "not-static", "def from_env_str"],
  ["from_env_str is a class method", (s) => swap(s, "    @staticmethod\n", "    @classmethod\n"), "not-static", "def from_env_str"],
  [
    "from_env_str takes nothing",
    (s) => swap(s, "def from_env_str(env_str: str)", "def from_env_str()"),
    "factory-parameters",
    "def from_env_str",
  ],
  [
    "__init__ without env_str",
    (s) => swap(s, "__init__(self, env_str: str | None = None)", "__init__(self)"),
    "init-parameters",
    "def __init__",
  ],
  [
    "__init__ needs more",
    (s) => swap(s, "__init__(self, env_str: str | None = None)", "__init__(self, size, env_str=None)"),
    "init-parameters",
    "def __init__",
  ],
  ["reset without options", (s) => swap(s, "reset(self, options={})", "reset(self, seed=1)"), "reset-parameters", "def reset"],
  [
    "step with a second parameter",
    (s) => swap(s, "step(self, action: str)", "step(self, action: str, verbose)"),
    "step-parameters",
    "def step",
  ],
  ["Done with another name", (s) => swap(s, "Done(self, answer: int)", "Done(self, value: int)"), "done-parameters", "def Done"],
  [
    "Done with a second parameter",
    (s) => swap(s, "Done(self, answer: int)", "Done(self, answer: int, why: str = '')"),
    "done-parameters",
    "def Done",
  ],
  [
    "get_ref_answer takes a parameter",
    (s) => swap(s, "def get_ref_answer(self)", "def get_ref_answer(self, jars=None)"),
    "reference-parameters",
    "def get_ref_answer",
  ],
  ["solve takes a parameter", (s) => swap(s, "def solve(self)", "def solve(self, jars)"), "solve-parameters", "def solve"],
  ["step is asynchronous", (s) => swap(s, "    def step(", "    async def step("), "async-member", "def step"],
  ["a tool is asynchronous", (s) => swap(s, "    def Weigh(", "    async def Weigh("), "tool-async", "def Weigh"],
  ["func_mapping is missing", (s) => swap(s, "self.func_mapping = {", "self.mapping = {"), "func-mapping", "def __init__"],
  [
    "func_mapping is computed",
    (s) => swap(s, "self.func_mapping = {", "self.func_mapping = dict() or {"),
    "func-mapping",
    "self.func_mapping = dict()",
  ],
  ["func_mapping names no method", (s) => swap(s, '"Weigh": 2,', '"Weigh": 2, "Fly": 4,'), "func-mapping", '"Fly": 4'],
  ["func_mapping does not name Done", (s) => swap(s, '            "Done": 3,\n', ""), "func-mapping", "self.func_mapping = {"],
  ["func_mapping does not name Observe", (s) => swap(s, '            "Observe": 0,\n', ""), "func-mapping", "self.func_mapping = {"],
  ["codes of func_mapping are no numbers", (s) => swap(s, '"Weigh": 2,', '"Weigh": "two",'), "func-mapping", '"Weigh": "two"'],
  ["a tool returns a number", (s) => swap(s, 'unit: str = "g") -> str', 'unit: str = "g") -> float'), "tool-returns", "def Weigh"],
  ["a tool has no docstring", (s) => s.replace(/(def ReadLabel.*\n)\s+"""[\s\S]*?"""\n/, "$1"), "tool-docstring", "def ReadLabel"],
  [
    "a docstring without Args",
    (s) => swap(s, "        Args:\n            index (int): Which jar, from 0 at the left.\n\n", ""),
    "tool-docstring",
    "def ReadLabel",
  ],
  [
    "a docstring without Returns",
    (s) => swap(s, "        Returns:\n            str: The label.\n\n", ""),
    "tool-docstring",
    "def ReadLabel",
  ],
  ["no base class", (s) => swap(s, "PantryEnv(gymnasium.Env)", "PantryEnv"), "no-base", "class PantryEnv"],
  ["a name that does not end in Env", (s) => s.replaceAll("PantryEnv", "Pantry"), "class-name", "class Pantry"],
  ["no demonstrations", (s) => s.slice(0, s.indexOf("if __name__")), "no-demonstrations", null],
  [
    "one demonstration",
    (s) => s.replace(/\n {4}for config in \([\s\S]*$/, '\n    print(PantryEnv.from_env_str("PantryEnv@{}").solve())\n'),
    "no-demonstrations",
    "if __name__",
  ],
  ["a foreign import", (s) => swap(s, "import json\n", "import json\nimport numpy as np\n"), "import", "import numpy"],
  ["a forbidden import", (s) => swap(s, "import json\n", "import json\nimport ctypes\n"), "import", "import ctypes"],
  [
    "a forbidden import deep inside",
    (s) =>
      swap(s, "        weight = self.weights[index]", "        from urllib.request import urlopen\n        weight = self.weights[index]"),
    "import",
    "from urllib",
  ],
  [
    "an import of the sandbox's own package",
    (s) => swap(s, "import json\n", "import json\nimport codegym_sandbox.episodes\n"),
    "import",
    "import codegym_sandbox",
  ],
  ["a relative import", (s) => swap(s, "import json\n", "import json\nfrom . import helper\n"), "import", "from . import"],
];

describe("broken in one place", () => {
  test.each(BROKEN)("%s", async (_name, change, code, at) => {
    const source = change(PANTRY);
    expect(source).not.toBe(PANTRY);
    const className = source.includes("class PantryEnv") ? "PantryEnv" : "Pantry";
    const found = errors(await inspect(source, className)).filter((item) => item.code === code);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((item) => item.line)).toContain(at === null ? null : lineOf(source, at));
  });

  test("missing members come with a hint that says what they are for", async () => {
    const source = swap(PANTRY, "def get_ref_answer(self)", "def answer(self)");
    const [missing] = errors(await inspect(source));
    expect(missing?.hint).toMatch(/from the state alone/);
  });

  test("each broken rule is named, not only the first", async () => {
    const source = swap(
      swap(swap(PANTRY, "    @staticmethod\n", ""), "def solve(self)", "def solve(self, x)"),
      "import json\n",
      "import json, requests\n",
    );
    expect(new Set(errors(await inspect(source)).map((item) => item.code))).toEqual(new Set(["not-static", "solve-parameters", "import"]));
  });

  test("what is only doubtful is a warning: few tools, names, os, no Example Output", async () => {
    const few = swap(PANTRY, '            "ReadLabel": 1,\n', "");
    const odd = swap(few, '            "Weigh": 2,', '            "weigh_it": 2,').replace("def Weigh(", "def weigh_it(");
    const source = swap(swap(odd, "        Example Output:\n            250\n", ""), "import json\n", "import json\nimport os\n");
    const inspection = await inspect(source);
    expect(errors(inspection)).toEqual([]);
    expect(new Set(inspection.findings.map((item) => item.code))).toEqual(
      new Set(["few-tools", "tool-name", "doubtful-import", "tool-docstring"]),
    );
  });
});

describe("the tools' numbers, where they are computed, are read off a started instance", () => {
  const MAPPING = /self\.func_mapping = \{[^}]*\}/;
  const named = '{"Observe": self.OBSERVE, "ReadLabel": self.READ, "Weigh": 2, "Done": self.DONE}';
  const withCodes = (mapping: string, before = ""): string =>
    swap(
      PANTRY.replace(MAPPING, `self.func_mapping = ${mapping}`),
      "    def __init__(",
      `    OBSERVE, READ, DONE = 0, 1, 3\n${before}\n    def __init__(`,
    );
  const check = async (source: string) => (await checkContract(gateContext(sandbox), source, null)).inspection;

  test.each([
    ["class attributes", withCodes(named)],
    ["a comprehension", withCodes('{name: code for code, name in enumerate(["Observe", "ReadLabel", "Weigh", "Done"])}')],
    ["another method's", withCodes("self.tools()", `    def tools(self):\n        return ${named}\n`)],
    ["an instance that needs a configuration", withCodes('{"Observe": 0, "ReadLabel": 1, "Weigh": 2, "Done": [3][int(env_str is None)]}')],
  ])("%s", async (_name, source) => {
    const inspection = await check(source);
    expect(errors(inspection)).toEqual([]);
    expect(inspection.tools.map((tool) => tool.name)).toEqual(["Observe", "ReadLabel", "Weigh", "Done"]);
  });

  test.each([
    ["no numbers", withCodes('{"Observe": self.OBSERVE, "ReadLabel": "one".upper(), "Weigh": 2, "Done": 3}'), "code of `ReadLabel`"],
    ["no Done", withCodes("dict(Observe=0, ReadLabel=1, Weigh=2)"), "does not name the tool `Done`"],
    ["no dictionary", withCodes("list(range(4))"), "not a dictionary"],
    ["no start", withCodes("{}[5]"), "KeyError"],
  ])("a fault shows when it runs: %s", async (_name, source, message) => {
    expect(errors(await check(source)).map((item) => item.message)).toEqual([expect.stringContaining(message)]);
  });

  test("a contract that is broken anyway runs nothing", async () => {
    const source = `${withCodes(named).replace("def Done(", "def Finish(")}\nraise SystemExit("it ran")\n`;
    expect(
      errors(await check(source))
        .map((item) => item.message)
        .join(),
    ).not.toContain("it ran");
  });
});

describe("an environment that looks at who calls it", () => {
  test.each(["__import__('sys')._getframe().f_back", "sys.modules['json']", "(x for x in []).gi_frame"])("%s", async (code) => {
    const source = swap(PANTRY, "        return self._done\n", `        ${code}  # HERE\n        return self._done\n`);
    const found = errors(await inspect(source));
    expect(new Set(found.map((item) => [item.code, item.line].join()))).toEqual(new Set([`looks-at-callers,${lineOf(source, "# HERE")}`]));
  });
});

describe("tool docs", () => {
  const docsOf = async (source: string, name: string) => (await inspect(source)).tools.find((tool) => tool.name === name);

  test("parameters, types, defaults, and no Example Output", async () => {
    const weigh = await docsOf(PANTRY, "Weigh");
    expect(weigh).toMatchObject({
      signature: "Weigh(index: int, unit: str='g')",
      summary: "Weigh one jar.",
      parameters: [
        { name: "index", type: "int", description: "Which jar, from 0 at the left.", required: true },
        { name: "unit", type: "str", description: '"g" or "kg".', required: false, default: "'g'" },
      ],
      returns: "str: The weight as a number.",
    });
    expect(weigh?.docstring).toContain("Returns:");
    expect(weigh?.docstring).not.toMatch(/Example Output|250/);
    expect((await docsOf(PANTRY, "Observe"))?.parameters).toEqual([]);
  });

  test("a Note inside an argument's description does not end the arguments", async () => {
    const source = swap(
      PANTRY,
      '            index (int): Which jar, from 0 at the left.\n            unit (str, optional): "g" or "kg".',
      '            index (int): Which jar,\n                counted from 0.\n                Note: the left one is 0.\n            unit (str, optional): "g" or\n                "kg".',
    );
    const weigh = await docsOf(source, "Weigh");
    expect(weigh?.parameters.map((item) => item.description)).toEqual([
      "Which jar, counted from 0. Note: the left one is 0.",
      '"g" or "kg".',
    ]);
  });

  test("an Example Output that looks like a section stays out", async () => {
    const source = swap(PANTRY, "        Example Output:\n            250\n", "        Example Output:\n            Returns: SECRET-250\n");
    expect((await docsOf(source, "Weigh"))?.docstring).not.toContain("SECRET");
  });

  test("annotations win over the docstring, unless it says more; kinds of parameters", async () => {
    const source = swap(
      PANTRY,
      'def Weigh(self, index: int, unit: str = "g")',
      "def Weigh(self, index: list, /, unit=None, *rest, scale: float = 1.5, **more)",
    ).replace(
      "index (int): Which jar, from 0 at the left.\n            unit (str, optional)",
      "index (list[dict[str, int]]): Which jars.\n            unit (str | None)",
    );
    const weigh = await docsOf(source, "Weigh");
    expect(weigh?.signature).toBe("Weigh(index: list, /, unit=None, *rest, scale: float=1.5, **more)");
    expect(weigh?.parameters.map((item) => [item.name, item.type, item.required, item.default])).toEqual([
      ["index", "list[dict[str, int]]", true, undefined],
      ["unit", "str | None", false, "None"],
      ["scale", "float", false, "1.5"],
    ]);
  });

  test.each([
    ["an f-string is no docstring", 'f"""{1}"""'],
    ["bytes are no docstring", 'b"""Args: x"""'],
    ["only blanks", '"""   \n\n   """'],
  ])("weird docstring: %s", async (_name, text) => {
    const source = PANTRY.replace(/(def ReadLabel.*\n\s+)"""[\s\S]*?"""\n/, `$1${text}\n`);
    const inspection = await inspect(source);
    expect(errors(inspection).map((item) => item.code)).toEqual(["tool-docstring"]);
    expect(inspection.tools).toHaveLength(4);
  });

  test("escapes, tabs and lone surrogates in a docstring come through as text", async () => {
    const source = swap(PANTRY, "Read the label of one jar.", "Read\\tthe \\ud800 label \\x00 of \u2028 one jar.");
    expect((await docsOf(source, "ReadLabel"))?.summary).toBe("Read\tthe \ud800 label \x00 of \u2028 one jar.".replace("\t", "    "));
  });
});

describe("sources that are no environment", () => {
  test.each<[name: string, source: string, code: string, line: number | null]>([
    ["empty", "", "no-class", null],
    ["only a comment", "# nothing here", "no-class", null],
    ["a class without the base", "class Thing:\n    pass\n", "no-class", null],
    ["a syntax error", "x = 1\n\ndef f(:\n    pass\n", "syntax", 3],
    ["an unclosed bracket", "x = 1\ny = (2,\n", "syntax", 2],
    ["inconsistent tabs", "if True:\n\tx = 1\n        y = 2\n", "syntax", 3],
    ["a null byte", "x = 1\0", "syntax", null],
    ["a lone surrogate", "x = '\ud800'", "syntax", null],
    ["Python 2", "print 'hello'", "syntax", 1],
  ])("%s", async (_name, source, code, line) => {
    const [first, ...rest] = (await inspect(source)).findings;
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ severity: "error", code });
    if (line !== null) expect(first?.line).toBe(line);
    expect(first?.message).not.toBe("");
  });

  test("one megabyte of source is read", async () => {
    const filler = Array.from({ length: 23_000 }, (_, index) => `VALUE_${index} = [${index}, ${index} + 1, "some text"]`).join("\n");
    const source = `${PANTRY}\n${filler}\n`;
    expect(source.length).toBeGreaterThan(900_000);
    expect((await inspect(source)).findings).toEqual([]);
  });

  // Whatever the parser does with these, gate 2 gives a result and the next source is read.
  test.each([
    ["brackets", `x = ${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    ["unary minus", `x = ${"-".repeat(50_000)}1`],
    ["a long sum", `x = ${"1+".repeat(50_000)}1`],
    ["attributes", `x = y${".z".repeat(50_000)}`],
    ["calls", `x = f${"()".repeat(50_000)}`],
    ["strings in a row", `x = ${'"a" '.repeat(50_000)}`],
    ["f-strings", `x = ${"f'{".repeat(500)}1${"}'".repeat(500)}`],
    ["lambdas", `x = ${"lambda: ".repeat(20_000)}1`],
    ["else-ifs", `if x: pass\n${"elif x: pass\n".repeat(20_000)}`],
    ["a deep base class", `class PantryEnv(a${".b".repeat(5000)}.Env):\n    pass`],
  ])("deep nesting: %s", async (_name, source) => {
    const { result } = await checkContract(gateContext(sandbox), source, null);
    expect(result.passed).toBe(false);
    expect(result.findings.filter((item) => item.severity === "error").length).toBeGreaterThan(0);
    expect((await inspect(PANTRY)).findings).toEqual([]);
  });

  test("deep nesting inside an environment costs at most itself", async () => {
    const source = swap(
      PANTRY,
      "        weight = self.weights[index]",
      `        weight = self.weights[index] + ${"(".repeat(5000)}1${")".repeat(5000)}`,
    );
    const { result } = await checkContract(gateContext(sandbox), source, null);
    expect(result.passed).toBe(false);
    const wide = swap(PANTRY, "        weight = self.weights[index]", `        weight = self.weights[index]${" + 0".repeat(20_000)}`);
    await checkContract(gateContext(sandbox), wide, null);
    expect((await inspect(PANTRY)).findings).toEqual([]);
  });
});
