import { clip } from "@/domain";
import { redact } from "../wire/redact.ts";

const MAX_DETAIL = 300;
const MAX_TEXT = 2000;
const MAX_DEPTH = 8;
/** Where the message only says that somebody else failed, the somebody's own words stand in `raw`. */
const EMPTY_WORDS = /^(provider returned error|error|an error occurred|upstream error)\.?$/i;

/** An error body as it came, taken apart. */
export type ErrorBody = {
  /** What is written for people; "" when there is nothing, or only a web page. */
  message: string;
  /** The message and the machine-readable reasons beside it, for rules to look at. Never the request that some bodies quote. */
  text: string;
  /** The machine-readable reasons alone. */
  reasons: string;
  html: boolean;
};

export function readErrorBody(body: string): ErrorBody {
  if (/^\s*</.test(body)) return { message: "", text: "", reasons: "", html: true };
  const parsed = parsedBody(body);
  const message = parsed === undefined ? body.slice(0, 4000).trim() : (messageIn(parsed, 0) ?? "");
  const reasons: string[] = [];
  collectReasons(parsed, reasons, 0);
  return { message, text: [message.slice(0, MAX_TEXT), ...reasons].join(" · "), reasons: reasons.join(" · "), html: false };
}

/** What a provider wrote about a failure, short enough to be shown; no key in it. */
export function providerMessage(body: string, key: string | null): string {
  return clip(redact(readErrorBody(body).message, key).replace(/\s+/g, " ").trim(), MAX_DETAIL);
}

/** Undefined when it is no JSON. */
export function parsedBody(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

function field(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function messageIn(value: unknown, depth: number): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return messageIn(value[0], depth + 1);
  const behind = depth === 0 ? null : rawMessage(value, depth);
  for (const name of ["error", "message", "detail", "msg"]) {
    const found = messageIn(field(value, name), depth + 1);
    if (found === null || found.trim() === "") continue;
    return behind !== null && EMPTY_WORDS.test(found.trim()) ? behind : found;
  }
  return behind;
}

/** OpenRouter hands on what the provider behind it said: `metadata.raw`, itself often JSON. */
function rawMessage(value: object, depth: number): string | null {
  const metadata = field(value, "metadata");
  if (typeof metadata !== "object" || metadata === null) return null;
  const raw = field(metadata, "raw");
  if (typeof raw !== "string") return null;
  return messageIn(parsedBody(raw), depth + 1) ?? raw;
}

const REASONS = new Set(["code", "type", "status", "reason", "param", "quotaId", "error_type"]);

function collectReasons(value: unknown, into: string[], depth: number): void {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return;
  for (const [name, inner] of Object.entries(value)) {
    if (into.length >= 40) return;
    if (typeof inner === "object") collectReasons(inner, into, depth + 1);
    else if (typeof inner === "string" && name === "raw") collectReasons(parsedBody(inner), into, depth + 1);
    else if (typeof inner === "string" && REASONS.has(name)) into.push(inner.slice(0, 200));
  }
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "7m12.5s", "34s", "20ms", "6 seconds" → ms; null when it is no length of time. */
function durationMs(text: string): number | null {
  let sum = 0;
  let found = false;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(milliseconds?|ms|seconds?|minutes?|hours?|days?|s|m|h|d)(?![a-z])/gi)) {
    const short = /^(ms|milli)/i.test(unit ?? "") ? "ms" : (unit ?? "").charAt(0).toLowerCase();
    sum += Number(amount) * (UNIT_MS[short] ?? Number.NaN);
    found = true;
  }
  return found && Number.isFinite(sum) ? Math.ceil(sum) : null;
}

const ONE_LENGTH = String.raw`\d+(?:\.\d+)?\s*(?:milliseconds?|ms|seconds?|minutes?|hours?|days?|s|m|h|d)(?![a-z])`;
/** "Please try again in 7m12.5s", "Please retry in 34.07s", "Retry after 5 seconds". */
const SPOKEN = new RegExp(
  String.raw`(?:try again|retry|retrying|wait)(?:\s+(?:in|after|for))?\s+((?:${ONE_LENGTH}[\s,]*(?:and\s+)?)+)`,
  "i",
);

/**
 * How long a body asks to wait, in ms, where the header is missing or may not be read: Gemini's `retryDelay`, or
 * the words of a message. Null when it does not say.
 */
export function bodyRetryAfterMs(body: string): number | null {
  const delay = delayIn(parsedBody(body), 0);
  if (delay !== null) return delay;
  const spoken = SPOKEN.exec(readErrorBody(body).message.slice(0, MAX_TEXT))?.[1];
  return spoken === undefined ? null : durationMs(spoken);
}

function delayIn(value: unknown, depth: number): number | null {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return null;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "retryDelay" && typeof inner === "string") return durationMs(inner);
    const found = delayIn(inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
