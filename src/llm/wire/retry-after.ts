/** Units that providers write durations in: `1m30.5s`, `250ms`, `34s`. */
const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Numbers from here on are points in time, in seconds or milliseconds since 1970; smaller ones are durations. */
const EPOCH_SECONDS = 1_000_000_000;
const EPOCH_MS = 1_000_000_000_000;

function durationMs(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount = "0", unit = "s"] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) total += Number(amount) * (UNIT_MS[unit] ?? 0);
  return total;
}

/** Seconds, a duration with units, or a point in time; null when it is none of these. */
function waitMs(text: string, now: number): number | null {
  const plain = text.trim();
  if (plain === "") return null;
  const number = Number(plain);
  if (Number.isFinite(number)) {
    if (number >= EPOCH_MS) return Math.max(0, number - now);
    if (number >= EPOCH_SECONDS) return Math.max(0, number * 1000 - now);
    return Math.max(0, number * 1000);
  }
  const duration = durationMs(plain);
  if (duration !== null) return duration;
  const date = Date.parse(plain);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * How long a server asks to wait, in ms: `retry-after` (seconds or a date), `retry-after-ms`, or else the reset of
 * those rate limits of which nothing is left. Null when it does not say.
 */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const exact = headers.get("retry-after-ms");
  if (exact !== null && exact.trim() !== "" && Number(exact) >= 0) return Number(exact);
  const asked = headers.get("retry-after");
  if (asked !== null) {
    const found = waitMs(asked, now);
    if (found !== null) return found;
  }
  let longest: number | null = null;
  for (const [name, value] of headers) {
    if (!/ratelimit-/.test(name) || !/(^|-)reset(-|$)/.test(name)) continue;
    if (headers.get(name.replace(/reset/, "remaining")) !== "0") continue;
    const found = waitMs(value, now);
    if (found !== null) longest = Math.max(longest ?? 0, found);
  }
  return longest;
}
