import type { Finding } from "@/domain";

const DOUBLE = "“”„‟";
const SINGLE = "‘’‚‛";
const SPACES = "\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000";
const NOTHING = "\u200B\u200C\u200D\u2060\uFEFF";
const ODD = new RegExp(`[${DOUBLE}${SINGLE}${SPACES}${NOTHING}]`);

export type Mended = { code: string; quotes: number; spaces: number };

const curlyAt = (code: string, at: number): '"' | "'" | null => {
  const char = code[at];
  return char === undefined ? null : DOUBLE.includes(char) ? '"' : SINGLE.includes(char) ? "'" : null;
};

/** Past the end of the plain string that begins at `start`; one in single quotes ends with its line at the latest. */
function plainEnd(code: string, start: number): number {
  const quote = code[start] ?? "";
  const long = code.startsWith(quote.repeat(3), start);
  for (let at = start + (long ? 3 : 1); at < code.length; at += 1) {
    if (code[at] === "\\") at += 1;
    else if (long ? code.startsWith(quote.repeat(3), at) : code[at] === quote) return at + (long ? 3 : 1);
    else if (!long && code[at] === "\n") return at;
  }
  return code.length;
}

/** The string that begins with a curly quote, in plain ones; null when it has no end. */
function curlyString(code: string, start: number, quote: '"' | "'"): { text: string; end: number } | null {
  const runs = (at: number): boolean => [at, at + 1, at + 2].every((place) => curlyAt(code, place) === quote);
  const long = runs(start);
  const size = long ? 3 : 1;
  let text = "";
  for (let at = start + size; at < code.length; at += 1) {
    const char = code[at] ?? "";
    if (char === "\n" && !long) return null;
    if (long ? runs(at) : curlyAt(code, at) === quote) return { text: quote.repeat(size) + text + quote.repeat(size), end: at + size };
    if (char === "\\") {
      text += char + (code[at + 1] ?? "");
      at += 1;
    } else text += char === quote && !long ? `\\${char}` : char;
  }
  return null;
}

/**
 * Python or JSON in which a word processor's quotes and spaces stand for the plain ones. Inside of strings and comments
 * they are meant, and stay.
 */
export function mendTypography(code: string): Mended {
  if (!ODD.test(code)) return { code, quotes: 0, spaces: 0 };
  let quotes = 0;
  let spaces = 0;
  const out: string[] = [];
  /** Curly strings without an end are not looked for again on the same line. */
  let hopeless = -1;
  for (let at = 0; at < code.length;) {
    const char = code[at] ?? "";
    const curly = curlyAt(code, at);
    let end = at + 1;
    let text = char;
    if (char === '"' || char === "'") {
      end = plainEnd(code, at);
      text = code.slice(at, end);
    } else if (char === "#") {
      const line = code.indexOf("\n", at);
      end = line === -1 ? code.length : line;
      text = code.slice(at, end);
    } else if (curly !== null) {
      const string = at < hopeless ? null : curlyString(code, at, curly);
      if (string === null && at >= hopeless)
        hopeless = code.startsWith("\n", at) ? at : code.indexOf("\n", at) === -1 ? code.length : code.indexOf("\n", at);
      text = string?.text ?? curly;
      end = string?.end ?? end;
      quotes += 1;
    } else if (SPACES.includes(char) || NOTHING.includes(char)) {
      text = SPACES.includes(char) ? " " : "";
      spaces += 1;
    }
    out.push(text);
    at = end;
  }
  return { code: out.join(""), quotes, spaces };
}

/** What was mended, for whoever reads the report. */
export function typographyFindings({ quotes, spaces }: Omit<Mended, "code">, line: number | null): Finding[] {
  const what = [quotes > 0 ? "curly quotes" : "", spaces > 0 ? "non-breaking or invisible spaces" : ""]
    .filter((part) => part !== "")
    .join(" and ");
  if (what === "") return [];
  return [
    {
      severity: "warning",
      code: "typography",
      message: `The code had ${what} where Python has plain ones; they were replaced.`,
      line,
      hint: "Write plain quotes (\" and ') and plain spaces.",
    },
  ];
}
