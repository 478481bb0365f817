/** A cursor-based look at JSON in free text: finds where an object ends without parsing it. */

/** The depth behind each bracket outside of strings, until `visit` says that it is enough. */
function walkBrackets(text: string, start: number, limit: number, visit: (depth: number, at: number) => boolean): void {
  let depth = 0;
  let inString = false;
  for (let at = start; at < limit; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 92) at += 1;
      else if (char === 34) inString = false;
    } else if (char === 34) {
      inString = true;
    } else if (char === 123 || char === 91) {
      depth += 1;
      if (visit(depth, at)) return;
    } else if (char === 125 || char === 93) {
      depth -= 1;
      if (visit(depth, at)) return;
    }
  }
}

/** Past the closing brace of the object that begins at `start`; -1 when it does not end before `limit`. */
export function objectEnd(text: string, start: number, limit: number): number {
  let end = -1;
  walkBrackets(text, start, limit, (depth, at) => {
    if (depth === 0) end = at + 1;
    return depth === 0;
  });
  return end;
}

/** Past the closing quote of the string literal at `start`; -1 when it does not end on its line. */
export function stringEnd(text: string, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 92) at += 1;
    else if (char === 34) return at + 1;
    else if (char === 10) return -1;
  }
  return -1;
}

/** How many lists and objects stand in one another in a JSON text, valid or not. */
export function jsonDepth(text: string): number {
  let deepest = 0;
  walkBrackets(text, 0, text.length, (depth) => {
    deepest = Math.max(deepest, depth);
    return false;
  });
  return deepest;
}

/** Valid JSON without its white space where `keep` says so; strings are never touched. */
function respaced(json: string, space: (run: string, before: string, after: string) => string): string {
  let out = "";
  let at = 0;
  while (at < json.length) {
    const char = json[at] ?? "";
    if (char === '"') {
      const end = stringEnd(json, at, json.length);
      out += json.slice(at, end);
      at = end;
    } else if (char === " " || char === "\n" || char === "\t" || char === "\r") {
      let end = at + 1;
      while (end < json.length && " \n\t\r".includes(json[end] ?? "")) end += 1;
      out += space(json.slice(at, end), json[at - 1] ?? "", json[end] ?? "");
      at = end;
    } else {
      let end = at + 1;
      while (end < json.length && !'" \n\t\r'.includes(json[end] ?? "")) end += 1;
      out += json.slice(at, end);
      at = end;
    }
  }
  return out;
}

/** On one line, otherwise as it was written: numbers and the order of keys stay what they are. */
export function onOneLine(json: string): string {
  if (!json.includes("\n")) return json;
  return respaced(json, (run, before, after) => (!run.includes("\n") ? run : "{[".includes(before) || "}],:".includes(after) ? "" : " "));
}

/** The same text for the same JSON, however it is spaced. */
export function unspaced(json: string): string {
  return respaced(json, () => "");
}

/** A member of an object: its key, and where its value stands. */
export type JsonMember = { key: string; start: number; end: number };

const SPACE = new Set([" ", "\n", "\t", "\r"]);

/** The members of a valid JSON object, as they stand in its text; `end` is past the value. Keys may come twice. */
export function membersOf(json: string): JsonMember[] {
  const members: JsonMember[] = [];
  const skip = (from: number): number => {
    let at = from;
    while (SPACE.has(json[at] ?? "")) at += 1;
    return at;
  };
  let at = skip(skip(0) + 1);
  while (json[at] === '"') {
    const keyEnd = stringEnd(json, at, json.length);
    const start = skip(skip(keyEnd) + 1);
    const end = valueEnd(json, start);
    members.push({ key: String(JSON.parse(json.slice(at, keyEnd))), start, end });
    at = skip(skip(end) + 1);
  }
  return members;
}

/** The text of each member's value; of equal keys the last, as every reader takes it. */
export function memberTexts(json: string): Map<string, string> {
  return new Map(membersOf(json).map(({ key, start, end }) => [key, json.slice(start, end)]));
}

/** The entries of a valid JSON list, as they were written. */
export function entryTexts(json: string): string[] {
  const entries: string[] = [];
  let at = json.indexOf("[") + 1;
  for (;;) {
    while (SPACE.has(json[at] ?? "") || json[at] === ",") at += 1;
    if (at >= json.length || json[at] === "]") return entries;
    const end = valueEnd(json, at);
    entries.push(json.slice(at, end));
    at = end;
  }
}

/** Past the valid JSON value that begins at `start`. */
function valueEnd(json: string, start: number): number {
  const first = json[start];
  if (first === '"') return stringEnd(json, start, json.length);
  if (first === "{" || first === "[") return objectEnd(json, start, json.length);
  let at = start;
  while (at < json.length && !",}]".includes(json[at] ?? "") && !SPACE.has(json[at] ?? "")) at += 1;
  return at;
}

/** What stands outside of strings in valid JSON, besides brackets: numbers, words, marks; and the strings themselves. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/** Valid JSON with each of its numbers written by `write`; all else as it was. */
export function mapNumbers(json: string, write: (number: string) => string): string {
  return json.replace(TOKEN, (token) => (token.startsWith('"') ? token : write(token)));
}

/** One text for all ways to write a number, however many digits it has: `1`, `1.0` and `10e-1` are the same. */
export function sameNumber(number: string): string {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^-/, "").split(".");
  const digits = whole + fraction;
  let from = 0;
  while (from < digits.length && digits[from] === "0") from += 1;
  let to = digits.length;
  while (to > from && digits[to - 1] === "0") to -= 1;
  if (from === to) return "0";
  return `${number.startsWith("-") ? "-" : ""}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`;
}

/** Whether a JavaScript number holds exactly what is written. */
export function isExact(number: string): boolean {
  const value = Number(number);
  return Number.isFinite(value) && sameNumber(String(value)) === sameNumber(number);
}
