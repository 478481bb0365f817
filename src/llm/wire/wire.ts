import type { ProviderId } from "@/domain";
import { withPlainNumbers } from "../completions/exact-numbers.ts";
import { normalised } from "../completions/normalise.ts";
import type { ReplyRecord } from "../completions/record.ts";
import { allowedHeaders } from "./headers.ts";
import { isRedirected } from "./redirect.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * The fetch under the SDK: it lets only the headers through that providers accept from a browser, follows no
 * redirect (the key would go along), and keeps the facts about a failure, which the SDK wraps differently in each
 * mode and each engine.
 */
type WireFailure =
  | { kind: "unreachable" }
  | { kind: "redirected" }
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
  /** For chat completions: what comes is brought into the protocol's plain form, and is written down here. */
  completions?: { record: ReplyRecord; streaming: boolean };
  /** Changes what is sent to what the server is known to take. */
  reshape?: (body: string) => string;
};

export type Wire = {
  fetch: typeof fetch;
  failure(): WireFailure | null;
  /** The content type of a 2xx response; null before it. */
  contentType(): string | null;
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

  const bodyOf = (body: BodyInit | null | undefined): BodyInit | null => {
    if (typeof body !== "string") return body ?? null;
    return withPlainNumbers(options.reshape === undefined ? body : options.reshape(body));
  };

  return {
    async fetch(input, init) {
      touch();
      let response: Response;
      const method = init?.method ?? "GET";
      try {
        response = await options.fetch(input, {
          method,
          body: bodyOf(init?.body),
          headers: allowedHeaders(options.provider, init?.headers),
          signal: abort.signal,
          redirect: "error",
          credentials: "omit",
          referrerPolicy: "no-referrer",
        });
      } catch (cause) {
        if (!abort.signal.aborted)
          fail({ kind: (await isRedirected(input, method, options.fetch, abort.signal)) ? "redirected" : "unreachable" });
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
      const { status, headers } = response;
      const whole = new Response(watched(response.body, contentType.includes("event-stream")), { status, headers });
      const { completions } = options;
      return completions === undefined ? whole : normalised(whole, completions.streaming, completions.record);
    },
    failure: () => failure,
    contentType: () => contentType,
    close: () => clearTimeout(timer),
  };
}
