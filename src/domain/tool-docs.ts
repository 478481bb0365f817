import { normaliseNewlines, withoutBlankEnds } from "./text.ts";
import type { Tool } from "./tool.ts";

/** `inspect.cleandoc`: the first line stands by itself, the others lose their common indentation. */
function cleandoc(docstring: string): string[] {
  const lines = normaliseNewlines(docstring)
    .split("\n")
    .map((line) => line.replaceAll("\t", "        ").trimEnd());
  const rest = lines.slice(1).filter((line) => line !== "");
  const margin = rest.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Infinity);
  const cleaned = lines.map((line, index) => (index === 0 ? line.trimStart() : line.slice(Number.isFinite(margin) ? margin : 0)));
  return withoutBlankEnds(cleaned);
}

/** What an agent is told about its tools (docs/formats.md section 4): signature and docstring, no `Example Output`. */
export function toolDocs(tools: readonly Pick<Tool, "signature" | "docstring">[]): string {
  const blocks = tools.map((tool) => {
    const body = cleandoc(tool.docstring).map((line) => (line === "" ? "" : `    ${line}`));
    return ["", "Function:", "", `def ${tool.signature}:`, '    r"""', "", ...body, "", '    """', ""].join("\n");
  });
  return `${blocks.join("")}\n\n`;
}
