/** Models that are asked to go on often begin with a bit of what they had written. No more of it is looked for than this. */
const LONGEST_OVERLAP = 4000;
/** So many characters besides white space are no coincidence; at the start of a line, fewer are enough. */
const SURE = 12;
const SURE_AT_LINE_START = 4;
/** `0, 0, 0, ` follows upon itself in any table, so a repetition must hold some different characters. */
const VARIED = 4;

/** How many characters at the start of `next` repeat the end of `before`; 0 when it may be a coincidence. */
function overlap(before: string, next: string): number {
  for (let length = Math.min(LONGEST_OVERLAP, before.length, next.length); length >= SURE_AT_LINE_START; length -= 1) {
    const repeated = next.slice(0, length);
    if (!before.endsWith(repeated)) continue;
    const visible = repeated.replace(/\s/g, "");
    const start = before.length - length;
    const atLineStart = start === 0 || before[start - 1] === "\n";
    const sure = visible.length >= (atLineStart ? SURE_AT_LINE_START : SURE) && new Set(visible).size >= VARIED;
    return sure ? length : 0;
  }
  return 0;
}

/** An odd number of fence lines: the text stops inside of a code block. */
function insideFence(text: string): boolean {
  return (text.match(/^ {0,3}```/gm)?.length ?? 0) % 2 === 1;
}

/**
 * A text and its continuation as one. What the continuation repeats is dropped, and so is a code fence that it
 * opens again in the middle of a block.
 */
export function joinParts(before: string, next: string): string {
  const repeated = overlap(before, next);
  if (repeated > 0 || !insideFence(before)) return before + next.slice(repeated);
  const [opening, info] = /^\s*```([\w+-]*)[ \t]*\n/.exec(next) ?? [];
  if (opening === undefined) return before + next;
  const inner = next.slice(opening.length);
  const again = overlap(before, inner);
  // Without a language it may as well be the end of the block.
  return again > 0 || info !== "" ? before + inner.slice(again) : before + next;
}
