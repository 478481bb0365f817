import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addSpent,
  type Cost,
  costText,
  dayOf,
  FREE,
  NO_SPEND,
  type Spent,
  type Tally,
  tallyCostText,
  tallyOf,
  UNKNOWN_COST,
  type Usage,
  usdText,
} from "@/domain";

const count = fc.option(fc.nat(1_000_000), { nil: null });
const usage: fc.Arbitrary<Usage | null> = fc.option(
  fc.record({ inputTokens: count, outputTokens: count, cachedInputTokens: count, cacheWriteTokens: count, reasoningTokens: count }),
  { nil: null },
);
// Whole cents, so that sums do not depend on their order.
const cost: fc.Arbitrary<Cost> = fc.oneof(
  fc.constant(UNKNOWN_COST),
  fc.constant(FREE),
  fc.record({ usd: fc.nat(10_000), source: fc.constantFrom("provider", "table", "edited") }),
);
const spent: fc.Arbitrary<Spent> = fc.record({ usage, cost, reusedFrom: fc.option(fc.nat(), { nil: null }) });

describe("tallies", () => {
  it("count replies from the store as replies and as nothing else", () => {
    fc.assert(
      fc.property(fc.array(spent), (items) => {
        const all = tallyOf(items);
        const paid = tallyOf(items.filter((item) => item.reusedFrom === null));
        expect(all).toEqual({ ...paid, replies: items.length, reused: items.length - paid.replies });
        expect(paid.reused).toBe(0);
      }),
    );
  });

  it("are the same in any order", () => {
    fc.assert(
      fc.property(fc.array(spent), (spends) => {
        expect(tallyOf(spends.toReversed())).toEqual(tallyOf(spends));
      }),
    );
  });

  it("never hide what is unknown", () => {
    fc.assert(
      fc.property(fc.array(spent), (items) => {
        const tally = tallyOf(items);
        const paid = items.filter((item) => item.reusedFrom === null);
        expect(tally.unknownCosts).toBe(paid.filter((item) => item.cost.usd === null).length);
        expect(tally.usd).toBe(paid.reduce((sum, item) => sum + (item.cost.usd ?? 0), 0));
        if (tally.unknownCosts > 0) expect(tallyCostText(tally)).toContain("unknown");
        else expect(tallyCostText(tally)).not.toContain("unknown");
      }),
    );
  });

  it("say how many replies were not counted by their provider", () => {
    const half: Usage = { inputTokens: 5, outputTokens: null, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null };
    const tally = tallyOf([null, half, { ...half, outputTokens: 7 }].map((one) => ({ usage: one, cost: UNKNOWN_COST, reusedFrom: null })));
    expect(tally).toMatchObject({ unknownUsage: 2, inputTokens: 10, outputTokens: 7 });
  });
});

describe("texts of money", () => {
  it.each([
    [0, "$0.00"],
    [0.000_01, "<$0.0001"],
    [0.0001, "$0.0001"],
    [0.0123, "$0.0123"],
    [0.012_345, "$0.0123"],
    [0.12, "$0.12"],
    [0.1, "$0.10"],
    [0.999_99, "$1.00"],
    [1, "$1.00"],
    [12.345, "$12.35"],
    [1234.5, "$1234.50"],
  ])("%d → %s", (usd, text) => expect(usdText(usd)).toBe(text));

  it("never shows something as nothing", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e6, noNaN: true }), (usd) => {
        expect(usdText(usd)).toMatch(/[1-9]/);
      }),
    );
  });

  it("tells free, unknown and priced apart", () => {
    expect(costText(UNKNOWN_COST)).toBe("unknown");
    expect(costText(FREE)).toBe("free");
    expect(costText({ usd: 0.0123, source: "table" })).toBe("$0.0123");
    expect(costText({ usd: 0, source: "provider" })).toBe("$0.00");
  });

  it.each<[string, Partial<Tally>]>([
    ["$0.00", {}],
    ["$0.00", { replies: 3, reused: 3 }],
    ["free", { replies: 3, reused: 1 }],
    ["$0.0123", { replies: 3, usd: 0.0123 }],
    ["$0.12 + 2 of unknown price", { replies: 3, usd: 0.12, unknownCosts: 2 }],
    ["unknown", { replies: 2, unknownCosts: 2 }],
    ["unknown", { replies: 3, unknownCosts: 2 }],
  ])("%s for %j", (text, tally) => expect(tallyCostText({ ...NO_SPEND, ...tally })).toBe(text));

  it("adds onto nothing", () =>
    expect(addSpent(NO_SPEND, { usage: null, cost: FREE, reusedFrom: 1 })).toEqual({ ...NO_SPEND, replies: 1, reused: 1 }));
});

describe("dayOf", () => {
  it("is the person's own calendar day", () => {
    const at = new Date(2026, 0, 5, 0, 0, 1);
    expect(dayOf(at.getTime())).toBe("2026-01-05");
    expect(dayOf(at.getTime() - 2000)).toBe("2026-01-04");
  });
});
