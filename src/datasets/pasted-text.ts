/** Where a pasted text turns from statement to solution. */

const PYTHON_LINE = /^(?:(?:async )?def \w+\s*\(|class \w+\s*[(:]|from [\w.]+ import |import [\w.]+(?:\s*,|\s+as\s|\s*$)|@\w)/;

type Fence = { language: string; start: number; end: number };

/** Fenced blocks as line numbers from 0: of the opening line, and of the closing one (or the end). */
function fencesOf(lines: readonly string[]): Fence[] {
  const fences: Fence[] = [];
  let open: (Fence & { mark: string }) | null = null;
  for (const [at, line] of lines.entries()) {
    const match = /^ {0,3}(`{3,}|~{3,})[ \t]*([\w+.-]*)$/.exec(line.trimEnd());
    if (match === null) continue;
    const [, mark = "", language = ""] = match;
    if (open === null) {
      open = { language: language.toLowerCase(), start: at, end: lines.length, mark };
      fences.push(open);
    } else if (language === "" && mark.startsWith(open.mark)) {
      open.end = at;
      open = null;
    }
  }
  return fences;
}

/** The last Python block is the solution; what stands around it is the statement. Null when there is none. */
export function splitPaste(text: string): { statement: string; solution: string } | null {
  const lines = text.split("\n");
  const fences = fencesOf(lines);
  const python = fences.filter((fence) => /^(?:py|python3?)$/.test(fence.language));
  const untagged = fences.filter(
    (fence) => fence.language === "" && lines.slice(fence.start + 1, fence.end).some((line) => PYTHON_LINE.test(line)),
  );
  const block = python.at(-1) ?? untagged.at(-1);
  if (block !== undefined) {
    const around = [lines.slice(0, block.start), lines.slice(block.end + 1)].map((part) => part.join("\n").trim());
    const statement = around.filter((part) => part !== "").join("\n\n");
    const solution = `${lines
      .slice(block.start + 1, block.end)
      .join("\n")
      .trim()}\n`;
    return statement === "" || solution.trim() === "" ? null : { statement, solution };
  }
  const first = lines.findIndex((line) => PYTHON_LINE.test(line));
  const statement = lines.slice(0, Math.max(first, 0)).join("\n").trim();
  return statement === "" ? null : { statement, solution: `${lines.slice(first).join("\n").trim()}\n` };
}

/** Starts as a Python file does: a docstring, or code. */
export function startsAsPython(text: string): boolean {
  const first = text.split("\n", 200).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return PYTHON_LINE.test(first) || /^[rRuU]?(?:"""|''')/.test(first);
}
