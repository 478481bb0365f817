/** Half of a pair that stands alone; no JSON reader of a provider takes it. */
const LONE = /\p{Surrogate}/gu;

/** An observation as players get it: well-formed text of at most `max` characters, and how many were left out. */
export function shownObservation(text: string, max: number): { observation: string; cut: number } {
  if (text.length <= max) return { observation: text.replace(LONE, "\uFFFD"), cut: 0 };
  const code = text.charCodeAt(max - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? max - 1 : max;
  return { observation: text.slice(0, end).replace(LONE, "\uFFFD"), cut: text.length - end };
}
