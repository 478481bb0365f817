import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PLAIN_LINES, RUN_OF_MARKS } from "@/ui/components/markdown/caps.ts";
import { plainPieces, withoutPiledMarks } from "@/ui/components/markdown/plain-pieces.ts";

describe("a plain text in pieces", () => {
  it("is whole, in whole characters, and no piece has more lines than are laid out at once", () => {
    const text = fc
      .array(fc.constantFrom("a\n", "word ".repeat(300), "😀".repeat(2500), "\n".repeat(150), "a".repeat(3999)), { maxLength: 12 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (written) => {
        const { pieces, end } = plainPieces(written, Infinity);
        expect(end).toBe(written.length);
        expect(pieces.join("")).toBe(written);
        for (const piece of pieces) {
          expect(piece).not.toMatch(/\p{Surrogate}/u);
          expect(piece.split("\n").length - 1).toBeLessThanOrEqual(PLAIN_LINES);
        }
      }),
    );
  });

  it("counts the marks that no letter can bear, and leaves the others", () => {
    const pile = "\u0301".repeat(RUN_OF_MARKS);
    expect(withoutPiledMarks(`a${pile}b`)).toBe(`a${pile}b`);
    expect(withoutPiledMarks(`a${pile}${"\u0301".repeat(1200)}b`)).toBe(`a${pile}[1,200 more marks]b`);
  });
});
