import fc from "fast-check";

/** A whole compact class, small and good; tests take pieces out of it or put others in. */
export const TALLY = `class JarTally:
    examples = [{"jars": [4, 1, 7], "limit": 3}, {"jars": [], "limit": 0}]

    def state(self, jars: list[int], limit: int):
        self.jars = jars
        self.limit = limit
        self.full = 0

    def Observe(self):
        """Tell how many jars there are.
        Returns: JSON object with "jars" and "limit", integers.
        Example: {"jars": 3, "limit": 3}"""
        return {"jars": len(self.jars), "limit": self.limit}

    def ReadJar(self, jar: int):
        """Read how much is in one jar.
        jar: Number of the jar, from 0.
        Returns: The amount, an integer, or "no such jar".
        Example: 4"""
        return self.jars[jar] if 0 <= jar < len(self.jars) else "no such jar"

    def IsFull(self, amount: int):
        """Compare an amount with the limit.
        amount: What is in a jar.
        Returns: "true" when it is above the limit, otherwise "false".
        Example: true"""
        return amount > self.limit

    def CountJar(self):
        """Add one to the tally.
        Returns: The tally, an integer.
        Example: 1"""
        self.full += 1
        return self.full

    def answer(self) -> int:
        """The number of jars above the limit."""
        return sum(jar > self.limit for jar in self.jars)
`;

const word = fc.constantFrom("jars", "öl", "数", "a \\ b", "1: 2", "Note: this", "`x`", "{y}", "Returns nothing", "'q'", '""', "$&");
const sentence = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => `${words.join(" ")}.`);
const kind = fc.constantFrom(
  ": int",
  ": float",
  ": str",
  ": bool",
  ": list[int]",
  ": list[list[str]]",
  ": dict",
  ": 'int'",
  ": int | None",
  "",
  ": tuple[int, int]",
);

/** Statements of a tool; `self.one` and `self.two` are there, and so is the class's own name. */
const toolBody = fc.constantFrom(
  ["return 1"],
  ["return"],
  ["pass"],
  ["self.two = [1]"],
  ["if self.one:", "    return {'a': self.two}", "# else", "return 'größer'"],
  ["for x in (1, 2):", "    if x: return x,", "raise ValueError('no')"],
  ["return (", "    self.one", "    is None", ")"],
  ["text = '''", "not indented", "'''", "return text"],
  ["def inner():", "    return 3", "return inner()"],
  ["return sorted((lambda x: x)([2, 1]))"],
  ["return NAME.WORDS[0]", ""],
  ["return f'{self.Observe()}' + 'x'"],
  ["with open_nothing() as x:", "    return x"],
  ["try:", "    return json.dumps(gcd(4, 6))", "finally:", "    self.two = None"],
  ["while True:", "    return [*range(3)]"],
  ["return (yes := 4)"],
  ["# only a comment first", "", "return deque([1])[0]"],
  ["match self.one:", "    case [x, *_]:", "        return x", "    case _:", "        return None"],
);

const parameter = fc.tuple(
  fc.constantFrom("day", "x", "größe", "name", "value"),
  kind,
  fc.constantFrom("", "", " = None", " = 3"),
  fc.boolean(),
);

const tool = fc.record({
  name: fc.constantFrom("Look", "ReadOne", "Two2", "AddIt", "Über", "Move"),
  parameters: fc.uniqueArray(parameter, { maxLength: 3, selector: ([name]) => name }),
  summary: sentence,
  returns: sentence,
  google: fc.boolean(),
  example: fc.boolean(),
  body: toolBody,
});
type Tool = typeof tool extends fc.Arbitrary<infer T> ? T : never;

function toolLines({ name, parameters, summary, returns, google, example, body }: Tool, unit: string): string[] {
  // A parameter with a default may not stand before one without.
  const ordered = parameters.toSorted((a, b) => Number(a[2] !== "") - Number(b[2] !== ""));
  const head = ordered.map(([parameterName, type, value]) => `, ${parameterName}${type}${value}`).join("");
  const described = ordered.filter(([, , , told]) => told).map(([parameterName]) => `${parameterName}: ${summary}`);
  const docs = google
    ? [
        summary,
        "",
        "Args:",
        ...(described.length === 0 ? ["    None"] : described.map((line) => `    ${line}`)),
        "",
        "Returns:",
        `    str: ${returns}`,
        ...(example ? ["", "Example Output:", "    4"] : []),
      ]
    : [summary, ...described, `Returns: ${returns}`, ...(example ? ['Example: "4"'] : [])];
  const quoted = [`r"""${docs[0]}`, ...docs.slice(1).map((line) => (line === "" ? "" : `${unit}${unit}${line}`)), `${unit}${unit}"""`];
  return [
    `${unit}def ${name}(self${head}):`,
    ...quoted.map((line, index) => (index === 0 ? `${unit}${unit}${line}` : line)),
    ...body.map((line) =>
      line === "" || line === "not indented" || line === "'''"
        ? line
        : `${unit}${unit}${line.replace(/^ {4}/, unit).replace(/^ {4}/, unit)}`,
    ),
    "",
  ];
}

/** Compact classes as models might write them, most of them good; all are Python. */
export const compactSource: fc.Arbitrary<string> = fc
  .record({
    unit: fc.constantFrom("    ", "  ", "\t"),
    name: fc.constantFrom("Jars", "JarsEnv", "A1_b", "Zähler"),
    base: fc.constantFrom("", "", "(object)", "(gymnasium.Env)", "()"),
    head: fc.array(
      fc.constantFrom(
        "import json",
        "from collections import deque",
        '"""Of the module."""',
        "from __future__ import annotations",
        "LIMIT = 3",
        "# a comment",
        "",
        "def helper(x):\n    return x",
        "X = '''\n\n\n'''",
        "class Node:\n    def __init__(self):\n        self.next = NAME",
      ),
      { maxLength: 4 },
    ),
    tail: fc.array(fc.constantFrom("def after(): return 1", "LAST = NAME", "", "if __name__ == '__main__':\n    print(NAME())"), {
      maxLength: 2,
    }),
    docstring: fc.constantFrom(null, '"""Short."""', '"""Long,\n\nwith lines."""', "'''x'''; EXTRA = 1"),
    state: fc.constantFrom(
      ["def state(self, one, two: list[int] = [1, 2]):", "    self.one, self.two = one, two"],
      ["def state(self, one=0, *, two={}): self.one = one; self.two = two"],
      ["def reset(self, options={}):", "    self.one = options.get('one', 3)", "    self.two = options['two']"],
      [
        "def state(",
        "    self,",
        "    one: int,  # the first",
        "    two,",
        "):",
        '    """one: what."""',
        "    # sets",
        "    self.one = one",
        "    self.two = two",
      ],
      ["def __init__(self, one, two):", "    super().__init__()", "    self.one = one", "    self.two = two"],
    ),
    answer: fc.constantFrom(
      ["def answer(self) -> int:", '    """How many."""', "    return 4"],
      ["def answer(self): return [self.one, self.two]"],
      ["def get_ref_answer(self) -> tuple[int, int]:", "    # what it is", "    return NAME.WORDS, 1"],
    ),
    extra: fc.array(
      fc.constantFrom(
        ["compare = 'unordered'"],
        ["compare = 0.5"],
        ["# between"],
        ["@staticmethod", "def helper(x):", "    return x"],
        ["@property", "def size(self): return 1"],
        ["def finished(self): return True"],
        ["def solve(self):", "    return self.step('{}')[1]"],
      ),
      { maxLength: 3 },
    ),
    tools: fc.uniqueArray(tool, { minLength: 1, maxLength: 5, selector: ({ name }) => name }),
    examples: fc.constantFrom(
      '[{"one": 1, "two": [3]}, {"one": 2, "two": []}]',
      '[\n  {"one": [], "two": "ä"},\n]',
      '({"one": True, "two": None}, {"one": -1.5, "two": {"a": [1]}})',
    ),
  })
  .map(({ unit, name, base, head, tail, docstring, state, answer, extra, tools, examples }) => {
    const indented = (lines: readonly string[]): string[] => [...lines.map((line) => `${unit}${line.replace(/^ {4}/, unit)}`), ""];
    const observe = [
      `${unit}def Observe(self):`,
      `${unit}${unit}"""Look.`,
      `${unit}${unit}Returns: JSON object."""`,
      `${unit}${unit}return {"one": self.one}`,
      "",
    ];
    const lines = [
      ...head,
      `class ${name}${base}:`,
      ...(docstring === null ? [] : [`${unit}${docstring}`]),
      `${unit}WORDS = ["a"]`,
      `${unit}examples = ${examples}`,
      ...indented(state),
      ...observe,
      ...tools.flatMap((item) => toolLines(item, unit)),
      ...extra.flatMap(indented),
      ...indented(answer),
      ...tail,
    ];
    return `${lines.join("\n").replaceAll("NAME", name)}\n`;
  });
