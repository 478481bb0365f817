import type { PyodideAPI } from "pyodide";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { compilerPython } from "../support/compiler-python.ts";

const foundSchema = z.object({
  refused: z.object({ rule: z.string(), line: z.number().nullable(), message: z.string() }).nullable(),
  answers: z.array(z.array(z.string())),
  unsolved: z.array(z.string()),
});

type Form = {
  solution: string;
  statement?: string;
  entry?: string;
  cases: readonly (readonly [arguments_: readonly unknown[], answer: string])[];
};

const tally = (name: string, parameter: string): string => `def ${name}(a: list[int], ${parameter}: int) -> int:
    return sum(1 for x in a if x != ${parameter})
`;
const TALLY_CASES: Form["cases"] = [
  [[[3, 1, 3], 3], "1"],
  [[[], 4], "0"],
  [[[0, 1, 2, 5], 1], "3"],
];

const SUM_STATEMENT =
  "Read n, then n numbers, and print the sum of the even ones.\n\n**Input:**\n```\n5\n1 2 3 4 6\n```\n\n**Output:**\n```\n12\n```";
const SUM_CASES: Form["cases"] = [
  [[["5", "1 2 3 4 6"]], "'12'"],
  [[["3", "10 20 7"]], "'30'"],
];
const BODY = `
n = int(input())
total = 0
for x in map(int, input().split()):
    if x % 2 == 0:
        total += x
`;
const MAIN = `
def main():
    n = int(input())
    total = 0
    for x in map(int, input().split()):
        if x % 2 == 0:
            total += x
    print(total)
`;
const FAST_IO = `import os
import sys
from io import BytesIO, IOBase

BUFSIZE = 8192

class FastIO(IOBase):
    newlines = 0

    def __init__(self, file):
        self._fd = file.fileno()
        self.buffer = BytesIO()
        self.writable = "x" in file.mode or "r" not in file.mode
        self.write = self.buffer.write if self.writable else None

    def readline(self):
        while self.newlines == 0:
            b = os.read(self._fd, max(os.fstat(self._fd).st_size, BUFSIZE))
            self.newlines = b.count(b"\\n") + (not b)
            ptr = self.buffer.tell()
            self.buffer.seek(0, 2), self.buffer.write(b), self.buffer.seek(ptr)
        self.newlines -= 1
        return self.buffer.readline()

    def flush(self):
        if self.writable:
            os.write(self._fd, self.buffer.getvalue())
            self.buffer.truncate(0), self.buffer.seek(0)

class IOWrapper(IOBase):
    def __init__(self, file):
        self.buffer = FastIO(file)
        self.flush = self.buffer.flush
        self.writable = self.buffer.writable
        self.write = lambda s: self.buffer.write(s.encode("ascii"))
        self.readline = lambda: self.buffer.readline().decode("ascii")

sys.stdin, sys.stdout = IOWrapper(sys.stdin), IOWrapper(sys.stdout)
input = lambda: sys.stdin.readline().rstrip("\\r\\n")
`;
const script = (solution: string): Form => ({ solution, statement: SUM_STATEMENT, cases: SUM_CASES });

const ANSWERED: Record<string, Form> = {
  "a helper called `first` in a larger solution": {
    solution: `def first(xs):
    return xs[0] if xs else 0

def second(answer, call):
    return answer * 2 + call

def ask(xs: list[int], state: int) -> int:
    total = 0
    for x in xs:
        if x > state:
            total += second(x, first(xs))
    return total
`,
    entry: "ask",
    cases: [
      [[[1, 5, 2], 1], "16"],
      [[[], 1], "0"],
    ],
  },
  "a function and its parameter of one name": {
    solution:
      "def dna(dna: str) -> str:\n    found = ''\n    for letter in dna:\n        found += {'A': 'T', 'T': 'A', 'C': 'G', 'G': 'C'}.get(letter, '?')\n    return found\n",
    cases: [[["GCTA"], "'CGAT'"]],
  },
  "a parameter of the name of a constant that a helper reads": {
    solution:
      "limit = 3\n\ndef small(x):\n    return x < limit\n\ndef count(xs: list[int], limit: int) -> int:\n    return sum(1 for x in xs if small(x) or x == limit)\n",
    cases: [[[[1, 2, 8, 9], 9], "3"]],
  },
  "sizes and sums that have names of Python": {
    solution: `def sum(list: list[int], len: int) -> int:
    max = 0
    for str in list:
        if str > max and str != len:
            max = str
    return max * len
`,
    statement: "sum(list = [4, 2], len = 3)",
    entry: "sum",
    cases: [[[[4, 9, 2], 3], "27"]],
  },
  "an empty tuple that grows, from values and tuples": {
    solution:
      "def remove_nested(test_tup):\n    res = tuple()\n    for ele in test_tup:\n        if not isinstance(ele, tuple): res = res + (ele,)\n    return res\n",
    statement: "Remove what is nested. remove_nested((1, 5, 7, (4, 6), 10)) == (1, 5, 7, 10)",
    cases: [],
  },
  "an answer that is sometimes a tuple and sometimes False": {
    solution: "def ends(xs: list[int]):\n    if not xs or xs[0] < 0:\n        return False\n    return (xs[0], xs[-1])\n",
    cases: [
      [[[3, 4, 5]], "(3, 5)"],
      [[[-3, 4]], "False"],
    ],
  },
  "keyword-only parameters": {
    solution:
      "def over(xs: list[int], *, limit: int, twice: bool = False) -> int:\n    found = sum(1 for x in xs if x > limit)\n    return 2 * found if twice else found\n",
    cases: [[[[3, 4, 5], 3], "2"]],
  },
  "positional-only parameters, beside keyword-only ones": {
    solution: "def over(xs: list[int], step: int = 1, /, *, limit: int) -> int:\n    return sum(1 for x in xs[::step] if x > limit)\n",
    statement: "over([1, 2, 3], 1, limit = 2)",
    cases: [],
  },
  "methods called `get` and `count` that change what they belong to": {
    solution: `class Store:
    def __init__(self):
        self.sum = 0

    def get(self, x):
        self.sum += x
        return self.sum

    def count(self, x):
        self.sum += 1
        return self.sum + x

def work(xs: list[int]) -> int:
    store, total = Store(), 0
    for x in xs:
        if store.get(x) > store.count(x) or x > 3:
            total += store.get(x) * 2 + store.count(x)
    return total
`,
    entry: "work",
    cases: [[[[4, 1, -2, 5]], "127"]],
  },
  "a queue, whose `get` takes something away": {
    solution:
      "import queue\n\ndef work(xs: list[int]) -> int:\n    waiting, total = queue.Queue(), 0\n    for x in xs:\n        waiting.put(x)\n    for x in xs:\n        total = total * 2 + waiting.get() * x\n    return total\n",
    cases: [[[[1, 2, 3]], "21"]],
  },
  "a fence of three backticks with talk around it": {
    solution:
      "Here it is:\n\n```python\ndef over(xs: list[int], limit: int) -> int:\n    return sum(1 for x in xs if x > limit)\n```\n\nIt counts.\n",
    cases: [[[[3, 4, 5], 3], "2"]],
  },
  "sys.stdout.buffer.write": script(`import sys\n${BODY}sys.stdout.buffer.write(str(total).encode())\n`),
  "sys.stdin = open(0)": script(`import sys\nsys.stdin = open(0)\ninput = sys.stdin.readline\n${BODY}print(total)\n`),
  "sys.stdin = io.StringIO(sys.stdin.read())": script(
    `import io, sys\nsys.stdin = io.StringIO(sys.stdin.read())\ninput = sys.stdin.readline\n${BODY}print(total)\n`,
  ),
  "BytesIO(os.read(0, os.fstat(0).st_size))": script(
    `import os\nfrom io import BytesIO\ninput = BytesIO(os.read(0, os.fstat(0).st_size)).readline\n${BODY}print(total)\n`,
  ),
  "the same, kept and decoded": script(
    `import os, io\nstream = io.BytesIO(os.read(0, os.fstat(0).st_size))\ninput = lambda: stream.readline().decode().strip()\n${BODY}print(total)\n`,
  ),
  "sys.__stdin__": script(`import sys\ninput = sys.__stdin__.readline\n${BODY}print(total)\n`),
  "a FastIO(IOBase) template": script(`${FAST_IO}${BODY}print(total)\n`),
  "threading.Thread(target=main) with a large stack": script(
    `import sys, threading\nsys.setrecursionlimit(1 << 25)\nthreading.stack_size(1 << 27)\n${MAIN}\nthread = threading.Thread(target=main)\nthread.start()\nthread.join()\n`,
  ),
  "a thread that is begun where it is made": script(
    `from threading import Thread, stack_size\nstack_size(1 << 27)\n${MAIN}\nif __name__ == "__main__":\n    Thread(target=main).start()\n`,
  ),
  "os._exit(0) at the end": script(`import os, sys\n${BODY}print(total)\nsys.stdout.flush()\nos._exit(0)\n`),
  "words for a person on standard error": script(
    `import sys\n${BODY}print("done", file=sys.stderr)\nsys.stderr.write("really")\nprint(total, file=sys.stdout)\n`,
  ),
  "streams as objects": script(
    "import sys\nstream, out = sys.stdin, sys.stdout\nstream.readline()\ntotal = 0\nfor x in map(int, next(stream).split()):\n    total += x * (x % 2 == 0)\nout.write(str(total))\n",
  ),
  "bytes whose parts are numbers": script(
    `import sys\ninput = sys.stdin.buffer.readline\nn = int(input())\ntotal = 0\nfor word in input().split():\n    if word[-1] in (48, 50, 52, 54, 56):\n        total += int(word)\nprint(total)\n`,
  ),
  "names of what reads and writes": script(
    `import sys\nlines = sys.stdin.read().split("\\n")\nprinted = 0\ndef write(x):\n    sys.stdout.write(str(x))\nfor x in map(int, lines[1].split()):\n    if x % 2 == 0:\n        printed += x\nwrite(printed)\n`,
  ),
  "a variable that only a function gives a value": script(
    "def main():\n    global total\n    n = int(input())\n    total = sum(x for x in map(int, input().split()) if x % 2 == 0)\n    show()\n\ndef show():\n    print(total)\n\nmain()\n",
  ),
  "Python 2 and 3 at once": script(`try:\n    input = raw_input\nexcept NameError:\n    pass\n${BODY}print(total)\n`),
};

const REFUSED: Record<string, { solution: string; statement?: string; rule: string; line: number; message: RegExp }> = {
  "a text in the place of standard input": {
    solution: `import io, sys\nsys.stdin = io.StringIO("1\\n2\\n")\n${BODY}print(total)\n`,
    rule: "outside",
    line: 2,
    message: /in the place of standard input/,
  },
  "`print` of Python 2": { solution: "def f(xs):\n    print xs\n    return xs\n", rule: "python-2", line: 2, message: /this is Python 2/ },
  "`except` of Python 2": {
    solution: "def f(xs):\n    try:\n        return xs[0]\n    except IndexError, error:\n        return 0\n",
    rule: "python-2",
    line: 4,
    message: /this is Python 2/,
  },
  "names of Python 2": {
    solution: "def f(n: int) -> int:\n    return max(xrange(n))\n",
    rule: "python-2",
    line: 2,
    message: /this is Python 2, which has `xrange`/,
  },
  numpy: {
    solution: "import numpy as np\n\ndef f(xs: list[int]) -> int:\n    return int(np.sum(xs))\n",
    rule: "import",
    line: 1,
    message: /`numpy`.*a library.*a model/,
  },
  sortedcontainers: {
    solution: "from sortedcontainers import SortedList\n\ndef f(xs: list[int]) -> int:\n    return SortedList(xs)[0]\n",
    rule: "import",
    line: 1,
    message: /`sortedcontainers`.*a library.*a model/,
  },
  "@cache over a global that the entry sets": {
    solution:
      "from functools import cache\n\n@cache\ndef best(place):\n    return 0 if place == len(data) else max(best(place + 1), data[place] + best(place + 1))\n\ndef most(xs: list[int]) -> int:\n    global data\n    data = xs\n    return best(0)\n",
    rule: "unrepeatable",
    line: 7,
    message: /caches/,
  },
  "the statement's own example fails: that is the cause, not the last guess": {
    solution: "def pick(xs, k):\n    return xs[k][0]['name']\n",
    statement: ">>> pick([1, 2, 3], 1)\n2\n",
    rule: "no-inputs",
    line: 2,
    message: /on the example xs = \[1, 2, 3\], k = 1 it ends with TypeError: 'int' object is not subscriptable/,
  },
  "a name that is nowhere": {
    solution: "def f(xs: list[int]) -> int:\n    return helper(xs)\n",
    rule: "no-inputs",
    line: 2,
    message: /NameError: name 'helper' is not defined/,
  },
  "`eval` of names, which a tool does not have": {
    solution: "def work(xs: list[int]) -> int:\n    total = 0\n    for x in xs:\n        total += eval('x + 1')\n    return total\n",
    rule: "peeking",
    line: 4,
    message: /the solver would need `eval`/,
  },
  "a generator that goes on for ever": {
    solution:
      "def bits():\n    yield 1\n    for one in bits():\n        yield 1 - one\n\ndef f(n: int) -> int:\n    found = 0\n    for place, bit in enumerate(bits()):\n        if place >= n:\n            break\n        found += bit\n    return found\n",
    rule: "endless-generator",
    line: 1,
    message: /the generator `bits` has no end/,
  },
};

describe("forms in which solutions come", { timeout: 300_000 }, () => {
  let python: PyodideAPI;
  const compiled = (solution: string, statement = "Compute.", entry = "", cases: Form["cases"] = []): z.infer<typeof foundSchema> =>
    foundSchema.parse(
      JSON.parse(python.pyimport("compiled_forms").answers(statement, solution, entry, JSON.stringify(cases.map(([given]) => given)))),
    );

  beforeAll(async () => {
    python = await compilerPython("compiled_forms");
  }, 120_000);

  function expectAnswers({ solution, statement, entry, cases }: Form): void {
    const found = compiled(solution, statement, entry, cases);
    expect(found.refused).toBeNull();
    expect(found.unsolved).toEqual([]);
    expect(found.answers).toEqual(cases.map(([, answer]) => [answer]));
  }

  test.for(["first", "second", "answer", "ask", "call", "gymnasium", "json", "copy", "state", "sum", "TallyEnv", "__tally"])(
    "a function called %s",
    (name) => {
      expectAnswers({
        solution: name === "sum" ? tally(name, "b").replace("sum(1", "len([1").replace("!= b)", "!= b])") : tally(name, "b"),
        entry: name,
        cases: TALLY_CASES,
      });
    },
  );

  test.for([
    "done",
    "reward",
    "json",
    "answer",
    "self",
    "action",
    "known_a",
    "a_length",
    "finished",
    "step_count",
    "_done",
    "__x",
    "len",
    "list",
    "case",
    "ask",
    "read_a_item",
    "hidden_a",
    "options",
  ])("a parameter called %s", (parameter) => {
    expectAnswers({ solution: tally("tally", parameter), cases: TALLY_CASES });
  });

  test.for(Object.keys(ANSWERED))("%s", (name) => {
    const form = ANSWERED[name];
    if (form !== undefined) expectAnswers(form);
  });

  test.for(Object.keys(REFUSED))("refused for its own reason: %s", (name) => {
    const expected = REFUSED[name];
    if (expected === undefined) return;
    const { rule, line, message } = expected;
    const { refused } = compiled(expected.solution, expected.statement);
    expect(refused).toEqual({ rule, line, message: expect.stringMatching(message) });
  });
});
