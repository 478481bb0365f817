import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonObjectSchema, jsonSchema } from "@/domain";

const named = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString")), fc.jsonValue(), {
  noNullPrototype: true,
});

describe("values of JSON", () => {
  it("come through the schema as they are, whatever their entries are called", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), named, fc.array(named)), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(jsonSchema.parse(JSON.parse(text)))).toBe(text);
      }),
    );
    const own = JSON.parse('{"__proto__": 1, "a": {"__proto__": {"b": 2}}}') as unknown;
    expect(JSON.stringify(jsonObjectSchema.parse(own))).toBe('{"__proto__":1,"a":{"__proto__":{"b":2}}}');
  });

  it("are nested no deeper than what writes them can go, and are refused without a throw", () => {
    const nested = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as unknown;
    expect(JSON.stringify(jsonSchema.parse(nested(1000)))).toHaveLength(2000);
    for (const depth of [1001, 200_000]) expect(jsonSchema.safeParse(nested(depth)).success).toBe(false);
  });

  it("may hold one thing twice, and not themselves", () => {
    const part = { a: [1] };
    expect(jsonSchema.safeParse([part, part]).success).toBe(true);
    const round: unknown[] = [];
    round.push({ round });
    expect(jsonSchema.safeParse(round).success).toBe(false);
  });

  it.each([
    [undefined],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1n],
    [new Date(0)],
    [new Map()],
    [new Uint8Array(2)],
    [() => 1],
    [Symbol("a")],
  ])("are not %s", (value) => {
    expect(jsonSchema.safeParse({ value }).success).toBe(false);
  });

  it("are no objects where they are lists", () => {
    for (const value of [[], null, 1, "{}"]) expect(jsonObjectSchema.safeParse(value).success).toBe(false);
  });
});
