import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesOf, pieceOfId, placeOf, segmentsOf, type Span, textAt, utf16Column } from "@/domain";

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/** Lines with characters of one to four bytes, and no line breaks. */
const line = fc.string({ unit: fc.constantFrom("a", " ", "(", "é", "ß", "→", "漢", "😀", "𝒳"), maxLength: 20 });

describe("columns in bytes of UTF-8 as UTF-16 columns", () => {
  it("count characters of each length", () => {
    expect([0, 1, 3, 6, 10].map((bytes) => utf16Column("aé→😀b", bytes))).toEqual([0, 1, 2, 3, 5]);
  });

  it("stay within the line", () => {
    expect(utf16Column("ab", 9)).toBe(2);
    expect(utf16Column("é", 1)).toBe(1);
  });

  it("are those of the text before them, whatever it holds", () => {
    fc.assert(
      fc.property(line, line, (before, after) => {
        expect(utf16Column(before + after, bytesOf(before))).toBe(before.length);
      }),
    );
  });
});

describe("the place of a piece", () => {
  it("has the text that Python meant", () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        line,
        fc.array(line, { maxLength: 3 }),
        line,
        (above, before, inner, last) => {
          const text = ["x", ...inner, last].join("\n");
          const lines = [...above, ...`${before}${text}z`.split("\n")];
          const endLine = above.length + inner.length + 2;
          const place = placeOf(lines, { line: above.length + 1, col: bytesOf(before), endLine, endCol: bytesOf(last) });
          expect(place && textAt(lines, place)).toBe(text);
        },
      ),
    );
  });

  it("is found past a byte order mark, and behind any line break", () => {
    const lines = linesOf("\uFEFFa = 1\r\nb = 2\rc = 3\fd");
    expect(lines).toHaveLength(3);
    const first = placeOf(lines, { line: 1, col: 0, endLine: 1, endCol: 5 });
    expect(first && textAt(lines, first)).toBe("a = 1");
  });

  it("is none where the solution has no such place", () => {
    expect(placeOf(["ab"], { line: 2, col: 0, endLine: 2, endCol: 1 })).toBeNull();
    expect(placeOf(["ab"], { line: 1, col: 2, endLine: 1, endCol: 2 })).toBeNull();
    expect(placeOf(["ab", "cd"], { line: 2, col: 0, endLine: 1, endCol: 1 })).toBeNull();
  });

  it("is in the piece's id", () => {
    expect(pieceOfId("loop-body:13:8-14:22")).toEqual({
      id: "loop-body:13:8-14:22",
      rule: "loop-body",
      line: 13,
      col: 8,
      endLine: 14,
      endCol: 22,
    });
    expect(pieceOfId("helper:is_prime")).toBeNull();
  });
});

describe("spans that nest or overlap", () => {
  it("are cut into stretches, the outermost first", () => {
    const spans: Span[] = [
      { id: "inner", from: 4, to: 6 },
      { id: "outer", from: 2, to: 9 },
      { id: "late", from: 8, to: 12 },
      { id: "empty", from: 3, to: 3 },
    ];
    expect(segmentsOf(spans)).toEqual([
      { from: 2, to: 4, ids: ["outer"] },
      { from: 4, to: 6, ids: ["outer", "inner"] },
      { from: 6, to: 8, ids: ["outer"] },
      { from: 8, to: 9, ids: ["outer", "late"] },
      { from: 9, to: 12, ids: ["late"] },
    ]);
  });

  it("cover each character with just the spans that hold it, in stretches that follow one another", () => {
    const ends = fc.tuple(fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(fc.array(ends, { maxLength: 8 }), (all) => {
        const spans = all.map(([a, b], index): Span => ({ id: String(index), from: Math.min(a, b), to: Math.max(a, b) }));
        const segments = segmentsOf(spans);
        for (let at = 0; at < 31; at++) {
          const holding = spans.filter(({ from, to }) => from <= at && at < to).map(({ id }) => id);
          const found = segments.filter(({ from, to }) => from <= at && at < to);
          expect(found.length).toBe(holding.length === 0 ? 0 : 1);
          expect([...(found[0]?.ids ?? [])].toSorted()).toEqual(holding.toSorted());
        }
        for (const [index, { from, to }] of segments.entries()) {
          expect(from).toBeLessThan(to);
          expect(from).toBeGreaterThanOrEqual(segments[index - 1]?.to ?? 0);
        }
      }),
    );
  });
});
