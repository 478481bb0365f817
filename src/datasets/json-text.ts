import { clip, ImportError, type JsonObject } from "@/domain";

/** Deeper values overflow the stack of whatever walks them later: schemas, cloning, `JSON.stringify`. */
const MAX_DEPTH = 200;

/** What no later reader could take, though `JSON.parse` does: null when there is nothing. */
export function unreadableIn(value: unknown): string | null {
  let level: unknown[] = typeof value === "object" && value !== null ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `nested more than ${MAX_DEPTH} levels deep`;
    const next: unknown[] = [];
    for (const item of level) {
      for (const child of Object.values(Object(item))) {
        if (typeof child === "object" && child !== null) next.push(child);
        // 1e999 is Infinity to JavaScript, and nothing that is stored or sent can hold it.
        else if (typeof child === "number" && !Number.isFinite(child)) return "a number in it is too large to be read (1e999, for example)";
      }
    }
    level = next;
  }
  return null;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws ImportError "bad-line" that says what is wrong */
export function parseJsonText(text: string): unknown {
  const value = parseSyntax(text);
  const unreadable = unreadableIn(value);
  if (unreadable !== null) throw new ImportError("bad-line", unreadable);
  return value;
}

/** Of many items, of which each is looked at by itself. @throws ImportError "bad-line" */
export function parseSyntax(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Python's json.dumps writes these for floats that JSON has no form for. To guess a value would change data.
    const bare = /(?:^|[:,[\s])(NaN|-?Infinity)(?=[\s,\]}]|$)/.exec(text.slice(0, 1_000_000));
    if (bare !== null) throw new ImportError("bad-line", `not valid JSON: ${bare[1] ?? "NaN"} has no form in JSON (null would be read)`);
    if (text.includes("\0")) throw new ImportError("bad-line", "not valid JSON: it holds a NUL character");
    throw new ImportError("bad-line", `not valid JSON: ${error instanceof Error ? clip(error.message, 200) : "unreadable"}`);
  }
}

/** The fields of a row that are not in `known`. `__proto__` is left out: copied on, it would change objects. */
export function otherFields(row: JsonObject, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !known.has(name) && name !== "__proto__"));
}
