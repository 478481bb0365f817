import { inTime, MissingPartError, SandboxError } from "@/domain";
import type { PartSize } from "./manifest.ts";

/** A line that brings nothing for so long is as good as cut. */
const STALL_MS = 30_000;

/** The line was cut, or the server is in trouble: the same request can succeed later. */
export class LineLostError extends Error {
  override readonly name = "LineLostError";
}

/** The server's passing troubles; any other refusal stays one. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

function missing(file: string, cause: unknown): MissingPartError {
  return new MissingPartError(`A part of Python (${file}) is not where it was.`, { cause });
}

export function damagedPart(file: string, cause?: unknown): SandboxError {
  return new SandboxError("boot-failed", `A part of Python (${file}) arrived damaged, twice.`, {
    hint: "A proxy or an extension of the browser may change what is loaded. Try again, or open the page in another browser or network.",
    retryable: true,
    cause,
  });
}

function unlessStalled<T>(work: Promise<T>, abort: AbortController): Promise<T> {
  return inTime(work, STALL_MS, () => {
    abort.abort();
    return new Error(`nothing came for ${STALL_MS / 1000} s`);
  });
}

/** Reads with an eye on progress: `arrayBuffer()` would wait for ever on a line that hangs. */
async function readBody(
  response: Response,
  abort: AbortController,
  sizeHint: number,
  onBytes: (count: number) => void,
): Promise<ArrayBuffer> {
  if (response.body === null) return new ArrayBuffer(0);
  let bytes = new Uint8Array(sizeHint);
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await unlessStalled(reader.read(), abort);
    if (done) return bytes.buffer.slice(0, length);
    if (length + value.length > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, length + value.length));
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(value, length);
    length += value.length;
    onBytes(length);
  }
}

/**
 * One file, whole: as it lies on the server, or unpacked already by a server that declares our gzip as its own.
 * `again`: past the caches, as what they gave was of no use.
 * @throws LineLostError; MissingPartError: something else is there now; SandboxError: it is damaged
 */
export async function fetchPart(
  address: URL,
  file: string,
  size: PartSize,
  again: boolean,
  onBytes: (count: number) => void,
): Promise<ArrayBuffer> {
  const abort = new AbortController();
  let response: Response;
  try {
    response = await unlessStalled(fetch(address, { signal: abort.signal, cache: again ? "reload" : "default" }), abort);
  } catch (cause) {
    throw new LineLostError(`${file}: no answer`, { cause });
  }
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`;
    throw PASSING.has(response.status) ? new LineLostError(`${file}: ${status}`) : missing(file, status);
  }
  let bytes: ArrayBuffer;
  try {
    bytes = await readBody(response, abort, size.packed, onBytes);
  } catch (cause) {
    throw new LineLostError(`${file}: cut`, { cause });
  }
  if (bytes.byteLength === size.packed || bytes.byteLength === size.unpacked) return bytes;
  // A login page of the network, or the app's own page in the place of what a newer version has removed.
  if (response.headers.get("content-type")?.startsWith("text/html") === true) throw missing(file, "it is a web page");
  throw damagedPart(file, `${bytes.byteLength} bytes, not ${size.packed}`);
}
