import { fieldKindOf, isExact, type Json, jsonSchema, type ToolParameter, type TraceCall } from "@/domain";

/** What scripted players have seen in observations, in the order of its appearance, each value once. */
export type Seen = { numbers: number[]; texts: string[]; lists: Json[][] };

const MAX_VALUES = 200;
const MAX_TEXT = 200;

function add<T>(into: T[], value: T): void {
  if (into.length < MAX_VALUES && !into.includes(value)) into.push(value);
}

function collect(value: Json, seen: Seen, depth = 0): void {
  if (depth > 8) return;
  if (typeof value === "number") add(seen.numbers, value);
  else if (typeof value === "string" && value !== "" && value.length <= MAX_TEXT) add(seen.texts, value);
  else if (Array.isArray(value)) {
    if (seen.lists.length < MAX_VALUES) seen.lists.push(value);
    for (const item of value) collect(item, seen, depth + 1);
  } else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) collect(item, seen, depth + 1);
}

/** Undefined for what is no JSON, or holds numbers that would be others when they are written again. */
function valueOf(observation: string): Json | undefined {
  if (/\d{16,}/.test(observation)) return undefined;
  try {
    return jsonSchema.parse(JSON.parse(observation));
  } catch {
    return undefined;
  }
}

export function seenValues(calls: readonly Pick<TraceCall, "observation">[]): Seen {
  const seen: Seen = { numbers: [], texts: [], lists: [] };
  for (const { observation } of calls) {
    const json = valueOf(observation);
    if (json !== undefined) collect(json, seen);
    else {
      for (const [number] of observation.slice(0, 2000).matchAll(/-?\d+(?:\.\d+)?/g))
        if (isExact(number)) add(seen.numbers, Number(number));
      for (const [word] of observation.slice(0, 2000).matchAll(/[A-Za-z_]\w*/g)) add(seen.texts, word);
    }
  }
  return seen;
}

/** Values that fit a parameter, the simplest first. */
export function valuesFor({ type }: Pick<ToolParameter, "type">, seen: Seen): Json[] {
  const unique = <T extends Json>(values: readonly T[]): T[] => [...new Set(values)];
  switch (fieldKindOf(type)) {
    case "integer":
      return unique([0, 1, 2, ...seen.numbers.filter((value) => Number.isSafeInteger(value))]);
    case "number":
      return unique([0, 1, 0.5, ...seen.numbers]);
    case "boolean":
      return [true, false];
    case "text":
      return unique(["", ...seen.texts, "a"]);
    case "json":
      return [[], ...seen.lists, 0, ...seen.texts.slice(0, 5)];
  }
}
