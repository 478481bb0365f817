import { strToU8, zipSync } from "fflate";
import { type Environment, environmentSchema, type Problem, problemSchema, type Task } from "@/domain";
import { type Download, parseFiles, type ParsedImport, planWrites, readFiles } from "@/datasets";

export function file(name: string, content: string | Uint8Array): File {
  return new File([typeof content === "string" ? content : new Uint8Array(content)], name);
}

export function rows(...values: unknown[]): string {
  return `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;
}

export const parse = (...files: File[]): Promise<ParsedImport> => parseFiles(files, { now: 5 });
export const parseText = (name: string, content: string | Uint8Array): Promise<ParsedImport> => parse(file(name, content));
export const fileOf = (download: Download): File => file(download.fileName, download.bytes);
export const textOf = (download: Download): string => new TextDecoder().decode(download.bytes);

export function zipOf(entries: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(entries).map(([name, text]) => [name, strToU8(text)])));
}

export async function read(...files: File[]): Promise<ParsedImport> {
  return await readFiles(files);
}

/** Imports into an empty library and gives what would be stored. */
export async function imported(...files: File[]): Promise<{ problems: Problem[]; environments: Environment[] }> {
  return await planWrites(await read(...files), { policy: "replace" }, { problems: [], environments: [] });
}

export function problem(id: string, more: Partial<Problem> = {}): Problem {
  return problemSchema.parse({
    id,
    title: "Add.",
    statement: "Add.",
    solution: "print(1)\n",
    extra: {},
    origin: "imported",
    addedAt: 5,
    ...more,
  });
}

export function task(config: string, more: Partial<Task> = {}): Task {
  return { config, answer: "3", answerMs: 1.5, answerBytes: 2000, rounds: 12, kept: true, ...more };
}

export const SUM_SOURCE = `"""Add the hidden numbers."""
import gymnasium


class SumEnv(gymnasium.Env):
    def __init__(self, env_str: str | None = None):
        self.func_mapping = {"Observe": 0, "Done": 1}
`;

export function environment(more: Partial<Environment> = {}): Environment {
  const codeId = more.codeId ?? "sum";
  const className = more.className ?? "SumEnv";
  return environmentSchema.parse({
    id: `${codeId}__${className}`,
    codeId,
    className,
    taskText: "Add the hidden numbers.",
    source: SUM_SOURCE,
    tools: [
      {
        name: "Observe",
        signature: "Observe()",
        summary: "Shows how many.",
        parameters: [],
        returns: "str",
        docstring: "Shows how many.",
        line: 5,
      },
      { name: "Done", signature: "Done(answer)", summary: "Ends.", parameters: [], returns: "str", docstring: "Ends.", line: 6 },
    ],
    tasks: [
      task('{"numbers": [1, 2]}'),
      task('{"numbers": []}', { kept: false, rounds: 2 }),
      task('{"text": "a@b"}', { answer: null, rounds: null }),
    ],
    status: "verified",
    report: null,
    provenance: { source: "synthesis", problemId: "adding", runId: "run-1", model: "Recorded replies", recorded: true, promptVersion: "1" },
    addedAt: 3,
    ...more,
  });
}

export function instanceRow(
  codeId: string,
  className: string,
  config: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    ability: `codegym_v1@${codeId}__${className}@${config}`,
    code_id: codeId,
    data_source: "codegym_gym_v1",
    prompt: [
      { role: "system", name: "functions", content: "docs" },
      { role: "user", name: "", content: "How to answer.\n\nQuestion:\n\n\nWhat is hidden?\n" },
    ],
    reward_model: { style: "agent_env", ground_truth: null },
    answer: "There is no answer",
    plugin_call_max_round: 256,
    extra_info: { index: "7", solve_fc_round: 18, score_of_4: 0.25 },
    ...more,
  };
}
