import { describe, expect, it } from "vitest";
import { parseSolverReply } from "@/synthesis";

const SOURCE = `@staticmethod
def solve(self):
    import json

    def helper(x):
        return "</solver>"

    return self.step(json.dumps({"name": "Done", "parameters": {"answer": helper(1)}}))[1]
`;
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
  ])("forgives: %s", (_, reply) => {
    const result = parseSolverReply(reply);
    expect(result.ok ? result.source.replace(/^(?=def)/, reply.startsWith("def") ? "@staticmethod\n" : "") : result).toBe(parsed.source);
  });

  it.each<[string, string, string[]]>([
    ["nothing", "", ["missing-solver:null"]],
    ["an empty block", "\n<solver>\n\n</solver>", ["empty-solver:2"]],
    ["another function", "<solver>\ndef play(self): pass\n</solver>", ["no-solve:1"]],
    ["two fences", "```python\ndef solve(self): pass\n```\nor\n```python\ndef solve(self): return 1\n```", ["missing-solver:null"]],
    ["size", `<solver>\ndef solve(self):\n${"    pass\n".repeat(200_000)}</solver>`, ["solver-too-large:1"]],
  ])("names: %s", (_, reply, expected) => expect(codes(reply)).toEqual(expected));
});
