import type { Root, RootContent } from "hast";
import { describe, expect, it } from "vitest";
import { CAPS } from "@/ui/components/markdown/caps.ts";
import { format, type Slice } from "@/ui/components/markdown/format.ts";
import { measure } from "@/ui/components/markdown/measure.ts";

function slicesOf(text: string): readonly Slice[] {
  const formatted = format(text);
  if (formatted.kind === "plain") throw new Error(formatted.reason);
  return formatted.slices;
}

const blocksOf = (slice: Slice): RootContent[] => (slice.kind === "tree" ? (JSON.parse(slice.json) as Root).children : []);

const tree = (text: string): string =>
  slicesOf(text)
    .map((slice) => (slice.kind === "tree" ? slice.json : slice.text))
    .join("");

describe("a text is formatted", () => {
  it("with tables, links of the web and formulas", () => {
    const json = tree("# Count\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[there](https://a.invalid/) and $x^2$\n\n$$\n\\sum_i i\n$$\n");
    for (const part of ['"tagName":"h1"', '"tagName":"table"', '"href":"https://a.invalid/"', '"katex"', '"katex-display"'])
      expect(json).toContain(part);
  });

  it.each([["javascript:alert(1)"], ["data:text/html,x"], ["#/settings"], ["/other"], ["//a.invalid"], ["JavaScript:x"], ["vbscript:x"]])(
    "and %s leads nowhere",
    (address) => {
      expect(tree(`[a](${address}) ![b](${address})`)).not.toContain(address);
    },
  );

  it("and definitions alone, which draw nothing, are shown as they were written", () => {
    const text = "[a]: https://a.invalid/\n[b]: https://b.invalid/\n";
    expect(slicesOf(text)).toEqual([{ kind: "plain", text }]);
    expect(slicesOf(" \n")).toEqual([]);
  });

  it("and HTML in it stays text", () => {
    const json = tree("<script>alert(1)</script>\n\na <b onclick=x>c</b>");
    expect(json).not.toMatch(/"tagName":"(?:script|b)"/);
    expect(json).toContain("<script>alert(1)</script>");
  });

  it.each([
    ["\\href{https://a.invalid}{x}"],
    ["\\url{https://a.invalid}"],
    ["\\includegraphics{https://a.invalid/a.png}"],
    ["\\htmlStyle{position:fixed}{x}"],
    ["\\htmlClass{a}{x}"],
    ["\\htmlId{a}{x}"],
  ])("and TeX gives no link, image or style: %s", (tex) => {
    const json = tree(`$${tex}$`);
    expect(json).not.toMatch(/"tagName":"(?:a|img)"|"style":"position|"(?:href|src|id)":/);
  });
});

describe("what is too much stays as it was written", () => {
  it("a text, a line of quotes in one another", () => {
    expect(format("a ".repeat(CAPS.chars))).toEqual({ kind: "plain", reason: "too-large" });
    expect(format("> ".repeat(CAPS.depth + 1))).toEqual({ kind: "plain", reason: "too-large" });
    expect(format(`${"1. ".repeat(CAPS.depth + 1)}a`)).toEqual({ kind: "plain", reason: "too-large" });
  });

  it("a block, and those around it are formatted", () => {
    const row = `|${" a |".repeat(40)}\n`;
    const table = `${row}|${"---|".repeat(40)}\n${row.repeat(120)}`;
    const kinds = slicesOf(`# Before\n\n${table}\n\n# After`).map(({ kind }) => kind);
    expect(kinds).toEqual(["tree", "plain", "tree"]);
    expect(slicesOf(`# Before\n\n${table}\n\n# After`)[1]).toEqual({ kind: "plain", text: table.trimEnd() });
  });

  it.each([
    ["long", "x+".repeat(CAPS.texChars)],
    ["nested", `${"\\frac{1}{".repeat(60)}x${"}".repeat(60)}`],
    ["nested with brackets of its own", `${"\\left(".repeat(60)}x${"\\right)".repeat(60)}`],
    ["without an end", "\\frac{1"],
    ["macro without an end", "\\def\\a{\\a\\a}\\a"],
  ])("a formula that is %s", (_, tex) => {
    const json = tree(`A $${tex}$ b.`);
    expect(json).toContain("math-source");
    expect(json).not.toContain('"katex"');
  });

  it("blocks come in slices of a size that is drawn at once", () => {
    const slices = slicesOf("a *b* `c`\n\n".repeat(1500));
    expect(slices.length).toBeGreaterThan(3);
    for (const slice of slices) expect(measure(blocksOf(slice)).nodes).toBeLessThanOrEqual(CAPS.blockNodes);
  });
});
