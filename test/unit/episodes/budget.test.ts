import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CancelledError } from "@/domain";
import { type Amount, Budget, type Caps } from "../../../src/episodes/budget.ts";

/** Players who ask over and over, several at once; each request takes what `priceOf` says. */
class Table {
  spent: Amount = { usd: 0, tokens: 0 };
  under = 0;
  mostUnder = 0;
  readonly budget: Budget;
  readonly stop = new AbortController();

  constructor(caps: Caps) {
    this.budget = new Budget(caps, () => this.spent);
  }

  async ask(player: number, price: Amount, turns = 1): Promise<"asked" | "capped"> {
    const took = { usd: 0, tokens: 0 };
    const outcome = await this.budget.spend(
      player,
      () => ({ ...took }),
      this.stop.signal,
      async () => {
        this.under += 1;
        this.mostUnder = Math.max(this.mostUnder, this.under);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        this.under -= 1;
        for (const sum of [took, this.spent]) {
          sum.usd += price.usd;
          sum.tokens += price.tokens;
        }
        return "asked" as const;
      },
    );
    return outcome;
  }
}

describe("an evaluation's cap with several requests at once", () => {
  it("is never passed when all requests of a player take the same, after a first one that fits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 50, max: 400 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (price, cap, count, turns) => {
          const table = new Table({ usd: null, tokens: cap });
          const asked = await Promise.all(
            Array.from({ length: count }, (_, index) => table.ask(0, { usd: 0, tokens: price }, 1 + (index % turns))),
          );
          expect(table.spent.tokens).toBeLessThanOrEqual(cap);
          // And all of it is used.
          expect(asked.filter((outcome) => outcome === "asked")).toHaveLength(Math.min(count, Math.floor(cap / price)));
        },
      ),
    );
  });

  it("lets one request out alone while nothing is known of its player, then several", async () => {
    const table = new Table({ usd: 1, tokens: null });
    await Promise.all([table.ask(0, { usd: 0.1, tokens: 5 }, 3), table.ask(0, { usd: 0.1, tokens: 5 }, 3)]);
    expect(table.mostUnder).toBe(1);
    await Promise.all([table.ask(0, { usd: 0.1, tokens: 5 }, 3), table.ask(0, { usd: 0.1, tokens: 5 }, 3)]);
    expect(table.mostUnder).toBe(2);
  });

  it("stands in nobody's way without caps", async () => {
    const table = new Table({ usd: null, tokens: null });
    await Promise.all(Array.from({ length: 5 }, () => table.ask(0, { usd: 9, tokens: 9 }, 3)));
    expect(table.mostUnder).toBe(5);
  });

  it("stops waiting when the evaluation is stopped", async () => {
    const table = new Table({ usd: null, tokens: 100 });
    const first = table.ask(0, { usd: 0, tokens: 10 }, 5);
    const second = table.ask(0, { usd: 0, tokens: 10 });
    table.stop.abort();
    await first;
    await expect(second).rejects.toBeInstanceOf(CancelledError);
  });
});
