import type { Waiting } from "@/domain";
import { formatDuration } from "./format.ts";

const trimmed = (reason: string): string => reason.trim().replace(/[.:…]+$/, "");

function attemptText({ attempt, attempts }: Waiting): string {
  return attempts > 1 ? ` (attempt ${attempt} of ${attempts})` : "";
}

/** Seconds that are left, rounded up: it never says "in 0 s" while it still waits. */
export function leftText(until: number, now: number): string {
  return until <= now ? "now" : `in ${formatDuration(Math.ceil((until - now) / 1000) * 1000)}`;
}

/** "Too many requests for now: trying again in 12 s (attempt 2 of 5)", or that its turn has not come. */
export function waitingText(waiting: Waiting, now: number): string {
  if (waiting.until === null) return "Waiting for its turn";
  return `${trimmed(waiting.reason)}: trying again ${leftText(waiting.until, now)}${attemptText(waiting)}`;
}

/** The same in the few words that fit beside others. */
export function waitingShort(waiting: Waiting, now: number): string {
  return waiting.until === null ? "waiting for its turn" : `trying again ${leftText(waiting.until, now)}`;
}

export type WaitingSummary = {
  /** For the eye; changes each second. */
  text: string;
  /** For screen readers: the same text as long as nothing new is to be said. */
  said: string;
};

/** The first of all requests that wait to be tried again, in one line; null when none does. Those that wait for their turn are no news. */
export function summaryOf(waiting: Iterable<Waiting>, now: number): WaitingSummary | null {
  const retries = [...waiting].flatMap((item) => (item.until === null ? [] : [{ ...item, until: item.until }]));
  const [first] = retries.toSorted((a, b) => a.until - b.until);
  if (first === undefined) return null;
  return {
    text: waitingShort(first, now),
    said: `${trimmed(first.reason)}: it is tried again by itself${attemptText(first)}`,
  };
}
