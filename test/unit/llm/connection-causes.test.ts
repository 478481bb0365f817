import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseBaseUrl, placeOf } from "../../../src/llm/wire/base-url.ts";
import { causesBefore, causesOfSilence } from "../../../src/llm/connection/causes.ts";
import type { Facts } from "../../../src/llm/connection/facts.ts";
import { isOwnAddress } from "../../../src/llm/connection/let-in.ts";
import { addressOf, PROVIDERS, type ProviderId } from "@/domain";

type Given = Partial<Omit<Facts, "url" | "provider" | "page">> & { provider?: ProviderId; base?: string; page?: string | null };

const PAGE = "https://people.example.org/playground/";
const REACHED = { reached: true, clockAheadMs: 800 };

function factsOf({ provider = "openai", base, page = PAGE, ...more }: Given): Facts {
  const url = new URL(base ?? addressOf({ provider, baseUrl: "" }));
  const from = page === null ? null : new URL(page);
  return {
    url,
    provider,
    place: placeOf(url.hostname),
    ownAddress: isOwnAddress(provider, url),
    page: from === null ? null : { origin: from.origin, secure: from.protocol === "https:", place: placeOf(from.hostname) },
    online: true,
    webkit: false,
    localNetwork: null,
    answers: false,
    ownPage: from === null ? null : REACHED,
    ...more,
  };
}

const short = (given: Given) => causesOfSilence(factsOf(given)).map(({ code, certainty }) => `${certainty} ${code}`);
const MINUTE = 60_000;

describe("causes when no answer came", () => {
  it.each<[string, Given, string[]]>([
    // Certain, without asking anybody.
    ["https page, http address", { provider: "compatible", base: "http://models.example.com/v1" }, ["certain mixed-content"]],
    [
      "https page, http address nearby, no leave to ask for",
      { provider: "vllm", base: "http://192.168.1.5:8000/v1" },
      ["certain mixed-content"],
    ],
    ["offline", { online: false }, ["certain offline"]],
    ["leave refused", { provider: "ollama", localNetwork: "denied" }, ["certain local-network-refused"]],
    [
      "leave refused, nearby",
      { provider: "vllm", base: "http://192.168.1.5:8000/v1", localNetwork: "denied" },
      ["certain local-network-refused"],
    ],

    // This computer.
    ["Ollama answers what needs no leave", { provider: "ollama", answers: true }, ["likely cors-off", "possible blocked-by-extension"]],
    [
      "nothing answers, leave given",
      { provider: "ollama", localNetwork: "granted" },
      ["likely not-running", "possible blocked-by-extension"],
    ],
    [
      "nothing answers, leave not asked for yet",
      { provider: "ollama", localNetwork: "prompt" },
      ["likely not-running", "possible local-network-refused", "possible blocked-by-extension"],
    ],
    [
      "nothing answers, browser without such leave",
      { provider: "lm-studio" },
      ["likely not-running", "possible local-network-refused", "possible blocked-by-extension"],
    ],
    [
      "offline makes no difference here",
      { provider: "ollama", online: false, localNetwork: "granted" },
      ["likely not-running", "possible blocked-by-extension"],
    ],
    [
      "page on this computer too",
      { provider: "ollama", page: "http://localhost:5173/", localNetwork: "denied" },
      ["likely not-running", "possible blocked-by-extension"],
    ],
    [
      "Safari",
      { provider: "ollama", webkit: true },
      ["likely mixed-content", "possible not-running", "possible local-network-refused", "possible blocked-by-extension"],
    ],
    [
      "0.0.0.0",
      { provider: "ollama", base: "http://0.0.0.0:11434/v1", localNetwork: "granted" },
      ["likely wrong-address", "possible not-running", "possible blocked-by-extension"],
    ],

    // The network around.
    [
      "nearby, http, Chrome with leave",
      { provider: "vllm", base: "http://10.1.2.3:8000/v1", localNetwork: "granted" },
      ["likely not-running", "possible proxy", "possible blocked-by-extension"],
    ],
    [
      "nearby, answers",
      { provider: "vllm", base: "http://10.1.2.3:8000/v1", localNetwork: "granted", answers: true },
      ["likely cors-off", "possible blocked-by-extension"],
    ],
    ["nearby, offline", { provider: "vllm", base: "https://nas.local/v1", online: false }, ["certain offline"]],

    // Known providers.
    [
      "answers, but not to pages",
      { answers: true },
      ["likely provider-down", "possible wrong-key", "possible blocked-by-extension", "possible proxy"],
    ],
    [
      "one of which nobody promises",
      { provider: "deepseek", answers: true },
      ["likely browser-calls-forbidden", "likely provider-down", "possible wrong-key", "possible blocked-by-extension", "possible proxy"],
    ],
    ["silent, page reachable", {}, ["likely proxy", "possible provider-down", "possible blocked-by-extension"]],
    [
      "silent, page gone too",
      { ownPage: { reached: false, clockAheadMs: null } },
      ["likely offline", "possible proxy", "possible provider-down", "possible blocked-by-extension"],
    ],
    [
      "clock fast",
      { ownPage: { reached: true, clockAheadMs: 12 * MINUTE } },
      ["likely clock-skew", "possible proxy", "possible provider-down", "possible blocked-by-extension"],
    ],
    [
      "clock slow",
      { ownPage: { reached: true, clockAheadMs: -6 * MINUTE } },
      ["likely clock-skew", "possible proxy", "possible provider-down", "possible blocked-by-extension"],
    ],
    [
      "clock nearly right",
      { ownPage: { reached: true, clockAheadMs: -4 * MINUTE } },
      ["likely proxy", "possible provider-down", "possible blocked-by-extension"],
    ],
    [
      "clock wrong, but it answers",
      { answers: true, ownPage: { reached: true, clockAheadMs: 12 * MINUTE } },
      ["likely provider-down", "possible wrong-key", "possible blocked-by-extension", "possible proxy"],
    ],

    // An address of one's own on the internet.
    [
      "own address answers",
      { provider: "compatible", base: "https://m.example.com/v1", answers: true },
      ["likely cors-off", "possible wrong-address", "possible provider-down", "possible blocked-by-extension"],
    ],
    [
      "own address silent",
      { provider: "compatible", base: "https://m.example.com/v1" },
      ["likely wrong-address", "possible provider-down", "possible proxy", "possible blocked-by-extension"],
    ],
    [
      "known provider through an own gateway",
      { provider: "openai", base: "https://gate.example.com/v1", answers: true },
      ["likely cors-off", "possible wrong-address", "possible provider-down", "possible blocked-by-extension"],
    ],

    // Outside of browsers.
    ["no page, own server", { provider: "ollama", page: null, answers: null }, ["likely not-running"]],
    [
      "no page, own address",
      { provider: "compatible", base: "https://m.example.com/v1", page: null, answers: null },
      ["likely wrong-address", "possible provider-down", "possible proxy", "possible offline"],
    ],
    [
      "no page, http far away",
      { provider: "compatible", base: "http://m.example.com/v1", page: null, answers: null },
      ["likely wrong-address", "possible provider-down", "possible proxy", "possible offline"],
    ],
  ])("%s", (_, given, expected) => expect(short(given)).toEqual(expected));

  it("names the exact setting of each server, with this page's address in it", () => {
    const todo = (given: Given) => causesOfSilence(factsOf({ ...given, answers: true }))[0]?.todo;
    expect(todo({ provider: "ollama" })).toContain("OLLAMA_ORIGINS=https://people.example.org");
    expect(todo({ provider: "vllm" })).toContain('["https://people.example.org"]');
    expect(todo({ provider: "lm-studio" })).toContain("Enable CORS");
    expect(todo({ provider: "compatible", base: "http://localhost:11434/v1" })).toContain("OLLAMA_ORIGINS");
    expect(todo({ provider: "compatible", base: "http://127.0.0.1:1234/v1" })).toContain("Enable CORS");
    expect(todo({ provider: "compatible", base: "http://localhost:9/v1" })).toMatch(
      /Access-Control-Allow-Origin: https:\/\/people\.example\.org.*Ollama: .*OLLAMA_ORIGINS.*LM Studio: /,
    );
    expect(todo({ provider: "compatible", base: "https://m.example.com/v1" })).toContain(
      "Access-Control-Allow-Origin: https://people.example.org",
    );
    expect(todo({ provider: "openai", base: "https://gate.example.com/v1" })).toContain("Access-Control-Allow-Origin");
  });

  it("says how wrong the clock is", () => {
    const title = (clockAheadMs: number) => causesOfSilence(factsOf({ ownPage: { reached: true, clockAheadMs } }))[0]?.title;
    expect(title(12 * MINUTE)).toContain("12 minutes fast");
    expect(title(-180 * MINUTE)).toContain("3 hours slow");
    expect(title(-365 * 1440 * MINUTE)).toContain("365 days slow");
  });

  it("whatever the facts: at least one cause, each once, certain ones alone, likely before possible, all with something to do", () => {
    const facts = fc.record({
      provider: fc.constantFrom(...PROVIDERS.filter((id) => id !== "recorded" && id !== "chrome")),
      base: fc.constantFrom(
        "http://localhost:1/v1",
        "http://0.0.0.0:1/v1",
        "http://10.0.0.1/v1",
        "https://10.0.0.1/v1",
        "http://a.example/v1",
        "https://a.example/v1",
      ),
      page: fc.constantFrom(null, PAGE, "http://localhost:5173/", "http://192.168.0.2/x"),
      online: fc.boolean(),
      webkit: fc.boolean(),
      localNetwork: fc.constantFrom(null, "granted" as const, "denied" as const, "prompt" as const),
      answers: fc.constantFrom(null, true, false),
      ownPage: fc.constantFrom(null, REACHED, { reached: false, clockAheadMs: null }, { reached: true, clockAheadMs: 1e9 }),
    });
    const order = ["certain", "likely", "possible"];
    fc.assert(
      fc.property(facts, (given) => {
        const causes = causesOfSilence(factsOf(given));
        expect(causes.length).toBeGreaterThan(0);
        if (causes.some(({ certainty }) => certainty === "certain")) expect(causes).toHaveLength(1);
        else expect(causes[0]?.certainty).toBe("likely");
        const ranks = causes.map(({ certainty }) => order.indexOf(certainty));
        expect(ranks).toEqual(ranks.toSorted());
        expect(new Set(causes.map(({ title }) => title)).size).toBe(causes.length);
        for (const { title, todo } of causes) {
          expect(title).toMatch(/\.$/);
          expect(todo).toMatch(/\S/);
          expect(todo).not.toContain("{origin}");
        }
      }),
    );
  });

  it("knows beforehand only what is certain", () => {
    expect(causesBefore(factsOf({}))).toEqual([]);
    expect(causesBefore(factsOf({ provider: "ollama", base: "http://localhost:1/v1", localNetwork: "denied" }))).toEqual([]);
    expect(causesBefore(factsOf({ provider: "compatible", base: normaliseBaseUrl("http://a.example") }))).toHaveLength(1);
  });
});
