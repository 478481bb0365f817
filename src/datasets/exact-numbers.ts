import { ImportError, type Json, type NumberTexts, shorten } from "@/domain";

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Past the quote that closes the one at `start`; -1 when it does not before `limit`, or not on its line. Looks from quote
 * to quote: a statement can be a line of 50 MB.
 */
export function quoteEnd(text: string, start: number, limit: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1 && at < limit; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - 1 - slashes > start && text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return text.slice(start, at).includes("\n") ? -1 : at + 1;
  }
  return -1;
}

const pointerPart = (key: string | number): string => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/**
 * The numbers of a valid JSON text that a double does not give back as they are written (`1610521604143693812`, `1.0`,
 * `-0`, `1e2`): their texts by JSON pointer (RFC 6901). `undefined` when all are given back.
 * @throws ImportError "bad-line" for a number that no double holds at all, such as 1e999
 */
export function numberTexts(json: string): NumberTexts | undefined {
  const found = new Map<string, string>();
  const path: (string | number)[] = [];
  let keyExpected = false;
  for (let at = 0; at < json.length;) {
    const char = json[at] ?? "";
    if (char === '"') {
      const end = quoteEnd(json, at, json.length);
      if (keyExpected) {
        path[path.length - 1] = JSON.parse(json.slice(at, end)) as string;
        keyExpected = false;
      }
      at = end;
    } else if (char === "-" || (char >= "0" && char <= "9")) {
      NUMBER.lastIndex = at;
      const text = NUMBER.exec(json)?.[0] ?? char;
      take(text);
      at += text.length;
    } else {
      if (char === "{" || char === "[") path.push(char === "{" ? "" : 0);
      else if (char === "}" || char === "]") path.pop();
      if (char === ",") {
        const last = path.at(-1);
        if (typeof last === "number") path[path.length - 1] = last + 1;
        else keyExpected = true;
      } else keyExpected = char === "{" || (keyExpected && char !== "}");
      at += 1;
    }
  }
  return found.size === 0 ? undefined : Object.fromEntries(found);

  function take(text: string): void {
    const value = Number(text);
    if (!Number.isFinite(value)) throw tooLarge(text);
    if (String(value) !== text) found.set(path.map(pointerPart).join(""), text);
    // The last of two fields of one name is the one that is read.
    else if (found.size > 0) found.delete(path.map(pointerPart).join(""));
  }
}

function tooLarge(text: string): ImportError {
  return new ImportError("bad-line", `the number ${shorten(text, 40)} is too large to be read`);
}

/** What belongs to the fields that are kept. */
export function textsOfFields(texts: NumberTexts | undefined, isKept: (field: string) => boolean): NumberTexts | undefined {
  if (texts === undefined) return undefined;
  const kept = Object.entries(texts).filter(([pointer]) =>
    isKept((pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~")),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** `JSON.stringify`, with the numbers as they were written where the value is still the same. */
export function jsonWith(value: Json, texts: NumberTexts | undefined): string {
  return texts === undefined ? JSON.stringify(value) : written(value, texts, "");
}

function written(value: Json, texts: NumberTexts, pointer: string): string {
  if (typeof value === "number") {
    const text = Object.hasOwn(texts, pointer) ? texts[pointer] : undefined;
    return text !== undefined && Number(text) === value ? text : JSON.stringify(value);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item, index) => written(item, texts, `${pointer}/${index}`)).join(",")}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${written(item, texts, pointer + pointerPart(key))}`)
    .join(",")}}`;
}
