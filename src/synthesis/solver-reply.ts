import { type Finding, normaliseNewlines } from "@/domain";
import { codeOf, dedent, fencedBlocks, MAX_SOURCE } from "./code-text.ts";
import { afterReasoning, findBlock, lineAt, readTags } from "./tags.ts";

export type SolverReply = { ok: true; source: string } | { ok: false; findings: Finding[] };

const FORM = "Write one block: <solver>, then `def solve(self):` and its body, then </solver>.";
const hasSolve = (code: string) => /^[ \t]{0,40}(?:async[ \t]{1,10})?def[ \t]{1,40}solve[ \t]{0,40}\(/m.test(code);

function refuse(code: string, message: string, line: number | null): SolverReply {
  return { ok: false, findings: [{ severity: "error", code, message, line, hint: FORM }] };
}

/** The Python around `solve`, as it was written; cutting the function out of it is for the syntax tree. Never throws. */
export function parseSolverReply(replyText: string): SolverReply {
  const text = normaliseNewlines(replyText);
  const reply = readTags(text);
  const block = findBlock(reply, "solver", { plausible: hasSolve, closing: "last" });
  if (block?.plausible === true) {
    const length = block.end - block.start;
    if (length > MAX_SOURCE) {
      return refuse("solver-too-large", `The solver is ${length} characters long; at most ${MAX_SOURCE} are read.`, lineAt(text, block.start));
    }
    return { ok: true, source: `${codeOf(text.slice(block.start, block.end), hasSolve)}\n` };
  }

  const visible = afterReasoning(reply);
  const fenced = fencedBlocks(visible.text).filter(
    ({ start, end }) => end - start <= MAX_SOURCE && hasSolve(visible.text.slice(start, end)),
  );
  const only = fenced[0];
  if (only !== undefined && fenced.length === 1) {
    return { ok: true, source: `${dedent(visible.text.slice(only.start, only.end))}\n` };
  }
  if (block === null) {
    const bare = visible.text.length <= MAX_SOURCE && fenced.length === 0 && /^\s*(?:def|import|from|async)\s/.test(visible.text) && hasSolve(visible.text);
    if (bare) return { ok: true, source: `${dedent(visible.text)}\n` };
    const several = fenced.length > 1 ? ` It has ${fenced.length} fenced pieces of Python with a function solve, and none is marked.` : "";
    return refuse("missing-solver", `The reply has no <solver> block.${several}`, null);
  }
  const line = lineAt(text, block.start);
  return block.end - block.start <= MAX_SOURCE && text.slice(block.start, block.end).trim() === ""
    ? refuse("empty-solver", "The <solver> block is empty.", line)
    : refuse("no-solve", "The <solver> block has no function called solve.", line);
}
