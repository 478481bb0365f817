import {
  actionAround,
  type FieldKind,
  fieldKindOf,
  type Json,
  parametersFault,
  type Tool,
  type ToolParameter,
  wholeFloats,
} from "@/domain";

/**
 * What a person typed into a tool's form, as the arguments of a call. `literals` are the arguments as JSON
 * texts: integers past 2^53 survive in them, which they would not as JavaScript numbers.
 */
export type ParsedCall = { ok: true; literals: { [key: string]: string } } | { ok: false; errors: { [key: string]: string } };

type ParsedValue = { literal: string } | { absent: true } | { error: string };

const INTEGER = /^[+-]?\d+$/;
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function integerLiteral(text: string): string {
  const sign = text.startsWith("-") ? "-" : "";
  return sign + (text.replace(/^[+-]/, "").replace(/^0+(?=\d)/, "") || "0");
}

function jsonShapeError(type: string, literal: string): string | null {
  const plain = type.replace(/\s/g, "").toLowerCase();
  if (/^(list|tuple|set)\b/.test(plain) && !literal.startsWith("[")) return "Expected a list, such as [1, 2, 3]";
  if (/^dict\b/.test(plain) && !literal.startsWith("{")) return 'Expected an object, such as {"key": 1}';
  return null;
}

function parseJson(parameter: ToolParameter, text: string): ParsedValue {
  const { name, type } = parameter;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    // An unknown type takes plain text too: quoting it by hand would be a riddle.
    if (type === "" && !/^[[{"]/.test(text)) return { literal: JSON.stringify(text) };
    return { error: 'Not valid JSON. Texts go in double quotes: "a"; lists in brackets: [1, 2]' };
  }
  const error = jsonShapeError(type, text);
  if (error !== null) return { error };
  const fault = parametersFault({ parameters: [parameter] }, { [name]: value });
  return fault === null ? { literal: text } : { error: `It does not fit ${type}: ${placed(fault, name)}` };
}

/** "values.1: expected…" as "at [1], expected…". */
function placed(fault: string, name: string): string {
  const { place = "", rest = fault } = new RegExp(`^${name}(?<place>[^:]*): (?<rest>.*)$`, "s").exec(fault)?.groups ?? {};
  const at = place.split(".").filter((part) => part !== "");
  return at.length === 0 ? rest : `at ${at.map((part) => `[${part}]`).join("")}, ${rest}`;
}

export function parseValue(parameter: ToolParameter, raw: string): ParsedValue {
  const kind = fieldKindOf(parameter.type);
  const text = kind === "text" ? raw : raw.trim();
  if (text === "") {
    if (!parameter.required) return { absent: true };
    return kind === "text" ? { literal: '""' } : { error: "This argument is needed" };
  }
  switch (kind) {
    case "integer":
      return INTEGER.test(text) ? { literal: integerLiteral(text) } : { error: "Expected a whole number, such as 3 or -12" };
    case "number":
      if (!NUMBER.test(text) || !Number.isFinite(Number(text))) return { error: "Expected a number, such as 3 or 0.5" };
      if (INTEGER.test(text)) return { literal: integerLiteral(text) };
      // As it was typed where that is JSON: its digits may be more than a JavaScript number holds.
      return { literal: JSON_NUMBER.test(text) ? text : String(Number(text)) };
    case "boolean":
      return text === "true" || text === "false" ? { literal: text } : { error: "Choose true or false" };
    case "text":
      return { literal: JSON.stringify(text) };
    case "json":
      return parseJson(parameter, text);
  }
}

export function parseCall(tool: Tool, values: { readonly [key: string]: string }): ParsedCall {
  const errors: { [key: string]: string } = {};
  const literals: { [key: string]: string } = {};
  for (const parameter of tool.parameters) {
    const value = parseValue(parameter, values[parameter.name] ?? "");
    if ("error" in value) errors[parameter.name] = value.error;
    else if ("literal" in value) literals[parameter.name] = value.literal;
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return { ok: true, literals };
}

/** The action's text, written from the literals. */
export function actionOf(tool: Tool, literals: { readonly [key: string]: string }): string {
  const body = Object.entries(literals)
    .map(([key, literal]) => `${JSON.stringify(key)}: ${literal}`)
    .join(", ");
  return actionAround(tool.name, wholeFloats(`{${body}}`, tool));
}

const KIND_LABEL: Record<FieldKind, string> = {
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  text: "text",
  json: "JSON",
};

/** "whole number", "JSON · list[int]", "anything": what stands beside a field's name. */
export function typeNote(parameter: ToolParameter): string {
  if (parameter.type === "") return "anything";
  const kind = fieldKindOf(parameter.type);
  return kind === "json" ? `JSON · ${parameter.type}` : KIND_LABEL[kind];
}

/** A grid's rows for showing it as a table; null when it is none, or too large to help. */
export function gridOf(value: Json): Json[][] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > 30) return null;
  const rows = value.filter((row): row is Json[] => Array.isArray(row));
  const width = rows[0]?.length ?? 0;
  const plain = rows.every((row) => row.length === width && row.every((cell) => typeof cell !== "object" || cell === null));
  return rows.length === value.length && width > 0 && width <= 30 && plain ? rows : null;
}
