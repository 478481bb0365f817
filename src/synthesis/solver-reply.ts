import type { Finding } from "@/domain";
import { codeOf, dedent, fencedCode, MAX_SOURCE } from "./code-text.ts";
import { plainReply } from "./reply-form.ts";
import { afterReasoning, findBlock, lineAt, readTags } from "./tags.ts";
import { mendTypography, typographyFindings } from "./typography.ts";

/** `findings` of what is used are warnings: what was mended in it. */
export type SolverReply = { ok: true; source: string; findings: Finding[] } | { ok: false; findings: Finding[] };

const FORM = "Write one block: <solver>, then `def solve(self):` and its body, then </solver>.";
const hasSolve = (code: string) => /^[^\S\n]{0,40}(?:async[^\S\n]{1,10})?def[^\S\n]{1,40}solve[^\S\n]{0,40}\(/m.test(code);

function refuse(code: string, message: string, line: number | null): SolverReply {
  return { ok: false, findings: [{ severity: "error", code, message, line, hint: FORM }] };
}

/** Code and nothing else, from its first line on: a note, an import, a class around it. */
const BARE = /^\s*(?:#|@|def\s|import\s|from\s|async\s|class\s|"""|''')/;

/** The Python around `solve`, as it was written; cutting the function out of it is for the syntax tree. Never throws. */
export function parseSolverReply(replyText: string): SolverReply {
  const { text, moved, findings } = plainReply(replyText, ["solver"]);
  const reply = readTags(text);
  const place = (at: number): number | null => (moved ? null : lineAt(text, at));
  const accept = (given: string, line: number | null): SolverReply => {
    const mended = mendTypography(given);
    return { ok: true, source: `${dedent(mended.code)}\n`, findings: [...findings, ...typographyFindings(mended, line)] };
  };
  const block = findBlock(reply, "solver", { plausible: hasSolve, closing: "last" });
  if (block?.plausible === true) {
    const length = block.end - block.start;
    if (length > MAX_SOURCE) {
      return refuse("solver-too-large", `The solver is ${length} characters long; at most ${MAX_SOURCE} are read.`, place(block.start));
    }
    return accept(codeOf(text.slice(block.start, block.end), hasSolve), place(block.start));
  }

  const visible = afterReasoning(reply);
  const fenced = fencedCode(visible.text, hasSolve);
  if ("code" in fenced) return accept(fenced.code, place(visible.offset + fenced.start));
  if (block === null) {
    const bare = visible.text.length <= MAX_SOURCE && fenced.count === 0 && BARE.test(visible.text) && hasSolve(visible.text);
    if (bare) return accept(dedent(visible.text), place(visible.offset));
    const several = fenced.count > 1 ? ` It has ${fenced.count} fenced pieces of Python with a function solve, and none is marked.` : "";
    return refuse("missing-solver", `The reply has no <solver> block.${several}`, null);
  }
  return block.end - block.start <= MAX_SOURCE && text.slice(block.start, block.end).trim() === ""
    ? refuse("empty-solver", "The <solver> block is empty.", place(block.start))
    : refuse("no-solve", "The <solver> block has no function called solve.", place(block.start));
}
