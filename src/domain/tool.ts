import { z } from "zod";
import type { Json } from "./json.ts";

/**
 * A tool as its docstring describes it. `type` is the text of the annotation or of the `Args` entry
 * ("int", "list[int]", "" when unknown); the form field that fits it is chosen by `fieldKindOf`.
 */
export const toolParameterSchema = z.object({
  name: z.string(),
  type: z.string(),
  description: z.string(),
  required: z.boolean(),
  /** The default as Python source, when there is one. */
  default: z.string().optional(),
});
export type ToolParameter = z.infer<typeof toolParameterSchema>;

export const toolSchema = z.object({
  name: z.string(),
  /** Signature without `self`: `Add(x: int, y: int = 0)`. */
  signature: z.string(),
  summary: z.string(),
  parameters: z.array(toolParameterSchema),
  returns: z.string(),
  /** Docstring as written, without its `Example Output` section (FORMATS.md section 4). */
  docstring: z.string(),
  /** 1-based line of the method in the environment's source. */
  line: z.number().int(),
});
export type Tool = z.infer<typeof toolSchema>;

export type FieldKind = "integer" | "number" | "boolean" | "text" | "json";

export function fieldKindOf(type: string): FieldKind {
  const plain = type.replace(/\s/g, "").replace(/^Optional\[(.*)\]$/, "$1").replace(/\|None$/, "");
  if (/^(int|integer)$/i.test(plain)) return "integer";
  if (/^(float|number)$/i.test(plain)) return "number";
  if (/^(bool|boolean)$/i.test(plain)) return "boolean";
  if (/^(str|string)$/i.test(plain)) return "text";
  return "json";
}

/**
 * An action's text. A whole number for a `float` parameter is written `3.0`: JSON.stringify writes 3, which is
 * another type in Python, and `Done` compares types.
 */
export function actionText(name: string, parameters: { [key: string]: Json }, tool: Tool | undefined): string {
  const entries = Object.entries(parameters).map(([key, value]) => {
    const type = tool?.parameters.find((parameter) => parameter.name === key)?.type ?? "";
    const whole = fieldKindOf(type) === "number" && typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 1e16;
    return `${JSON.stringify(key)}: ${whole ? value.toFixed(1) : JSON.stringify(value)}`;
  });
  return `{"name": ${JSON.stringify(name)}, "parameters": {${entries.join(", ")}}}`;
}
