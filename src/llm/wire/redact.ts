import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64Url } from "@/domain";

/** A beginning or an end of the key this long is cut out too: providers quote keys in part. */
const MIN_PART = 8;
/** The same of a key that was encoded: each of its letters is worth less, and the first ones are like those of other keys. */
const MIN_ENCODED = 12;
/** Shorter ones may stand in a reply by chance. */
const MIN_SECRET = 16;
const MARK = "[key]";
/** An encoding within an encoding (JSON in a URL, twice escaped) is looked through so often. */
const MOST_LAYERS = 3;

/** A text as it reads once encodings are taken off, and for each of its characters where it stands in the original. */
type Reading = { text: string; starts: Uint32Array; ends: Uint32Array };

/** `%2D`, `\u002d`, `\x2d`, `&#45;`, `&#x2d;`, `=2D` and white space, signs and quotes between letters. */
const ENCODED =
  /%([0-9a-f]{2})|\\+u00([0-9a-f]{2})|\\+x([0-9a-f]{2})|&#(\d{2,3});|&#x([0-9a-f]{2});|=([0-9a-f]{2})|\\+[nrt]|[\s\u00AD\u200B-\u200F\u2060\uFEFF"'`,\\]+/gi;
/** What falls away in a text falls away in the key as well. */
const DROPPED = /[\s"'`,\\]/g;

function readingOf(text: string): Reading {
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    starts[at] = at;
    ends[at] = at + 1;
  }
  return { text, starts, ends };
}

/** One layer of encoding less. */
function decoded({ text, starts, ends }: Reading): Reading {
  let out = "";
  const newStarts = new Uint32Array(text.length);
  const newEnds = new Uint32Array(text.length);
  let from = 0;
  const copy = (to: number): void => {
    newStarts.set(starts.subarray(from, to), out.length);
    newEnds.set(ends.subarray(from, to), out.length);
    out += text.slice(from, to);
  };
  for (const found of text.matchAll(ENCODED)) {
    const [whole, percent, unicode, hex, decimal, entity, quoted] = found;
    copy(found.index);
    from = found.index + whole.length;
    const digits = percent ?? unicode ?? hex ?? entity ?? quoted;
    const code = decimal === undefined ? (digits === undefined ? null : Number.parseInt(digits, 16)) : Number(decimal);
    if (code === null) continue;
    newStarts[out.length] = starts[found.index] ?? 0;
    newEnds[out.length] = ends[from - 1] ?? 0;
    out += String.fromCharCode(code & 0xff);
  }
  copy(text.length);
  return { text: out, starts: newStarts, ends: newEnds };
}

/** Marks every place where the secret stands in the text, in whole, or with its beginning or its end. */
function findParts(text: string, secret: string, least: number, found: (start: number, end: number) => void): void {
  const head = secret.slice(0, Math.min(least, secret.length));
  for (let at = text.indexOf(head); at !== -1; at = text.indexOf(head, at + 1)) {
    let length = head.length;
    while (length < secret.length && text[at + length] === secret[length]) length += 1;
    found(at, at + length);
  }
  if (secret.length < 2 * least) return;
  const tail = secret.slice(-least);
  for (let at = text.indexOf(tail); at !== -1; at = text.indexOf(tail, at + 1)) {
    let length = tail.length;
    while (length < secret.length && text[at + tail.length - length - 1] === secret[secret.length - length - 1]) length += 1;
    found(at + tail.length - length, at + tail.length);
  }
}

/** The key's letters in base64 at each of the three places where they can begin among others, without those that others share in. */
function encodedForms(secret: string): string[] {
  const bytes = utf8ToBytes(secret);
  const shifted = [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const whole = base64Url(padded);
    return whole.slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6));
  });
  const reversed = [...secret].toReversed().join("");
  return [...shifted, bytesToHex(bytes), reversed];
}

const alike = (text: string): string =>
  text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll("+", "-")
    .replaceAll("/", "_");

/** The ranges of a text that give the key away. */
function secretRanges(text: string, secret: string): [number, number][] {
  const plain = secret.replace(DROPPED, "");
  const forms: [string, number][] = [...new Set([secret, plain])].map((form): [string, number] => [form, MIN_PART]);
  forms.push(...encodedForms(secret).map((form): [string, number] => [form, MIN_ENCODED]));
  const ranges: [number, number][] = [];
  let reading = readingOf(text);
  for (let layer = 0; ; layer += 1) {
    const { starts, ends } = reading;
    // Both alphabets of base64 read the same, and so do both cases of a hexadecimal digit.
    const searched = alike(reading.text);
    for (const [form, least] of forms) {
      if (form.length < 4) continue;
      const take = (from: number, to: number): void => {
        const [start, end] = [starts[from] ?? 0, ends[to - 1] ?? 0];
        const last = ranges.at(-1);
        if (last !== undefined && start >= last[0] && start < last[1]) last[1] = Math.max(last[1], end);
        else ranges.push([start, end]);
      };
      findParts(searched, alike(form), least, take);
    }
    const next = decoded(reading);
    if (layer === MOST_LAYERS || next.text === reading.text) return ranges;
    reading = next;
  }
}

function cut(text: string, ranges: readonly [number, number][]): string {
  let out = "";
  let from = 0;
  for (const [start, end] of ranges.toSorted(([one], [other]) => one - other)) {
    if (end <= from) continue;
    if (start > from || from === 0) out += text.slice(from, start) + MARK;
    from = end;
  }
  return out + text.slice(from);
}

/**
 * The same for what a model wrote, which is data that was paid for: only the whole key is cut out, and only one that is
 * long enough to be none by chance ("EMPTY" and "12345678" are keys of local servers, and words of many a reply).
 */
export function withoutWholeKey(text: string, key: string | null): string {
  const secret = key?.trim() ?? "";
  if (secret.length < MIN_SECRET) return text;
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), ...encodedForms(secret)]);
  return [...forms].reduce((out, form) => out.replaceAll(form, MARK), text);
}

/**
 * Takes the key, in whole or in part and however it is encoded, out of a text that came from elsewhere, and anything
 * that looks like a masked key (`sk-ab****yz`). Keys shorter than four characters are no secrets and stay.
 */
export function redact(text: string, key: string | null): string {
  const secret = key?.trim() ?? "";
  const out = secret.length >= 4 ? cut(text, secretRanges(text, secret)) : text;
  // Bounded on both sides, so that a long text without spaces costs no more than its length.
  return out.replace(/[\w\-[\]]{0,40}\*{4,}[\w\-*]{0,40}/g, MARK);
}
