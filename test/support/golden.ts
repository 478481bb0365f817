import { createHash } from "node:crypto";

/** Longer values are told apart by their hash: a golden file is for finding out what changed, and where. */
const SHOWN = 160;

/** What the clock, the machine or the version of Python decides, in the fields of events and reports. */
const MEASURED = new Set(["ms", "peakBytes", "answerMs", "answerBytes", "at", "addedAt", "finishedAt", "receivedAt", "spent", "runtime"]);
const MEASURED_FIGURES = new Set(["time (ms)", "memory (MB)", "slowest (ms)", "peak memory (MB)"]);

/** The value without what differs from one run to the next. */
function unmeasured(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmeasured);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      inner !== null && (MEASURED.has(key) || MEASURED_FIGURES.has(key)) ? "*" : unmeasured(inner),
    ]),
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  if (text.length <= SHOWN) return text;
  return `${text.slice(0, SHOWN)}… ${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

/** One line: the name, then each field. */
export function goldenLine(name: string, fields: object): string {
  return [name, ...Object.entries(Object(unmeasured(fields))).map(([key, value]) => `${key}=${short(value)}`)].join("  ");
}
