import { describe, expect, it } from "vitest";
import type { EvaluationPlan, Price } from "@/domain";
import { type EarlierTurn, estimateEvaluation } from "../../../src/state/evaluation-estimate.ts";
import { modelNamed, planOver, REFERENCE } from "../../support/evaluations.ts";

const PRICE: Price = { input: 1, cachedInput: 0.1, output: 4, source: "table" };
const environment = () => ({ tools: [], taskText: "x".repeat(3600) });
const estimate = (plan: EvaluationPlan, more: { price?: Price | null; history?: EarlierTurn[] } = {}) =>
  estimateEvaluation({
    plan,
    environment,
    priceOf: async () => (more.price === undefined ? PRICE : more.price),
    history: more.history ?? [],
  });

describe("what an evaluation will take", () => {
  it("is nothing without a model", async () => {
    expect(await estimate(planOver({ players: [REFERENCE] }))).toMatchObject({
      requests: { low: 0, likely: 0, high: 0 },
      usd: { low: 0, likely: 0, high: 0 },
      free: true,
    });
  });

  it("is one request a round of the reference solver, for each try and model", async () => {
    const { requests } = await estimate(planOver({ tasks: [12, 30], players: [REFERENCE, modelNamed("a"), modelNamed("b")], tries: 4 }));
    expect(requests).toEqual({ low: (4 + 10) * 8, likely: 42 * 8, high: 168 * 8 });
  });

  it("keeps to the round limit, and sends the whole conversation with each turn", async () => {
    const plan = planOver({ tasks: [10], players: [modelNamed("m")], tries: 1 });
    const limited = { ...plan, limits: { ...plan.limits, rounds: 12 } };
    expect((await estimate(limited)).requests.high).toBe(12);
    const single = await estimate({ ...plan, limits: { ...plan.limits, rounds: 1 } });
    const many = await estimate(plan);
    expect(many.inputTokens.likely).toBeGreaterThan(10 * single.inputTokens.likely + 40 * 100);
  });

  it("costs more for each turn that is longer, and no more than its cap", async () => {
    const plan = planOver({ tasks: [20], players: [modelNamed("m")] });
    const usual = await estimate(plan);
    expect(usual.basis).toBe("usual");
    if (usual.usd === null) throw new Error("priced");
    expect(usual.usd.low).toBeLessThan(usual.usd.likely);
    expect(usual.usd.likely).toBeLessThan(usual.usd.high);
    const capped = await estimate({ ...plan, caps: { usd: 0.001, tokens: null } });
    expect(capped.usd?.high).toBe(0.001);
    const long = await estimate(plan, {
      history: Array.from({ length: 5 }, () => ({ role: "player", model: "m", usage: { outputTokens: 3000 } })),
    });
    expect(long).toMatchObject({ basis: "history", outputTokens: { likely: 20 * 4 * 3000 } });
  });

  it("names a model whose price nobody knows, and says free only of what is", async () => {
    const plan = planOver({ players: [modelNamed("m")] });
    expect(await estimate(plan, { price: null })).toMatchObject({ usd: null, unpriced: ["m"], free: false });
    expect(await estimate(plan, { price: { input: 0, cachedInput: null, output: 0, source: "free" } })).toMatchObject({ free: true });
  });
});
