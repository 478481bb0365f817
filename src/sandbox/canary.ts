import canaryEnvironment from "../python/canary/canary_env.py?raw";
import canarySolver from "../python/canary/canary_solver.py?raw";
import type { Connection } from "./connection.ts";

const DEADLINE = { deadlineMs: 2000 };
const CONFIG = '{"values": [12, 4, 256, -8, 40, 4]}';
/** `random.Random(256).randrange(1000)` is part of it, so the values are CPython's own. */
const OBSERVATIONS = [
  "[256, 40, 12, 4, 4, -8]",
  '{"counts": {"-8": 1, "12": 1, "256": 1, "4": 2, "40": 1}, "parts": [6, 308, 256, 4, 500], "text": "0-1-2-3-4-5-6"}',
  "reward=1",
];
const ACTIONS = [
  '{"name": "Sort", "parameters": {}}',
  '{"name": "Mix", "parameters": {"seed": 256}}',
  '{"name": "Done", "parameters": {"answer": 924}}',
];
const WRONG = '{"name": "Done", "parameters": {"answer": 925}}';

const EXPECTED = JSON.stringify(OBSERVATIONS.map((observation, index) => ({ action: ACTIONS[index], ok: true, observation })));

/**
 * A known episode in an interpreter that ran judged code: does it still give its known observations? That is
 * no proof of innocence, only a reason to use it once more where nothing is trusted to it.
 */
export async function stillSane(connection: Connection): Promise<boolean> {
  try {
    await connection.call("load_environment", { source: canaryEnvironment, className: "CanaryEnv" }, DEADLINE);
    await connection.call("load_solver", { solver: canarySolver }, DEADLINE);
    const call = { config: CONFIG, maxSteps: 10, trace: true, states: false, memory: false };
    const { trace, reward, finished } = await connection.call("solve", call, DEADLINE);
    if (JSON.stringify(trace) !== EXPECTED || reward !== 1 || !finished) return false;
    const { answer } = await connection.call("reference_answer", { config: CONFIG, answerChars: 100, memory: false }, DEADLINE);
    await connection.call("start", { config: CONFIG, state: false }, DEADLINE);
    const { steps } = await connection.call("steps", { actions: [WRONG], state: false }, DEADLINE);
    return answer === "924" && steps.length === 1 && steps[0]?.observation === "reward=0" && steps[0].reward === 0;
  } catch {
    return false;
  }
}
