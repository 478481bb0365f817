import { z } from "zod";
import { problemIdSchema } from "./ids.ts";
import { jsonObjectSchema, numberTextsSchema } from "./json.ts";
import { shorten } from "./text.ts";

/** One coding problem (docs/formats.md section 1). `extra` keeps unknown fields for the round trip. */
export const problemSchema = z.object({
  id: problemIdSchema,
  title: z.string(),
  statement: z.string(),
  solution: z.string(),
  subset: z.string().optional(),
  extra: jsonObjectSchema,
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
  const safe = id
    .replace(/[^A-Za-z0-9_.-]+/g, "_")
    .replace(/_{2,}/g, "_")
    .replace(/^[_.]+|_+$/g, "");
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

const TITLE_CHARS = 80;
/** Names that tell nothing of what a solution is about. */
const COLOURLESS = new Set([
  "main",
  "solve",
  "solution",
  "run",
  "f",
  "func",
  "function",
  "answer",
  "helper",
  "check",
  "test",
  "candidate",
  "read_input",
  "input",
  "inp",
  "read",
  "ints",
  "mp",
  "go",
  "work",
  "dfs",
  "bfs",
]);

/** Without the marks of Markdown around it. */
function plainLine(line: string): string {
  return line
    .replace(/^[#>*\s]+/, "")
    .replace(/[#*\s]+$/, "")
    .trim();
}

/** A heading in the first lines: Markdown's, one underlined, one in bold, or a short line on its own that is no sentence. */
function headingOf(lines: readonly string[]): string | null {
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first === -1) return null;
  const raw = (lines[first] ?? "").trim();
  const text = plainLine(raw);
  if (text === "" || text.length > TITLE_CHARS) return null;
  const below = (lines[first + 1] ?? "").trim();
  if (/^#{1,6}\s/.test(raw) || /^(={3,}|-{3,})$/.test(below) || /^\*\*[^*]+\*\*$/.test(raw)) return text;
  const isAlone = below === "" && lines.slice(first + 1).some((line) => line.trim() !== "");
  return isAlone && text.length <= 60 && !/[.?!:,;]$/.test(text) ? text : null;
}

/** The function that is asked for: the one a data set names, one that the statement speaks of, or the likeliest. */
function functionNameOf({ statement, solution, extra }: TitleSource): string | null {
  const { entryPoint } = assertionsOf({ extra });
  if (entryPoint !== null) return COLOURLESS.has(entryPoint.toLowerCase()) ? null : shorten(entryPoint, TITLE_CHARS);
  const isClass = /^class[ \t]+Solution\b/m.test(solution);
  const defined = [...solution.matchAll(isClass ? /^[ \t]+def[ \t]+([A-Za-z]\w*)/gm : /^def[ \t]+([A-Za-z]\w*)/gm)]
    .map(([, name]) => name ?? "")
    .filter((name) => !COLOURLESS.has(name.toLowerCase()))
    .slice(0, 50);
  // Helpers stand below the asked one in a class, and above it in a module.
  const name = defined.find((item) => statement.includes(item)) ?? (isClass ? defined[0] : defined.at(-1));
  return name === undefined ? null : shorten(name, TITLE_CHARS);
}

type TitleSource = Pick<Problem, "statement" | "solution" | "extra">;

/** A short name for lists: the statement's heading, the function it asks for, or its first sentence. */
export function titleOf(source: TitleSource, fallback: string): string {
  // As much of each line as a title can be made of: a line of a megabyte is no heading.
  const lines = source.statement.split("\n").map((line) => line.slice(0, 400));
  const named = headingOf(lines) ?? functionNameOf(source);
  if (named !== null) return named;
  const line = lines.map(plainLine).find((text) => text !== "");
  if (line === undefined) return fallback;
  return shorten(line.split(/(?<=[.?!])\s/)[0] ?? line, TITLE_CHARS);
}
