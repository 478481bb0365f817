import { afterAll, beforeAll, expect } from "vitest";
import { type Finding, type Interpreter, type PythonResult } from "@/domain";
import { callOnce, PATIENT_MS } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

export type Assembled = PythonResult<"assemble">;

export let sandbox: Awaited<ReturnType<typeof testSandbox>>;
/** One for all that is run here: the classes are ours, and a new interpreter for each would take minutes. */
export let player: Interpreter;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 1 });
  player = await sandbox.acquire("play");
});
afterAll(() => {
  player.release();
  return sandbox.dispose();
});

export const PATIENT = { deadlineMs: PATIENT_MS };
export const printed = async (source: string): Promise<string> => (await player.call("run_main", { source }, PATIENT)).output;

export const errors = (findings: readonly Finding[]): string[] =>
  findings.filter((item) => item.severity === "error").map((item) => `${item.code}:${item.line}`);
export const assemble = (source: string): Promise<Assembled> => callOnce(sandbox, "analysis", "assemble", { source });
export const good = async (source: string): Promise<Assembled> => {
  const result = await assemble(source);
  expect(errors(result.findings)).toEqual([]);
  return result;
};
export const inspectIn = (python: Interpreter, { source, className }: Assembled) =>
  python.call("inspect_environment", { source, className }, PATIENT);

/** Plays calls on the assembled file of a reply; what each was answered, and how it ended. */
export async function play(
  compact: string,
  config: unknown,
  calls: readonly (string | [string, Record<string, unknown>])[],
): Promise<{ seen: [boolean, string][]; reward: number; finished: boolean }> {
  const { source, className } = await good(compact);
  await player.call("load_environment", { source, className }, PATIENT);
  let last = await player.call("start", { config: JSON.stringify(config), state: false }, PATIENT);
  const seen: [boolean, string][] = [];
  for (const item of calls) {
    const action = typeof item === "string" ? item : JSON.stringify({ name: item[0], parameters: item[1] });
    const [step] = (await player.call("steps", { actions: [action], state: false }, PATIENT)).steps;
    if (step === undefined) throw new Error("an action was not answered");
    seen.push([step.ok, step.observation]);
    last = step;
  }
  return { seen, reward: last.reward, finished: last.finished };
}

export async function referenceOf(compact: string, config: unknown): Promise<string> {
  const { source, className } = await good(compact);
  await player.call("load_environment", { source, className }, PATIENT);
  return (await player.call("reference_answer", { config: JSON.stringify(config), answerChars: 100, memory: false }, PATIENT)).answer;
}

export const DONE = (answer: unknown): [string, Record<string, unknown>] => ["Done", { answer }];
