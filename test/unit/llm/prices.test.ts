import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type CallSettings, PROVIDER_FACTS, PROVIDERS, type PriceEdit, type ProviderId, type Usage } from "@/domain";
import { createPriceBook, PRICE_TABLE } from "../../../src/llm/prices/prices.ts";

const settings = (provider: ProviderId, model: string, baseUrl: string = PROVIDER_FACTS[provider].baseUrl): CallSettings => ({
  provider,
  baseUrl,
  api: "chat",
  model,
  temperature: null,
  maxOutputTokens: null,
  effort: null,
});
const usage = (inputTokens: number | null, outputTokens: number | null, more: Partial<Usage> = {}): Usage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  ...more,
});
const edit = (provider: ProviderId, model: string, input: number, cachedInput: number | null, output: number): PriceEdit => ({
  provider,
  model,
  input,
  cachedInput,
  output,
  editedAt: 1,
});
const UNKNOWN = { usd: null, source: "unknown" };
const book = createPriceBook(() => []);
const MILLION = 1_000_000;

describe("the price table", () => {
  it("is of the version that is pinned and installed, and says its day", () => {
    const at = (path: string): { version: string; dependencies: Record<string, string> } =>
      JSON.parse(readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8"));
    const pinned = at("package.json").dependencies["@pydantic/genai-prices"];
    expect(pinned).toBe(at("node_modules/@pydantic/genai-prices/package.json").version);
    expect(PRICE_TABLE).toEqual({ source: `genai-prices ${pinned}`, date: "2026-09-23" });
    expect(pinned).toBe("0.1.8");
  });

  it.each<[ProviderId, string]>([
    ["openai", "gpt-5-mini"],
    ["anthropic", "claude-sonnet-4-5"],
    ["google", "gemini-2.5-flash"],
    ["openrouter", "deepseek/deepseek-chat"],
    ["mistral", "mistral-medium-latest"],
    ["groq", "openai/gpt-oss-120b"],
    ["deepseek", "deepseek-chat"],
    ["xai", "grok-4-fast"],
    ["together", "meta-llama/Llama-3.3-70B-Instruct-Turbo"],
  ])("knows %s %s", async (provider, model) => {
    const price = await book.price(provider, model);
    expect(price).toMatchObject({ source: "table" });
    expect(price?.input).toBeGreaterThan(0);
    expect(price?.output).toBeGreaterThan(0);
    const cost = await book.cost(settings(provider, model), model, usage(1000, 100), null);
    expect(cost.source).toBe("table");
    // Some cost by the time of day, and both were asked at nearly the same one.
    expect(cost.usd).toBeCloseTo((1000 * (price?.input ?? 0) + 100 * (price?.output ?? 0)) / MILLION, 9);
  });

  it("finds dated names, Google's long names, and the lowest tier", async () => {
    expect(await book.price("openai", "gpt-5-mini-2025-08-07")).toEqual(await book.price("openai", "gpt-5-mini"));
    expect(await book.price("google", "models/gemini-2.5-pro")).toEqual(await book.price("google", "gemini-2.5-pro"));
    expect(await book.price("google", "gemini-2.5-pro")).toEqual({ input: 1.25, cachedInput: 0.125, output: 10, source: "table" });
  });

  it("says unknown of a model that it does not have, and of one of another provider", async () => {
    for (const [provider, model] of [
      ["openai", "no-such-model"],
      ["anthropic", "gpt-5"],
      ["together", "Qwen/Qwen3-Next-80B-A3B-Instruct"],
      ["openai", ""],
    ] as const) {
      expect(await book.price(provider, model)).toBeNull();
      expect(await book.cost(settings(provider, model), model, usage(1000, 100), null)).toEqual(UNKNOWN);
    }
  });

  it("takes 0 only where it is said to be free, not where a price for text is missing", async () => {
    expect(await book.price("openrouter", "deepseek/deepseek-r1:free")).toMatchObject({ input: 0, output: 0 });
    expect(await book.price("google", "gemma-4-31b-it")).toMatchObject({ input: 0, output: 0 });
    expect(await book.price("openai", "whisper-1")).toBeNull();
    expect(await book.price("openrouter", "google/lyria-3-pro-preview")).toBeNull();
    expect(await book.cost(settings("openai", "gpt-transcribe"), "gpt-transcribe", usage(1000, 100), null)).toEqual(UNKNOWN);
  });

  it("looks compatible addresses up by their host", async () => {
    const at = (baseUrl: string) => book.cost(settings("compatible", "gpt-5", baseUrl), "gpt-5", usage(MILLION, MILLION), null);
    expect(await at("https://api.openai.com/v1")).toEqual({ usd: 11.25, source: "table" });
    expect(await at("https://models.example.com/v1")).toEqual(UNKNOWN);
    expect(await at("")).toEqual(UNKNOWN);
    expect(await book.price("compatible", "gpt-5", "https://api.openai.com/v1")).toMatchObject({ input: 1.25 });
    expect(await book.price("compatible", "gpt-5")).toBeNull();
  });

  it("takes a server on this computer for free, unless its reply or the person says what it costs", async () => {
    const local = ["http://localhost:11434/v1", "http://127.0.0.1:4000/v1", "127.0.0.1:8000", "http://[::1]:8080/v1"];
    for (const baseUrl of local) {
      expect(await book.price("compatible", "gpt-5", baseUrl), baseUrl).toMatchObject({ input: 0, output: 0, source: "free" });
      expect(await book.cost(settings("compatible", "gpt-5", baseUrl), "gpt-5", null, null), baseUrl).toEqual({ usd: 0, source: "free" });
      expect(await book.cost(settings("compatible", "gpt-5", baseUrl), "gpt-5", null, 0.25), baseUrl).toEqual({
        usd: 0.25,
        source: "provider",
      });
    }
    const priced = createPriceBook(() => [edit("compatible", "gpt-5", 1, null, 2)]);
    expect(await priced.cost(settings("compatible", "gpt-5", local[0]), "gpt-5", usage(MILLION, MILLION), null)).toEqual({
      usd: 3,
      source: "edited",
    });
    expect(await priced.cost(settings("compatible", "gpt-5", local[0]), "gpt-5", null, null)).toEqual(UNKNOWN);
    for (const baseUrl of [
      "https://localhost.example.com/v1",
      "https://models.example.com/127.0.0.1",
      "http://192.168.1.9:8000/v1",
      "http:// /",
    ])
      expect(await book.price("compatible", "nobody-knows", baseUrl), baseUrl).toBeNull();
  });

  it("prices the model that replied, and the one that was asked for when that is not known", async () => {
    const asked = settings("openrouter", "openrouter/auto");
    expect((await book.cost(asked, "openai/gpt-5", usage(MILLION, 0), null)).usd).toBeCloseTo(1.25);
    expect((await book.cost(settings("openai", "gpt-5"), "a name of a proxy", usage(MILLION, 0), null)).usd).toBeCloseTo(1.25);
  });

  describe("without a network", () => {
    afterEach(() => vi.unstubAllGlobals());
    it("works, and asks for nothing", async () => {
      const fetched: unknown[] = [];
      vi.stubGlobal("fetch", (...args: unknown[]) => {
        fetched.push(args);
        return Promise.reject(new TypeError("no network here"));
      });
      expect((await book.cost(settings("openai", "gpt-5"), "gpt-5", usage(1000, 1000), null)).source).toBe("table");
      expect(fetched).toEqual([]);
    });
  });
});

describe("cost", () => {
  const gpt5 = settings("openai", "gpt-5");

  it("puts cached and written input at their own prices", async () => {
    const cached = await book.cost(gpt5, "gpt-5", usage(MILLION, 0, { cachedInputTokens: 400_000 }), null);
    expect(cached.usd).toBeCloseTo(0.6 * 1.25 + 0.4 * 0.125);
    const claude = settings("anthropic", "claude-sonnet-4-5");
    const written = await book.cost(claude, "claude-sonnet-4-5", usage(100, 10, { cachedInputTokens: 50, cacheWriteTokens: 40 }), null);
    expect(written.usd).toBeCloseTo((10 * 3 + 50 * 0.3 + 40 * 3.75 + 10 * 15) / MILLION, 9);
  });

  it("reads a part that is larger than its whole as one that stands beside it", async () => {
    const beside = await book.cost(gpt5, "gpt-5", usage(100, 0, { cachedInputTokens: 900 }), null);
    expect(beside.usd).toBeCloseTo((100 * 1.25 + 900 * 0.125) / MILLION, 9);
    const thought = await book.cost(gpt5, "gpt-5", usage(0, 10, { reasoningTokens: 90 }), null);
    expect(thought.usd).toBeCloseTo((100 * 10) / MILLION, 9);
    const within = await book.cost(gpt5, "gpt-5", usage(0, 100, { reasoningTokens: 90 }), null);
    expect(within.usd).toBeCloseTo((100 * 10) / MILLION, 9);
  });

  it.each<[string, Usage | null]>([
    ["no usage", null],
    ["no input", usage(null, 5)],
    ["no output", usage(5, null)],
    ["a negative count", usage(-1, 5)],
    ["no number", usage(Number.NaN, 5)],
    ["endless cache", usage(5, 5, { cachedInputTokens: Number.POSITIVE_INFINITY })],
  ])("is unknown with %s", async (_, counts) => {
    expect(await book.cost(gpt5, "gpt-5", counts, null)).toEqual(UNKNOWN);
    const edited = createPriceBook(() => [edit("openai", "gpt-5", 1, 1, 1)]);
    expect(await edited.cost(gpt5, "gpt-5", counts, null)).toEqual(UNKNOWN);
  });

  it("believes the provider first, even without usage, and even when it says 0", async () => {
    const edited = createPriceBook(() => [edit("openai", "gpt-5", 1, 1, 1)]);
    expect(await edited.cost(gpt5, "gpt-5", usage(5, 5), 0.25)).toEqual({ usd: 0.25, source: "provider" });
    expect(await edited.cost(gpt5, "gpt-5", null, 0)).toEqual({ usd: 0, source: "provider" });
    expect((await book.cost(gpt5, "gpt-5", usage(5, 5), Number.NaN)).source).toBe("table");
    expect((await book.cost(gpt5, "gpt-5", usage(5, 5), -1)).source).toBe("table");
  });

  it("is free for everything on the person's own computer, and for nothing else", async () => {
    for (const provider of PROVIDERS) {
      const { source } = await book.cost(settings(provider, "some-model"), "some-model", null, null);
      expect([provider, source]).toEqual([provider, PROVIDER_FACTS[provider].local ? "free" : "unknown"]);
    }
    expect(await book.price("ollama", "qwen3:8b")).toEqual({ input: 0, cachedInput: 0, output: 0, source: "free" });
  });

  it("believes the person before the table, for the exact name in any case", async () => {
    let edits = [edit("openai", "GPT-5", 2, null, 20)];
    const edited = createPriceBook(() => edits);
    const counts = usage(MILLION, MILLION, { cachedInputTokens: MILLION / 2 });
    expect(await edited.cost(gpt5, "gpt-5-2025-08-07", counts, null)).toEqual({ usd: 22, source: "edited" });
    expect(await edited.price("openai", "gpt-5")).toEqual({ input: 2, cachedInput: null, output: 20, source: "edited" });
    expect((await edited.price("openai", "gpt-5-mini"))?.source).toBe("table");
    expect((await edited.cost(settings("openrouter", "gpt-5"), "gpt-5", counts, null)).source).not.toBe("edited");
    edits = [edit("openai", "gpt-5", 2, 1, 20)];
    expect(await edited.cost(gpt5, "gpt-5", counts, null)).toEqual({ usd: 21.5, source: "edited" });
    edits = [];
    expect((await edited.cost(gpt5, "gpt-5", counts, null)).source).toBe("table");
  });

  it("prices by the name of the one that replied when only that was edited", async () => {
    const edited = createPriceBook(() => [edit("openrouter", "acme/one", 1, null, 1)]);
    expect(await edited.cost(settings("openrouter", "openrouter/auto"), "acme/one", usage(MILLION, MILLION), null)).toEqual({
      usd: 2,
      source: "edited",
    });
  });

  it("never rejects, and is null or a finite number that is not below 0", async () => {
    const number = fc.oneof(fc.constant(null), fc.double(), fc.integer());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PROVIDERS),
        fc.oneof(fc.constantFrom("gpt-5", "claude-sonnet-4-5", "gemini-2.5-pro", "whisper-1"), fc.string()),
        fc.oneof(fc.constant("https://api.openai.com"), fc.string()),
        fc.record({
          inputTokens: number,
          outputTokens: number,
          cachedInputTokens: number,
          cacheWriteTokens: number,
          reasoningTokens: number,
        }),
        number,
        async (provider, model, baseUrl, counts, billed) => {
          const { usd, source } = await book.cost(settings(provider, model, baseUrl), model, counts, billed);
          if (source === "unknown") expect(usd).toBeNull();
          else expect(usd !== null && Number.isFinite(usd) && usd >= 0).toBe(true);
        },
      ),
    );
  });
});
