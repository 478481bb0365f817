import { z } from "zod";
import { jsonSchema } from "./json.ts";

/** A span of the solution that became a tool. Lines count from 1, columns from 0 in UTF-8 bytes, as Python's `ast` has them. */
const pieceSchema = z.object({
  /** Stable for one solution: what a person switched off or renamed is found again. "rule:line:col-endLine:endCol". */
  id: z.string(),
  kind: z.string(),
  rule: z.string(),
  tool: z.string(),
  line: z.number().int(),
  endLine: z.number().int(),
  col: z.number().int(),
  endCol: z.number().int(),
  text: z.string(),
});
export type Piece = z.infer<typeof pieceSchema>;

/** One way to cut a solution: an environment with its solver and its configurations, and how it plays. */
const variantSchema = z.object({
  name: z.string(),
  className: z.string(),
  taskText: z.string(),
  source: z.string(),
  solver: z.string(),
  configs: z.array(z.string()),
  tools: z.array(z.string()),
  pieces: z.array(pieceSchema),
  /** The rules that were used, for people. */
  rules: z.array(z.string()),
  /** What `check_reference` needs to call the environment like the original function. */
  shape: jsonSchema,
  /** As the compiler's own plays had it; the gates decide again. */
  figures: z.object({
    /** By configuration. */
    rounds: z.array(z.number().int()),
    inWindow: z.number().int(),
    toolsUsed: z.number().int(),
    /** The longest value that one call tells, in characters. */
    reveals: z.number(),
  }),
});
export type Variant = z.infer<typeof variantSchema>;

/** Why a solution cannot be compiled: which rule, and where in the solution. */
const refusalSchema = z.object({ rule: z.string(), line: z.number().int().nullable(), message: z.string() });
export type Refusal = z.infer<typeof refusalSchema>;

/** Best variant first. `coverage`: share of the solution's lines that the configurations run. */
const compiledSchema = z.object({ variants: z.array(variantSchema).min(1), coverage: z.number(), warnings: z.array(z.string()) });
export type Compiled = z.infer<typeof compiledSchema>;

export const compilationSchema = z.union([compiledSchema, z.object({ refused: refusalSchema })]);
export type Compilation = z.infer<typeof compilationSchema>;

/** What a person changed in the picture of the pieces. */
export const compileChoicesSchema = z.object({
  disabled: z.array(z.string()),
  /** Tool names by piece id. */
  renamed: z.record(z.string(), z.string()),
});
export type CompileChoices = z.infer<typeof compileChoicesSchema>;
export const NO_CHOICES: CompileChoices = { disabled: [], renamed: {} };

/** Who writes a run's candidates. "both": the compiler first, and its candidate is what a model has to beat. */
export const synthesizerSchema = z.enum(["model", "compiler", "both"]);
export type Synthesizer = z.infer<typeof synthesizerSchema>;
