import { afterAll, beforeAll, expect, test } from "vitest";
import type { GateResult } from "@/domain";
import { proveSolverOnEnvironment } from "@/verification/gates/proof.ts";
import { runSolver } from "@/verification/gates/solvability.ts";
import { checkTests } from "@/verification/gates/tests.ts";
import { gateContext, PANTRY, PANTRY_CONFIGS, PANTRY_SOLVER, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

/**
 * Environments that are strict while they believe that they are judged and pay for any answer else. Each gives its solver
 * what an honest one gives; only how the proof asks can find them.
 */
let sandbox: Awaited<ReturnType<typeof testSandbox>>;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
});
afterAll(() => sandbox.dispose());

const SCORING = "self._reward = 1.0 if type(answer) is type(reference) and answer == reference else 0.0";
const OBSERVED = 'json.dumps({"jars": len(self.labels)})';
const COUNTED = "        self.step_count += 1\n";
const STARTED = "        self.step_count = 0\n";
const READ = "    def reward(self)";

/** An environment that pays for any answer where the expression holds; `code` stands before the class. */
const lenient = (where: string, code = "", source = PANTRY): string =>
  swap(source, SCORING, `self._reward = float(type(answer) is type(reference) and answer == reference or bool(${where}))`).replace(
    "import json\n",
    `import json\nimport sys\nimport time\n${code}\n`,
  );
/** Statements at the head of `step`, before the call is read. */
const stepping = (source: string, line: string): string => swap(source, COUNTED, `${COUNTED}        ${line}\n`);
const readingReward = (source: string): string => {
  const at = source.indexOf("return self._reward", source.indexOf(READ));
  return `${source.slice(0, at)}self.read = True\n        ${source.slice(at)}`;
};
const remembers = `def shared():\n    return sys.modules.setdefault("kept", {"made": 0, "asked": 0})\n`;
const STACK = `def stack():\n    frame, names = sys._getframe(), []\n    while frame:\n        names.append(frame.f_code.co_name)\n        frame = frame.f_back\n    return names\n`;

async function proven(source: string): Promise<GateResult> {
  const context = gateContext(sandbox);
  const candidate = { source, className: "PantryEnv" };
  const { tests } = await checkTests(context, candidate, PANTRY_CONFIGS, [], () => {});
  const passed = tests.filter((item) => item.passed).map(({ index, config, answer }) => ({ index, config, answer: answer ?? "" }));
  const run = await runSolver(context, candidate, { index: 0, source: PANTRY_SOLVER }, passed, [], () => {});
  expect([passed.length, run.solvedAll]).toEqual([PANTRY_CONFIGS.length, true]);
  return await proveSolverOnEnvironment(context, candidate, PANTRY_SOLVER, passed, run.traces);
}
const codesOf = async (source: string): Promise<string[]> => [...new Set((await proven(source)).findings.map((item) => item.code))];

const PAYS = "wrong-answer-rewarded";
test.each<[name: string, source: string, code: string]>([
  ["strict if `replay` is on the stack", lenient('"replay" not in stack()', STACK), PAYS],
  [
    "strict if the stack is not the one that players have",
    lenient('stack()[1:] == ["Done", "step", "_checked_step", "step", "dispatch"]', STACK),
    PAYS,
  ],
  ["pays once the reward was read", readingReward(lenient('hasattr(self, "read")')), PAYS],
  ["pays until the reward was read", readingReward(lenient('not hasattr(self, "read")')), PAYS],
  [
    "pays in the first episode of an interpreter",
    swap(
      lenient("self.number == 1", remembers),
      STARTED,
      `${STARTED}        shared()["made"] += 1\n        self.number = shared()["made"] // 2\n`,
    ),
    PAYS,
  ],
  [
    "pays in all episodes but the first",
    swap(
      lenient("self.number > 1", remembers),
      STARTED,
      `${STARTED}        shared()["made"] += 1\n        self.number = shared()["made"] // 2\n`,
    ),
    PAYS,
  ],
  ["pays in rounds 2 to 9", lenient("2 <= self.step_count <= 9"), PAYS],
  ["pays in rounds beyond 100", lenient("self.step_count > 100"), PAYS],
  ["pays after two looks", stepping(lenient("self.looks >= 2"), 'self.looks = getattr(self, "looks", 0) + ("Observe" in action)'), PAYS],
  ["pays for any text", lenient("isinstance(answer, str)"), PAYS],
  ["pays for nothing", lenient("answer is None or answer == []"), PAYS],
  ["pays for any list", lenient("isinstance(answer, list)"), PAYS],
  [
    "pays whoever begins otherwise than its solver",
    stepping(lenient('"Observe" not in self.began'), 'self.began = getattr(self, "began", action)'),
    PAYS,
  ],
  ["pays after a while", swap(lenient("time.time() - self.since > 5"), STARTED, `${STARTED}        self.since = time.time()\n`), PAYS],
  [
    "pays who thinks before the call",
    stepping(
      lenient("self.pause > 1"),
      'self.pause, self.last = time.monotonic() - getattr(self, "last", time.monotonic()), time.monotonic()',
    ),
    PAYS,
  ],
  [
    "pays before its reference answer was asked for",
    lenient("not shared()['asked']", remembers).replace(
      "    def get_ref_answer(self):\n",
      "    def get_ref_answer(self):\n        shared()['asked'] += 'reference_answer' in str(sys._getframe(1).f_code.co_name)\n",
    ),
    PAYS,
  ],
  [
    "pays for its solver's own order of calls only",
    stepping(
      swap(PANTRY, SCORING, 'self._reward = float(answer == reference and "Observe" in self.began)'),
      'self.began = getattr(self, "began", action)',
    ),
    "right-answer-refused",
  ],
  [
    "the answer as blanks behind an observation",
    swap(PANTRY, OBSERVED, `${OBSERVED} + " " * (2 + self.get_ref_answer() % 7)`),
    "unseen-text",
  ],
  [
    "the answer in characters without width",
    swap(
      PANTRY,
      OBSERVED,
      'json.dumps({"jars": len(self.labels), "note": "\\u200b" * (1 + self.get_ref_answer() % 7)}, ensure_ascii=False)',
    ),
    "unseen-text",
  ],
  [
    "a reward for looking",
    swap(PANTRY, `        return ${OBSERVED}`, `        self._reward = 1.0\n        return ${OBSERVED}`),
    "rewarded-before-done",
  ],
])("%s", async (_name, source, code) => {
  expect(source).not.toBe(PANTRY);
  expect(await codesOf(source)).toContain(code);
});

test("an honest one passes, every time", async () => {
  for (let round = 0; round < 3; round++) expect(await codesOf(PANTRY)).toEqual([]);
});

test("below 0 for a wrong answer is a warning", async () => {
  const proof = await proven(swap(PANTRY, SCORING, SCORING.replace("else 0.0", "else -1.0")));
  expect(proof.findings.map(({ code, severity }) => [code, severity])).toEqual([["negative-reward", "warning"]]);
  expect([proof.passed, proof.figures["tests proven"]]).toEqual([true, PANTRY_CONFIGS.length]);
});
