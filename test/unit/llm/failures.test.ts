import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bodyRetryAfterMs,
  cutFailure,
  malformedFailure,
  providerMessage,
  statusFailure,
  streamedFailure,
  timeoutFailure,
  unfinishedFailure,
} from "../../../src/llm/failures/failures.ts";
import { causesIn } from "../../../src/llm/failures/diagnosis.ts";
import { PROVIDER_ERRORS } from "../../support/provider-errors.ts";
import { PROVIDERS } from "@/domain";

const KEY = "sk-0123456789abcdef";

describe("what a provider's error answer means", () => {
  it.each(PROVIDER_ERRORS)("$provider $status: $name", (given) => {
    const failure = statusFailure(given.status, given.body, null, given.keyless === true ? null : KEY, given.provider);
    const causes = causesIn(failure.error) ?? [];
    expect({ code: failure.error.code, causes: causes.map(({ code }) => code), again: failure.again }).toEqual({
      code: given.code,
      causes: given.causes,
      again: given.again ?? false,
    });
    expect(failure.afterMs).toBe(given.afterMs ?? null);
    expect(causes.map(({ certainty }) => certainty)).toEqual(causes.length === 1 ? ["certain"] : ["likely", "possible"]);
    expect(failure.error.message).toContain(`(status ${given.status})`);
    if (given.says !== undefined) expect(failure.error.message).toMatch(given.says);
    if (given.hint !== undefined) expect(failure.error.hint).toMatch(given.hint);
    expect(causes[0]?.todo).toBe(failure.error.hint);
  });

  it("says in runs and in the check the same, and can be retried later exactly when asking again makes sense or time helps", () => {
    const later = PROVIDER_ERRORS.filter((given) => given.again !== true).filter(
      ({ status, body, keyless, provider }) => statusFailure(status, body, null, keyless === true ? null : KEY, provider).error.retryable,
    );
    expect(later.map(({ name }) => name)).toEqual([
      "day used up",
      "proxy wants a login",
      "network wants a login",
      "a filter's page",
      "free day used up",
      "nothing loaded",
    ]);
  });

  it("prefers the header to the body for how long to wait, and waits for nothing that will not help", () => {
    const busy = JSON.stringify({ error: { message: "Rate limit reached. Please try again in 9s." } });
    expect(statusFailure(429, busy, 2000, KEY, "groq")).toMatchObject({
      afterMs: 2000,
      error: { message: expect.stringContaining("asks to wait 2 s") },
    });
    expect(statusFailure(429, busy, null, KEY, "groq").afterMs).toBe(9000);
    expect(statusFailure(400, busy, null, KEY, "groq").afterMs).toBeNull();
  });

  it("never shows the key, whatever body and status", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PROVIDERS),
        fc.integer({ min: 400, max: 599 }),
        fc.string(),
        fc.boolean(),
        (provider, status, noise, asJson) => {
          const text = `${noise} ${KEY} ${noise}`;
          const failure = statusFailure(
            status,
            asJson ? JSON.stringify({ error: { message: text, code: KEY } }) : text,
            null,
            KEY,
            provider,
          );
          const shown = JSON.stringify([failure.error.message, failure.error.hint, causesIn(failure.error)]);
          expect(shown).not.toContain(KEY.slice(0, 8));
          expect(failure.error.hint).toBeTruthy();
        },
      ),
    );
  });

  it("is not misled by the request that some providers quote", () => {
    const body = JSON.stringify({
      error: { message: "Bad things", failed_generation: "insufficient_quota invalid_api_key model not found" },
    });
    expect(statusFailure(400, body, null, KEY, "groq").error.code).toBe("bad-request");
  });
});

describe("the words of a provider", () => {
  it.each([
    ['{"error":"plain"}', "plain"],
    ['{"detail":"d"}', "d"],
    ['{"detail":[{"loc":["body"],"msg":"m"}]}', "m"],
    ['[{"error":{"message":"m"}}]', "m"],
    ['{"error":{"message":"Provider returned error","metadata":{"raw":"why"}}}', "why"],
    ['{"error":{"message":"Own words","metadata":{"raw":"why"}}}', "Own words"],
    ["<html>oops", ""],
    ["just text", "just text"],
    ["", ""],
    ["null", ""],
    ['{"error":{"message":""}}', ""],
    ['{"error":{"message":"a\\n  b"}}', "a b"],
  ])("%s → %s", (body, expected) => expect(providerMessage(body, null)).toBe(expected));

  it("are cut short, and have no key in them", () => {
    expect(providerMessage(JSON.stringify({ error: { message: `bad key ${KEY}` } }), KEY)).toBe("bad key [key]");
    expect(providerMessage("x".repeat(5000), null).length).toBeLessThan(350);
  });

  it("can be nested without end", () => {
    const deep = `${'{"error":'.repeat(5000)}"x"${"}".repeat(5000)}`;
    expect(providerMessage(deep, null)).toBe("");
    expect(bodyRetryAfterMs(deep)).toBeNull();
  });
});

describe("how long a body asks to wait", () => {
  it.each([
    ["Please try again in 1.2s.", 1200],
    ["Please try again in 20ms.", 20],
    ["try again in 7m12.5s", 432_500],
    ["Try again in 1h2m3s", 3_723_000],
    ["Please retry in 34.074824224s.", 34_075],
    ["Please retry after 5 seconds.", 5000],
    ["Please wait 2 minutes and 5 seconds", 125_000],
    ["Try again in a while.", null],
    ["Limit 3 / min. Please try again soon.", null],
    ["retry 3 models", null],
  ])("%s", (message, expected) => expect(bodyRetryAfterMs(JSON.stringify({ error: { message } }))).toBe(expected));

  it("is Gemini's retryDelay before any words", () => {
    expect(bodyRetryAfterMs(JSON.stringify({ error: { message: "Please retry in 99s.", details: [{ retryDelay: "34s" }] } }))).toBe(34_000);
    expect(bodyRetryAfterMs("<html>try again in 5s")).toBeNull();
  });
});

describe("errors inside a reply", () => {
  it.each([
    [{ message: "no", code: 401 }, "unauthorized", false],
    [{ message: "gone", code: 502, metadata: {} }, "server-error", true],
    [{ code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" }, "server-error", true],
    [{ type: "overloaded_error", message: "Overloaded" }, "server-error", true],
    [{ type: "error", error: { type: "rate_limit_error", message: "slow" } }, "rate-limited", true],
    [{ code: "insufficient_quota", message: "You exceeded your current quota" }, "no-credit", false],
    [{ type: "invalid_request_error", message: "prompt is too long" }, "bad-request", false],
    [{ type: "server_error", message: "boom" }, "server-error", true],
    [{ message: "boom" }, "server-error", true],
    ["boom", "server-error", true],
    [new Error("boom"), "server-error", true],
    ["Unexpected endpoint or method. (POST /chat/completions)", "not-found", false],
  ])("%j → %s", (error, code, again) => {
    const failure = streamedFailure(error, KEY, "compatible");
    expect(failure).toMatchObject({ again, error: { code } });
    expect(causesIn(failure.error)).not.toBeNull();
  });

  it("keep their words, and no key", () => {
    expect(streamedFailure(new Error(`boom ${KEY}`), KEY, "openai").error.message).toBe(
      "The model's server failed in mid-reply: boom [key]",
    );
  });
});

describe("replies in another form", () => {
  const codes = (failure: { error: Parameters<typeof causesIn>[0] }) => causesIn(failure.error)?.map(({ code }) => code);

  it("a web page means the address of one's own server, and a login of the network before a known provider", () => {
    expect(codes(malformedFailure("text/html; charset=utf-8", "ollama"))).toEqual(["wrong-address"]);
    expect(codes(unfinishedFailure(0, "text/html", "compatible"))).toEqual(["wrong-address", "proxy"]);
    expect(codes(unfinishedFailure(0, "text/html", "openai"))).toEqual(["proxy", "wrong-address"]);
  });

  it("one piece where a stream was asked for is told from a stream that was cut", () => {
    expect(unfinishedFailure(0, "application/json", "vllm")).toMatchObject({
      again: false,
      error: { hint: expect.stringContaining("streaming off") },
    });
    expect(unfinishedFailure(7, "text/event-stream", "vllm")).toMatchObject({
      again: true,
      error: { message: expect.stringContaining("7 characters") },
    });
    expect(cutFailure(3).again).toBe(true);
  });

  it("silence is asked again, with advice that fits the server", () => {
    expect(timeoutFailure(60_000, "ollama")).toMatchObject({
      again: true,
      error: { code: "timeout", hint: expect.stringContaining("loaded first") },
    });
    expect(timeoutFailure(60_000, "openai").error.hint).toContain("faster model");
  });
});
