import { ImportError, type JsonObject, type NumberTexts } from "@/domain";
import { numberTexts, quoteEnd } from "./exact-numbers.ts";
import { isJsonObject, parseJsonText } from "./json-text.ts";
import type { Pace } from "./pace.ts";
import { NO_TEXT } from "./text-bytes.ts";

/** A row, with those of its numbers that a double does not give back. `number` counts rows, or lines where each has its own. */
type Row = { value: JsonObject; numbers: NumberTexts | undefined; line: number; number: number };

export type RowSink = {
  /** @throws ImportError when the row is not what it should be */
  row(row: Row): void;
  fault(line: number | null, message: string): void;
  /** Whether a line inside of something broken is a row all the same. */
  isRow(value: JsonObject): boolean;
};

const SPACE = /[\s\uFEFF]*/y;
const SCALAR = /[^,\]\n]+/y;
const ARRAY_OF_ROWS = /\[\s*[{\]]/y;

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/**
 * Past the brace that closes the one at `start`, or -1. A string ends on its line: JSON has no other, and a quote that
 * was left out would swallow the rest.
 */
function valueEnd(text: string, start: number, limit: number): { end: number; looked: number } {
  let depth = 0;
  for (let at = start; at < limit; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 34) {
      const end = quoteEnd(text, at, limit);
      if (end === -1) return { end: -1, looked: at - start };
      at = end - 1;
    } else if (char === 123 || char === 91) depth += 1;
    else if (char === 125 || char === 93) {
      depth -= 1;
      if (depth === 0) return { end: at + 1, looked: at + 1 - start };
    }
  }
  return { end: -1, looked: limit - start };
}

/**
 * Reads JSONL, a JSON array of rows, rows one after the other, each on one line or on many; what is none is a fault at
 * its line, and the rows after it are read. `text` has LF line ends. Takes time in proportion to the text.
 */
class RowReader {
  #at = 0;
  #line = 1;
  #lineEnd: number;
  #number = 0;
  #inArray = false;
  /** How far ahead may still be looked for ends that are not there: more would be quadratic on a hostile file. */
  #looks: number;
  /** Faults before this place belong to something that was named as broken. */
  #brokenTo = 0;

  constructor(
    private readonly text: string,
    private readonly sink: RowSink,
  ) {
    this.#looks = 4 * text.length + 100_000;
    this.#lineEnd = this.#newlineFrom(0);
  }

  async read(pace: Pace): Promise<void> {
    for (this.#skipSpace(); this.#at < this.text.length; this.#skipSpace()) {
      await pace.step();
      this.#next();
    }
    if (this.#inArray && this.#number === 0) this.sink.fault(null, "the JSON array is empty");
  }

  #next(): void {
    const char = this.text[this.#at];
    if ((char === "," && this.#number > 0) || (char === "]" && this.#inArray)) this.#at += 1;
    else if (char === "{") this.#object();
    else if (char === "[" && matchAt(ARRAY_OF_ROWS, this.text, this.#at) !== "") {
      this.#inArray = true;
      this.#at += 1;
    } else this.#noRow();
  }

  #object(): void {
    const start = this.#at;
    const { end, looked } = valueEnd(this.text, start, this.#looks > 0 ? this.text.length : this.#lineEnd);
    if (end === -1) {
      this.#looks -= looked;
      return this.#noRow();
    }
    const json = this.text.slice(start, end);
    let value: unknown;
    try {
      value = parseJsonText(json);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      this.#looks -= looked;
      return this.#broken(end, error.message);
    }
    const line = this.#line;
    this.#advance(end);
    if (start < this.#brokenTo && !(isJsonObject(value) && this.sink.isRow(value))) return;
    this.#count(line);
    this.#take(line, value, json);
  }

  #take(line: number, value: unknown, json: string): void {
    try {
      if (!isJsonObject(value)) throw new ImportError("bad-line", "not a JSON object");
      this.sink.row({ value, numbers: numberTexts(json), line, number: this.#number });
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      this.sink.fault(line, this.#place() + error.message);
    }
  }

  #count(line: number): void {
    this.#number = this.#inArray ? this.#number + 1 : Math.max(this.#number + 1, line);
  }

  #place(): string {
    return this.#inArray ? `item ${this.#number}: ` : "";
  }

  /** It closes, but is no JSON: rows may stand on the lines in it, if a brace was left out. */
  #broken(end: number, message: string): void {
    this.#fault(message);
    this.#brokenTo = Math.max(this.#brokenTo, end);
    this.#advance(Math.min(this.#lineEnd, end));
  }

  /** What stands here is no object: the rest of the line, or in an array what reaches to the next comma. */
  #noRow(): void {
    const rest = this.text.slice(this.#at, this.#lineEnd);
    const part = this.#inArray && !rest.startsWith("{") ? this.#arrayPart(rest) : rest;
    this.#fault(this.#reason(part));
    this.#at += part.length;
  }

  #arrayPart(rest: string): string {
    if (rest.startsWith("[")) {
      const { end } = valueEnd(rest, 0, rest.length);
      return end === -1 ? rest : rest.slice(0, end);
    }
    const end = rest.startsWith('"') ? quoteEnd(rest, 0, rest.length) : -1;
    return end === -1 ? matchAt(SCALAR, rest, 0) || rest : rest.slice(0, end);
  }

  #reason(part: string): string {
    const text = part.trim();
    if (text === NO_TEXT) return "not a text in UTF-8";
    try {
      parseJsonText(text.endsWith(",") ? text.slice(0, -1) : text);
      return "not a JSON object";
    } catch (error) {
      return error instanceof ImportError ? error.message : "not valid JSON";
    }
  }

  #fault(message: string): void {
    if (this.#at < this.#brokenTo) return;
    this.#count(this.#line);
    this.sink.fault(this.#line, this.#place() + message);
  }

  #skipSpace(): void {
    this.#advance(this.#at + matchAt(SPACE, this.text, this.#at).length);
  }

  #newlineFrom(at: number): number {
    const found = this.text.indexOf("\n", at);
    return found === -1 ? this.text.length : found;
  }

  #advance(to: number): void {
    this.#at = to;
    while (this.#lineEnd < to) {
      this.#line += 1;
      this.#lineEnd = this.#newlineFrom(this.#lineEnd + 1);
    }
  }
}

export async function readRows(text: string, sink: RowSink, pace: Pace): Promise<void> {
  await new RowReader(text, sink).read(pace);
}
