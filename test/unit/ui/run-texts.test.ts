import { describe, expect, it } from "vitest";
import {
  COMPILER_PROFILE,
  DEFAULT_SETTINGS,
  emptyRunView,
  type Lost,
  type ModelProfile,
  NO_CAPS,
  NO_GLIMPSE,
  NO_SPEND,
  type ProblemId,
  problemSchema,
  profileIdSchema,
  RECORDED_PROFILE,
  type ReplyView,
  type RunEstimate,
  type RunId,
  type RunView,
  type Settings,
  type Tally,
  UNKNOWN_COST,
} from "@/domain";
import type { RunSummary } from "@/state";
import { shortCost, shortTokens, spentText, tokensText } from "../../../src/ui/pipeline/money-texts.ts";
import { failedWord, figuresOf } from "../../../src/ui/pipeline/reply-texts.ts";
import { summaryOf, waitingText } from "../../../src/ui/text/waiting-text.ts";
import { brokenCap, costRangeText, sizeText } from "../../../src/ui/text/estimate-text.ts";
import { readinessOf } from "../../../src/ui/problems/readiness.ts";
import { readyText } from "../../../src/ui/problems/readiness-note.tsx";
import { excerptOf } from "../../../src/ui/problems/problem-row.tsx";
import { cutOffOf, cutOffText } from "../../../src/ui/pipeline/cut-off.ts";
import { sharedTitles, whereText } from "../../../src/ui/pipeline/run-row-text.ts";

const ESTIMATE: RunEstimate = {
  requests: { low: 4, likely: 6, high: 27 },
  inputTokens: { low: 9000, likely: 12_300, high: 61_000 },
  outputTokens: { low: 3100, likely: 5200, high: 42_000 },
  usd: { low: 0.0101, likely: 0.0212, high: 0.0834 },
  unpriced: [],
  free: false,
  basis: "usual",
};

describe("an estimate", () => {
  it("is told with its range", () => {
    expect(sizeText(ESTIMATE)).toBe("About 6 requests, 12k tokens in, 5.2k out");
    expect(costRangeText(ESTIMATE)).toBe("$0.01 to $0.083 (likely $0.021)");
  });

  it("says free, and names the models whose price nobody knows", () => {
    expect(costRangeText({ ...ESTIMATE, usd: { low: 0, likely: 0, high: 0 }, free: true })).toBe("free");
    expect(costRangeText({ ...ESTIMATE, usd: null, unpriced: ["a", "b"] })).toBe("price unknown for a, b");
  });

  it("names the cap that the likely size would break, and none that holds", () => {
    const today: Tally = { ...NO_SPEND, replies: 1, usd: 0.09, inputTokens: 80_000 };
    expect(brokenCap(ESTIMATE, NO_CAPS, today)).toBeNull();
    expect(brokenCap(ESTIMATE, { ...NO_CAPS, runUsd: 0.03, dayUsd: 0.2, runTokens: 20_000, dayTokens: 100_000 }, today)).toBeNull();
    expect(brokenCap(ESTIMATE, { ...NO_CAPS, runUsd: 0.02 }, today)).toContain("$0.02 for a run");
    expect(brokenCap(ESTIMATE, { ...NO_CAPS, dayUsd: 0.1 }, today)).toContain("$0.10 for a day");
    expect(brokenCap(ESTIMATE, { ...NO_CAPS, runTokens: 17_000 }, today)).toContain("17k tokens for a run");
    expect(brokenCap(ESTIMATE, { ...NO_CAPS, dayTokens: 90_000 }, today)).toContain("90k tokens for a day");
  });

  it("of free models holds against caps in tokens only", () => {
    const free = { ...ESTIMATE, usd: { low: 0, likely: 0, high: 0 }, free: true };
    const spent: Tally = { ...NO_SPEND, replies: 1, usd: 5 };
    expect(brokenCap(free, { ...NO_CAPS, dayUsd: 1 }, spent)).toBeNull();
    expect(brokenCap(free, { ...NO_CAPS, runTokens: 1000 }, spent)).toContain("tokens for a run");
  });
});

describe("what stands in the way of a run", () => {
  const openai: ModelProfile = {
    ...RECORDED_PROFILE,
    id: profileIdSchema.parse("p"),
    name: "Mine",
    provider: "openai",
    model: "some-model",
  };
  const using = (profile: ModelProfile, change: Partial<Settings> = {}): Settings => ({
    ...DEFAULT_SETTINGS,
    profiles: [profile],
    profile: profile.id,
    ...change,
  });
  const own = { origin: "own" } as const;

  it("is nothing for bundled problems with recorded replies", () => {
    expect(readinessOf(DEFAULT_SETTINGS, {}, { origin: "bundled" })).toEqual({ kind: "ready", recorded: true, synthesizer: "model" });
  });

  it("is nothing for any problem with the built-in compiler, which takes over where nothing is recorded", () => {
    const compiled = { kind: "ready", recorded: false, synthesizer: "compiler" };
    expect(readinessOf(DEFAULT_SETTINGS, {}, own)).toEqual(compiled);
    expect(readinessOf({ ...DEFAULT_SETTINGS, profile: COMPILER_PROFILE.id }, {}, { origin: "bundled" })).toEqual(compiled);
    // Its key would be asked for when the tester's turn comes; the compiler asks nobody.
    const tester = { ...DEFAULT_SETTINGS.roles.tester, profile: openai.id };
    expect(readinessOf({ ...DEFAULT_SETTINGS, profiles: [openai], roles: { ...DEFAULT_SETTINGS.roles, tester } }, {}, own)).toEqual(
      compiled,
    );
  });

  it("is a recording where one role of a problem of one's own wants one", () => {
    const tester = { ...DEFAULT_SETTINGS.roles.tester, profile: RECORDED_PROFILE.id };
    expect(readinessOf(using(openai, { roles: { ...DEFAULT_SETTINGS.roles, tester } }), { p: "kept" }, own)).toEqual({
      kind: "no-recording",
    });
  });

  it("is a key where one is needed, a model's name, an address", () => {
    expect(readinessOf(using(openai), {}, own)).toEqual({ kind: "unfinished", profile: openai, lack: "a key" });
    expect(readinessOf(using(openai), { p: "session" }, own)).toEqual({ kind: "ready", recorded: false, synthesizer: "both" });
    expect(readinessOf(using({ ...openai, model: " " }), { p: "kept" }, own)).toMatchObject({ lack: "a model name" });
    expect(readinessOf(using({ ...openai, provider: "compatible" }), {}, own)).toMatchObject({ lack: "an address" });
    expect(readinessOf(using({ ...openai, provider: "ollama" }), {}, own)).toEqual({ kind: "ready", recorded: false, synthesizer: "both" });
  });

  it("counts a role's own profile", () => {
    const keyless = { ...openai, id: profileIdSchema.parse("q"), name: "Other" };
    const roles = { ...DEFAULT_SETTINGS.roles, solver: { ...DEFAULT_SETTINGS.roles.solver, profile: keyless.id } };
    const settings = { ...using(openai, { roles }), profiles: [openai, keyless] };
    expect(readinessOf(settings, { p: "kept" }, own)).toEqual({ kind: "unfinished", profile: keyless, lack: "a key" });
  });
});

describe("the two ways to an environment", () => {
  it("are told apart wherever both buttons stand", () => {
    const text = (synthesizer: "model" | "both", recorded: boolean, compiles: boolean) =>
      readyText({ kind: "ready", recorded, synthesizer }, compiles);
    for (const [synthesizer, recorded] of [
      ["model", false],
      ["model", true],
      ["both", false],
    ] as const) {
      expect(text(synthesizer, recorded, true)).toMatch(/“Make an environment”.*“Compile the solution”/);
      expect(text(synthesizer, recorded, false) ?? "").not.toContain("Compile the solution");
    }
  });
});

describe("a run in the list", () => {
  const run: RunSummary = {
    ...NO_GLIMPSE,
    id: "r" as RunId,
    problemId: "p" as ProblemId,
    title: "T",
    startedAt: 1,
    status: "open",
    lockedElsewhere: false,
  };

  it("says its stage and how far it is while it is under way, and what stood in the way before", () => {
    expect(whereText({ ...run, stage: "tests", count: { done: 3, total: 8 } }, true)).toBe("Tests, 3 of 8 done");
    expect(whereText({ ...run, stage: "solvers", count: { done: 5, total: null }, lockedElsewhere: true }, false)).toBe("Solvers, 5 done");
    expect(whereText({ ...run, stage: "design", reason: "Format: No task text." }, true)).toBe(
      "Design; before that, Format: No task text.",
    );
    expect(whereText(run, true)).toBeNull();
  });

  it("says why it ended, or where it stopped", () => {
    expect(whereText({ ...run, status: "rejected", stage: "tests", reason: "Tests: too few" }, false)).toBe("Tests: too few");
    expect(whereText({ ...run, status: "failed", stage: "design", reason: "The key was refused." }, false)).toBe("The key was refused.");
    expect(whereText({ ...run, status: "cancelled", stage: "proof" }, false)).toBe("Stopped in: Proof");
    expect(whereText({ ...run, status: "verified", stage: "verified" }, false)).toBeNull();
  });

  it("is told by its problem's id from one with the same title", () => {
    const of = (title: string, problemId: string) => ({ title, problemId: problemId as ProblemId });
    expect([...sharedTitles([of("Two", "a"), of("Two", "a"), of("One", "b")])]).toEqual([]);
    expect([...sharedTitles([of("Two", "a"), of("Two", "c"), of("One", "b")])]).toEqual(["Two"]);
  });
});

describe("waiting", () => {
  const wait = { reason: "The provider takes no more requests for now.", until: 20_000, attempt: 2, attempts: 5 };

  it("counts down in whole seconds and never to 0", () => {
    expect(waitingText(wait, 8000)).toBe("The provider takes no more requests for now: trying again in 12 s (attempt 2 of 5)");
    expect(waitingText(wait, 19_999)).toContain("in 1 s");
    expect(waitingText(wait, 20_000)).toContain("trying again now");
    expect(waitingText({ ...wait, until: null }, 0)).toBe("Waiting for its turn");
  });

  it("says the same to screen readers while the seconds pass, and something new at the next attempt", () => {
    const said = (now: number, attempt = 2) => summaryOf([{ ...wait, attempt }], now)?.said;
    expect(said(1000)).toBe(said(9000));
    expect(said(1000, 3)).not.toBe(said(1000));
    expect(summaryOf([wait], 1000)?.text).not.toBe(summaryOf([wait], 9000)?.text);
  });

  it("tells of the one that goes first; a place in the queue is no news", () => {
    expect(summaryOf([{ ...wait, until: 30_000 }, wait], 8000)?.text).toBe("trying again in 12 s");
    expect(summaryOf([{ ...wait, until: null }], 0)).toBeNull();
  });
});

describe("figures", () => {
  const tally = (change: Partial<Tally>): Tally => ({ ...NO_SPEND, replies: 2, ...change });

  it("never show what is unknown as 0", () => {
    expect(shortCost(tally({ unknownCosts: 2 }))).toBe("unknown");
    expect(spentText(tally({ unknownCosts: 2 }))).toBe("unknown");
    expect(shortCost(tally({ unknownCosts: 1, usd: 0.12 }))).toBe("≥ $0.12");
    expect(shortTokens(tally({ unknownUsage: 2 }), 0)).toBe("–");
    expect(tokensText(tally({ unknownUsage: 2 }))).toBe("Tokens unknown");
    expect(figuresOf({ reply: null, lost: [{ cost: UNKNOWN_COST, usage: null, estimated: false }] }, false)).toBe(
      "price unknown, paid all the same",
    );
  });

  it("show cached and reasoning as parts", () => {
    expect(tokensText(tally({ inputTokens: 5000, cachedInputTokens: 3000, outputTokens: 1200, reasoningTokens: 0 }))).toBe(
      "5,000 tokens in, 3,000 of them cached; 1,200 out",
    );
  });

  it("name what became of a reply", () => {
    const failed = (code: string) => failedWord({ name: "ModelError", code, message: "", retryable: false });
    expect([failed("refused"), failed("empty-reply"), failed("something")]).toEqual(["refused", "empty", "failed"]);
  });
});

describe("a run that was cut off", () => {
  const loss = (usd: number | null, estimated = true): Lost => ({
    cost: { usd, source: usd === null ? "unknown" : usd === 0 ? "free" : "table" },
    usage: { inputTokens: 700, outputTokens: 2000, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null },
    estimated,
  });
  const view = (status: RunView["status"], ...replies: { status: ReplyView["status"]; lost: Lost[] }[]): RunView => ({
    ...emptyRunView(),
    status,
    replies: replies.map((reply, sample) => ({
      key: `solver ${sample}`,
      role: "solver",
      sample,
      attempt: 0,
      candidate: 0,
      request: null,
      reply: null,
      error: null,
      ...reply,
    })),
  });

  it("says what asking again would cost, of what is still missing only", () => {
    const cut = cutOffOf(
      view(
        "open",
        { status: "pending", lost: [loss(0.5), loss(0.02)] },
        { status: "received", lost: [loss(0.3)] },
        { status: "pending", lost: [] },
      ),
    );
    expect(cut).toMatchObject({ replies: 1, usd: 0.02 });
    expect(cut === null ? "" : cutOffText(cut)).toMatch(
      /^1 reply was being written.*about 2\.7k tokens, \$0\.02: an estimate\. Resume sends it again/,
    );
    expect(cutOffOf(view("open", { status: "pending", lost: [loss(null)] }))).toMatchObject({ unknownCosts: 1 });
  });

  it("has nothing to say where nothing is to pay, where the person stopped it, and of replies that came to nothing", () => {
    expect(cutOffOf(view("open", { status: "pending", lost: [loss(0)] }))).toBeNull();
    expect(cutOffOf(view("cancelled", { status: "pending", lost: [loss(0.02)] }))).toBeNull();
    expect(cutOffOf(view("open", { status: "pending", lost: [loss(0.02, false)] }))).toBeNull();
  });
});

describe("a problem's line in the list", () => {
  const line = (statement: string): string =>
    excerptOf(problemSchema.parse({ id: "p", title: "Beads", statement, solution: "", extra: {}, origin: "own", addedAt: 1 }));

  it("can be read without TeX, tables and marks", () => {
    expect(line("# Beads\n\nTake **1**, $2, \\dots, r$ beads with $0 \\le r_i \\lt 5 \\times n$.")).toBe(
      "Take 1, 2, …, r beads with 0 ≤ ri < 5 × n.",
    );
    expect(line("Read the tape:\n\n| token | what |\n|---|---|\n| d | twice |\n\nThen stop.")).toBe("Read the tape: Then stop.");
  });
});
