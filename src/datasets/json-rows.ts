import { ImportError, type JsonObject } from "@/domain";
import { isJsonObject, parseJsonText } from "./json-text.ts";
import type { Pace } from "./pace.ts";

export type RowSink = {
  /** @throws ImportError when the row is not what it should be */
  row(value: JsonObject, line: number): void;
  fault(line: number | null, message: string): void;
};

function take(sink: RowSink, line: number | null, place: string, row: number, read: () => unknown): void {
  try {
    const value = read();
    if (!isJsonObject(value)) throw new ImportError("bad-line", "not a JSON object");
    sink.row(value, row);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    sink.fault(line, place + error.message);
  }
}

/** The line of a JSON error, where the engine tells the position. */
function lineOfError(text: string, error: unknown): number | null {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? null : text.slice(0, Number(position)).split("\n").length;
}

async function readArray(text: string, sink: RowSink, pace: Pace): Promise<void> {
  let items: unknown;
  try {
    items = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return sink.fault(lineOfError(text, error), error.message);
  }
  if (!Array.isArray(items)) return sink.fault(null, "not a JSON array");
  if (items.length === 0) return sink.fault(null, "the JSON array is empty");
  for (const [index, item] of items.entries()) {
    await pace.step();
    take(sink, null, `item ${index + 1}: `, index + 1, () => item);
  }
}

/** One object over several lines, as an editor formats it. */
function wholeObject(text: string): JsonObject | null {
  try {
    const value = parseJsonText(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Reads JSONL, a JSON array of objects, or one object. `text` has LF line ends. */
export async function readRows(text: string, sink: RowSink, pace: Pace): Promise<void> {
  if (text.trimStart().startsWith("[")) return await readArray(text, sink, pace);
  const first = text.slice(0, 100_000).split("\n").find((line) => line.trim() !== "");
  if (first?.trim() === "{" || (first !== undefined && first.length < 1000 && wholeObject(first) === null)) {
    const whole = wholeObject(text);
    if (whole !== null) return take(sink, 1, "", 1, () => whole);
  }
  let start = 0;
  for (let line = 1; start < text.length; line += 1) {
    const end = text.indexOf("\n", start);
    const content = text.slice(start, end === -1 ? text.length : end).trim();
    start = end === -1 ? text.length : end + 1;
    if (content === "") continue;
    await pace.step();
    take(sink, line, "", line, () => parseJsonText(content));
  }
}
