/**
 * As much of Python's lexical structure as is needed to tell code from comments and strings. Judging Python
 * is left to Python (gates); this only sorts files.
 */
type Piece = { kind: "code" | "comment" | "string"; start: number; end: number };

function stringEnd(source: string, start: number): number {
  const quote = source[start] ?? "";
  const triple = source.startsWith(quote.repeat(3), start);
  const closing = triple ? quote.repeat(3) : quote;
  for (let at = start + closing.length; at < source.length; at += 1) {
    if (source[at] === "\\") at += 1;
    else if (source.startsWith(closing, at)) return at + closing.length;
    else if (!triple && source[at] === "\n") return at;
  }
  return source.length;
}

function lineEndAt(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end === -1 ? source.length : end;
}

function* piecesOf(source: string): Generator<Piece> {
  let start = 0;
  let at = 0;
  while (at < source.length) {
    const char = source[at];
    if (char !== "#" && char !== '"' && char !== "'") {
      at += 1;
      continue;
    }
    if (at > start) yield { kind: "code", start, end: at };
    const end = char === "#" ? lineEndAt(source, at) : stringEnd(source, at);
    yield { kind: char === "#" ? "comment" : "string", start: at, end };
    at = start = end;
  }
  if (at > start) yield { kind: "code", start, end: at };
}

/** The source with its comments gone and its strings emptied. */
export function withoutText(source: string): string {
  const parts: string[] = [];
  for (const piece of piecesOf(source)) {
    if (piece.kind === "code") parts.push(source.slice(piece.start, piece.end));
    else if (piece.kind === "string") parts.push('""');
  }
  return parts.join("");
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unescape(text: string): string {
  return text.replace(/\\(x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|[0-7]{1,3}|[\s\S])/gi, (whole: string, code: string) => {
    const simple = SIMPLE_ESCAPES[code];
    if (simple !== undefined) return simple;
    const point = /^[xuU]/.test(code) ? Number.parseInt(code.slice(1), 16) : /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.NaN;
    return point >= 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/** `inspect.cleandoc`: later lines lose their common indentation, blank lines at both ends go. */
function cleaned(text: string): string {
  const [first = "", ...rest] = text.replaceAll("\t", "        ").split("\n");
  const margins = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const margin = margins.reduce((least, value) => Math.min(least, value), Number.MAX_SAFE_INTEGER);
  return [first.trimStart(), ...rest.map((line) => line.slice(margin))]
    .join("\n")
    .replace(/^(?:[^\S\n]*\n)+/, "")
    .trimEnd();
}

/** The module's docstring, or null. */
export function moduleDocstring(source: string): string | null {
  let prefix = "";
  for (const piece of piecesOf(source)) {
    if (piece.kind === "comment") continue;
    if (piece.kind === "code") {
      prefix = source.slice(piece.start, piece.end).trim();
      if (!/^[rRuU]?$/.test(prefix)) return null;
      continue;
    }
    const quotes = source.startsWith('"""', piece.start) || source.startsWith("'''", piece.start) ? 3 : 1;
    const after = /^[^\S\n]*(?:[;#\n]|$)/.test(source.slice(piece.end, piece.end + 200));
    if (!after || piece.end - piece.start < 2 * quotes) return null;
    const text = source.slice(piece.start + quotes, piece.end - quotes);
    return cleaned(/^[rR]/.test(prefix) ? text : unescape(text));
  }
  return null;
}

/** Bounded, so that a hostile file costs no more than its length. */
const CLASSES = /^class[ \t]{1,40}([A-Za-z_]\w{0,200})[ \t]{0,40}(?:\(([^()]{0,2000})\))?[ \t]{0,40}:/gm;

export type PythonClass = { name: string; bases: string[] };

/** The classes at the top level of a module, in order. */
export function topLevelClasses(source: string): PythonClass[] {
  return [...withoutText(source).matchAll(CLASSES)].map((match) => ({
    name: match[1] ?? "",
    bases: (match[2] ?? "").split(",").map((base) => base.trim()),
  }));
}
