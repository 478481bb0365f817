import { z } from "zod";
import { environmentIdSchema, problemIdSchema, runIdSchema } from "./ids.ts";
import { type JsonObject, jsonObjectSchema, numberTextsSchema } from "./json.ts";
import { tallySchema } from "./money.ts";
import { reportSchema } from "./report.ts";
import { toolSchema } from "./tool.ts";

export const CLASS_NAME = /^[A-Z][A-Za-z0-9_]*Env$/;

/**
 * A task configuration (docs/formats.md section 3). `config` is the JSON text as it was written, so that big
 * integers and key order survive; the figures are null until they were measured here.
 */
const taskSchema = z.object({
  config: z.string(),
  /** Canonical JSON text of the reference answer. */
  answer: z.string().nullable(),
  answerMs: z.number().nullable(),
  answerBytes: z.number().nullable(),
  /** `step` calls of the accepted solver. */
  rounds: z.number().int().nullable(),
  /** Within the round limits, so exported as a training task. */
  kept: z.boolean(),
  /** Shares of tries that models solved, by the field they are exported under (`scoreField`). */
  scores: z.record(z.string(), z.number().min(0).max(1)).optional(),
  /** A training instance this task was imported from keeps its fields here. */
  instance: jsonObjectSchema.optional(),
  /** Of `instance`. */
  numbers: numberTextsSchema.optional(),
});
export type Task = z.infer<typeof taskSchema>;

const provenanceSchema = z.object({
  source: z.enum(["synthesis", "imported"]),
  problemId: problemIdSchema.optional(),
  runId: runIdSchema.optional(),
  model: z.string().optional(),
  recorded: z.boolean().optional(),
  promptVersion: z.string().optional(),
  /** Rules of the built-in compiler that were used. */
  rules: z.array(z.string()).optional(),
  /** What the run had spent when it ended verified. */
  spent: tallySchema.optional(),
  fileName: z.string().optional(),
  /** It came in an address, from anybody. */
  fromLink: z.boolean().optional(),
});

export type Provenance = z.infer<typeof provenanceSchema>;

export const environmentSchema = z.object({
  id: environmentIdSchema,
  /** `<code_id>` of file names and abilities. */
  codeId: z.string(),
  className: z.string(),
  taskText: z.string(),
  source: z.string(),
  tools: z.array(toolSchema),
  tasks: z.array(taskSchema),
  status: z.enum(["unverified", "verified", "rejected"]),
  report: reportSchema.nullable(),
  provenance: provenanceSchema,
  addedAt: z.number(),
});
export type Environment = z.infer<typeof environmentSchema>;

export function fileNameOf(environment: { codeId: string; className: string }): string {
  return `${environment.codeId}__${environment.className}.py`;
}

/** Splits `<code_id>__<Name>Env.py`; a plain name gives an empty code id. Null when it is no Python file. */
export function parseFileName(name: string): { codeId: string; className: string | null } | null {
  const stem = /^(.*)\.py$/s.exec(name.split(/[\\/]/).at(-1) ?? "")?.[1];
  if (stem === undefined) return null;
  const cut = stem.lastIndexOf("__");
  if (cut > 0 && CLASS_NAME.test(stem.slice(cut + 2))) return { codeId: stem.slice(0, cut), className: stem.slice(cut + 2) };
  return { codeId: "", className: CLASS_NAME.test(stem) ? stem : null };
}

export function envStrOf(className: string, config: string): string {
  return `${className}@${config}`;
}

/** The configuration as an object, or null when it is not one JSON object. */
export function parseConfig(config: string): JsonObject | null {
  try {
    const parsed = jsonObjectSchema.safeParse(JSON.parse(config));
    return parsed.success && !Array.isArray(parsed.data) ? parsed.data : null;
  } catch {
    return null;
  }
}
