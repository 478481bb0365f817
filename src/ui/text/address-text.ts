/**
 * Ids in addresses. An id may hold any UTF-16 text, half a surrogate pair too, of which `encodeURIComponent` makes an
 * exception and nothing else: here it is written as UTF-8 would write it, which no other text is.
 */
const HALF = /[\uD800-\uDFFF]/u;
const HALF_WRITTEN = /(%ED%[AB][\dA-F]%[89AB][\dA-F])/i;

const byteText = (byte: number): string => `%${byte.toString(16).toUpperCase()}`;

function writtenHalf(half: string): string {
  const code = half.charCodeAt(0);
  return byteText(0xe0 | (code >> 12)) + byteText(0x80 | ((code >> 6) & 0x3f)) + byteText(0x80 | (code & 0x3f));
}

function readHalf(text: string): string {
  const [first = 0, second = 0, third = 0] = text
    .split("%")
    .slice(1)
    .map((byte) => Number.parseInt(byte, 16));
  return String.fromCharCode(((first & 0xf) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
}

/** Any text as a part of an address. */
export function encodePart(text: string): string {
  return Array.from(text, (char) => (HALF.test(char) ? writtenHalf(char) : encodeURIComponent(char))).join("");
}

/** What `encodePart` was given; the text itself where it is none of ours. */
export function decodePart(part: string): string {
  try {
    return part
      .split(HALF_WRITTEN)
      .map((piece) => (HALF_WRITTEN.test(piece) ? readHalf(piece) : decodeURIComponent(piece)))
      .join("");
  } catch {
    return part;
  }
}

/** The value of a name behind "?", as `encodePart` or `URLSearchParams` wrote it; null when it is not there. */
export function queryValue(search: string, name: string): string | null {
  for (const pair of search.split("&")) {
    const cut = pair.indexOf("=");
    if (cut > 0 && pair.slice(0, cut) === name) return decodePart(pair.slice(cut + 1).replaceAll("+", " "));
  }
  return null;
}

/** The router decodes what it is given once more: what stands here comes out of it unchanged. */
export function forRouter(text: string): string {
  return text.replaceAll("%", "%25");
}
