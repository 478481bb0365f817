import { CLASS_NAME, codeIdOf, ImportError, type EnvironmentId, environmentIdSchema } from "@/domain";

/** The name by which files and training instances know an environment. */
export function codeKeyOf(environment: { codeId: string; className: string }): string {
  return `${environment.codeId}__${environment.className}`;
}

/** @throws ImportError "bad-line" */
export function environmentIdOf(environment: { codeId: string; className: string }): EnvironmentId {
  if (!CLASS_NAME.test(environment.className)) {
    throw new ImportError("bad-line", `“${environment.className.slice(0, 60)}” is no class name of the form <Name>Env`);
  }
  const id = environmentIdSchema.safeParse(codeKeyOf(environment));
  if (!id.success) throw new ImportError("bad-line", "code id and class name together are longer than 300 characters");
  return id.data;
}

/** Kept as it is where it is harmless in a file name and an ability, letters of any script included. */
export function safeCodeId(codeId: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(codeId) ? codeId : codeIdOf(codeId);
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** One plain file name on any system: no path, no control or direction characters, not too long. */
export function safeFileName(name: string): string {
  const plain = name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}]+/gu, "_").replace(/^[.\s]+/, "_");
  const named = plain === "" || RESERVED.test(plain) ? `_${plain}` : plain;
  // From the front: the end holds the class name and the extension. 150 characters fit in 255 bytes mostly.
  return named.length > 150 ? named.slice(-150) : named;
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
