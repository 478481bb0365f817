const TAGS = "think|thinking|thought|thoughts|reasoning";
const OPENING = new RegExp(`^\\s*<(${TAGS})>`, "i");
/** A beginning that may still become an opening tag. */
const COMING = /^\s*<[a-z]{0,9}$/i;
const FENCE = /^ {0,3}(?:```|~~~)/gm;

/** In quotes or in the middle of a code block: a text about the tag, and not its end. */
function isLiteral(text: string, start: number, end: number, fences: readonly number[]): boolean {
  const around = `${text[start - 1] ?? ""}${text[end] ?? ""}`;
  if (/["'`]/.test(around)) return true;
  let before = 0;
  while (before < fences.length && (fences[before] ?? 0) < start) before += 1;
  return before % 2 === 1 && before < fences.length;
}

/** Where thoughts end, and where the rest begins; null when there is no end. */
function endOf(text: string, tag: string): { at: number; after: number } | null {
  const fences = Array.from(text.matchAll(FENCE), ({ index }) => index);
  for (const found of text.matchAll(new RegExp(`</(${tag})>`, "gi"))) {
    const after = found.index + found[0].length;
    if (!isLiteral(text, found.index, after, fences)) return { at: found.index, after };
  }
  return null;
}

/**
 * Servers that do not know a model's way of thinking pass its thoughts on in the text, between tags at its
 * beginning; where the opening tag belongs to the prompt, only the closing one comes. Text and thoughts apart:
 */
export function splitThoughts(given: string): { text: string; thoughts: string } {
  const thoughts: string[] = [];
  let text = given;
  for (;;) {
    const opened = OPENING.exec(text);
    // Still coming: part of the opening tag.
    if (opened === null && COMING.test(text)) return { text: "", thoughts: thoughts.join("\n\n") };
    const inner = opened === null ? text : text.slice(opened[0].length);
    // Without an opening tag only the first thoughts can end.
    const end = opened !== null ? endOf(inner, opened[1] ?? "think") : thoughts.length === 0 ? unopenedEnd(inner) : null;
    if (end === null) {
      if (opened === null) return { text, thoughts: thoughts.join("\n\n") };
      // Thoughts without an end; the closing tag may have come in part.
      return { text: "", thoughts: [...thoughts, inner.replace(/<\/?[a-z]{0,9}$/i, "").trim()].join("\n\n") };
    }
    thoughts.push(inner.slice(0, end.at).trim());
    text = inner.slice(end.after).trimStart();
  }
}

function unopenedEnd(text: string): { at: number; after: number } | null {
  const end = endOf(text, "think");
  return end === null || /<think>/i.test(text.slice(0, end.at)) ? null : end;
}
