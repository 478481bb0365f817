/** Text that is HTML already; everything else is written out harmlessly where it stands. */
class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

type Value = Html | string | number | null | readonly Value[];

function written(value: Value): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(written).join("");
  return String(value).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A template whose values cannot leave the place where they are put, in elements and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.map((text, index) => text + written(values[index] ?? null)).join(""));
}

/** Markup of our own, as it is. */
export function rawHtml(text: string): Html {
  return new Html(text);
}

/** Data inside a page, which no reader of HTML mistakes for markup. */
export function jsonBlock(id: string, value: unknown): Html {
  return new Html(
    `<script type="application/json" id="${id}">${JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}</script>`,
  );
}
