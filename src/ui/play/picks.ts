import { fieldKindOf, type Json, jsonSchema, type ToolParameter } from "@/domain";

/** Pieces of an observation; `value` is the JSON text of what can be picked. */
export type Segment = { text: string; value: string | null };

/** Names of entries are matched with their colon, so that they can be passed over whole. */
const VALUE = /"(?:[^"\\]|\\.)*"(?:\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false)\b/g;
/** Longer observations are shown without anything to pick: each value is an element of the page. */
const MAX_CHARS = 6000;
const MAX_PICKS = 300;

/** A number inside a word ("x1") is no value. */
const isWithinWord = (text: string, at: number, match: string): boolean =>
  /^[-\d]/.test(match) && (/\w$/.test(text.slice(0, at)) || /^\w/.test(text.slice(at + match.length)));

export function segmentsOf(text: string): Segment[] {
  if (text.length > MAX_CHARS) return [{ text, value: null }];
  const segments: Segment[] = [];
  let end = 0;
  let picks = 0;
  for (const { 0: match, index } of text.matchAll(VALUE)) {
    if (picks >= MAX_PICKS || match.endsWith(":") || isWithinWord(text, index, match)) continue;
    if (index > end) segments.push({ text: text.slice(end, index), value: null });
    segments.push({ text: match, value: match });
    end = index + match.length;
    picks += 1;
  }
  if (end < text.length) segments.push({ text: text.slice(end), value: null });
  return segments;
}

function textIn(value: string): string | null {
  if (!value.startsWith('"')) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "string" ? parsed : null;
  } catch {
    return null;
  }
}

/** What stands in a field of this kind after `value` (JSON text) was picked for it. */
export function pickedText({ type }: Pick<ToolParameter, "type">, value: string): string {
  return fieldKindOf(type) === "json" && type !== "" ? value : (textIn(value) ?? value);
}

function lists(value: Json, into: string[], depth = 0): void {
  if (depth > 4 || typeof value !== "object" || value === null) return;
  into.push(JSON.stringify(value));
  for (const item of Object.values(value)) lists(item, into, depth + 1);
}

function valuesIn(observation: string): string[] {
  const scalars = segmentsOf(observation).flatMap(({ value }) => value ?? []);
  // Read and written again, large numbers would be others.
  if (/\d{16,}/.test(observation)) return scalars;
  try {
    const whole: string[] = [];
    lists(jsonSchema.parse(JSON.parse(observation)), whole);
    return [...scalars, ...whole];
  } catch {
    const plain = observation.trim();
    return scalars.length === 0 && plain !== "" && plain.length <= 60 ? [JSON.stringify(plain)] : scalars;
  }
}

function fits({ type }: Pick<ToolParameter, "type">, value: string): boolean {
  switch (fieldKindOf(type)) {
    case "integer":
      return /^-?\d+$/.test(value);
    case "number":
      return /^-?\d/.test(value);
    case "boolean":
      return false;
    case "text":
      return value.startsWith('"');
    case "json": {
      const plain = type.replace(/\s/g, "").toLowerCase();
      if (/^(list|tuple|set|sequence)\b/.test(plain)) return value.startsWith("[");
      if (/^(dict|mapping)\b/.test(plain)) return value.startsWith("{");
      return true;
    }
  }
}

const MOST_OFFERED = 10;
const MAX_OFFERED_CHARS = 300;

/** Values that were seen and fit a parameter, the last seen first, each once. */
export function offeredValues(parameter: Pick<ToolParameter, "type">, observations: readonly string[]): string[] {
  const offered = new Set<string>();
  for (const observation of observations.toReversed().slice(0, 40)) {
    for (const value of valuesIn(observation)) {
      if (offered.size >= MOST_OFFERED) return [...offered];
      if (value.length <= MAX_OFFERED_CHARS && fits(parameter, value)) offered.add(value);
    }
  }
  return [...offered];
}
