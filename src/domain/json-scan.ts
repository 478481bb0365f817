/** A cursor-based look at JSON in free text: finds where an object ends without parsing it. */

/** Past the closing brace of the object that begins at `start`; -1 when it does not end before `limit`. */
export function objectEnd(text: string, start: number, limit: number): number {
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
    } else if (char === 125 || char === 93) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
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
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 92) at += 1;
      else if (char === 34) inString = false;
    } else if (char === 34) {
      inString = true;
    } else if (char === 123 || char === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (char === 125 || char === 93) {
      depth -= 1;
    }
  }
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
  return respaced(json, (run, before, after) =>
    !run.includes("\n") ? run : "{[".includes(before) || "}],:".includes(after) ? "" : " ",
  );
}

/** The same text for the same JSON, however it is spaced. */
export function unspaced(json: string): string {
  return respaced(json, () => "");
}
