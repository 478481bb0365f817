/** How far into a text it is looked at. */
const LOOKED_AT = 5000;
const MOST_WRITTEN = 20;

/** `range(…)` with plain numbers in it as a list; null when it is none, or a long one. */
function rangeList(text: string): string | null {
  const given = /\brange\(\s{0,4}(-?\d{1,6})\s{0,4}(?:,\s{0,4}(-?\d{1,6})\s{0,4})?(?:,\s{0,4}(-?\d{1,6})\s{0,4})?\)/.exec(text);
  if (given === null) return null;
  const [first, second, step] = given.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const from = second === null || second === undefined ? 0 : (first ?? 0);
  const to = second ?? first ?? 0;
  const by = step ?? 1;
  const count = by === 0 ? 0 : Math.max(0, Math.ceil((to - from) / by));
  if (count > MOST_WRITTEN) return null;
  return `${given[0]} is [${Array.from({ length: count }, (_, index) => from + index * by).join(", ")}]`;
}

/** What to write instead, for the ways in which models write JSON wrong; null when it is none of them. */
export function jsonHint(json: string): string | null {
  const head = json.slice(0, LOOKED_AT);
  if (/\brange\s{0,4}\(/.test(head)) {
    const list = rangeList(head);
    return `JSON has no range(…): write its numbers out as a list${list === null ? ", such as [0, 1, 2]" : `: ${list}`}.`;
  }
  if (/\bfor\s{1,4}\w{1,40}\s{1,4}in\b/.test(head)) return "JSON has no comprehensions: write all values out as a list, such as [0, 1, 2].";
  if (/\b(?:True|False|None)\b|'\s{0,4}:|[{[,:]\s{0,4}'/.test(head)) return "Write JSON, not Python: double quotes, true, false, null.";
  if (/[{[,]\s{0,4}\(/.test(head) || /:\s{0,4}\(/.test(head)) return "Write JSON, not Python: a tuple is a list, such as [1, 2].";
  if (/\b(?:NaN|Infinity)\b/.test(head)) return "JSON has no NaN and no Infinity.";
  if (/[“”„‘’]/.test(head)) return 'Write plain double quotes ("), not curly ones.';
  if (/,\s{0,20}[}\]]/.test(head)) return "Take out the comma before the closing bracket.";
  if (/\.\.\.|…/.test(head)) return "Write all values out, without an ellipsis.";
  if (/[\])"]\s{0,4}[*+]\s{0,4}["[\d]/.test(head)) return "Write all values out, without expressions.";
  return null;
}
