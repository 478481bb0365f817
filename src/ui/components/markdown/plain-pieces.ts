import { PLAIN_CHARS, PLAIN_LINES, RUN_OF_MARKS } from "./caps.ts";

/** Marks that one letter bears, beyond what any script has: shaping them takes time that grows faster than they do. */
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${RUN_OF_MARKS}})(\\p{M}+)`, "gu");

/** The same text with the marks that no letter can bear counted in their place. */
export function withoutPiledMarks(text: string): string {
  return text.replace(TOO_MANY_MARKS, (_all, kept: string, more: string) => `${kept}[${[...more].length.toLocaleString("en")} more marks]`);
}

/** Ends after `PLAIN_LINES` lines, else after a line where one ends in the last quarter, and never within a character. */
function pieceEnd(text: string, from: number): number {
  const end = Math.min(text.length, from + PLAIN_CHARS);
  let line = from;
  for (let count = 0; count < PLAIN_LINES; count += 1) {
    const next = text.indexOf("\n", line) + 1;
    if (next === 0 || next > end) break;
    line = next;
    if (count === PLAIN_LINES - 1) return line;
  }
  if (end === text.length) return end;
  if (line > from + PLAIN_CHARS * 0.75) return line;
  const unit = text.charCodeAt(end);
  return unit >= 0xdc00 && unit <= 0xdfff ? end + 1 : end;
}

/** The first pieces of a text, and where the rest begins. Together they are the text. */
export function plainPieces(text: string, most: number): { pieces: readonly string[]; end: number } {
  const pieces: string[] = [];
  let end = 0;
  while (pieces.length < most && end < text.length) {
    const from = end;
    end = pieceEnd(text, from);
    pieces.push(text.slice(from, end));
  }
  return { pieces, end };
}
