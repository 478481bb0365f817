import { z } from "zod";
import { problemIdSchema } from "./ids.ts";
import { jsonSchema, numberTextsSchema } from "./json.ts";

/** One coding problem (FORMATS.md section 1). `extra` keeps unknown fields for the round trip. */
export const problemSchema = z.object({
  id: problemIdSchema,
  title: z.string(),
  statement: z.string(),
  solution: z.string(),
  subset: z.string().optional(),
  extra: z.record(z.string(), jsonSchema),
  /** Of `extra`. */
  numbers: numberTextsSchema.optional(),
  origin: z.enum(["bundled", "imported", "own"]),
  /** Bundled problems name their kind: arrays, strings, … */
  kind: z.string().optional(),
  addedAt: z.number(),
});
export type Problem = z.infer<typeof problemSchema>;

/** `question_id` made safe for file names and `ability` strings: no `@`, no `__`, no path characters. */
export function codeIdOf(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/_{2,}/g, "_").replace(/^[_.]+|_+$/g, "");
  return safe === "" ? "problem" : safe;
}

/** A row of a data set may name its function and bring assertions, a function `check(candidate)`; both survive the import as extra fields. */
export function assertionsOf({ extra }: Pick<Problem, "extra">): { entryPoint: string | null; test: string | null } {
  const text = (name: string): string | null => {
    const value = extra[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const entryPoint = text("entry_point");
  return { entryPoint, test: entryPoint === null ? null : text("test") };
}

/** A short name for lists: the first heading or sentence of a statement. */
export function titleOf(statement: string, fallback: string): string {
  const line = statement
    .split("\n")
    .map((text) => text.replace(/^[#>*\s]+/, "").trim())
    .find((text) => text !== "");
  if (line === undefined) return fallback;
  const sentence = line.split(/(?<=[.?!])\s/)[0] ?? line;
  return sentence.length > 80 ? `${sentence.slice(0, 77).trimEnd()}…` : sentence;
}
