import { CLASS_NAME, codeIdOf, ImportError, type EnvironmentId, environmentIdSchema, shorten } from "@/domain";

/** The name by which files and training instances know an environment. */
export function codeKeyOf(environment: { codeId: string; className: string }): string {
  return `${environment.codeId}__${environment.className}`;
}

/** @throws ImportError "bad-line" */
export function environmentIdOf(environment: { codeId: string; className: string }): EnvironmentId {
  if (!CLASS_NAME.test(environment.className)) {
    throw new ImportError("bad-line", `“${shorten(environment.className, 60)}” is no class name of the form <Name>Env`);
  }
  const id = environmentIdSchema.safeParse(codeKeyOf(environment));
  if (!id.success) throw new ImportError("bad-line", "code id and class name together are longer than 300 characters");
  return id.data;
}

/** An id that every address and file can hold: half a surrogate pair, which is no character, becomes U+FFFD. */
export function wellFormed(id: string): string {
  return id.replace(/\p{Cs}/gu, "\uFFFD");
}

/** What browsers and systems put behind the name of a second copy: `a (1)`, `a - Copy`, `a copy 2`. */
const COPY_SUFFIX = /(?: ?\(\d{1,3}\)| - copy(?: ?\(\d{1,3}\))?| copy(?: \d{1,3})?)$/i;

/** Of a file, without its extension and without what marks it as a copy. */
export function stemOf(fileName: string): string {
  const name = fileName.split(/[\\/]/).at(-1) ?? "";
  const stem = name.replace(/\.[A-Za-z0-9]{1,10}$/, "");
  return stem.replace(COPY_SUFFIX, "") || stem;
}

/** Kept as it is where it is harmless in a file name and an ability, letters of any script included. */
export function safeCodeId(codeId: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(codeId) ? codeId : codeIdOf(codeId);
}

const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?: *\.| *$)/i;
const MAX_NAME_BYTES = 200;

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The end of a name, which holds the class name and the extension; whole characters only, their marks with them. */
function lastPart(name: string): string {
  const parts = name.match(/\P{M}\p{M}*/gsu) ?? [];
  let room = MAX_NAME_BYTES;
  let from = parts.length;
  while (from > 0 && (room -= bytesOf(parts[from - 1] ?? "")) >= 0) from -= 1;
  return parts.slice(from).join("");
}

/** Step by step: an expression that is bound to the end tries every run of dots on its way, again and again. */
function withoutDotsAtItsEnd(name: string): string {
  let end = name.length;
  while (end > 0 && /[.\s]/.test(name[end - 1] ?? "")) end -= 1;
  return name.slice(0, end);
}

/**
 * One plain file name on any system: no path, no control or direction characters, not hidden, no device of Windows, not
 * too long, with no space or dot at its end. Rules that look at the beginning come last: what is cut begins elsewhere.
 */
export function safeFileName(name: string): string {
  const plain = withoutDotsAtItsEnd(name.normalize("NFC").replace(/[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}]+/gu, "_"));
  const end = lastPart(plain).replace(/^[.\s\p{M}]+/u, "_");
  return end === "" || RESERVED.test(end) ? `_${end}` : end;
}

/** The same for names that some system takes for one: by case, by composed and decomposed characters. */
export function sameFileKey(name: string): string {
  return name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

/** A name shown in messages: what a file calls itself may hold anything. */
export function shownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, " ").trim();
  if (plain === "") return "unnamed file";
  return plain.length > 120 ? `…${plain.slice(-119)}` : plain;
}

/** `stem`, or the first of `stem-2`, `stem-3`, … that is not taken. */
export function freeName(stem: string, taken: (name: string) => boolean): string {
  for (let number = 2; ; number += 1) {
    const name = `${stem}-${number}`;
    if (!taken(name)) return name;
  }
}
