import type { ProviderId } from "@/domain";
import { allowedHeaders } from "./headers.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * The fetch under the SDK: it lets only the headers through that providers accept from a browser, and keeps
 * the facts about a failure, which the SDK wraps differently in each mode and each engine.
 */
export type WireFailure =
  | { kind: "unreachable" }
  | { kind: "status"; status: number; body: string; retryAfterMs: number | null }
  | { kind: "cut" }
  | { kind: "too-large" }
  | { kind: "timeout" };

export type WireOptions = {
  provider: ProviderId;
  fetch: typeof fetch;
  /** Without a byte for this long, the request is given up. */
  idleMs: number;
  maxBytes: number;
};

export type Wire = {
  fetch: typeof fetch;
  failure(): WireFailure | null;
  /** The content type of a 2xx response; null before it. */
  contentType(): string | null;
  /** The stream said that it is complete (`[DONE]`). */
  sawDone(): boolean;
  /** Stops the clock. */
  close(): void;
};

const ERROR_BODY_BYTES = 64 * 1024;
/** The event parser rescans an unfinished line with every chunk, so a line may not grow without bounds. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

async function readSome(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    while (size < maxBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      text += decoder.decode(value.subarray(0, maxBytes), { stream: true });
    }
  } catch {
    // The status is known already; a broken error page adds nothing to it.
  }
  void reader.cancel().catch(() => undefined);
  return text;
}

/** One wire serves one request. `abort` ends it: the clock and the caps use it, and so does the caller. */
export function createWire(abort: AbortController, options: WireOptions): Wire {
  let failure: WireFailure | null = null;
  let contentType: string | null = null;
  let tail = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fail = (found: WireFailure) => {
    failure ??= found;
  };
  const giveUp = (found: WireFailure) => {
    fail(found);
    abort.abort();
  };
  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp({ kind: "timeout" }), options.idleMs);
  };

  function watched(body: ReadableStream<Uint8Array<ArrayBuffer>>, streaming: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let size = 0;
    let line = 0;
    return new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            clearTimeout(timer);
            controller.close();
            return;
          }
          touch();
          size += value.byteLength;
          if (streaming) {
            const newline = value.lastIndexOf(10);
            line = newline === -1 ? line + value.byteLength : value.byteLength - newline - 1;
            tail = (tail + decoder.decode(value.subarray(-32))).slice(-32);
          }
          if (size > options.maxBytes || line > MAX_LINE_BYTES) {
            giveUp({ kind: "too-large" });
            controller.error(new Error("reply too large"));
            return;
          }
          controller.enqueue(value);
        } catch (cause) {
          fail({ kind: "cut" });
          controller.error(cause);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }

  return {
    async fetch(input, init) {
      touch();
      let response: Response;
      try {
        response = await options.fetch(input, {
          method: init?.method ?? "GET",
          body: init?.body ?? null,
          headers: allowedHeaders(options.provider, init?.headers),
          signal: abort.signal,
          credentials: "omit",
          referrerPolicy: "no-referrer",
        });
      } catch (cause) {
        if (!abort.signal.aborted) fail({ kind: "unreachable" });
        throw cause;
      }
      touch();
      if (!response.ok) {
        const body = await readSome(response, ERROR_BODY_BYTES);
        fail({ kind: "status", status: response.status, body, retryAfterMs: retryAfterMs(response.headers, Date.now()) });
        throw new Error(`status ${response.status}`);
      }
      contentType = response.headers.get("content-type") ?? "";
      if (response.body === null) return response;
      const streaming = contentType.includes("event-stream");
      return new Response(watched(response.body, streaming), {
        status: response.status,
        headers: response.headers,
      });
    },
    failure: () => failure,
    contentType: () => contentType,
    sawDone: () => /data:\s*\[DONE\]\s*$/.test(tail),
    close: () => clearTimeout(timer),
  };
}
