import { withoutBlankEnds } from "@/domain";

/** Python as models write it: in fences, indented as a whole, with prose around it. */
type Fence = { start: number; end: number; mark: string; info: string };
export type FencedBlock = { start: number; end: number; info: string };

const FENCE = /^[ \t]{0,12}(`{3,40}|~{3,40})[ \t]{0,8}([^\n`]{0,80})$/gm;
const CODE_LINE = /^[^\S\n]{0,40}(?:(?:import|from|class|def|async)[^\S\n]|@[A-Za-z_]|if __name__)/m;
const MAX_FENCES = 2000;
/** In a reply without tags that is longer than this, nobody looks for fences. */
const MAX_FENCED_TEXT = 4_000_000;
/** Longer than any environment; what is longer is refused before it is worked on. */
export const MAX_SOURCE = 1_000_000;

function fencesIn(text: string): Fence[] {
  if (text.length > MAX_FENCED_TEXT) return [];
  const fences: Fence[] = [];
  for (const match of text.matchAll(FENCE)) {
    fences.push({ start: match.index, end: match.index + match[0].length, mark: match[1] ?? "", info: (match[2] ?? "").trim() });
    if (fences.length >= MAX_FENCES) break;
  }
  return fences;
}

/** Whether a string in triple quotes is still open at the end: then a fence line there is part of the code. */
function insideString(code: string): boolean {
  return (code.split('"""').length + code.split("'''").length) % 2 === 1;
}

/** Fenced blocks of a text: the places of their contents. An unclosed one runs to the end. */
export function fencedBlocks(text: string): FencedBlock[] {
  const fences = fencesIn(text);
  const blocks: FencedBlock[] = [];
  for (let index = 0; index < fences.length; index += 1) {
    const open = fences[index];
    if (open === undefined) break;
    const start = Math.min(text.length, open.end + 1);
    let odd = false;
    let from = start;
    let close = -1;
    let fallback = -1;
    let another = false;
    for (let next = index + 1; next < fences.length; next += 1) {
      const fence = fences[next];
      if (fence === undefined) break;
      odd = insideString(text.slice(from, fence.start)) !== odd;
      from = fence.end;
      if (fence.info !== "" || fence.mark[0] !== open.mark[0] || fence.mark.length < open.mark.length) {
        another = fence.info !== "" && fallback !== -1;
        if (another) break;
        continue;
      }
      fallback = next;
      if (!odd) {
        close = next;
        break;
      }
    }
    // In a string to the very end: an unclosed fence, unless something follows that shows where it ended.
    const usable = (): boolean => another || text.slice(fences[fallback]?.end ?? 0).trim() === "";
    const last = close !== -1 ? close : usable() ? fallback : -1;
    blocks.push({ start, end: fences[last]?.start ?? text.length, info: open.info.toLowerCase() });
    index = last === -1 ? fences.length : last;
  }
  return blocks;
}

/** Takes away the indentation that all lines share, and blank lines at both ends. */
export function dedent(code: string): string {
  const lines = withoutBlankEnds(code.split("\n").map((line) => (line.trim() === "" ? "" : line)));
  const [model = ""] = lines;
  let width = 0;
  while (model[width] === " " || model[width] === "\t") width += 1;
  for (const line of lines) {
    let same = 0;
    while (same < width && line[same] === model[same]) same += 1;
    if (line !== "") width = same;
  }
  return width === 0 ? lines.join("\n") : lines.map((line) => line.slice(width)).join("\n");
}

/** `import`s and helpers that stand in fences of their own before the piece that counts are part of it. */
function joined(pieces: readonly string[], plausible: (code: string) => boolean): string | null {
  const at = pieces.findLastIndex(plausible);
  const last = pieces[at];
  if (last === undefined) return null;
  if (pieces.filter(plausible).length > 1) return last;
  return [...pieces.slice(0, at).filter((piece) => CODE_LINE.test(piece)), last].map(dedent).join("\n\n");
}

/** Code that stands between a tag of XML inside of the block, or in a CDATA section. */
function untagged(content: string): string {
  let code = content.trim();
  const cdata = /^<!\[CDATA\[/.exec(code);
  if (cdata !== null) return code.slice(cdata[0].length).replace(/\]\]>$/, "");
  const open = /^<(code|python|py|source|pre|script)(?:\s[^<>]{0,100})?>/i.exec(code);
  if (open === null) return content;
  code = code.slice(open[0].length);
  const end = code.toLowerCase().lastIndexOf(`</${(open[1] ?? "").toLowerCase()}>`);
  return untagged(end === -1 ? code : code.slice(0, end));
}

/** The code of a block's content, which is at most `MAX_SOURCE` long: out of its fence and tags, without prose around it. */
export function codeOf(given: string, plausible: (code: string) => boolean): string {
  const content = untagged(given);
  const fences = fencesIn(content);
  const first = fences[0];
  if (first === undefined) return dedent(content);
  if (CODE_LINE.test(content.slice(0, first.start))) {
    // These fences stand in docstrings, but a last one may be left over from a fence around the whole reply.
    const last = fences.at(-1);
    const leftOver = fences.length % 2 === 1 && last !== undefined && last.info === "" && content.slice(last.end).trim() === "";
    return dedent(leftOver ? content.slice(0, last.start) : content);
  }
  const codes = fencedBlocks(content).map((block) => untagged(content.slice(block.start, block.end)));
  return dedent(joined(codes, plausible) ?? codes.at(-1) ?? content);
}

/** The one fenced piece of a text without tags that makes sense, with what belongs to it; else how many do. */
export function fencedCode(
  text: string,
  plausible: (code: string) => boolean,
): { code: string; start: number; end: number } | { count: number } {
  const blocks = fencedBlocks(text).filter(({ start, end }) => end - start <= MAX_SOURCE);
  const fitting = blocks.filter(({ start, end }) => plausible(text.slice(start, end)));
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return { count: fitting.length };
  const pieces = blocks.map(({ start, end }) => text.slice(start, end));
  return { code: dedent(joined(pieces, plausible) ?? text.slice(only.start, only.end)), start: only.start, end: only.end };
}

/** Prose, taken out of a fence around all of it; a fence that only begins or only ends here belongs to something else. */
export function proseOf(content: string): string {
  const lines = dedent(content).split("\n");
  const marks = lines.flatMap((line, index) => (/^[ \t]{0,3}(`{3,40}|~{3,40})[^`]{0,80}$/.test(line) ? [index] : []));
  const last = lines.length - 1;
  if (marks.length === 2 && marks[0] === 0 && marks[1] === last) return lines.slice(1, last).join("\n").trim();
  if (marks.length % 2 === 1 && marks.at(-1) === last) lines.pop();
  else if (marks.length % 2 === 1 && marks[0] === 0) lines.shift();
  return lines.join("\n").trim();
}
