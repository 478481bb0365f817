import { type Environment, type JsonObject, type Problem, type Task, toolDocs } from "@/domain";
import { abilityOf, DATA_SOURCE, namesEnvironment } from "./instance-rows.ts";
import { createPace } from "./pace.ts";
import { rowOfProblem } from "./problem-rows.ts";
import type { Download } from "./types.ts";

/** How an agent takes its turns (FORMATS.md section 4). `Question:` comes once, in front of the task. */
const PROTOCOL = `An environment hides the data of a problem from you. Find the answer by calling the functions above; they are the only way to it.

How a turn goes:
- Send exactly one call, as a JSON list with a single entry between the two markers:
<|FunctionCallBegin|>[{"name": "FunctionName", "parameters": {"argument": "value"}}]<|FunctionCallEnd|>
- Leave "parameters" empty ({}) where a function takes none.
- End your turn there. What the function returns is given to you before your next turn; never make it up.
- A message about a bad call is a result like any other: read it, then send a better call.
- There is no place to run code of your own. Keep your reasoning short, you have many turns.
- Hand the answer in with Done as soon as you know it.

Question:
`;

const MAX_ROUND = 256;

function instanceRow(environment: Environment, task: Task, docs: string, index: number): JsonObject {
  if (task.instance !== undefined) {
    if (namesEnvironment(task.instance, environment)) return task.instance;
    return { ...task.instance, ability: abilityOf(environment, task.config), code_id: environment.codeId };
  }
  return {
    ability: abilityOf(environment, task.config),
    code_id: environment.codeId,
    data_source: DATA_SOURCE,
    prompt: [
      { role: "system", name: "functions", content: docs },
      { role: "user", name: "", content: `${PROTOCOL}\n${environment.taskText}` },
    ],
    reward_model: { style: "agent_env", ground_truth: null },
    answer: "There is no answer",
    plugin_call_max_round: MAX_ROUND,
    extra_info: { index: String(index), solve_fc_round: task.rounds },
  };
}

/** Lines as bytes, in parts: one string of a large dataset would be longer than strings can be. */
async function linesOf(rows: Iterable<JsonObject>, signal?: AbortSignal): Promise<Uint8Array> {
  const pace = createPace(signal);
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const row of rows) {
    await pace.step();
    parts.push(encoder.encode(`${JSON.stringify(row)}\n`));
  }
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function* instanceRows(environments: readonly Environment[]): Generator<JsonObject> {
  let index = 0;
  for (const environment of environments) {
    const docs = toolDocs(environment.tools);
    for (const task of environment.tasks) if (task.kept) yield instanceRow(environment, task, docs, index++);
  }
}

export const JSONL_MIME = "application/x-ndjson";

export async function instanceLines(environments: readonly Environment[], signal?: AbortSignal): Promise<Uint8Array> {
  return await linesOf(instanceRows(environments), signal);
}

export async function problemLines(problems: readonly Problem[], signal?: AbortSignal): Promise<Uint8Array> {
  return await linesOf(problems.map(rowOfProblem), signal);
}

/** Training instances of the kept tasks, JSONL. @throws CancelledError */
export async function exportInstances(environments: readonly Environment[], signal?: AbortSignal): Promise<Download> {
  return { fileName: "codegym-instances.jsonl", mime: JSONL_MIME, bytes: await instanceLines(environments, signal) };
}

/** Problems with their unknown fields, JSONL. @throws CancelledError */
export async function exportProblems(problems: readonly Problem[], signal?: AbortSignal): Promise<Download> {
  return { fileName: "codegym-problems.jsonl", mime: JSONL_MIME, bytes: await problemLines(problems, signal) };
}
