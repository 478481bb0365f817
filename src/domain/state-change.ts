import { z } from "zod";
import { type Json, jsonSchema } from "./json.ts";
import type { HiddenState } from "./trace.ts";

/**
 * What a step changed in the hidden state: places and their new values, so that an episode of hundreds of steps does
 * not hold hundreds of states. `length`: a list became shorter. `gone`: an entry was taken away.
 */
const placeSchema = z
  .array(z.union([z.string(), z.number().int().min(0)]))
  .min(1)
  .max(64);
export const stateChangeSchema = z.array(
  z.union([
    z.object({ at: placeSchema, to: jsonSchema }),
    z.object({ at: placeSchema, length: z.number().int().min(0) }),
    z.object({ at: placeSchema, gone: z.literal(true) }),
  ]),
);
export type StateChange = z.infer<typeof stateChangeSchema>;
type Edit = StateChange[number];
type Place = Edit["at"];
type Container = Json[] | { [key: string]: Json };

const isContainer = (value: Json | undefined): value is Container => typeof value === "object" && value !== null;

function equal(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equal(valueAt(one, key) ?? null, valueAt(other, key) ?? null))
  );
}

/** Own entries only: a state from a link may name its attributes like parts of every object. */
function valueAt(container: Container, key: string | number): Json | undefined {
  if (Array.isArray(container)) return typeof key === "number" || /^\d+$/.test(key) ? container[Number(key)] : undefined;
  return Object.hasOwn(container, key) ? container[String(key)] : undefined;
}

function collect(before: Json, after: Json, at: Place, edits: Edit[]): void {
  if (equal(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    const same = before.filter((item, index) => index < after.length && equal(item, after[index] ?? null)).length;
    // Where most has moved, the new list is shorter than the list of what moved.
    if (same * 2 < after.length || at.length >= 60) {
      edits.push({ at, to: after });
      return;
    }
    if (after.length < before.length) edits.push({ at, length: after.length });
    for (const [index, item] of after.entries()) {
      const known = before[index];
      if (known === undefined) edits.push({ at: [...at, index], to: item });
      else collect(known, item, [...at, index], edits);
    }
    return;
  }
  if (isContainer(before) && isContainer(after) && !Array.isArray(before) && !Array.isArray(after) && at.length < 60) {
    collectEntries(before, after, at, edits);
    return;
  }
  edits.push({ at, to: after });
}

function collectEntries(before: { [key: string]: Json }, after: { [key: string]: Json }, at: Place, edits: Edit[]): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) edits.push({ at: [...at, key], gone: true });
  for (const [key, value] of Object.entries(after)) {
    const known = valueAt(before, key);
    if (known === undefined) edits.push({ at: [...at, key], to: value });
    else collect(known, value, [...at, key], edits);
  }
}

export function stateChange(before: HiddenState, after: HiddenState): StateChange {
  const edits: Edit[] = [];
  collectEntries(before, after, [], edits);
  return edits;
}

/** The value with one edit made; what does not fit leaves it as it is. Nothing of the old value is changed. */
function edited(value: Json, place: Place, edit: Edit): Json {
  const [key, ...rest] = place;
  if (key === undefined) {
    if ("length" in edit) return Array.isArray(value) ? value.slice(0, edit.length) : value;
    return "to" in edit ? edit.to : value;
  }
  if (!isContainer(value)) return value;
  const removes = rest.length === 0 && "gone" in edit;
  const known = valueAt(value, key);
  if (known === undefined && (rest.length > 0 || removes)) return value;
  if (Array.isArray(value)) {
    // A gap would make a huge list of a short link.
    if (typeof key !== "number" || key > value.length || removes) return value;
    const item = edited(known ?? null, rest, edit);
    return key === value.length ? [...value, item] : value.with(key, item);
  }
  const name = String(key);
  // `fromEntries` makes own entries of any name, "__proto__" too.
  if (removes) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  const item = edited(known ?? null, rest, edit);
  if (known === undefined) return Object.fromEntries([...Object.entries(value), [name, item]]);
  return Object.fromEntries(Object.entries(value).map(([other, kept]) => [other, other === name ? item : kept]));
}

export function applyStateChange(state: HiddenState, change: StateChange): HiddenState {
  let value: Json = state;
  for (const edit of change) value = edited(value, edit.at, edit);
  return isContainer(value) && !Array.isArray(value) ? value : state;
}
