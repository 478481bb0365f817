import { clip, ImportError, type JsonObject } from "@/domain";

/** Deeper values overflow the stack of whatever walks them later: schemas, cloning, `JSON.stringify`. */
export const MAX_DEPTH = 200;

export function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let at = 0; at <= depth; at += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      for (const child of Object.values(item)) if (typeof child === "object" && child !== null) next.push(child);
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws ImportError "bad-line" that says what is wrong */
export function parseJsonText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Python's json.dumps writes these for floats that JSON has no form for. To guess a value would change data.
    const bare = /(?:^|[:,[\s])(NaN|-?Infinity)(?=[\s,\]}]|$)/.exec(text.slice(0, 1_000_000));
    if (bare !== null) throw new ImportError("bad-line", `not valid JSON: ${bare[1] ?? "NaN"} has no form in JSON (null would be read)`);
    throw new ImportError("bad-line", `not valid JSON: ${error instanceof Error ? clip(error.message, 200) : "unreadable"}`);
  }
  if (isDeeperThan(value, MAX_DEPTH)) throw new ImportError("bad-line", `nested more than ${MAX_DEPTH} levels deep`);
  return value;
}

/** The fields of a row that are not in `known`. `__proto__` is left out: copied on, it would change objects. */
export function otherFields(row: JsonObject, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !known.has(name) && name !== "__proto__"));
}
