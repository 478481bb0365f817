/** A beginning or an end of the key this long is cut out too: providers quote keys in part. */
const MIN_PART = 8;
const MARK = "[key]";

function redactOne(text: string, secret: string): string {
  const start = secret.length >= MIN_PART ? secret.slice(0, MIN_PART) : secret;
  let out = "";
  let from = 0;
  for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, from)) {
    let length = start.length;
    while (length < secret.length && text[at + length] === secret[length]) length += 1;
    out += text.slice(from, at) + MARK;
    from = at + length;
  }
  return out + text.slice(from);
}

/** What is left of a key whose beginning a provider masked. */
function redactEnds(text: string, secret: string): string {
  const end = secret.slice(-MIN_PART);
  let out = "";
  let from = 0;
  for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, from)) {
    let start = at;
    while (start > from && at - start < secret.length - end.length && text[start - 1] === secret[secret.length - end.length - 1 - (at - start)]) start -= 1;
    out += text.slice(from, start) + MARK;
    from = at + end.length;
  }
  return out + text.slice(from);
}

/**
 * Takes the key, in whole or in part, out of a text that came from elsewhere, and anything that looks like a
 * masked key (`sk-ab****yz`). Keys shorter than four characters are no secrets and stay.
 */
export function redact(text: string, key: string | null): string {
  const secret = key?.trim() ?? "";
  let out = text;
  if (secret.length >= 4) {
    const forms = new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
    for (const form of forms) out = redactOne(out, form);
    for (const form of forms) if (form.length >= 2 * MIN_PART) out = redactEnds(out, form);
  }
  // Bounded on both sides, so that a long text without spaces costs no more than its length.
  return out.replace(/[\w\-[\]]{0,40}\*{4,}[\w\-*]{0,40}/g, MARK);
}
