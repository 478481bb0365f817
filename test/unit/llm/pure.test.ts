import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseBaseUrl } from "../../../src/llm/base-url.ts";
import { providerMessage, statusFailure, unreachableHint } from "../../../src/llm/failures.ts";
import { redact } from "../../../src/llm/redact.ts";
import { retryAfterMs } from "../../../src/llm/wire.ts";
import { ModelError } from "@/domain";

describe("normaliseBaseUrl", () => {
  it.each([
    ["https://api.example.com/v1", "https://api.example.com/v1"],
    ["  https://api.example.com/v1/  ", "https://api.example.com/v1"],
    ["api.example.com/v1", "https://api.example.com/v1"],
    ["localhost:11434/v1", "http://localhost:11434/v1"],
    ["127.0.0.1:1234/v1/", "http://127.0.0.1:1234/v1"],
    ["[::1]:8080", "http://[::1]:8080"],
    ["http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1"],
    ["https://api.example.com/v1/chat/completions/", "https://api.example.com/v1"],
    ["https://api.example.com/v1/models", "https://api.example.com/v1"],
    ["HTTPS://API.Example.com:443/v1//", "https://api.example.com/v1"],
    ["192.168.1.5:8000/v1", "https://192.168.1.5:8000/v1"],
  ])("%s → %s", (input, expected) => expect(normaliseBaseUrl(input)).toBe(expected));

  it.each(["", "   ", "not an address", "ftp://example.com", "javascript:alert(1)", "https://", "https://user:pw@example.com/v1", "https://example.com/v1?key=1", "https://example.com/#x", "https://exa mple.com"])(
    "refuses %j with a hint",
    (input) => {
      const thrown = (() => {
        try {
          return normaliseBaseUrl(input);
        } catch (error) {
          return error;
        }
      })();
      expect(thrown).toBeInstanceOf(ModelError);
      expect(thrown).toMatchObject({ code: "bad-request", hint: expect.stringMatching(/./) });
    },
  );

  it("is idempotent, and throws nothing but ModelError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.domain()), (input) => {
        let once: string;
        try {
          once = normaliseBaseUrl(input);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
          return;
        }
        expect(normaliseBaseUrl(once)).toBe(once);
      }),
    );
  });
});

describe("redact", () => {
  it("leaves no prefix of eight characters or more of any key in any text", () => {
    const key = fc.string({ minLength: 8, maxLength: 60, unit: fc.constantFrom(..."abcdeXYZ019-_") });
    fc.assert(
      fc.property(key, fc.string(), fc.string(), fc.nat(60), (secret, before, after, cut) => {
        const shown = secret.slice(0, Math.max(8, cut));
        expect(redact(`${before}${shown}${after}${secret}`, secret)).not.toContain(secret.slice(0, 8));
      }),
    );
  });

  it("takes out masked keys and leaves other text alone", () => {
    expect(redact("Incorrect key: sk-ab*****************wxyz.", "sk-abcdefghijwxyz")).toBe("Incorrect key: [key].");
    expect(redact("the model is busy", "sk-abcdefghij")).toBe("the model is busy");
    expect(redact("the model is busy", null)).toBe("the model is busy");
  });

  it("stays linear on a long text without spaces", () => {
    expect(redact("a".repeat(800_000), "aaaaaaaab")).toHaveLength(100_000 * 5);
  });
});

describe("what a provider's status means", () => {
  it.each([
    [401, "unauthorized", false],
    [403, "unauthorized", false],
    [404, "not-found", false],
    [400, "bad-request", false],
    [402, "bad-request", false],
    [422, "bad-request", false],
    [429, "rate-limited", true],
    [500, "server-error", true],
    [503, "server-error", true],
    [529, "server-error", true],
  ])("%i → %s, asked again: %s", (status, code, again) => {
    const failure = statusFailure(status, '{"error":{"message":"why"}}', null, "sk-secret-key");
    expect(failure.error.code).toBe(code);
    expect(failure.again).toBe(again);
    expect(failure.error.message).toContain("why");
    expect(failure.error.hint).toBeTruthy();
  });

  it("does not ask again when the account is empty", () => {
    const body = JSON.stringify({ error: { message: "You are over.", code: "insufficient_quota" } });
    expect(statusFailure(429, body, null, null)).toMatchObject({ again: false, error: { code: "rate-limited" } });
  });

  it("reads the usual shapes of error bodies", () => {
    expect(providerMessage('{"error":"plain"}', null)).toBe("plain");
    expect(providerMessage('{"detail":"d"}', null)).toBe("d");
    expect(providerMessage('[{"error":{"message":"m"}}]', null)).toBe("m");
    expect(providerMessage("<html>oops", null)).toBe("");
    expect(providerMessage("just text", null)).toBe("just text");
    expect(providerMessage(JSON.stringify({ error: { message: "bad key sk-0123456789" } }), "sk-0123456789")).toBe("bad key [key]");
  });

  it("reads retry-after as seconds and as a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(retryAfterMs(new Headers({ "retry-after": "2" }), now)).toBe(2000);
    expect(retryAfterMs(new Headers({ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }), now)).toBe(5000);
    expect(retryAfterMs(new Headers({ "retry-after": "soon" }), now)).toBeNull();
    expect(retryAfterMs(new Headers(), now)).toBeNull();
  });
});

const at = (url: string, more: { pageProtocol?: string; online?: boolean; answers?: boolean } = {}) =>
  unreachableHint({ url: new URL(url), pageProtocol: more.pageProtocol ?? "https:", online: more.online ?? true, answers: more.answers ?? null });

describe("why an address cannot be reached", () => {
  it("names the likely cause", () => {
    expect(at("https://api.example.com/v1", { online: false })).toMatch(/offline/);
    expect(at("http://10.0.0.4:8000/v1")).toMatch(/https/);
    expect(at("http://localhost:11434/v1")).toMatch(/OLLAMA_ORIGINS/);
    expect(at("http://localhost:1234/v1", { online: false, answers: true })).toMatch(/LM Studio/);
    expect(at("https://api.example.com/v1", { answers: true })).toMatch(/CORS/);
    expect(at("https://api.example.com/v1", { answers: false })).toMatch(/typing errors/);
  });
});
