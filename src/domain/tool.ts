import { z } from "zod";
import type { Json } from "./json.ts";
import { membersOf } from "./json-scan.ts";

/**
 * A tool as its docstring describes it. `type` is the text of the annotation or of the `Args` entry
 * ("int", "list[int]", "" when unknown); the form field that fits it is chosen by `fieldKindOf`.
 */
const toolParameterSchema = z.object({
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
  /** Docstring as written, without its `Example Output` section (docs/formats.md section 4). */
  docstring: z.string(),
  /** 1-based line of the method in the environment's source. */
  line: z.number().int(),
});
export type Tool = z.infer<typeof toolSchema>;

export type FieldKind = "integer" | "number" | "boolean" | "text" | "json";

export function fieldKindOf(type: string): FieldKind {
  const plain = type
    .replace(/\s/g, "")
    .replace(/^Optional\[(.*)\]$/, "$1")
    .replace(/\|None$/, "");
  if (/^(int|integer)$/i.test(plain)) return "integer";
  if (/^(float|number)$/i.test(plain)) return "number";
  if (/^(bool|boolean)$/i.test(plain)) return "boolean";
  if (/^(str|string)$/i.test(plain)) return "text";
  return "json";
}

/**
 * A call's arguments as they were written, but for whole numbers of `float` parameters: `3` becomes `3.0`, since it is
 * another type in Python, and `Done` compares types. `argumentsText` is a valid JSON object.
 */
export function wholeFloats(argumentsText: string, tool: Pick<Tool, "parameters"> | undefined): string {
  const floats = new Set(tool?.parameters.filter(({ type }) => fieldKindOf(type) === "number").map(({ name }) => name));
  let text = "";
  let done = 0;
  for (const { key, start, end } of membersOf(argumentsText)) {
    if (!floats.has(key) || !/^-?\d+$/.test(argumentsText.slice(start, end))) continue;
    text += `${argumentsText.slice(done, end)}.0`;
    done = end;
  }
  return text + argumentsText.slice(done);
}

/** An action's text around arguments that are written already. */
export function actionAround(name: string, argumentsText: string): string {
  return `{"name": ${JSON.stringify(name)}, "parameters": ${argumentsText}}`;
}

/** An action's text, of parameters that are no text yet. */
export function actionText(name: string, parameters: { [key: string]: Json }, tool: Tool | undefined): string {
  const entries = Object.entries(parameters).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return actionAround(name, wholeFloats(`{${entries.join(", ")}}`, tool));
}
