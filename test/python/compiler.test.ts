import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Compilation, type Compiled, NO_CHOICES, problemSchema, type Variant } from "@/domain";
import { createRecordedModel } from "@/llm";
import { EXAMPLE } from "../../src/ui/problems/example.ts";
import { SEARCH, callOnce } from "../support/python.ts";
import { createRun } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";

const BELOW_ZERO = `def below_zero(operations: list[int]) -> bool:
    balance = 0
    for amount in operations:
        balance += amount
        if balance < 0:
            return True
    return False
`;
const STATEMENT =
  "You are given a list of deposit and withdrawal operations on an account that starts at zero. Tell whether at any point the balance falls below zero.";
const SCRIPT = `import sys

def main():
    input = sys.stdin.readline
    count = int(input())
    best = ""
    for _ in range(count):
        word = input().strip()
        if len(word) > len(best):
            best = word
    print(best)

if __name__ == "__main__":
    main()
`;
const SCRIPT_STATEMENT =
  "Read n words, one a line, and print the longest, the first of several.\n\n**Input:**\n```\n3\nrye\nbarley\noats\n```\n\n**Output:**\n```\nbarley\n```";
const CLASS = `class Solution:
    def __init__(self):
        self.limit = 3

    def countLong(self, words: list[str]) -> int:
        return sum(1 for word in words if self.isLong(word))

    def isLong(self, word: str) -> bool:
        return len(word) > self.limit
`;
const RECURSION = `def depth(tree: list) -> int:
    """Depth of a nested list.

    >>> depth([1, [2, [3]]])
    3
    >>> depth([])
    1
    """
    deepest = 0
    for item in tree:
        if isinstance(item, list):
            deepest = max(deepest, depth(item))
    return deepest + 1
`;
const GENERATOR = `def steps(number):
    while number != 1:
        yield number
        number = number // 2 if number % 2 == 0 else 3 * number + 1

def collatz(number: int) -> int:
    """How many steps a number takes to 1."""
    return sum(1 for _ in steps(number))
`;
const FILLED = `squares = [0] * 40
for place in range(40):
    squares[place] = place * place

def is_square(number: int) -> bool:
    return number in squares
`;

const CALLABLE = `def count_up(numbers, wanted):
    """How many numbers are wanted."""
    count = 0
    for number in numbers:
        if wanted(number):
            count += 1
    return count
`;

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
});
afterAll(() => sandbox.dispose());

const problem = (solution: string, statement = STATEMENT) =>
  problemSchema.parse({ id: "own-1", title: "Own", statement, solution, extra: {}, origin: "own", addedAt: 1 });

function compile(solution: string, statement: string, choices: Partial<typeof NO_CHOICES> = {}, seed = 0): Promise<Compilation> {
  const options = { seed, deadlineMs: 60_000, answerChars: 100, minRounds: 10, maxRounds: 256, ...NO_CHOICES, ...choices };
  return callOnce(sandbox, SEARCH, "compile_problem", { statement, solution, entryPoint: null, options, test: null });
}
async function compiled(...given: Parameters<typeof compile>): Promise<Compiled> {
  const result = await compile(...given);
  if ("refused" in result) throw new Error(`refused: ${result.refused.message}`);
  return result;
}
async function first(...given: Parameters<typeof compile>): Promise<Variant> {
  const { variants } = await compiled(...given);
  if (variants[0] === undefined) throw new Error("no variant");
  return variants[0];
}

describe("the built-in compiler", { timeout: 120_000 }, () => {
  test.for([
    ["a function", BELOW_ZERO, STATEMENT],
    ["a script that reads lines", SCRIPT, SCRIPT_STATEMENT],
    ["a class with a public method", CLASS, "Count the words that are longer than the limit."],
    ["a function that calls itself", RECURSION, "Find the depth of a nested list."],
    ["a generator with its consumer", GENERATOR, "Count the steps of the Collatz sequence."],
    ["a function that is given a function", CALLABLE, "Count the wanted numbers."],
    // What "Write a problem" offers to begin from must be right, whatever becomes of it.
    ["the example of the page that writes a problem", EXAMPLE.solution, EXAMPLE.statement],
    ["a table that is filled at top level", FILLED, "Is the number the square of one below 40?"],
  ] as const)("%s becomes a verified environment without any model", async ([, solution, statement]) => {
    const run = createRun(problem(solution, statement), createRecordedModel(), sandbox, {}, "compact", { synthesizer: "compiler" });
    const view = await run.run();
    expect(view.status).toBe("verified");
    expect(view.replies).toEqual([]);
    const [environment] = run.environments;
    expect(environment?.tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["Observe", "Done"]));
    expect(environment?.tools.length).toBeGreaterThanOrEqual(3);
    expect(environment?.tasks.some(({ kept }) => kept)).toBe(true);
  });

  test("configurations go from easy to hard, most of them with moderate rounds, none twice", async () => {
    const { configs, figures } = await first(BELOW_ZERO, STATEMENT);
    expect(configs.length).toBeGreaterThanOrEqual(15);
    expect(new Set(configs).size).toBe(configs.length);
    expect(figures.rounds).toEqual(figures.rounds.toSorted((a, b) => a - b));
    expect(figures.rounds.filter((rounds) => rounds >= 10 && rounds <= 80).length).toBeGreaterThanOrEqual(10);
  });

  test("the same source and seed give the same compilation, in another interpreter too; another seed another one", async () => {
    const once = await compile(BELOW_ZERO, STATEMENT);
    expect(await compile(BELOW_ZERO, STATEMENT)).toEqual(once);
    expect(await compile(BELOW_ZERO, STATEMENT, {}, 1)).not.toEqual(once);
  });

  test.for([
    ["import", 1, "import numpy\n\ndef total(xs):\n    return int(numpy.sum(xs))\n"],
    ["unrepeatable", 4, "import random\n\ndef roll(sides: int) -> int:\n    return random.randint(1, sides)\n"],
    ["callable-parameter", 1, "def apply(f, x):\n    return f(x, 1, 2, 3)\n"],
    ["variable-parameters", 1, "def total(*numbers):\n    return sum(numbers)\n"],
    ["syntax", 2, "def total(xs):\n    return sum(xs\n"],
    ["load", 1, "LIMIT = 1 // 0\n\ndef below(number: int) -> bool:\n    return number < LIMIT\n"],
    ["no-inputs", 3, "def never(number: int) -> int:\n    while True:\n        number.missing\n"],
  ] as const)("refused by the rule %s, with line %i and words on what to change", async ([rule, line, solution]) => {
    const result = await compile(solution, "Do it.");
    if (!("refused" in result)) throw new Error("not refused");
    expect(result.refused).toMatchObject({ rule, line });
    expect(result.refused.message).toMatch(/\w+ \w+ \w+/);
  });

  test("a callable parameter becomes a tool, and configurations say which function it is", async () => {
    const { tools, configs } = await first(CALLABLE, "Count the wanted numbers.");
    expect(tools).toContain("CallWanted");
    for (const config of configs) expect(JSON.parse(config)).toMatchObject({ wanted: { name: expect.stringMatching(/^[a-z_]+$/) } });
  });

  test("a solution that works without end is refused by its work, not by the clock", async () => {
    const result = await compile(
      "def spin(number: int) -> int:\n    while number > -1:\n        number += 1\n    return number\n",
      "Spin.",
    );
    expect(result).toMatchObject({ refused: { rule: "no-inputs" } });
  });

  test("a piece that is switched off is cut nowhere", async () => {
    const { pieces } = await first(BELOW_ZERO, STATEMENT);
    const id = pieces[0]?.id ?? "";
    const { variants } = await compiled(BELOW_ZERO, STATEMENT, { disabled: [id] });
    expect(variants.flatMap((variant) => variant.pieces.map((piece) => piece.id))).not.toContain(id);
  });

  test("a tool's own name stays as it was typed; one that cannot be is told, and changes nothing", async () => {
    const before = await compiled(BELOW_ZERO, STATEMENT);
    const id = before.variants[0]?.pieces[0]?.id ?? "";
    const named = await compiled(BELOW_ZERO, STATEMENT, { renamed: { [id]: "IsABC" } });
    expect(named.variants[0]?.tools).toContain("IsABC");
    expect(named.variants[0]?.pieces.find((piece) => piece.id === id)?.tool).toBe("IsABC");
    expect(named.warnings).toEqual(before.warnings);
    for (const name of ["is_abc", "Is ABC", "Observe", "Done", "1st", ""]) {
      const told = await compiled(BELOW_ZERO, STATEMENT, { renamed: { [id]: name } });
      expect(told.variants[0]?.tools).toEqual(before.variants[0]?.tools);
      expect(told.warnings.join("\n")).toContain(`“${name}”`);
    }
  });

  test("pieces are where they say they are", async () => {
    const lines = BELOW_ZERO.split("\n");
    for (const piece of (await first(BELOW_ZERO, STATEMENT)).pieces) {
      if (piece.line === piece.endLine) expect(lines[piece.line - 1]?.slice(piece.col, piece.endCol)).toBe(piece.text);
    }
  });

  test("the task speaks to an agent, not to a programmer", async () => {
    const { taskText } = await first(
      `def double(xs: list[int]) -> list[int]:\n    """Write a function that returns each number doubled.\n    >>> double([1, 2])\n    [2, 4]\n    """\n    return [2 * x for x in xs]\n`,
      "",
    );
    expect(taskText).not.toMatch(/function|>>>|return/i);
    expect(taskText).toMatch(/hidden/);
    expect(taskText).toMatch(/Example: for xs = \[1, 2\] the answer is \[2, 4\]\./);
  });
});
