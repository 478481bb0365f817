import { type Environment, type JsonObject, type NumberTexts, type Problem, type Task, textProtocolMessage, toolDocs } from "@/domain";
import { jsonWith } from "./exact-numbers.ts";
import { abilityOf, DATA_SOURCE, namesEnvironment } from "./instance-rows.ts";
import { isJsonObject } from "./json-text.ts";
import { createPace } from "./pace.ts";
import { rowOfProblem } from "./problem-rows.ts";
import type { Download } from "./types.ts";

const MAX_ROUND = 256;

function instanceRow(environment: Environment, task: Task, docs: string, index: number): JsonObject {
  if (task.instance !== undefined) {
    const info = task.instance["extra_info"];
    const own =
      task.scores === undefined ? task.instance : { ...task.instance, extra_info: { ...(isJsonObject(info) ? info : {}), ...task.scores } };
    if (namesEnvironment(own, environment)) return own;
    return { ...own, ability: abilityOf(environment, task.config), code_id: environment.codeId };
  }
  return {
    ability: abilityOf(environment, task.config),
    code_id: environment.codeId,
    data_source: DATA_SOURCE,
    prompt: [
      { role: "system", name: "functions", content: docs },
      { role: "user", name: "", content: textProtocolMessage(environment.taskText) },
    ],
    reward_model: { style: "agent_env", ground_truth: null },
    answer: "There is no answer",
    plugin_call_max_round: MAX_ROUND,
    extra_info: { index: String(index), solve_fc_round: task.rounds, ...task.scores },
  };
}

type Line = { row: JsonObject; numbers: NumberTexts | undefined };

/** Lines as bytes, in parts: one string of a large dataset would be longer than strings can be. */
async function linesOf(rows: Iterable<Line>, signal?: AbortSignal): Promise<Uint8Array> {
  const pace = createPace(signal);
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const { row, numbers } of rows) {
    await pace.step();
    parts.push(encoder.encode(`${jsonWith(row, numbers)}\n`));
  }
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function* instanceRows(environments: readonly Environment[]): Generator<Line> {
  let index = 0;
  for (const environment of environments) {
    const docs = toolDocs(environment.tools);
    for (const task of environment.tasks)
      if (task.kept) yield { row: instanceRow(environment, task, docs, index++), numbers: task.numbers };
  }
}

const JSONL_MIME = "application/x-ndjson";

export async function instanceLines(environments: readonly Environment[], signal?: AbortSignal): Promise<Uint8Array> {
  return await linesOf(instanceRows(environments), signal);
}

export async function problemLines(problems: readonly Problem[], signal?: AbortSignal): Promise<Uint8Array> {
  return await linesOf(
    problems.map((problem) => ({ row: rowOfProblem(problem), numbers: problem.numbers })),
    signal,
  );
}

/** Training instances of the kept tasks, JSONL. @throws CancelledError */
export async function exportInstances(environments: readonly Environment[], signal?: AbortSignal): Promise<Download> {
  return { fileName: "codegym-instances.jsonl", mime: JSONL_MIME, bytes: await instanceLines(environments, signal) };
}

/** Problems with their unknown fields, JSONL. @throws CancelledError */
export async function exportProblems(problems: readonly Problem[], signal?: AbortSignal): Promise<Download> {
  return { fileName: "codegym-problems.jsonl", mime: JSONL_MIME, bytes: await problemLines(problems, signal) };
}
