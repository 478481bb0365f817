import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { encode } from "gpt-tokenizer";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_LIMITS,
  type Limits,
  type ModelRequest,
  type Price,
  type Problem,
  problemSchema,
  type PromptEdits,
  type Range,
  type Role,
  type Usage,
} from "@/domain";
import { designerRequest, testerRequest } from "@/synthesis";
import { type EarlierReply } from "../../../src/pipeline/estimate-sizes.ts";
import { estimateRun, type EstimateInput, type RoleCost } from "../../../src/pipeline/estimate.ts";

const PRICE: Price = { input: 1, cachedInput: null, output: 10, source: "table" };
const BUNDLED = fileURLToPath(new URL("../../../src/datasets/bundled/", import.meta.url));
const RECORDINGS = fileURLToPath(new URL("../../../src/llm/recordings/", import.meta.url));
const NAMES = readdirSync(BUNDLED, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

function bundled(name: string): Problem {
  const file = (path: string) => readFileSync(`${BUNDLED}${name}/${path}`, "utf8");
  return problemSchema.parse({
    id: name,
    title: name,
    statement: file("statement.md"),
    solution: file("solution.py"),
    extra: {},
    origin: "bundled",
    addedAt: 1,
  });
}

const PROBLEM = bundled(NAMES[0]!);

type Wishes = {
  limits?: Partial<Limits>;
  cost?: Partial<RoleCost> | ((role: Role) => Partial<RoleCost>);
  history?: readonly EarlierReply[];
} & Partial<Pick<EstimateInput, "problem" | "prompts" | "replyForm">>;

function estimate({ limits = {}, cost = {}, history = [], problem = PROBLEM, prompts = {}, replyForm = "compact" }: Wishes = {}) {
  return estimateRun({
    problem,
    prompts,
    replyForm,
    history,
    limits: { ...DEFAULT_LIMITS, ...limits },
    priceOf: async (role) => ({ price: PRICE, model: "plain", ...(typeof cost === "function" ? cost(role) : cost) }),
  });
}

const ordered = ({ low, likely, high }: Range) => low <= likely && likely <= high;
const written = (outputTokens: number): Usage => ({
  inputTokens: 1,
  outputTokens,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
});
const earlier = (role: Role, model: string, outputs: number[]): EarlierReply[] =>
  outputs.map((output) => ({ role, model, usage: written(output) }));

describe("requests", () => {
  it("are one designer's, its tests and a solver's at least; everything and all repairs at most", async () => {
    const { requests } = await estimate({ limits: { designerReplies: 2, testerReplies: 2, solverReplies: 10, repairs: 1 } });
    // Most: 2 designs and 2 repairs; for each of the 4 candidates 2 + 1 testers and 10 + 1 solvers.
    expect(requests).toEqual({ low: 1 + 2 + 1, likely: Math.ceil(1.5) + 2 + 3, high: 4 + 4 * 3 + 4 * 11 });
  });

  it("count the solvers that are asked ahead", async () => {
    const at = async (concurrency: number, solverReplies = 10) =>
      (await estimate({ cost: { concurrency }, limits: { solverReplies, repairs: 0 } })).requests;
    expect(await at(4)).toMatchObject({ low: 1 + 2 + 4, likely: 1 + 2 + 5 });
    expect(await at(4, 2)).toEqual({ low: 5, likely: 5, high: 5 });
  });

  it("are all of them where nothing stops early", async () => {
    const { requests } = await estimate({ limits: { stopEarly: false, designerReplies: 2, repairs: 0 } });
    expect(requests).toEqual({ low: 26, likely: 26, high: 26 });
  });
});

describe("tokens", () => {
  it("of real requests are met, rather a little high than low", () => {
    const real = ({ system, user }: ModelRequest) => encode(system).length + encode(user).length;
    return Promise.all(
      NAMES.map(async (name) => {
        const problem = bundled(name);
        const alone = await estimate({ problem, limits: { testerReplies: 1, solverReplies: 1, repairs: 0 } });
        const designer = real(designerRequest({ problem, limits: DEFAULT_LIMITS, sample: 0, form: "compact" }));
        const reply = readFileSync(`${RECORDINGS}${name}/designer-0.0.md`, "utf8");
        const [, task = ""] = /<task>([\s\S]*?)<\/task>/.exec(reply) ?? [];
        const [, source = ""] = /<environment>([\s\S]*?)<\/environment>/.exec(reply) ?? [];
        const tester = real(testerRequest({ problem, limits: DEFAULT_LIMITS, sample: 0, taskText: task, source, className: "AEnv" }));
        // About what a task and five to six tools take.
        const solver = 446 + 220 + 600;
        const sum = designer + tester + solver;
        expect([name, alone.inputTokens.low / sum > 0.9, alone.inputTokens.low / sum < 1.25]).toEqual([name, true, true]);
      }),
    );
  });

  it("grow with the problem and with an edited prompt", async () => {
    const plain = await estimate();
    const longer = await estimate({ problem: { ...PROBLEM, statement: PROBLEM.statement + "word ".repeat(720) } });
    // 3600 characters more, in the designer's request and the likely half of a repair.
    expect(longer.inputTokens.low - plain.inputTokens.low).toBe(1000);
    expect(longer.inputTokens.likely - plain.inputTokens.likely).toBe(1500);
    const prompts: PromptEdits = { solver: { system: "Solve.", user: "{{task}} {{tools}}" } };
    expect((await estimate({ prompts })).inputTokens.low).toBeLessThan(plain.inputTokens.low - 300);
    expect(longer.outputTokens).toEqual(plain.outputTokens);
  });

  it("of replies are the usual ones first: fewer for compact replies, more for models that think", async () => {
    const limits = { testerReplies: 1, solverReplies: 1, repairs: 0 };
    const compact = await estimate({ limits });
    expect(compact).toMatchObject({ basis: "usual", outputTokens: { low: 0.6 * 3200, likely: 3200, high: 6400 } });
    expect((await estimate({ limits, replyForm: "full" })).outputTokens.likely).toBe(4600);
    const thinking = await estimate({ limits, cost: { thinks: true } });
    expect(thinking.outputTokens).toEqual({ low: 3200, likely: 6400, high: 3 * 6400 });
    for (const model of [
      "o3-mini",
      "gpt-5-mini",
      "deepseek/deepseek-r1",
      "grok-4-fast-reasoning",
      "qwen3-thinking",
      "openai/gpt-oss-120b",
      "gemini-2.5-flash",
    ]) {
      expect([model, (await estimate({ limits, cost: { model } })).outputTokens.high]).toEqual([model, 3 * 6400]);
    }
    for (const model of ["gpt-4o", "claude-sonnet-4-5", "deepseek-chat", "mistral-medium-latest", "llama-3.3-70b"]) {
      expect([model, (await estimate({ limits, cost: { model } })).outputTokens.high]).toEqual([model, 6400]);
    }
    expect((await estimate({ limits, cost: { model: "o3-mini", thinks: false } })).outputTokens.high).toBe(6400);
  });

  it("of replies are this device's own, once there are three of the same role and model", async () => {
    const limits = { testerReplies: 1, solverReplies: 1, repairs: 0 };
    const known = (model: string, many: number) => [
      ...earlier("designer", model, [100, 300, 200].slice(0, many)),
      ...earlier("tester", model, [10, 30, 20].slice(0, many)),
      ...earlier("solver", model, [1, 3, 2].slice(0, many)),
    ];
    expect(await estimate({ limits, history: known("plain", 3) })).toMatchObject({
      basis: "history",
      outputTokens: { low: 111, likely: 222, high: 333 },
    });
    for (const history of [
      known("plain", 2),
      known("other", 3),
      known("plain", 3).map((item) => ({ ...item, usage: null })),
      known("plain", 3).map((item) => ({ ...item, role: "player" as const })),
    ]) {
      expect(await estimate({ limits, history })).toMatchObject({ basis: "usual", outputTokens: { likely: 3200 } });
    }
    const some = await estimate({ limits, history: earlier("solver", "plain", [7, 7, 7]) });
    expect(some).toMatchObject({ basis: "usual", outputTokens: { likely: 2707 } });
    const many = await estimate({
      limits,
      history: earlier("solver", "plain", [...Array.from({ length: 40 }, () => 7), ...Array.from({ length: 100 }, () => 9000)]),
    });
    expect(many.outputTokens.high).toBe(2400 + 3000 + 7);
  });
});

describe("dollars", () => {
  it("are tokens at the roles' own prices", async () => {
    const whole = await estimate();
    expect(whole.usd?.low).toBeCloseTo((whole.inputTokens.low + 10 * whole.outputTokens.low) / 1_000_000, 5);
    expect(whole.usd?.high).toBeCloseTo((whole.inputTokens.high + 10 * whole.outputTokens.high) / 1_000_000, 5);
    const designer = await estimate({ cost: (role) => ({ price: role === "designer" ? PRICE : { ...PRICE, input: 0, output: 0 } }) });
    expect(designer.usd?.low).toBeLessThan(whole.usd?.low ?? 0);
    expect(designer.free).toBe(false);
  });

  it("are unknown when one price is, and the models are named once", async () => {
    const some = await estimate({ cost: (role) => (role === "designer" ? {} : { price: null, model: "nobody-knows" }) });
    expect(some).toMatchObject({ usd: null, unpriced: ["nobody-knows"], free: false });
    expect(some.requests).toEqual((await estimate()).requests);
  });

  it("are none for models of one's own", async () => {
    const own = await estimate({ cost: { price: { input: 0, cachedInput: 0, output: 0, source: "free" } } });
    expect(own).toMatchObject({ usd: { low: 0, likely: 0, high: 0 }, unpriced: [], free: true });
  });

  it("take the cache into account for what is asked again, and never for the most", async () => {
    const limits = { testerReplies: 1, solverReplies: 1 };
    const price = { ...PRICE, cachedInput: 0.1 };
    const [cached, plain] = [await estimate({ limits, cost: { price } }), await estimate({ limits })];
    // Half a repair repeats the designer's long request; everything else is asked once.
    const { system, user } = designerRequest({ problem: PROBLEM, limits: DEFAULT_LIMITS, sample: 0, form: "compact" });
    const saved = (0.9 * 0.5 * (system.length + user.length)) / 3.6 / 1_000_000;
    expect((plain.usd?.likely ?? 0) - (cached.usd?.likely ?? 0)).toBeCloseTo(saved, 5);
    expect(cached.usd?.low).toBe(plain.usd?.low);
    expect(cached.usd?.high).toBe(plain.usd?.high);
  });

  it("count no cache for requests that are under way at once, or too short to be kept", async () => {
    const limits = { testerReplies: 4, solverReplies: 4, repairs: 0 };
    const saved = async (concurrency: number, more: Wishes = {}) => {
      const plain = await estimate({ limits, cost: { concurrency }, ...more });
      const cached = await estimate({ limits, cost: { concurrency, price: { ...PRICE, cachedInput: 0 } }, ...more });
      return (plain.usd?.likely ?? 0) - (cached.usd?.likely ?? 0);
    };
    expect(await saved(1)).toBeGreaterThan(await saved(2));
    expect(await saved(4)).toBe(0);
    const short: PromptEdits = { tester: { system: "T", user: "T" }, solver: { system: "S", user: "S" } };
    expect(await saved(1, { prompts: short })).toBe(0);
  });
});

describe("ranges", () => {
  it("are in order, whatever is set", async () => {
    const price = fc
      .record({
        input: fc.double({ min: 0, max: 100, noNaN: true }),
        cachedInput: fc.constant(null),
        output: fc.double({ min: 0, max: 100, noNaN: true }),
        source: fc.constant("table" as const),
      })
      .chain((whole) =>
        fc
          .option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null })
          .map((share) => ({ ...whole, cachedInput: share === null ? null : share * whole.input })),
      );
    const limits = fc.record({
      designerReplies: fc.integer({ min: 1, max: 5 }),
      testerReplies: fc.integer({ min: 1, max: 5 }),
      solverReplies: fc.integer({ min: 1, max: 12 }),
      repairs: fc.integer({ min: 0, max: 3 }),
      stopEarly: fc.boolean(),
    });
    const history = fc.array(
      fc.record({
        role: fc.constantFrom("designer", "tester", "solver", "player"),
        model: fc.constant("plain"),
        usage: fc.nat(50_000).map(written),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        limits,
        price,
        history,
        fc.integer({ min: 1, max: 16 }),
        fc.boolean(),
        fc.constantFrom("compact", "full"),
        async (some, priced, known, concurrency, thinks, replyForm) => {
          const result = await estimate({ limits: some, cost: { price: priced, concurrency, thinks }, history: known, replyForm });
          for (const range of [result.requests, result.inputTokens, result.outputTokens]) {
            expect(ordered(range)).toBe(true);
            expect(Object.values(range).every(Number.isInteger)).toBe(true);
          }
          const { usd } = result;
          expect(usd !== null && usd.low >= 0 && usd.low <= usd.likely + 1e-12 && usd.likely <= usd.high + 1e-12).toBe(true);
        },
      ),
    );
  });
});
