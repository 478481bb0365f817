import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROVIDERS } from "@/domain";
import { allowedHeaders, keyHeaders } from "../../../src/llm/wire/headers.ts";
import { retryAfterMs } from "../../../src/llm/wire/retry-after.ts";

describe("headers", () => {
  it("are let through only as far as the provider lists them", () => {
    const given = {
      "user-agent": "ai-sdk",
      "x-stainless-os": "x",
      "http-referer": "x",
      "x-title": "x",
      "x-openrouter-title": "x",
      "anthropic-beta": "x",
      "openai-organization": "x",
      authorization: "Bearer k",
      "x-api-key": "k",
      "x-goog-api-key": "k",
      "Content-Type": "application/json",
    };
    expect([...allowedHeaders("openai", given).keys()].toSorted()).toEqual(["authorization", "content-type"]);
    expect([...allowedHeaders("anthropic", given).keys()].toSorted()).toEqual(["content-type", "x-api-key"]);
    expect([...allowedHeaders("google", given).keys()].toSorted()).toEqual(["content-type", "x-goog-api-key"]);
    expect([...allowedHeaders("recorded", given).keys()]).toEqual([]);
  });

  it("never carry telemetry, whoever is asked", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROVIDERS), fc.stringMatching(/^x-[a-z]{1,12}-[a-z]{1,12}$/), (provider, name) => {
        fc.pre(name !== "x-api-key");
        expect(allowedHeaders(provider, { [name]: "x" }).has(name)).toBe(false);
      }),
    );
  });

  it("carry the key in the provider's own, and survive the filter", () => {
    for (const provider of PROVIDERS.filter((id) => id !== "recorded" && id !== "compiler" && id !== "chrome")) {
      const own = keyHeaders(provider, "the-key");
      expect(Object.values(own).filter((value) => value.includes("the-key"))).toHaveLength(1);
      expect([...allowedHeaders(provider, own)].length).toBe(Object.keys(own).length);
      expect(JSON.stringify(keyHeaders(provider, null))).not.toContain("null");
    }
  });
});

describe("how long a server asks to wait", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each<[Record<string, string>, number | null]>([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "1.5" }, 1500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }, 5000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{}, null],
    [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s" }, 360_000],
    [
      {
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "750ms",
      },
      1000,
    ],
    [{ "x-ratelimit-remaining-requests": "7", "x-ratelimit-reset-requests": "6m0s" }, null],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now + 4000) }, 4000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 4) }, 4000],
    [{ "anthropic-ratelimit-input-tokens-remaining": "0", "anthropic-ratelimit-input-tokens-reset": "2026-01-01T00:00:30Z" }, 30_000],
  ])("%j → %s ms", (headers, expected) => expect(retryAfterMs(new Headers(headers), now)).toBe(expected));

  it("is never negative, whatever the header says", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,30}$/), (text) => {
        const wait = retryAfterMs(new Headers({ "retry-after": text }), now);
        expect(wait === null || wait >= 0).toBe(true);
      }),
    );
  });
});
