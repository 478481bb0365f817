import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DEFAULT_LIMITS,
  type Interpreter,
  type Limits,
  type PythonMethod,
  type PythonParams,
  type PythonResult,
  type PythonSandbox,
  type Purpose,
} from "@/domain";
import type { GateContext } from "@/verification";

const fixture = (name: string): string => readFileSync(fileURLToPath(new URL(`../fixtures/python/${name}`, import.meta.url)), "utf8");

/** The honest environment of `test/fixtures/python`. */
export const PANTRY = fixture("pantry_env.py");

/** A solver of it, as a model would reply. */
export const PANTRY_SOLVER = `import json

def solve(self):
    def call(name, **parameters):
        return self.step(json.dumps({"name": name, "parameters": parameters}))[1]
    total = 0
    for index in range(json.loads(call("Observe"))["jars"]):
        if call("ReadLabel", index=index) == "oats":
            total += int(call("Weigh", index=index))
    return call("Done", answer=total)
`;

/** Replaces one piece of a source; it must be there exactly once, so that a variant is what it says. */
export function swap(source: string, find: string, replacement: string): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`expected once, found ${parts.length - 1} times: ${find}`);
  return parts.join(replacement);
}

/** 1-based number of the only line that holds `text`. */
export function lineOf(source: string, text: string): number {
  const lines = source.split("\n").flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  if (lines.length !== 1 || lines[0] === undefined) throw new Error(`expected on one line, found on ${lines.length}: ${text}`);
  return lines[0];
}

/** Room enough for a loaded machine: where a test is not about time, time must not decide it. */
export const PATIENT_MS = 60_000;

/** For tests that search with one judged source. */
export const SEARCH: Purpose = { searchFor: "the test's own source" };

/** One call in an interpreter of its own. */
export async function callOnce<M extends PythonMethod>(
  sandbox: PythonSandbox,
  purpose: Purpose,
  method: M,
  params: PythonParams<M>,
  deadlineMs = PATIENT_MS,
): Promise<PythonResult<M>> {
  return inInterpreter(sandbox, purpose, (python) => python.call(method, params, { deadlineMs }));
}

export async function inInterpreter<T>(sandbox: PythonSandbox, purpose: Purpose, work: (python: Interpreter) => Promise<T>): Promise<T> {
  const python = await sandbox.acquire(purpose);
  try {
    return await work(python);
  } finally {
    python.release();
  }
}

export function gateContext(sandbox: PythonSandbox, limits: Partial<Limits> = {}, signal = new AbortController().signal): GateContext {
  return { sandbox, limits: { ...DEFAULT_LIMITS, testMs: PATIENT_MS, minTests: 1, ...limits }, signal };
}

export function pantryConfig(labels: readonly string[], weights: readonly number[]): string {
  return JSON.stringify({ labels, weights });
}

/** Twelve configurations with different answers. */
export const PANTRY_CONFIGS = Array.from({ length: 12 }, (_, index) =>
  pantryConfig(
    Array.from({ length: index + 2 }, (_unused, jar) => (jar % 2 === 0 ? "oats" : `rye ${jar}`)),
    Array.from({ length: index + 2 }, (_unused, jar) => 10 * jar + index + 1),
  ),
);
