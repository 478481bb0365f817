import type { Piece } from "./compilation.ts";

/** A place in a text as an editor has it: lines from 1, columns from 0 in UTF-16 units. */
export type TextPlace = { line: number; column: number; endLine: number; endColumn: number };
/** A marked stretch of a text, in offsets from its beginning. */
export type Span = { id: string; from: number; to: number };
/** A stretch that the same spans cover from end to end; the outermost of them first. */
export type Segment = { from: number; to: number; ids: readonly string[] };

/** Breaks where Python and editors break: form feeds and Unicode's line separators do not count. */
export function linesOf(source: string): string[] {
  return source.split(/\r\n?|\n/);
}

function utf8Length(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
}

/** Python's `ast` counts columns in bytes of UTF-8. A byte inside a character counts as the character's end; one past the line as the line's. */
export function utf16Column(line: string, bytes: number): number {
  let seen = 0;
  let column = 0;
  for (const character of line) {
    if (seen >= bytes) break;
    seen += utf8Length(character.codePointAt(0) ?? 0);
    column += character.length;
  }
  return column;
}

/** Where a piece stands in the solution's lines; null where the solution has no such place. */
export function placeOf(lines: readonly string[], piece: Pick<Piece, "line" | "col" | "endLine" | "endCol">): TextPlace | null {
  const { line, col, endLine, endCol } = piece;
  const [first, last] = [lines[line - 1], lines[endLine - 1]];
  if (first === undefined || last === undefined) return null;
  // Python leaves a byte order mark out before it counts.
  const columnOf = (text: string, number: number, bytes: number): number => {
    const mark = number === 1 && text.startsWith("\uFEFF") ? 1 : 0;
    return mark + utf16Column(text.slice(mark), bytes);
  };
  const place = { line, column: columnOf(first, line, col), endLine, endColumn: columnOf(last, endLine, endCol) };
  return endLine > line || (endLine === line && place.endColumn > place.column) ? place : null;
}

/** The text at a place, its lines joined by "\n". */
export function textAt(lines: readonly string[], { line, column, endLine, endColumn }: TextPlace): string {
  const part = lines.slice(line - 1, endLine);
  part.push((part.pop() ?? "").slice(0, endColumn));
  return [(part[0] ?? "").slice(column), ...part.slice(1)].join("\n");
}

/** A piece that was switched off is in no variant: its id alone says where it is. */
export function pieceOfId(id: string): Pick<Piece, "id" | "rule" | "line" | "col" | "endLine" | "endCol"> | null {
  const found = /^([a-z-]+):(\d+):(\d+)-(\d+):(\d+)$/.exec(id);
  if (found === null) return null;
  const [line = 0, col = 0, endLine = 0, endCol = 0] = found.slice(2).map(Number);
  return { id, rule: found[1] ?? "", line, col, endLine, endCol };
}

/** Cuts spans that nest or overlap into stretches that follow one another. Stretches that no span covers are left out. */
export function segmentsOf(spans: readonly Span[]): Segment[] {
  const filled = spans.filter(({ from, to }) => to > from).toSorted((a, b) => a.from - b.from || b.to - a.to);
  const cuts = [...new Set(filled.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  return cuts.flatMap((from, index): Segment[] => {
    const to = cuts[index + 1];
    if (to === undefined) return [];
    const ids = filled.filter((span) => span.from <= from && span.to >= to).map(({ id }) => id);
    return ids.length === 0 ? [] : [{ from, to, ids }];
  });
}
