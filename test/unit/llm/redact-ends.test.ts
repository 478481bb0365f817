import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact } from "../../../src/llm/wire/redact.ts";

describe("redact", () => {
  it("leaves no end of eight characters or more of a long key in any text", () => {
    const key = fc.string({ minLength: 16, maxLength: 60, unit: fc.constantFrom(..."abcdeXYZ019-_") });
    fc.assert(
      fc.property(key, fc.string(), fc.string(), fc.nat(60), (secret, before, after, cut) => {
        const shown = secret.slice(-Math.max(8, cut));
        expect(redact(`${before}***${shown} ${after}`, secret)).not.toContain(secret.slice(-8));
      }),
    );
  });

  it("takes out both ends of a masked key", () => {
    expect(redact("that is sk-abcdefgh***ghijklmnop.", "sk-abcdefghijklmnopghijklmnop")).toBe("that is [key]***[key].");
  });
});
