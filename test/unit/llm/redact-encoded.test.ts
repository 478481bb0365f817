import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, withoutWholeKey } from "../../../src/llm/wire/redact.ts";

const KEY = "sk-proj-A1b2/C3d4+E5f6=G7h8_I9j0-KLMN";
const hex = (code: number) => code.toString(16).padStart(2, "0");
const each = (write: (code: number, letter: string) => string) => (key: string) =>
  [...key].map((letter) => write(letter.charCodeAt(0), letter)).join("");
const base64 = (text: string) => Buffer.from(text).toString("base64");

const ENCODINGS: Record<string, (key: string) => string> = {
  "as it is": (key) => key,
  "in a URL": (key) => encodeURIComponent(key),
  "in a URL, each letter": each((code) => `%${hex(code)}`),
  "in a URL in a URL": (key) => encodeURIComponent(encodeURIComponent(key)),
  "in JSON": (key) => JSON.stringify(key),
  "in JSON, each letter": each((code) => `\\u00${hex(code)}`),
  "in JSON in JSON": (key) => JSON.stringify(JSON.stringify({ key: each((code) => `\\u00${hex(code).toUpperCase()}`)(key) })),
  "as bytes of a string": each((code) => `\\x${hex(code)}`),
  "as entities": each((code) => `&#${code};`),
  "as hexadecimal entities": each((code) => `&#x${hex(code)};`),
  "split by spaces": each((_, letter) => `${letter} `),
  "split by lines": each((_, letter) => `${letter}\r\n`),
  "split by nothing to be seen": each((_, letter) => `${letter}\u200B`),
  "as a list of letters": (key) => JSON.stringify([...key]),
  "in base64": base64,
  "in base64 for addresses": (key) => Buffer.from(key).toString("base64url"),
  "in base64 behind a name": (key) => base64(`user:${key}`),
  "in base64 behind a name of another length": (key) => base64(`Bearer ${key}\n`),
  "in base64, in lines": (key) => base64(`authorization: Bearer ${key}`).replace(/.{16}/g, "$&\n"),
  "in hexadecimal digits": (key) => Buffer.from(key).toString("hex"),
  "in capital hexadecimal digits": (key) => Buffer.from(key).toString("hex").toUpperCase(),
  "in small letters": (key) => key.toLowerCase(),
  backwards: (key) => [...key].toReversed().join(""),
};

/** No run of so many of its letters is left. */
function leaves(text: string, encoded: string): boolean {
  const size = Math.max(12, Math.floor(encoded.length / 2));
  return Array.from({ length: Math.max(0, encoded.length - size) + 1 }, (_, at) => encoded.slice(at, at + size)).some((part) =>
    text.includes(part),
  );
}

describe("redact, whatever a server makes of the key", () => {
  it.each(Object.entries(ENCODINGS))("%s", (_, encode) => {
    const text = redact(`invalid credentials (${encode(KEY)}) for this account`, KEY);
    expect(leaves(text, encode(KEY))).toBe(false);
    expect(text).toContain("[key]");
    expect(text).toMatch(/^invalid credentials \(/);
    expect(text).toMatch(/for this account$/);
  });

  it("of any key, between any texts", () => {
    const key = fc.string({ minLength: 20, maxLength: 60, unit: fc.constantFrom(..."abcdefghijkXYZ0123456789-_/+=") });
    // Where other words are encoded with it, those stay.
    const alone = Object.entries(ENCODINGS).flatMap(([name, encode]) => (/behind|, in lines/.test(name) ? [] : [encode]));
    const around = fc.string({ unit: fc.constantFrom(..."abc %\\&;=u0x \n") });
    fc.assert(
      fc.property(key, around, around, fc.constantFrom(...alone), (secret, before, after, encode) => {
        const encoded = encode(secret);
        expect(leaves(redact(`${before}|${encoded}|${after}`, secret), encoded)).toBe(false);
      }),
    );
  });

  it("leaves a text without the key as it is", () => {
    const text = '50 % of \\u0041 &#65; %41: `model` "not" found, see https://example.com/a%20b?x=3D';
    expect(redact(text, KEY)).toBe(text);
  });
});

describe("a reply, which is data that was paid for", () => {
  it("gives a whole key away in no plain or encoded form", () => {
    for (const encode of [
      (key: string) => key,
      base64,
      (key: string) => Buffer.from(key).toString("hex"),
      (key: string) => [...key].toReversed().join(""),
    ]) {
      expect(withoutWholeKey(`x = "${encode(KEY)}"`, KEY)).toContain("[key]");
      expect(withoutWholeKey(`x = "${encode(KEY)}"`, KEY)).not.toContain(encode(KEY).slice(6, -6));
    }
  });

  it("stays to the letter what it is where it only looks like a part of a key, or the key is a word", () => {
    const text = '{"levels": [1, 2, 3, 4, 5, 6, 7, 8, 9]} # EMPTY, none, ollama, 12345678';
    for (const key of ["sk-real-problems-0123456789", "EMPTY", "none", "ollama", "12345678"]) expect(withoutWholeKey(text, key)).toBe(text);
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 15 }), (reply, key) => {
        expect(withoutWholeKey(reply, key)).toBe(reply);
      }),
    );
  });
});
