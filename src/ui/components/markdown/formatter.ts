import { CAPS, FORMAT_MS } from "./caps.ts";
import type { Formatted, PlainReason } from "./format.ts";
import type { FormatReply, FormatRequest } from "./format-worker.ts";

type Job = FormatRequest & { done(formatted: Formatted): void };

/** Texts that were shown a moment ago are shown again at once. */
const REMEMBERED = 12;
const remembered = new Map<string, Formatted>();

function remember(text: string, formatted: Formatted): void {
  // What could not be had now may be had in a minute.
  if (formatted.kind === "plain" && formatted.reason === "unavailable") return;
  remembered.delete(text);
  remembered.set(text, formatted);
  const oldest = remembered.size > REMEMBERED ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
}

let worker: Worker | null = null;
let running: { job: Job; timer: ReturnType<typeof setTimeout> | null } | null = null;
let waiting: Job[] = [];
let lastId = 0;

function settle(formatted: Formatted): void {
  const ended = running;
  if (ended === null) return;
  if (ended.timer !== null) clearTimeout(ended.timer);
  running = null;
  ended.job.done(formatted);
  next();
}

/** The worker is gone, or has had its time: what it was at is shown plain, and the next text gets a new one. */
function lose(reason: PlainReason): void {
  worker?.terminate();
  worker = null;
  settle({ kind: "plain", reason });
}

function start(): Worker {
  const made = new Worker(new URL("./format-worker.ts", import.meta.url), { type: "module" });
  made.addEventListener("message", ({ data }: MessageEvent<FormatReply>) => {
    if (made !== worker || running?.job.id !== data.id) return;
    // Its time counts from here: loading the parser takes as long as it takes.
    if (data.state === "begun") running.timer = setTimeout(() => lose("too-slow"), FORMAT_MS);
    else settle(data.formatted);
  });
  made.addEventListener("error", () => {
    if (made === worker) lose("unavailable");
  });
  return made;
}

function next(): void {
  const job = running === null ? waiting.shift() : undefined;
  if (job === undefined) return;
  running = { job, timer: null };
  try {
    worker ??= start();
  } catch {
    lose("unavailable");
    return;
  }
  worker.postMessage({ id: job.id, text: job.text } satisfies FormatRequest);
}

/** Fetches the parser before it is needed. Rejects where it cannot be had now; it is tried again with the first text. */
export async function warmFormatter(): Promise<void> {
  worker ??= start();
}

/** What this text came to, where that is still known. */
export function formattedBefore(text: string): Formatted | undefined {
  return text.length > CAPS.chars ? { kind: "plain", reason: "too-large" } : remembered.get(text);
}

/** One text after another. @returns what takes the wish back */
export function requestFormat(text: string, done: (formatted: Formatted) => void): () => void {
  let wanted = true;
  const job: Job = {
    id: (lastId += 1),
    text,
    done(formatted) {
      remember(text, formatted);
      if (wanted) done(formatted);
    },
  };
  waiting.push(job);
  next();
  return () => {
    wanted = false;
    waiting = waiting.filter((item) => item !== job);
  };
}
