import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyStateChange, type HiddenState, stateChange, stateChangeSchema } from "@/domain";

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }) as fc.Arbitrary<HiddenState[string]>;
const state: fc.Arbitrary<HiddenState> = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "0", "length")),
  json,
  { noNullPrototype: true },
);

/** A state, and one that a step may have made of it: most of it is the same. */
const step = fc
  .tuple(state, fc.array(fc.tuple(fc.constantFrom("a", "b", "queue", "__proto__"), json), { maxLength: 3 }))
  .map(([before, changes]) => {
    const base: HiddenState = { ...before, queue: [1, 2, { at: 3 }], a: { deep: [["x"]] } };
    return [base, Object.fromEntries([...Object.entries(base), ...changes])] as const;
  });

describe("differences of hidden states", () => {
  it("lead from any state to any other", () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        const copy = structuredClone(before);
        expect(applyStateChange(before, stateChange(before, after))).toEqual(after);
        expect(before).toEqual(copy);
      }),
      { numRuns: 400 },
    );
  });

  it("lead from a state to the next, and survive being stored", () => {
    fc.assert(
      fc.property(step, ([before, after]) => {
        const stored = stateChangeSchema.parse(JSON.parse(JSON.stringify(stateChange(before, after))));
        // JSON has one zero only.
        expect(JSON.parse(JSON.stringify(applyStateChange(before, stored)))).toEqual(JSON.parse(JSON.stringify(after)));
      }),
      { numRuns: 400 },
    );
  });

  it("are empty between equal states, whatever the order of their entries", () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(stateChange(value, Object.fromEntries(Object.entries(structuredClone(value)).toReversed()))).toEqual([]);
      }),
    );
  });

  it("name the place and no more", () => {
    const before = {
      grid: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      log: ["a", "b", "c"],
      at: 1,
      old: true,
    };
    const after = {
      grid: [
        [0, 0],
        [0, 7],
        [0, 0],
      ],
      log: ["a", "b"],
      at: 2,
    };
    expect(stateChange(before, after)).toEqual([
      { at: ["old"], gone: true },
      { at: ["grid", 1, 1], to: 7 },
      { at: ["log"], length: 2 },
      { at: ["at"], to: 2 },
    ]);
  });

  it("that do not fit change nothing, and never throw or make huge lists", () => {
    fc.assert(
      fc.property(state, state, state, (before, after, other) => {
        applyStateChange(other, stateChange(before, after));
      }),
    );
    expect(applyStateChange({ list: [1] }, [{ at: ["list", 4_000_000_000], to: 1 }])).toEqual({ list: [1] });
    expect(applyStateChange({ list: [1] }, [{ at: ["list", 1], to: 2 }])).toEqual({ list: [1, 2] });
    expect(applyStateChange({ list: [1] }, [{ at: ["none", "deep"], to: 1 }])).toEqual({ list: [1] });
    expect(
      applyStateChange({ text: "abc" }, [
        { at: ["text", 0], to: "x" },
        { at: ["text"], length: 1 },
      ]),
    ).toEqual({ text: "abc" });
  });

  it("of a hostile link do not reach what all objects share", () => {
    const change = stateChangeSchema.parse([
      { at: ["__proto__", "polluted"], to: true },
      { at: ["constructor", "prototype", "polluted"], to: true },
    ]);
    expect(applyStateChange({}, change)).toEqual({});
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});
