import { describe, expect, it } from "vitest";
import { parseSolverReply } from "@/synthesis";
import { mendTypography } from "../../../src/synthesis/typography.ts";

const SOURCE = `@staticmethod
def solve(self):
    import json

    def helper(x):
        return "</solver>"

    return self.step(json.dumps({"name": "Done", "parameters": {"answer": helper(1)}}))[1]
`;
const dedented = (code: string): string => (code.startsWith("    ") ? code.replace(/^ {4}/gm, "") : code);
const parsed = { ok: true, source: SOURCE };
const codes = (reply: string) => {
  const result = parseSolverReply(reply);
  return result.ok ? "ok" : result.findings.map((finding) => `${finding.code}:${finding.line}`);
};

describe("parseSolverReply", () => {
  it.each<[string, string]>([
    ["plain", `<solver>\n${SOURCE}</solver>`],
    ["CRLF", `<solver>\n${SOURCE}</solver>\n`.replaceAll("\n", "\r\n")],
    ["fence", `<solver>\n\`\`\`python\n${SOURCE}\`\`\`\n</solver>`],
    ["as a method", `<solver>\n${SOURCE.replace(/^(?=.)/gm, "    ")}</solver>`],
    ["no last tag", `<solver>\n${SOURCE}`],
    ["reasoning with a draft", `<think>\n<solver>\ndef solve(self): pass\n</solver>\n</think>\n<solver>\n${SOURCE}</solver>`],
    ["the tag in prose", `My <solver> is below.\n<solver>\n${SOURCE}</solver>\nThe \`<solver>\` ends there.`],
    ["no tag, one fence", `Here:\n\`\`\`python\n${SOURCE}\`\`\`\nBye`],
    ["no tag, nothing but code", SOURCE.slice(SOURCE.indexOf("def"))],
    ["a note before it", `# A note.\n${SOURCE.slice(SOURCE.indexOf("def"))}`],
    ["in a class", `class Solver:\n${SOURCE.replace(/^(?=.)/gm, "    ")}`],
    ["helpers in a fence of their own", `<solver>\n\`\`\`python\nimport json\n\`\`\`\nand then\n\`\`\`python\n${SOURCE}\`\`\`\n</solver>`],
    ["the same without tags", `\`\`\`python\nimport json\n\`\`\`\nand then\n\`\`\`python\n${SOURCE}\`\`\``],
  ])("forgives: %s", (_, reply) => {
    const result = parseSolverReply(reply);
    const source = result.ok ? result.source.replace(/^(?:# A note\.|import json\n|class Solver:)\n/, "") : "";
    expect(result.ok ? dedented(source).replace(/^(?=def)/, "@staticmethod\n") : result).toBe(parsed.source);
    expect(result.findings).toEqual([]);
  });

  it("curly quotes and odd spaces are mended outside of strings and comments, and said", () => {
    const odd =
      "def\u00A0solve(self):\u200B  # it’s “fine”\n    text = “a \"b\" \\n” + ‘c’ + 'it’s\u00A0“so”'\n\u00A0\u00A0\u00A0\u00A0return self.step(text)";
    const result = parseSolverReply(`<solver>\n${odd}\n</solver>`);
    expect(result).toMatchObject({
      ok: true,
      source: "def solve(self):  # it’s “fine”\n    text = \"a \\\"b\\\" \\n\" + 'c' + 'it’s\u00A0“so”'\n    return self.step(text)\n",
    });
    expect(result.findings).toMatchObject([
      { severity: "warning", code: "typography", line: 1, message: expect.stringContaining("curly quotes and non-breaking") },
    ]);
  });

  it("code that odd spaces indent as a whole", () => {
    const odd = "\u00A0\u00A0def\u2003solve(self):\n\u00A0\u00A0\u00A0\u00A0return 1";
    for (const reply of [`<solver>\n${odd}\n</solver>`, `\`\`\`python\n${odd}\n\`\`\``])
      expect(parseSolverReply(reply)).toMatchObject({ ok: true, source: "def solve(self):\n  return 1\n" });
  });

  it("docstrings in curly quotes", () => {
    expect(mendTypography('“““It’s "so".”””\nx = “no end\ny = ‘b’')).toEqual({
      code: '"""It’s "so"."""\nx = "no end\ny = \'b\'',
      quotes: 3,
      spaces: 0,
    });
  });

  it.each<[string, string, string[]]>([
    ["nothing", "", ["missing-solver:null"]],
    ["an empty block", "\n<solver>\n\n</solver>", ["empty-solver:2"]],
    ["another function", "<solver>\ndef play(self): pass\n</solver>", ["no-solve:1"]],
    ["two fences", "```python\ndef solve(self): pass\n```\nor\n```python\ndef solve(self): return 1\n```", ["missing-solver:null"]],
    ["size", `<solver>\ndef solve(self):\n${"    pass\n".repeat(200_000)}</solver>`, ["solver-too-large:1"]],
  ])("names: %s", (_, reply, expected) => expect(codes(reply)).toEqual(expected));
});
