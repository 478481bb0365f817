import { ImportError, normaliseNewlines } from "@/domain";

/** What a file is by its first bytes, whatever it is called. */
const PACKED: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf]],
  ["RAR", [0x52, 0x61, 0x72, 0x21]],
];

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean => start.every((byte, index) => bytes[index] === byte);

export const isGzip = (bytes: Uint8Array): boolean => startsWith(bytes, [0x1f, 0x8b]);
export const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0x50, 0x4b, 5, 6]);
/** The mark of a tar archive stands behind the name, the rights and the sums of its first file. */
export const isTar = (bytes: Uint8Array): boolean => startsWith(bytes.subarray(257), [0x75, 0x73, 0x74, 0x61, 0x72]);
export const isParquet = (bytes: Uint8Array): boolean => startsWith(bytes, [0x50, 0x41, 0x52, 0x31]);

/** The encoding that a byte-order mark names, or that ASCII characters with a zero byte beside each of them show. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  if (startsWith(bytes, [0xfe, 0xff])) return "utf-16be";
  const zeros = [0, 0];
  const looked = Math.min(bytes.length & ~1, 400);
  for (let at = 0; at < looked; at += 1) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (looked < 4) return "utf-8";
  if (odd > looked / 4 && even === 0) return "utf-16le";
  return even > looked / 4 && odd === 0 ? "utf-16be" : "utf-8";
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Stands for a line whose bytes are no text: it is no row. */
export const NO_TEXT = "\uFFFE";

/** Line by line, so that bytes which are no text cost their own line only. CR and LF are never a part of another character. */
function decodeLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start <= bytes.length;) {
    let end = start;
    while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end += 1;
    lines.push(decoded(bytes.subarray(start, end), "utf-8") ?? NO_TEXT);
    start = bytes[end] === 13 && bytes[end + 1] === 10 ? end + 2 : end + 1;
  }
  return lines.join("\n");
}

/** @throws ImportError "binary" for what as a whole is no text */
function decodeWhole(bytes: Uint8Array): string {
  for (const [name, start] of PACKED) {
    if (startsWith(bytes, start))
      throw new ImportError("binary", `packed with ${name}, which is not read here; unpack it, or pack it with gzip or zip`);
  }
  const encoding = encodingOf(bytes);
  const text = decoded(bytes, encoding);
  if (text !== null) return text;
  if (encoding !== "utf-8") throw new ImportError("binary", "a text in UTF-16 that is cut off or damaged; save it as UTF-8");
  throw new ImportError("binary", bytes.includes(0) ? "a binary file, not a text" : "not a text in UTF-8; save it as UTF-8");
}

/** A text that counts as one. @throws ImportError "binary" */
export function decodeText(bytes: Uint8Array): string {
  const text = decodeWhole(bytes);
  if (text.includes("\0")) throw new ImportError("binary", "a binary file, not a text (it holds a NUL character)");
  return normaliseNewlines(text);
}

/** Rows, of which each stands for itself: a fault in one is a fault of its line. @throws ImportError "binary" */
export function decodeRows(bytes: Uint8Array): string {
  if (encodingOf(bytes) === "utf-8" && decoded(bytes, "utf-8") === null && looksLikeRows(bytes)) return decodeLines(bytes);
  return normaliseNewlines(decodeWhole(bytes));
}

/** Begins as JSON does, after a mark and white space. A picture does not. */
function looksLikeRows(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart();
  return start.startsWith("{") || start.startsWith("[");
}
