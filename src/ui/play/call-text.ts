import { callOf, type Json, jsonDepth } from "@/domain";

const PYTHON: ReadonlyMap<string, string> = new Map([
  ["null", "None"],
  ["true", "True"],
  ["false", "False"],
  [",", ", "],
  [":", ": "],
]);
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|null|true|false|[,:]|\s+/gs;

/** A JSON value as Python writes it; numbers keep the digits that they were written with. */
function pythonText(json: string): string {
  return json.replace(TOKEN, (token) => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : (PYTHON.get(token) ?? "")));
}

/** `Add(x=3, text="a")`; the action as it was sent when it was no well-formed call. */
export function callText(action: string): string {
  const call = callOf(action);
  if (call === null) return action;
  return `${call.name}(${[...call.literals].map(([key, json]) => `${key}=${pythonText(json)}`).join(", ")})`;
}

/** Laying out reads each level again: longer and deeper ones stay as they came. */
const MAX_LAID_OUT = { chars: 100_000, depth: 40 };

/** A JSON observation laid out over lines when it is long; any other text as it came. */
export function observationText(observation: string): string {
  if (observation.length < 60 || observation.length > MAX_LAID_OUT.chars || !/^\s*[[{]/.test(observation)) return observation;
  // Laying out would round integers past 2^53: such a text stays as it is.
  if (/\d{16,}/.test(observation)) return observation;
  if (jsonDepth(observation) > MAX_LAID_OUT.depth) return observation;
  try {
    return compact(JSON.parse(observation) as Json, "");
  } catch {
    return observation;
  }
}

/** JSON on one line, with a space after commas and colons. */
export function flatText(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatText).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${flatText(item)}`)
    .join(", ")}}`;
}

/** Like JSON.stringify with indentation, but what fits on a line stays on it. */
function compact(value: Json, indent: string): string {
  const flat = flatText(value);
  if (value === null || typeof value !== "object" || flat.length + indent.length <= 60) return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((item) => deeper + compact(item, deeper)).join(",\n")}\n${indent}]`;
  return `{\n${Object.entries(value)
    .map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${compact(item, deeper)}`)
    .join(",\n")}\n${indent}}`;
}
