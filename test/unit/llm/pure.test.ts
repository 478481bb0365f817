import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseBaseUrl, placeOf } from "../../../src/llm/wire/base-url.ts";
import { redact } from "../../../src/llm/wire/redact.ts";
import { retryAfterMs } from "../../../src/llm/wire/retry-after.ts";
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
    ["192.168.1.5:8000/v1", "http://192.168.1.5:8000/v1"],
    ["studio.local:1234/v1", "http://studio.local:1234/v1"],
    ["https://192.168.1.5:8000/v1", "https://192.168.1.5:8000/v1"],
    ["https://api.example.com/v1/responses", "https://api.example.com/v1"],
    ["https://api.example.com/v1/messages/", "https://api.example.com/v1"],
    ["https://api.example.com/v1/models/models", "https://api.example.com/v1"],
  ])("%s → %s", (input, expected) => expect(normaliseBaseUrl(input)).toBe(expected));

  it.each([
    "",
    "   ",
    "not an address",
    "ftp://example.com",
    "javascript:alert(1)",
    "https://",
    "https://user:pw@example.com/v1",
    "https://example.com/v1?key=1",
    "https://example.com/#x",
    "https://exa mple.com",
  ])("refuses %j with a hint", (input) => {
    const thrown = (() => {
      try {
        return normaliseBaseUrl(input);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(ModelError);
    expect(thrown).toMatchObject({ code: "bad-request", hint: expect.stringMatching(/./) });
  });

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
    expect(redact("a".repeat(800_000), "aaaaaaaab")).toBe("[key]");
  });
});

describe("placeOf", () => {
  it.each([
    ["localhost", "this-computer"],
    ["127.0.0.1", "this-computer"],
    ["[::1]", "this-computer"],
    ["app.localhost", "this-computer"],
    ["10.0.0.4", "local-network"],
    ["172.16.0.1", "local-network"],
    ["172.32.0.1", "internet"],
    ["192.168.1.5", "local-network"],
    ["192.169.1.5", "internet"],
    ["169.254.3.4", "local-network"],
    ["100.64.0.1", "local-network"],
    ["100.128.0.1", "internet"],
    ["[fd12:3456::1]", "local-network"],
    ["[fe80::1]", "local-network"],
    ["[2001:db8::1]", "internet"],
    ["studio.local", "local-network"],
    ["api.example.com", "internet"],
    ["10.example.com", "internet"],
  ])("%s is %s", (host, expected) => expect(placeOf(host)).toBe(expected));
});

describe("retry-after", () => {
  it("is read as seconds and as a date", () => {
    const now = Date.parse("2026-01-01T00:00:00Z");
    expect(retryAfterMs(new Headers({ "retry-after": "2" }), now)).toBe(2000);
    expect(retryAfterMs(new Headers({ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }), now)).toBe(5000);
    expect(retryAfterMs(new Headers({ "retry-after": "soon" }), now)).toBeNull();
    expect(retryAfterMs(new Headers(), now)).toBeNull();
  });
});
