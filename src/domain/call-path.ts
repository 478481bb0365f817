import type { Json } from "./json.ts";
import { isExact, mapNumbers } from "./json-scan.ts";
import { callOf } from "./trace-view.ts";

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** The same for the same call, however its text is written. */
export function callKey(action: string): string {
  const call = callOf(action);
  if (call === null) return action;
  // Numbers that JavaScript would round are compared by their digits.
  const parameters = [...call.literals].map(([key, text]): [string, Json] => [
    key,
    JSON.parse(mapNumbers(text, (number) => (isExact(number) ? number : JSON.stringify([number])))) as Json,
  ]);
  return JSON.stringify([call.name, sorted(Object.fromEntries(parameters))]);
}

export type Comparison = {
  /** So many first calls are the same. */
  same: number;
  /** Of the reference's calls: whether it was made, in their order. */
  made: readonly boolean[];
  /** Its first call that was not made; null when all were. */
  next: number | null;
};

/** Follows the reference's path through another one: a call counts when it comes after those before it. */
export function compareWith(reference: readonly string[], actions: readonly string[]): Comparison {
  const wanted = reference.map(callKey);
  const done = actions.map(callKey);
  const parted = done.findIndex((key, index) => key !== wanted[index]);
  let next = 0;
  for (const key of done) if (next < wanted.length && key === wanted[next]) next += 1;
  return {
    same: parted < 0 ? done.length : parted,
    made: wanted.map((_, index) => index < next),
    next: next < wanted.length ? next : null,
  };
}
