import canaryEnvironment from "../python/canary/canary_env.py?raw";
import type { Connection } from "./connection.ts";

const DEADLINE = { deadlineMs: 2000 };
const CONFIG = '{"values": [12, 4, 256, -8, 40, 4]}';
/** `random.Random(256).randrange(1000)` is part of it, so the values are CPython's own. */
const EXPECTED = JSON.stringify([
  "[256, 40, 12, 4, 4, -8]",
  '{"counts": {"-8": 1, "12": 1, "256": 1, "4": 2, "40": 1}, "parts": [6, 308, 256, 4, 500], "text": "0-1-2-3-4-5-6"}',
  "reward=1",
]);
const ACTIONS = [
  '{"name": "Sort", "parameters": {}}',
  '{"name": "Mix", "parameters": {"seed": 256}}',
  '{"name": "Done", "parameters": {"answer": 924}}',
];

/**
 * A known episode in an interpreter that ran judged code: does it still give its known observations? That is
 * no proof of innocence, only a reason to use it once more where nothing is trusted to it.
 */
export async function stillSane(connection: Connection): Promise<boolean> {
  try {
    await connection.call("load_environment", { source: canaryEnvironment, className: "CanaryEnv" }, DEADLINE);
    const { steps, reward, finished } = await connection.call("replay", { config: CONFIG, actions: ACTIONS }, DEADLINE);
    const { answer } = await connection.call("reference_answer", { config: CONFIG, answerChars: 10, memory: false }, DEADLINE);
    return JSON.stringify(steps.map((step) => step.observation)) === EXPECTED && reward === 1 && finished && answer === "924";
  } catch {
    return false;
  }
}
