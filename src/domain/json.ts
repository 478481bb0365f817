import { z } from "zod";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What writes JSON and copies values calls itself level by level; no honest value is near this. */
const MAX_DEPTH = 1000;

/**
 * Walked with a list instead of calls: a value from a file or a model may be nested deeper than the stack, and one from
 * another realm may hold itself.
 */
function isJson(value: unknown): value is Json {
  const open = new Set<unknown>();
  const left: ({ item: unknown } | { leaves: object })[] = [{ item: value }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if ("leaves" in next) {
      open.delete(next.leaves);
      continue;
    }
    const { item } = next;
    if (Array.isArray(item) || isPlainObject(item)) {
      if (open.has(item) || open.size === MAX_DEPTH) return false;
      open.add(item);
      left.push({ leaves: item });
      for (const part of Object.values(item) as unknown[]) left.push({ item: part });
    } else if (item !== null && typeof item !== "string" && typeof item !== "boolean" && !Number.isFinite(item)) return false;
  }
  return true;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Zod's own schemas for these copy the value and leave out an entry called "__proto__", which Python may well send. */
export const jsonSchema: z.ZodType<Json> = z.custom<Json>(isJson, "Invalid JSON value");
export const jsonObjectSchema: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => isPlainObject(value) && isJson(value),
  "Invalid JSON object",
);

/**
 * Numbers as they were written, by JSON pointer, where JavaScript's own would be written otherwise: integers beyond
 * 2^53, `1.0`, `1e5`.
 */
export const numberTextsSchema = z.record(z.string(), z.string());
export type NumberTexts = z.infer<typeof numberTextsSchema>;
