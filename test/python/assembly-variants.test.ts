import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PythonError } from "@/domain";
import { mapFindings } from "@/synthesis";
import { compactSource, TALLY } from "../support/compact.ts";
import { inInterpreter, lineOf, PANTRY, swap } from "../support/python.ts";
import { assemble, DONE, errors, good, inspectIn, PATIENT, play, printed, sandbox } from "./assembly-support.ts";

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
