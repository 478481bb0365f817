import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvText } from "@/domain";

/** How a formula begins; an apostrophe in front makes a text of it. */
const FORMULA = /^[\s"\p{Cf}\p{Cc}]*[=+\-@＝＋－＠﹢﹣﹦﹫]/u;

describe("a table as CSV", () => {
  it("is what RFC 4180 says", () => {
    expect(
      csvText([
        ["a", 'b "c"', null, -1.5],
        ["x,y", "two\nlines", "-"],
      ]),
    ).toBe('a,"b ""c""",,-1.5\r\n"x,y","two\nlines",\'-\r\n');
  });

  it.each(["=1+1", "\n=1", " =1", "\t@x", "＝1", "＋1", "－1", "＠x", "a;=1", "a\n+1", 'a;"=1"', "\u200b=1", "a\r\n @x", "\ufeff=1"])(
    "takes the sting out of %j",
    (text) => {
      for (const part of csvText([[text]])
        .slice(0, -2)
        .split(/[;\n\r\t]/))
        expect(part).not.toMatch(FORMULA);
    },
  );

  it("has no cell that any reader takes for a formula, whatever is in it", () => {
    const text = fc
      .array(fc.constantFrom("=", "+", "-", "@", "＝", ";", ",", "\n", "\r", "\t", '"', "'", " ", "a", "1", "\u200b", "|"), {
        maxLength: 12,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (value) => {
        const written = csvText([[value]]).slice(0, -2);
        const inner = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
        for (const part of inner.split(/[;,\n\r\t|]/)) expect(part).not.toMatch(FORMULA);
        // What was marked is all that was changed.
        expect(inner.replaceAll("'", "")).toBe(value.replaceAll("'", ""));
      }),
      { numRuns: 2000 },
    );
  });
});
