import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding, Verdict } from "@/domain";
import { checkRun } from "@/verification/gates/run.ts";
import { runSolver } from "@/verification/gates/solvability.ts";
import { checkTests } from "@/verification/gates/tests.ts";
import { gateContext, inInterpreter, PANTRY, PANTRY_CONFIGS, PATIENT_MS, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

/**
 * Judged code that loops, eats memory or attacks its interpreter: each costs its own test, with a verdict that
 * names it; the next test and the pool are unharmed. (No boundary is tested here: in Node there is none.)
 */
let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
});
afterAll(() => sandbox.dispose());

const [CONFIG = ""] = PANTRY_CONFIGS;
/** Time enough for anything but an endless loop; those get little. */
const GENEROUS = { testMs: 20_000 };
const SHORT = { testMs: 300 };
const indent = (code: string, by: number): string =>
  code
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");

const PLACES = {
  import: (code: string) => swap(PANTRY, "class PantryEnv(", `${code}\n\n\nclass PantryEnv(`),
  step: (code: string) => swap(PANTRY, "        self.step_count += 1\n", `        self.step_count += 1\n${indent(code, 8)}\n`),
  reference: (code: string) => swap(PANTRY, "    def get_ref_answer(self):\n", `    def get_ref_answer(self):\n${indent(code, 8)}\n`),
  solve: (code: string) => swap(PANTRY, "    def solve(self):\n", `    def solve(self):\n${indent(code, 8)}\n`),
  main: (code: string) => swap(PANTRY, 'if __name__ == "__main__":\n', `if __name__ == "__main__":\n${indent(code, 4)}\n`),
};

type Outcome = { verdict: Verdict; message: string };

/** Gate 4 on one configuration. */
async function tested(source: string, limits: { testMs: number; testMemoryBytes?: number }): Promise<Outcome> {
  const { tests } = await checkTests(gateContext(sandbox, limits), { source, className: "PantryEnv" }, [CONFIG], [], () => {});
  return { verdict: tests[0]?.verdict ?? "solved", message: tests[0]?.message ?? "" };
}

/** Gate 6 on one configuration; the honest solver, or the one given. */
async function played(source: string, limits: { testMs: number }, solver = SOLVER): Promise<Outcome> {
  const { cells } = await runSolver(
    gateContext(sandbox, limits),
    { source, className: "PantryEnv" },
    { index: 0, source: solver },
    [{ index: 0, config: CONFIG }],
    [],
    () => {},
  );
  return { verdict: cells[0]?.verdict ?? "solved", message: cells[0]?.message ?? "" };
}

const run = async (source: string, limits: { testMs: number; testMemoryBytes?: number }): Promise<Finding[]> =>
  (await checkRun(gateContext(sandbox, limits), source)).findings;

/** `solve` as a solver, and with other code before its body. */
const SOLVER = `import json\n${PANTRY.slice(PANTRY.indexOf("    def solve"), PANTRY.indexOf("\n\n\nif __name__")).replace(/^ {4}/gm, "")}\n`;
const solving = (code: string): string => swap(SOLVER, "def solve(self):\n", `def solve(self):\n${indent(code, 4)}\n`);

async function unharmed(): Promise<void> {
  expect(await tested(PANTRY, GENEROUS)).toEqual({ verdict: "solved", message: "" });
  expect(await played(PANTRY, GENEROUS)).toEqual({ verdict: "solved", message: "" });
}

describe("endless loops end by the host's clock", () => {
  const LOOPS = {
    plain: "while True: pass",
    "deaf to exceptions": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "inside C": "10**10**8",
    regex: "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
    sleep: "import time\ntime.sleep(10**6)",
    "a generator": "sum(iter(int, 1))",
  };
  test.each(Object.entries(LOOPS))("%s", async (_name, code) => {
    const late: Outcome = { verdict: "time-limit", message: expect.stringContaining("No answer within") };
    expect(await Promise.all([tested(PLACES.reference(code), SHORT), played(PANTRY, SHORT, solving(code))])).toEqual([late, late]);
  });

  test.each(["import", "step", "reference", "solve", "main"] as const)("in %s", async (place) => {
    const source = PLACES[place]("while True: pass");
    const outcomes = await Promise.all([
      ...(place === "import" || place === "reference" ? [tested(source, SHORT)] : []),
      ...(place === "import" || place === "step" ? [played(source, SHORT)] : []),
    ]);
    for (const { verdict } of outcomes) expect(verdict).toBe("time-limit");
    const [finding] = await run(source, SHORT);
    expect(finding).toMatchObject({ severity: "error", code: "time-limit", hint: expect.stringContaining("loop") });
  });

  test("and what comes next is unharmed", unharmed);
});

describe("memory bombs", () => {
  test.each([
    ["a list", "x = [0]\nwhile True: x += x"],
    ["bytes", "x = bytearray(1)\nwhile True: x *= 2"],
    ["one large text", "x = 'x' * 10**9"],
    ["a range made real", "x = list(range(10**9))"],
    ["a shifted integer", "x = 1 << 4 * 10**9"],
    ["many small objects", "x = []\nwhile True: x.append({})"],
  ])("%s", async (_name, code) => {
    expect(await tested(PLACES.reference(code), GENEROUS)).toMatchObject({ verdict: "memory-limit" });
    expect(await played(PANTRY, GENEROUS, solving(code))).toMatchObject({ verdict: "memory-limit" });
  });

  test("and what comes next is unharmed", unharmed);

  test("what stays below the interpreter's memory is held to the limit that is set", async () => {
    const code = "x = bytearray(30_000_000)\ndel x";
    expect(await tested(PLACES.reference(code), { ...GENEROUS, testMemoryBytes: 10_000_000 })).toEqual({
      verdict: "memory-limit",
      message: expect.stringMatching(/needed 3\d\.\d MB; the limit is 10\.0 MB/),
    });
    expect(await run(PLACES.import(code), { ...GENEROUS, testMemoryBytes: 10_000_000 })).toMatchObject([{ code: "memory-limit" }]);
    expect(await tested(PLACES.reference(code), { ...GENEROUS, testMemoryBytes: 50_000_000 })).toMatchObject({ verdict: "solved" });
  });
});

describe("recursion and crashes", () => {
  const BOMBS: [name: string, code: string, verdicts: Verdict[]][] = [
    ["Python", "def f(n): return f(n + 1)\nf(0)", ["error"]],
    [
      "Python without a limit",
      "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nf(0)",
      ["error", "crash", "memory-limit", "time-limit"],
    ],
    ["json in", "json.loads('[' * 10**6)", ["error", "crash"]],
    ["json out", "x = []\nfor _ in range(10**5): x = [x]\njson.dumps(x)", ["error", "crash"]],
    ["repr", "x = []\nfor _ in range(10**6): x = [x]\nrepr(x)", ["error", "crash"]],
    ["ast", "import ast\nast.parse('-' * 10**5 + '1')", ["error", "crash", "memory-limit"]],
    ["compile", "eval('(' * 10**5 + ')' * 10**5)", ["error", "crash", "memory-limit"]],
    ["comparison", "x, y = [], []\nfor _ in range(10**6): x, y = [x], [y]\nx == y", ["error", "crash"]],
    ["deletion", "x = None\nfor _ in range(10**6): x = (x,)\ndel x\nraise ValueError('survived')", ["error", "crash"]],
    ["__getattr__", "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nA().x", ["error", "crash", "memory-limit"]],
    ["os._exit", "import os\nos._exit(0)", ["crash"]],
    ["os.abort", "import os\nos.abort()", ["crash"]],
    ["os.kill", "import os\nos.kill(os.getpid(), 9)", ["crash", "error"]],
    ["sys.exit", "import sys\nsys.exit(0)", ["error"]],
    ["SystemExit", "raise SystemExit", ["error"]],
    ["KeyboardInterrupt", "raise KeyboardInterrupt", ["error"]],
    ["GeneratorExit", "raise GeneratorExit", ["error"]],
    ["hostile exception text", "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E", ["error"]],
    ["fork", "import os\nos.fork()", ["error"]],
  ];
  test.each(BOMBS)("%s", async (_name, code, verdicts) => {
    const outcome = await tested(PLACES.reference(code), { testMs: 5000 });
    expect(verdicts).toContain(outcome.verdict);
    expect(outcome.message).not.toBe("");
  });

  test.each(["os._exit", "SystemExit"])("%s at import fails the run", async (name) => {
    const code = BOMBS.find(([bomb]) => bomb === name)?.[1] ?? "";
    expect(await run(PLACES.import(code), GENEROUS)).toMatchObject([{ severity: "error" }]);
  });

  test("and what comes next is unharmed", unharmed);

  test("sys.exit in __del__ is ignored by Python, and harmless", async () => {
    expect(await tested(PLACES.reference("import sys\nclass D:\n    def __del__(self): sys.exit(1)\nD()"), GENEROUS)).toMatchObject({
      verdict: "solved",
    });
  });

  test("a crash among tests costs one test", async () => {
    const source = PLACES.reference(
      "if len(self.labels) == 5:\n    import os\n    os._exit(1)\nif len(self.labels) == 7:\n    while True: pass",
    );
    const { tests, result } = await checkTests(
      gateContext(sandbox, { testMs: 3000 }),
      { source, className: "PantryEnv" },
      PANTRY_CONFIGS,
      [],
      () => {},
    );
    expect(tests.map((item) => item.verdict)).toEqual(
      PANTRY_CONFIGS.map((_, index) => (index === 3 ? "crash" : index === 5 ? "time-limit" : "solved")),
    );
    expect(result.passed).toBe(true);
    expect(result.findings.map((item) => item.code).toSorted()).toEqual(["test-crash", "test-time-limit"]);
  });
});

describe("floods are capped", () => {
  test("output", async () => {
    const result = await checkRun(gateContext(sandbox, GENEROUS), PLACES.main("for _ in range(20_000): print('x' * 1000)"));
    expect(result.passed).toBe(true);
    expect(String(result.figures["printed"]).length).toBeLessThanOrEqual(400);
    const { output } = await inInterpreter(sandbox, "proof", (python) =>
      python.call("run_main", { source: "print('x' * 10**7)\nimport sys\nsys.stderr.write('y')\n" }, { deadlineMs: PATIENT_MS }),
    );
    expect(output).toMatch(/^x{64000}\n… \(more was printed and dropped\)$/);
  });

  test("bytes written past Python's streams", async () => {
    const before = process.memoryUsage().rss;
    expect(
      await tested(PLACES.reference("import os\nfor _ in range(400): os.write(1, b'x' * 10**6); os.write(2, b'x' * 10**6)"), GENEROUS),
    ).toMatchObject({ verdict: "solved" });
    // 800 MB were written; kept, they would take more than that.
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
  });

  test("a huge observation, and many large ones", async () => {
    expect(await played(PLACES.step("return True, 'x' * 10**7"), GENEROUS)).toEqual({
      verdict: "error",
      message: expect.stringContaining("an observation has 10000000 characters"),
    });
    expect(await played(PLACES.step("return True, 'x' * 190_000"), GENEROUS, solving("while True: self.step('{}')"))).toEqual({
      verdict: "error",
      message: expect.stringContaining("the trace has more than"),
    });
  });

  test("endless steps, also by a solver that swallows what stops it", async () => {
    expect(await played(PANTRY, GENEROUS, solving("while True: self.step('{}')"))).toEqual({
      verdict: "error",
      message: expect.stringContaining("more than 10000 steps"),
    });
    const deaf = solving("while True:\n    try: self.step('{}')\n    except BaseException: pass");
    expect(await played(PANTRY, { testMs: 1000 }, deaf)).toMatchObject({ verdict: "time-limit" });
  });

  test("actions and observations of the wrong kind", async () => {
    expect((await played(PANTRY, GENEROUS, solving("self.step({'name': 'Observe'})"))).message).toContain("not dict");
    expect((await played(PLACES.step("return True, 5"), GENEROUS)).message).toContain("(bool, int), not (bool, str)");
    expect((await played(PLACES.step("return 'x'"), GENEROUS)).message).toContain("`step` returned str");
    expect((await played(swap(PANTRY, "return self._reward", "return float('nan')"), GENEROUS)).verdict).toBe("error");
    expect((await played(swap(PANTRY, "return self._reward", "return True"), GENEROUS)).message).toContain("type bool");
    expect((await played(swap(PANTRY, "return self._reward", "return 0.99"), GENEROUS)).verdict).toBe("wrong");
    expect(
      (
        await played(
          PLACES.step("return True, '\\ud800'"),
          GENEROUS,
          solving("self.step('{}')\nraise ValueError(self.step('{}')[1] == '\\ud800')"),
        )
      ).message,
    ).toContain("True");
  });

  test.each([
    ["writing one file", "with open('/tmp/x', 'wb') as f:\n    while True: f.write(b'x' * 10**6)"],
    [
      "writing without Python's buffer",
      "import os\nf = os.open('/tmp/x', os.O_CREAT | os.O_WRONLY)\nwhile True: os.write(f, b'x' * 10**6)",
    ],
    ["growing a file", "with open('/tmp/x', 'wb') as f: f.truncate(10**10)"],
    ["writing far behind the end", "with open('/tmp/x', 'wb') as f:\n    f.seek(10**9)\n    f.write(b'x')"],
    ["many files", "for i in range(10**6): open(f'/tmp/{i}', 'w').close()"],
    ["many folders", "import os\nfor i in range(10**6): os.mkdir(f'/tmp/{i}')"],
    ["many links", "import os\nfor i in range(10**6): os.symlink('/tmp', f'/tmp/l{i}')"],
    ["rewriting one file", "while True:\n    with open('/tmp/x', 'wb') as f: f.write(b'x' * 10**6)"],
    ["pipes", "import os\nr, w = os.pipe()\nwhile True: os.write(w, b'x' * 10**6)"],
  ])("the file system: %s", async (_name, code) => {
    expect(await tested(PLACES.reference(code), GENEROUS)).toEqual({
      verdict: "error",
      message: expect.stringMatching(/OSError|full|space/i),
    });
  });

  test("and what comes next is unharmed", unharmed);
});

describe("what judged code cannot import", () => {
  test("host, network, threads, our own package", async () => {
    const names = [
      "js",
      "pyodide",
      "pyodide_js",
      "pyodide.ffi",
      "_pyodide",
      "_pyodide_core",
      "ctypes",
      "_ctypes",
      "asyncio",
      "threading",
      "_thread",
      "socket",
      "subprocess",
      "urllib.request",
      "importlib",
      "gc",
      "codegym_sandbox.episodes",
      "numpy",
    ];
    const code = [
      `names = ${JSON.stringify(names)}`,
      "got = []",
      "for name in names:",
      "    for way in (lambda: __import__(name), lambda: exec(f'import {name}', {}), lambda: exec(f'from {name} import *')):",
      "        try: got.append((name, str(way())))",
      "        except ImportError as error: assert name.split('.')[0] in str(error)",
      "raise ValueError(repr(got))",
    ].join("\n");
    const { message } = await tested(PLACES.reference(code), GENEROUS);
    // `exec` with globals of its own gets the interpreter's builtins, so only the modules that are gone stay gone.
    expect(message).not.toMatch(/js|_pyodide_core|ctypes|numpy/);
    expect((await tested(PLACES.reference(code.replace("lambda: exec(f'import {name}', {}), ", "")), GENEROUS)).message).toBe(
      "ValueError: []",
    );
  });

  test("written files cannot be imported, and nothing of ours stands in the module", async () => {
    const code = [
      "import os, sys",
      "for place in ['.', '/tmp', os.getcwd(), os.path.expanduser('~'), *sys.path]:",
      "    try:",
      "        with open(f'{place}/planted.py', 'w') as f: f.write('x = 1')",
      "    except OSError: pass",
      "import planted",
    ].join("\n");
    expect((await tested(PLACES.reference(code), GENEROUS)).message).toMatch(/^ModuleNotFoundError: .*planted/);
    const { output } = await inInterpreter(sandbox, "proof", (python) =>
      python.call(
        "run_main",
        { source: "import sys, os\nprint(sorted(globals()), sys.path, dict(os.environ), sys.argv, input.__name__)" },
        { deadlineMs: PATIENT_MS },
      ),
    );
    expect(output).toMatch(/^\['__builtins__', '__doc__', '__file__', '__loader__', '__name__', '__package__', '__spec__', 'os', 'sys'\]/);
    expect(output).not.toMatch(/\/work|\/root|node|npm/);
    const { tests } = await checkTests(
      gateContext(sandbox, GENEROUS),
      { source: PLACES.reference("return input()"), className: "PantryEnv" },
      [CONFIG],
      [],
      () => {},
    );
    expect(tests[0]?.message).toMatch(/EOFError/);
  });
});
