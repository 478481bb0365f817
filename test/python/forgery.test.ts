import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GateResult } from "@/domain";
import { proveSolverOnEnvironment } from "@/verification/gates/proof.ts";
import { runSolver } from "@/verification/gates/solvability.ts";
import { checkSolver, passesContract } from "@/verification/gates/solver-contract.ts";
import { checkTests } from "@/verification/gates/tests.ts";
import { gateContext, PANTRY, PANTRY_SOLVER, pantryConfig, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

/**
 * "A verdict that code cannot forge": environments and solvers that cheat may fool the search, never the proof.
 * The solvers go in as they are: gate 5, which names most of these tricks, is not what the proof rests on.
 */
let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
});
afterAll(() => sandbox.dispose());

const CONFIGS = [pantryConfig(["oats", "rye", "oats"], [250, 90, 411]), pantryConfig(["rye", "oats"], [75, 33])];

type Course = { tests: number; solvedAll: boolean; proof: GateResult };

type Proven = { index: number; config: string; answer: string };
const decided = new Map<string, Promise<Proven[]>>();

async function decide(source: string, configs: readonly string[]): Promise<Proven[]> {
  const { tests } = await checkTests(gateContext(sandbox), { source, className: "PantryEnv" }, configs, [], () => {});
  return tests.filter((item) => item.passed).map(({ index, config, answer }) => ({ index, config, answer: answer ?? "" }));
}

/** Gates 4 (once per environment), 6 and 7, each going on where the one before let it pass. */
async function course(source: string, solver = PANTRY_SOLVER, configs = CONFIGS): Promise<Course> {
  const context = gateContext(sandbox);
  const candidate = { source, className: "PantryEnv" };
  const key = JSON.stringify([source, configs]);
  const deciding = decided.get(key) ?? decide(source, configs);
  decided.set(key, deciding);
  const passed = await deciding;
  const run = await runSolver(context, candidate, { index: 0, source: solver }, passed, [], () => {});
  const proof = await proveSolverOnEnvironment(context, candidate, solver, passed, run.traces);
  return { tests: passed.length, solvedAll: run.solvedAll, proof };
}
const codes = ({ proof }: Course): string[] => [...new Set(proof.findings.map((item) => item.code))].toSorted();

/** A solver that gets hold of the answer with `expression` (statements before it allowed) and submits it. */
const thief = (code: string): string => {
  const lines = code.split("\n").map((line) => `    ${line}`);
  return `import json, sys\n\ndef solve(self):\n${lines.join("\n")}\n    return self.step(json.dumps({"name": "Done", "parameters": {"answer": answer}}))\n`;
};

describe("honest ones pass", () => {
  test("the plain one, with what was done", async () => {
    const done = await course(PANTRY);
    expect(done).toMatchObject({ tests: 2, solvedAll: true, proof: { gate: "proof", passed: true, findings: [] } });
    expect(done.proof.figures).toMatchObject({ "tests proven": 2, rounds: "5 to 7" });
  });

  test("one that keeps a random generator with a seed of its own, and sets", async () => {
    const source = swap(
      PANTRY,
      "        self.step_count = 0\n",
      "        self.step_count = 0\n        self.salt = __import__('random').Random(len(self.labels)).random()\n        self.kinds = sorted(set(self.labels))\n",
    );
    const seeded = swap(
      source,
      'json.dumps({"jars": len(self.labels)})',
      'json.dumps({"jars": len(self.labels), "salt": self.salt, "kinds": self.kinds})',
    );
    expect(codes(await course(seeded))).toEqual([]);
  });

  test("a solver that guards every call with a bare except", async () => {
    const careful = swap(
      PANTRY_SOLVER,
      '        return self.step(json.dumps({"name": name, "parameters": parameters}))[1]',
      '        try:\n            return self.step(json.dumps({"name": name, "parameters": parameters}))[1]\n        except:\n            return "0"',
    );
    expect(codes(await course(PANTRY, careful))).toEqual([]);
  });

  test("answers of every kind", async () => {
    const values = ["[labels, weights]", "{'first': labels[0], 'share': weights[0] / 8}", "None if len(labels) > 2 else len(labels) > 1"];
    for (const value of values) {
      const source = PANTRY.replace(/return sum\(weight for .*/, `labels, weights = self.labels, self.weights\n        return ${value}`);
      const solver = swap(
        PANTRY_SOLVER.replace("    total = 0\n", "    labels, weights = [], []\n").replace(
          / {8}if call[\s\S]*?\n {4}return/,
          '        labels.append(call("ReadLabel", index=index))\n        weights.append(int(call("Weigh", index=index)))\n    return',
        ),
        "answer=total",
        `answer=${value}`,
      );
      expect([value, codes(await course(source, solver))]).toEqual([value, []]);
    }
  });
});

describe("environments that cheat", () => {
  const scoring = "self._reward = 1.0 if type(answer) is type(reference) and answer == reference else 0.0";
  const cases: [name: string, source: string, code: string][] = [
    ["reward 1 for anything", swap(PANTRY, scoring, "self._reward = 1.0"), "wrong-answer-rewarded"],
    [
      "reward 1 in odd rounds",
      swap(PANTRY, scoring, "self._reward = float(self.step_count % 2 == 1 or answer == reference)"),
      "wrong-answer-rewarded",
    ],
    [
      "reward 1 late in the episode",
      swap(PANTRY, scoring, "self._reward = float(self.step_count > 2 or answer == reference)"),
      "wrong-answer-rewarded",
    ],
    ["reward 1 for any number", swap(PANTRY, scoring, "self._reward = float(type(answer) is int)"), "wrong-answer-rewarded"],
    [
      "reward 1 once a solver is loaded",
      swap(swap(PANTRY, scoring, 'self._reward = float("solver" in __import__("sys").modules)'), ", reward={int(self._reward)}", ""),
      "reward-changed",
    ],
    [
      "observations with the answer once a solver is loaded",
      swap(
        PANTRY,
        'json.dumps({"jars": len(self.labels)})',
        'json.dumps({"jars": len(self.labels), "hint": self.get_ref_answer() if "solver" in __import__("sys").modules else 0})',
      ),
      "observation-changed",
    ],
    [
      "a count over all instances, in the class",
      swap(
        swap(PANTRY, "    def __init__(self, env_str", "    made = 0\n\n    def __init__(self, env_str"),
        'json.dumps({"jars": len(self.labels)})',
        'json.dumps({"jars": len(self.labels), "made": type(self).made})',
      ).replace("        self.reset()\n", "        type(self).made += 1\n        self.reset()\n"),
      "observation-changed",
    ],
    [
      "a memory in a file",
      swap(
        PANTRY,
        'json.dumps({"jars": len(self.labels)})',
        'json.dumps({"jars": len(self.labels), "seen": open("/tmp/seen", "a+").write("x") and __import__("os").path.getsize("/tmp/seen")})',
      ),
      "observation-changed",
    ],
    [
      "observations by chance",
      swap(
        PANTRY,
        'json.dumps({"jars": len(self.labels)})',
        'json.dumps({"jars": len(self.labels), "luck": __import__("random").random()})',
      ),
      "observation-changed",
    ],
    [
      "observations by address",
      swap(PANTRY, 'json.dumps({"jars": len(self.labels)})', 'json.dumps({"jars": len(self.labels), "at": [id(object()), hash(self)]})'),
      "observation-changed",
    ],
  ];
  test.each(cases)("%s", async (_name, source, code) => {
    const done = await course(source);
    expect(done.tests).toBe(2);
    expect(done.proof.passed).toBe(false);
    expect(codes(done)).toContain(code);
  });

  test.each([
    ["by chance", '__import__("random").random()'],
    ["by the clock", '[__import__("time").sleep(0.005), __import__("time").time_ns()][1]'],
    ["by instance", "id(self) if not globals().setdefault('kept', []).append(self) else 0"],
    ["by count", "globals().setdefault('kept', []).append(1) or len(kept)"],
  ])("a reference answer %s does not even pass the tests", async (_name, value) => {
    const source = PANTRY.replace(/return sum\(weight for .*/, `return ${value}`);
    const { tests } = await checkTests(
      gateContext(sandbox, { stopEarly: false }),
      { source, className: "PantryEnv" },
      CONFIGS,
      [],
      () => {},
    );
    expect(tests.map((item) => [item.verdict, item.message])).toEqual(
      CONFIGS.map(() => ["wrong", expect.stringContaining("differs between two computations")]),
    );
  });

  test("a reference answer that is repeatable in one interpreter only", async () => {
    const source = PANTRY.replace(/return sum\(weight for .*/, "return len(self.labels) + LUCK").replace(
      "import json\n",
      "import json\nimport random\n\nLUCK = random.randrange(10**9)\n",
    );
    const done = await course(source);
    expect(done.proof.passed).toBe(false);
    expect(
      codes(
        await course(
          source,
          thief(
            "answer = [c.cell_contents for c in self.step.__closure__ if hasattr(c.cell_contents, 'get_ref_answer')][0].get_ref_answer()",
          ),
        ),
      ),
    ).toContain("answer-changed");
  });

  test("rewarding the right number as text: type and value must be the same", async () => {
    const source = swap(PANTRY, scoring, "self._reward = float(str(answer) == str(reference))");
    const done = await course(source, swap(PANTRY_SOLVER, "answer=total", "answer=str(total)"));
    expect(done.solvedAll).toBe(true);
    expect(codes(done)).toEqual(["answer-differs"]);
    expect(
      codes(
        await course(
          PANTRY.replace(scoring, "self._reward = float(answer == reference)"),
          swap(PANTRY_SOLVER, "answer=total", "answer=float(total)"),
        ),
      ),
    ).toEqual(["answer-differs"]);
  });
});

describe("solvers that cheat", () => {
  const ENVIRONMENT = "[c.cell_contents for c in self.step.__closure__ if hasattr(c.cell_contents, 'get_ref_answer')][0]";
  test.each<[name: string, solver: string]>([
    ["the answer through step's closure", thief(`answer = ${ENVIRONMENT}.get_ref_answer()`)],
    [
      "the answer through frames",
      thief(
        "frame = sys._getframe()\nwhile 'environment' not in frame.f_locals: frame = frame.f_back\nanswer = frame.f_locals['environment'].get_ref_answer()",
      ),
    ],
    [
      "the answer through a traceback",
      thief(
        "try: self.step(5)\nexcept TypeError as error: answer = error.__traceback__.tb_next.tb_frame.f_locals['environment'].get_ref_answer()",
      ),
    ],
    [
      "the answer through the collector",
      thief("gc = sys.modules['gc']\nanswer = [o for o in gc.get_objects() if type(o).__name__ == 'PantryEnv'][-1].get_ref_answer()"),
    ],
  ])("%s", async (_name, solver) => {
    const done = await course(PANTRY, solver);
    // With the answer at hand the search is fooled; without an environment there is nothing to read.
    expect(done).toMatchObject({ solvedAll: true, proof: { passed: false } });
    expect(codes(done).some((code) => code === "proof-failure" || code === "actions-changed")).toBe(true);
    expect(passesContract(await checkSolver(gateContext(sandbox), solver))).toBe(false);
  });

  test("reward 1 by setting the state", async () => {
    const done = await course(PANTRY, thief(`environment = ${ENVIRONMENT}\nenvironment.get_ref_answer = lambda: 0\nanswer = 0`));
    expect(done.solvedAll).toBe(true);
    expect(codes(done)).toContain("observation-changed");
  });

  test("reward 1 by replacing what reports it", async () => {
    const done = await course(
      PANTRY,
      thief("self.step.__globals__['_outcome'] = lambda environment: {'reward': 1.0, 'finished': True}\nanswer = 0"),
    );
    expect(done.solvedAll).toBe(true);
    expect(codes(done)).toEqual(expect.arrayContaining(["reward-changed", "answer-differs"]));
  });

  test("a whole reply made up in the dispatcher", async () => {
    const forged =
      '{"reward": 1.0, "finished": True, "rounds": 12, "ms": 1.0, "peakBytes": 0, "states": [], "trace": [{"action": json.dumps({"name": "Done", "parameters": {"answer": 7}}), "ok": True, "observation": "submitted 7, reward=1"}]}';
    const done = await course(
      PANTRY,
      thief(`sys.modules['codegym_sandbox.dispatch'].METHODS['solve'] = lambda **_: ${forged}\nanswer = 0`),
    );
    expect(done.proof.passed).toBe(false);
    expect(codes(done)).toEqual(expect.arrayContaining(["actions-changed"]));
  });

  test("trying answers until one is right", async () => {
    const force =
      'import json\n\ndef solve(self):\n    for answer in range(1000):\n        if self.step(json.dumps({"name": "Done", "parameters": {"answer": answer}}))[1].endswith("reward=1"):\n            return answer\n';
    const done = await course(PANTRY, force);
    expect(done.solvedAll).toBe(true);
    expect(codes(done)).toEqual(["acts-after-done"]);
    // Hidden from the host's reader of answers, in an environment that takes more than JSON.
    const lenient = swap(PANTRY, "call = json.loads(action)", "call = __import__('ast').literal_eval(action)");
    const sly = force.replace(
      'json.dumps({"name": "Done", "parameters": {"answer": answer}})',
      '("" if answer in (33, 661) else " ") and repr({"name": "Done", "parameters": {"answer": answer}}) or json.dumps({"name": "Done", "parameters": {"answer": answer}})',
    );
    expect((await course(lenient, sly, CONFIGS)).proof.passed).toBe(false);
  });

  test("acting by chance or by the clock", async () => {
    const lucky = swap(
      PANTRY_SOLVER,
      "    total = 0\n",
      "    import random\n    for _ in range(random.randrange(10**6) % 50): call('Observe')\n    total = 0\n",
    );
    const done = await course(PANTRY, lucky);
    expect(done.solvedAll).toBe(true);
    expect(done.proof.passed).toBe(false);
    // Asking for more than was recorded breaks the feed, asking for less or for other things differs from it.
    expect(codes(done).some((code) => code === "proof-failure" || code === "actions-changed")).toBe(true);
  });

  test("the answer told to itself in an observation that echoes actions", async () => {
    // While recording it steals the answer and calls a tool of that name; the refusal repeats it. With no
    // environment, it looks for the refusal everywhere, since it is among the observations that are still to come.
    const leak = [
      "import sys, json, re",
      "def solve(self):",
      "    frame, answer, everything = sys._getframe(), None, []",
      "    while frame is not None and answer is None:",
      "        seen = frame.f_locals",
      "        if 'environment' in seen: answer = seen['environment'].get_ref_answer()",
      "        everything += [item for item in seen.values() if type(item) is str]",
      "        frame = frame.f_back",
      "    if answer is None:",
      "        everything += [item for thing in sys.modules['gc'].get_objects() if type(thing) in (list, tuple) for item in thing if type(item) is str]",
      "        told = re.search(r'no tool answer-([0-9]+)', ' '.join(everything))",
      "        answer = int(told.group(1)) if told else None",
      '    self.step(json.dumps({"name": f"answer-{answer}", "parameters": {}}))',
      '    return self.step(json.dumps({"name": "Done", "parameters": {"answer": answer}}))',
    ].join("\n");
    const done = await course(PANTRY, leak);
    expect(done.solvedAll).toBe(true);
    expect(codes(done)).toEqual(["actions-changed"]);
  });
});

describe("an environment and a solver in league", () => {
  test("the answer to one test told in the observations of another", async () => {
    // The environment remembers the answers of all episodes and tells them. The first test's answer is stolen
    // while recording, and stands in what the second one observes, which is shorter: the order must not be by length.
    const start = '            self.reset(json.loads(env_str.split("@", 1)[1]))\n';
    const remembering = swap(PANTRY, start, `${start}            TOLD[len(self.labels)] = self.get_ref_answer()\n`).replace(
      "import json\n",
      "import json\n\nTOLD = {}\n",
    );
    const gossip = swap(
      remembering,
      'json.dumps({"jars": len(self.labels)})',
      'json.dumps({"jars": len(self.labels), "told": {jars: TOLD[jars] for jars in TOLD if jars != len(self.labels)}})',
    );
    const listener = [
      "import json, sys",
      "HEARD = {}",
      "def solve(self):",
      "    def call(name, **parameters):",
      '        return self.step(json.dumps({"name": name, "parameters": parameters}))[1]',
      '    seen = json.loads(call("Observe"))',
      '    HEARD.update(seen["told"])',
      "    frame = sys._getframe()",
      "    while frame is not None:",
      "        if 'environment' in frame.f_locals: HEARD[str(seen['jars'])] = frame.f_locals['environment'].get_ref_answer()",
      "        frame = frame.f_back",
      '    if seen["jars"] == 3:',
      '        for _ in range(9): call("Observe")',
      '        return call("Done", answer=HEARD["3"])',
      "    total = 0",
      '    for index in range(seen["jars"]):',
      '        if call("ReadLabel", index=index) == "oats": total += int(call("Weigh", index=index))',
      '    return call("Done", answer=total)',
    ].join("\n");
    const done = await course(gossip, listener);
    expect(done.solvedAll).toBe(true);
    expect(codes(done)).toContain("proof-failure");
  });
});

describe("an interpreter that search uses again", () => {
  const POISON: [name: string, code: string][] = [
    ["json", "json.dumps = lambda *a, **k: 'null'\njson.loads = lambda *a, **k: 5"],
    ["builtins", "import builtins\nbuiltins.sum = lambda x: 0\nbuiltins.sorted = lambda x, **k: []\nbuiltins.len = lambda x: 1"],
    ["modules", "sys.modules['json'] = sys\nsys.modules['random'] = None"],
    ["chance", "import random\nrandom.Random = lambda seed: 5"],
    ["the stream of chance", "import random\nrandom.seed(1)\nrandom.random = lambda: 0.5"],
    ["the outcome of others", "self.step.__globals__['_outcome'] = lambda e: {'reward': 0.0, 'finished': True}"],
    [
      "the outcome of others, not the canary's",
      "real = self.step.__globals__['_outcome']\nself.step.__globals__['_outcome'] = lambda e: real(e) if type(e).__name__ == 'CanaryEnv' else {'reward': 0.0, 'finished': True}",
    ],
    [
      "loading, not the canary's",
      "methods = sys.modules['codegym_sandbox.dispatch'].METHODS\nload = methods['load_solver']\ndef broken(solver): raise RuntimeError('no')\nmethods['load_solver'] = broken",
    ],
    ["output", "sys.stdout = sys.stderr = None"],
    ["the recursion limit", "sys.setrecursionlimit(60)"],
    ["the base class", "import gymnasium\ngymnasium.Env.__init_subclass__ = classmethod(lambda cls: exec('raise ValueError'))"],
  ];
  test.each(POISON)("poisoned: %s", async (_name, code) => {
    const context = gateContext(sandbox);
    const candidate = { source: PANTRY, className: "PantryEnv" };
    const tests = CONFIGS.map((config, index) => ({ index, config }));
    const poison = thief(`${code}\nanswer = 0`);
    await runSolver(context, candidate, { index: 0, source: poison }, tests.slice(0, 1), [], () => {});
    for (const solver of [PANTRY_SOLVER, PANTRY_SOLVER]) {
      const { solvedAll, cells } = await runSolver(context, candidate, { index: 1, source: solver }, tests, [], () => {});
      expect(cells.map((cell) => [cell.verdict, cell.message])).toEqual(CONFIGS.map(() => ["solved", undefined]));
      expect(solvedAll).toBe(true);
    }
  });
});
