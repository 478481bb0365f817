import { clip, type Finding, jsonHint, mapNumbers, objectEnd, onOneLine, sameNumber, stringEnd, unspaced } from "@/domain";
import { plainReply } from "./reply-form.ts";
import { afterReasoning, findBlock, readTags } from "./tags.ts";
import { mendTypography, typographyFindings } from "./typography.ts";

export type TesterReply = { configs: string[]; findings: Finding[] };

/** Longer configurations are refused. */
const MAX_CONFIG = 200_000;
/** Characters that may be looked at, those that are looked at again counted again: what bounds the work on a hostile reply. */
const MAX_LOOKS = 12_000_000;
/** Between a name, its @ and the object. */
const MAX_GAP = 100;
const MAX_CONFIGS = 1000;
const MAX_BODY = 8_000_000;
const MAX_INVALID = 30;

const FORM = "Write one JSON object a line, between <tests> and </tests>.";
/** What may stand before a configuration: bullets, numbers, quotes, brackets of a list around it. */
const NOISE = new Uint8Array(0x10000);
for (const char of " \t\n,;-*+•>()[]}.:'`#0123456789") NOISE[char.charCodeAt(0)] = 1;
const NAME = /[A-Za-z_]\w{0,200}/y;
const LABEL = /[A-Za-z][\w #.()-]{0,40}:[ \t]{0,8}/y;

type Item =
  | { kind: "config"; json: string; name: string | null; end: number; mended?: Finding[] }
  | { kind: "invalid"; code: string; message: string; hint: string; end: number };

function isObjectText(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function whyInvalid(json: string): string {
  try {
    JSON.parse(json);
    return "it is no JSON object";
  } catch (error) {
    return error instanceof Error ? clip(error.message.replace(/\s+/g, " "), 160) : String(error);
  }
}

class Scanner {
  readonly text: string;
  readonly end: number;
  readonly className: string;
  /** Characters looked at so far. */
  looks = 0;
  /** The last stretch of noise and the last line: both are asked for again from within. */
  #noise = { start: 0, end: 0 };
  #line = { start: 0, end: -1 };

  constructor(text: string, end: number, className: string) {
    this.text = text;
    this.end = end;
    this.className = className;
  }

  match(pattern: RegExp, at: number): string | null {
    pattern.lastIndex = at;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  skipNoise(at: number): number {
    if (at >= this.#noise.start && at < this.#noise.end) return this.#noise.end;
    let next = at;
    while (next < this.end && NOISE[this.text.charCodeAt(next)] === 1) next += 1;
    this.looks += next - at;
    this.#noise = { start: at, end: next };
    return next;
  }

  lineEnd(at: number): number {
    if (at >= this.#line.start && at <= this.#line.end) return this.#line.end;
    const found = this.text.indexOf("\n", at);
    const end = found === -1 || found > this.end ? this.end : found;
    this.#line = { start: at, end };
    return end;
  }

  /** `Name@{` or `{` at this place: where the object begins. */
  start(at: number): { brace: number; name: string | null } | null {
    if (this.text[at] === "{") return { brace: at, name: null };
    const name = this.match(NAME, at);
    if (name === null) return null;
    let next = at + name.length;
    for (const last = next + MAX_GAP; next < last && this.text[next] === " "; next += 1);
    if (this.text[next] !== "@") return null;
    next += 1;
    for (const last = next + MAX_GAP; next < last && " \t\n`\"'".includes(this.text[next] ?? "x"); next += 1);
    return this.text[next] === "{" || name === this.className ? { brace: next, name } : null;
  }

  /** The next line, from `from` on, that looks like a configuration of its own; a broken one ends before it. */
  nextStart(from: number, limit: number, indent: number): number {
    for (let at = this.lineEnd(from) + 1; at < limit; at = this.lineEnd(at) + 1) {
      let first = at;
      while (first - at <= indent && (this.text[first] === " " || this.text[first] === "\t")) first += 1;
      this.looks += first - at + 1;
      if (first - at > indent) continue;
      const place = this.skipNoise(first);
      const quoted = this.text[place] === '"' ? place + 1 : place;
      const start = place < limit ? this.start(quoted) : null;
      if (start !== null && (start.name !== null || start.brace === place)) return at;
    }
    return limit;
  }

  indentAt(place: number): number {
    const line = this.text.lastIndexOf("\n", place - 1) + 1;
    let first = line;
    while (this.text[first] === " " || this.text[first] === "\t") first += 1;
    this.looks += place - line;
    return first - line;
  }

  broken(start: { brace: number }, limit: number, code: string, message: string): Item {
    const end = this.nextStart(start.brace, limit, this.indentAt(start.brace));
    const json = this.text.slice(start.brace, Math.min(end, start.brace + MAX_CONFIG));
    return { kind: "invalid", code, message, hint: jsonHint(json) ?? FORM, end };
  }

  object(start: { brace: number; name: string | null }): Item {
    const { brace, name } = start;
    const limit = Math.min(this.end, brace + MAX_CONFIG);
    if (this.text[brace] !== "{") {
      return this.broken(start, this.lineEnd(brace), "not-an-object", "after the @ there is no JSON object");
    }
    const end = this.objectEnd(brace, limit);
    if (end === -1) {
      return limit < this.end
        ? this.broken(start, limit, "configuration-too-large", `it has no end within ${MAX_CONFIG} characters`)
        : this.broken(start, this.end, "invalid-json", "its closing brace is missing");
    }
    const json = this.text.slice(brace, end);
    if (isObjectText(json)) return { kind: "config", json, name, end };
    const mended = mendTypography(json);
    if (mended.code !== json && isObjectText(mended.code))
      return { kind: "config", json: mended.code, name, end, mended: typographyFindings(mended, null) };
    return this.broken(start, end, "invalid-json", whyInvalid(json));
  }

  objectEnd(brace: number, limit: number): number {
    const end = objectEnd(this.text, brace, limit);
    this.looks += (end === -1 ? limit : end) - brace;
    return end;
  }

  /** A string literal that holds a configuration; null when it holds something else. */
  quoted(at: number): Item | null {
    const limit = Math.min(this.end, at + MAX_CONFIG);
    const end = stringEnd(this.text, at, limit);
    this.looks += Math.min(end === -1 ? this.lineEnd(at) : end, limit) - at;
    if (end === -1) return null;
    let inner: unknown;
    try {
      inner = JSON.parse(this.text.slice(at, end));
    } catch {
      return null;
    }
    if (typeof inner !== "string") return null;
    const within = new Scanner(inner, inner.length, this.className);
    const start = within.start(within.skipNoise(0));
    return start === null ? null : { ...within.object(start), end };
  }

  /** A quoted configuration, or one with a quote before it whose own quotes were not escaped. */
  quotedItem(at: number): Item | null {
    const literal = this.quoted(at);
    if (literal?.kind === "config") return literal;
    const start = this.start(at + 1);
    const raw = start === null ? null : this.object(start);
    return raw?.kind === "config" || (raw !== null && start?.name !== null && literal === null) ? raw : literal;
  }

  /** The configuration at this place, behind a few words at most; null when there is none on this line. */
  item(at: number): Item | null {
    if (this.text[at] === '"') return this.quotedItem(at);
    const direct = this.start(at);
    if (direct !== null) return this.object(direct);
    const lineEnd = this.lineEnd(at);
    const label = this.match(LABEL, at);
    if (label !== null) {
      const next = this.skipNoise(at + label.length);
      const start = next < lineEnd ? this.start(next) : null;
      if (start !== null) return this.object(start);
      if (next < lineEnd && this.text[next] === '"') return this.quotedItem(next);
    }
    const line = this.text.slice(at, Math.min(lineEnd, at + MAX_CONFIG));
    this.looks += line.length;
    const named = line.indexOf(`${this.className}@`);
    const start = named === -1 ? null : this.start(at + named);
    if (start !== null) return this.object(start);
    // Braces in prose are common; only a whole object on this line counts.
    const brace = line.indexOf("{");
    const end = brace === -1 ? -1 : this.objectEnd(at + brace, Math.min(lineEnd, at + brace + MAX_CONFIG));
    if (end === -1) return null;
    const json = this.text.slice(at + brace, end);
    return isObjectText(json) ? { kind: "config", json, name: null, end } : null;
  }
}

function finding(severity: Finding["severity"], code: string, message: string, line: number | null, hint?: string): Finding {
  return hint === undefined ? { severity, code, message, line } : { severity, code, message, line, hint };
}

/** Counts lines up to a place that only moves forward. */
function lineCounter(text: string): (at: number) => number {
  let line = 1;
  let seen = text.indexOf("\n");
  return (at) => {
    while (seen !== -1 && seen < at) {
      line += 1;
      seen = text.indexOf("\n", seen + 1);
    }
    return line;
  };
}

/**
 * The configurations of a tester's reply, as they were written. What is invalid is named with its number, counted
 * over all of them from 1, and the others are kept. Never throws.
 */
export function parseTesterReply(replyText: string, className: string): TesterReply {
  const { text, moved, findings } = plainReply(replyText, ["tests"]);
  const reply = readTags(text);
  const block = findBlock(reply, "tests", { plausible: (content) => content.includes("{"), closing: "last" });
  const counted = lineCounter(text);
  const lineOf = (at: number): number | null => (moved ? null : counted(at));
  const bodyStart = block?.start ?? afterReasoning(reply).offset;
  const bodyEnd = block?.end ?? text.length;
  const scanner = new Scanner(text, Math.min(bodyEnd, bodyStart + MAX_BODY), className);
  const configs: string[] = [];
  const known = new Map<string, number>();
  let number = 0;
  let invalid = 0;

  let at = scanner.skipNoise(bodyStart);
  while (at < scanner.end) {
    if (scanner.looks > MAX_LOOKS) {
      findings.push(
        finding(
          "error",
          "too-many",
          `After ${number} configurations, ${invalid} of them invalid, the rest was not read: it takes too long to tell what it is.`,
          lineOf(at),
          FORM,
        ),
      );
      break;
    }
    const found = scanner.item(at);
    if (found === null) {
      at = scanner.skipNoise(scanner.lineEnd(at));
      continue;
    }
    number += 1;
    const line = lineOf(at);
    if (found.kind === "invalid") {
      invalid += 1;
      findings.push(finding("error", found.code, `Configuration ${number} is not valid: ${found.message}.`, line, found.hint));
    } else {
      // Equal numbers make equal configurations, however they are written.
      const same = mapNumbers(unspaced(found.json), sameNumber);
      const first = known.get(same);
      if (first !== undefined) {
        findings.push(finding("warning", "duplicate", `Configuration ${number} is the same as ${first} and was left out.`, line));
      } else {
        known.set(same, number);
        configs.push(onOneLine(found.json));
        for (const one of found.mended ?? [])
          findings.push({ ...one, message: one.message.replace("The code", `Configuration ${number}`).replace("Python", "JSON"), line });
        if (found.name !== null && found.name !== className) {
          findings.push(
            finding(
              "warning",
              "other-class-name",
              `Configuration ${number} names ${clip(found.name, 80)} instead of ${className}; its JSON was kept.`,
              line,
            ),
          );
        }
      }
    }
    at = scanner.skipNoise(Math.max(found.end, at + 1));
    if (number >= MAX_CONFIGS || invalid >= MAX_INVALID) {
      findings.push(
        finding(
          "error",
          "too-many",
          `After ${number} configurations, ${invalid} of them invalid, the rest was not read.`,
          lineOf(at),
          FORM,
        ),
      );
      break;
    }
  }

  if (at >= scanner.end && scanner.end < bodyEnd) {
    const message = `The configurations are ${bodyEnd - bodyStart} characters long; only the first ${MAX_BODY} were read.`;
    findings.push(finding("error", "tests-too-large", message, lineOf(scanner.end), FORM));
  }
  if (number === 0) {
    const message = block === null ? "The reply has no <tests> block and no configurations." : "The <tests> block has no configurations.";
    findings.push(
      finding("error", block === null ? "missing-tests" : "no-configurations", message, block === null ? null : lineOf(block.start), FORM),
    );
  }
  return { configs, findings };
}
