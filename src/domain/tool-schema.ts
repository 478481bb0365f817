import { z } from "zod";
import type { ChatTool } from "./chat.ts";
import { type JsonObject, jsonObjectSchema } from "./json.ts";
import type { Tool, ToolParameter } from "./tool.ts";

/**
 * Types as annotations and docstrings write them ("list[int]", "Optional[str]", "int | None") as schemas: one reading,
 * for what a model is told (JSON Schema) and for what it sends. What is not understood may be anything.
 */
const ANYTHING = z.unknown();
const MAX_TYPE_CHARS = 500;

/** Of any size: the text of the call keeps what JavaScript's numbers cannot hold. */
const WHOLE = z.number().refine(Number.isInteger, "expected a whole number").meta({ type: "integer" });

const PLAIN: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["int", WHOLE],
  ["integer", WHOLE],
  ["float", z.number()],
  ["number", z.number()],
  ["bool", z.boolean()],
  ["boolean", z.boolean()],
  ["str", z.string()],
  ["string", z.string()],
  ["none", z.null()],
  ["list", z.array(ANYTHING)],
  ["tuple", z.array(ANYTHING)],
  ["set", z.array(ANYTHING)],
  ["sequence", z.array(ANYTHING)],
  ["dict", z.record(z.string(), ANYTHING)],
  ["mapping", z.record(z.string(), ANYTHING)],
]);

/** Cuts at `mark` outside of brackets and quotes. */
function cutAt(text: string, mark: string): string[] {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const char of text) {
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "[") depth += 1;
    else if (char === "]") depth -= 1;
    if (char === mark && depth === 0 && quote === "") parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}

function union(options: readonly z.ZodType[]): z.ZodType {
  const [first, second, ...rest] = options;
  if (first === undefined) return ANYTHING;
  return second === undefined ? first : z.union([first, second, ...rest]);
}

function literal(text: string): z.ZodType {
  const values = cutAt(text, ",").flatMap((part): (string | number)[] => {
    const quoted = /^(['"])(.*)\1$/s.exec(part)?.[2];
    if (quoted !== undefined) return [quoted];
    return /^-?\d+$/.test(part) ? [Number(part)] : [];
  });
  return values.length === 0 ? ANYTHING : z.literal(values);
}

function schemaOf(type: string): z.ZodType {
  const text = type.trim();
  if (text.length > MAX_TYPE_CHARS) return ANYTHING;
  const options = cutAt(text, "|");
  if (options.length > 1) return union(options.map(schemaOf));
  const bare = text.replace(/^typing\./, "");
  const plain = PLAIN.get(bare.toLowerCase());
  if (plain !== undefined) return plain;
  const match = /^([A-Za-z]+)\s*\[(.*)\]$/s.exec(bare);
  if (match === null) return ANYTHING;
  const [, name = "", inside = ""] = match;
  const parts = cutAt(inside, ",");
  const first = schemaOf(parts[0] ?? "");
  switch (name.toLowerCase()) {
    case "list":
    case "set":
    case "sequence":
    case "iterable":
      return z.array(first);
    case "tuple": {
      if (parts[1] === "...") return z.array(first);
      // Not every provider knows lists whose places have types of their own.
      return z
        .array(union(parts.map(schemaOf)))
        .min(parts.length)
        .max(parts.length);
    }
    case "dict":
    case "mapping":
      return z.record(z.string(), schemaOf(parts[1] ?? ""));
    case "optional":
      return union([first, z.null()]);
    case "union":
      return union(parts.map(schemaOf));
    case "literal":
      return literal(inside);
    default:
      return ANYTHING;
  }
}

function described({ type, description, required, default: preset }: ToolParameter): z.ZodType {
  const text = [description, ...(preset === undefined ? [] : [`Default: ${preset}`])].filter((part) => part !== "").join(" ");
  const schema = text === "" ? schemaOf(type) : schemaOf(type).describe(text);
  return required ? schema : schema.optional();
}

function parametersSchema(tool: Pick<Tool, "parameters">): z.ZodType {
  return z.strictObject(Object.fromEntries(tool.parameters.map((parameter) => [parameter.name, described(parameter)])));
}

/** A JSON Schema of type "object" for a tool's parameters, in the words that every provider knows. */
export function toolParametersJsonSchema(tool: Pick<Tool, "parameters">): JsonObject {
  const schema = z.toJSONSchema(parametersSchema(tool), {
    // The same schema is written out where it is used: references are not known everywhere.
    reused: "inline",
    override: ({ jsonSchema }) => {
      delete jsonSchema.propertyNames;
    },
  });
  const { $schema: _dialect, ...parameters } = jsonObjectSchema.parse(JSON.parse(JSON.stringify(schema)));
  return { type: "object", properties: {}, ...parameters };
}

export function chatToolOf(tool: Tool): ChatTool {
  const description = [tool.summary, tool.returns === "" ? "" : `Returns: ${tool.returns}`].filter((part) => part !== "").join("\n\n");
  return { name: tool.name, description: description === "" ? tool.docstring : description, parameters: toolParametersJsonSchema(tool) };
}

/** What is wrong with a call's parameters: missing, unknown, or of another type; null when nothing is. */
export function parametersFault(tool: Pick<Tool, "parameters">, parameters: JsonObject): string | null {
  const parsed = parametersSchema(tool).safeParse(parameters);
  if (parsed.success) return null;
  const issue = parsed.error.issues[0];
  return issue === undefined ? "wrong parameters" : `${issue.path.join(".")}${issue.path.length > 0 ? ": " : ""}${issue.message}`;
}

const NATIVE_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Why these tools cannot be called natively; null when they can. Providers take plain names only. */
export function nativeCallObstacle(tools: readonly Pick<Tool, "name" | "parameters">[]): string | null {
  const names = tools.flatMap((tool) => [tool.name, ...tool.parameters.map(({ name }) => name)]);
  const odd = names.find((name) => !NATIVE_NAME.test(name));
  return odd === undefined ? null : `Providers do not take the name “${odd}” for a tool or a parameter.`;
}
