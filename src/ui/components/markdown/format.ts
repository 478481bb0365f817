import type { Element, ElementContent, Nodes, Root, RootContent } from "hast";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { SKIP, visit } from "unist-util-visit";
import { CAPS, SLICE_NODES } from "./caps.ts";
import { formulaWriter } from "./math.ts";
import { measure } from "./measure.ts";
import { withoutPiledMarks } from "./plain-pieces.ts";

/** A run of blocks: formatted (a syntax tree of HTML, as JSON: cheap to post, and read when it is drawn), or as written. */
export type Slice = { kind: "tree"; json: string } | { kind: "plain"; text: string };
/** Why a text is shown as it was written. */
export type PlainReason = "too-large" | "too-slow" | "unavailable";
export type Formatted = { kind: "slices"; slices: readonly Slice[] } | { kind: "plain"; reason: PlainReason };

const TOO_LARGE: Formatted = { kind: "plain", reason: "too-large" };

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkMath).use(remarkRehype, { allowDangerousHtml: true }).freeze();

/** Addresses that lead somewhere else and run nothing. Others are no use in a text from elsewhere. */
function isWebAddress(address: unknown): address is string {
  return typeof address === "string" && /^(?:https?:\/\/|mailto:)/i.test(address);
}

function hasClass(element: Element, name: string): boolean {
  const { className } = element.properties;
  return Array.isArray(className) && className.includes(name);
}

/** What the person sees where HTML stands is its source: nothing of it becomes elements. No letter bears a pile of marks. */
function disarm(tree: Root): void {
  visit(tree, (node: Nodes, index, parent) => {
    if (node.type === "raw" && parent !== undefined && index !== undefined)
      parent.children[index] = { type: "text", value: withoutPiledMarks(node.value) };
    else if (node.type === "text") node.value = withoutPiledMarks(node.value);
    else if (node.type === "element")
      for (const key of ["href", "src"]) if (key in node.properties && !isWebAddress(node.properties[key])) node.properties[key] = "";
  });
}

/** The formula in an element, and whether it stands on its own. `remark-math` marks them, fences of `math` too. */
function formulaIn(node: Element): { tex: string; display: boolean } | null {
  const code = node.tagName === "pre" ? node.children[0] : node;
  if (code?.type !== "element" || code.tagName !== "code" || !hasClass(code, "language-math")) return null;
  const [text] = code.children;
  return { tex: text?.type === "text" ? text.value : "", display: node.tagName === "pre" };
}

function drawFormulas(tree: Root): void {
  const write = formulaWriter();
  visit(tree, "element", (node, index, parent) => {
    const formula = formulaIn(node);
    if (formula === null || parent === undefined || index === undefined) return undefined;
    const drawn = write(formula.tex, formula.display);
    parent.children.splice(index, 1, ...(drawn as ElementContent[]));
    return [SKIP, index + drawn.length];
  });
}

/** Mathematics stands deep by itself and is measured by itself; this is the depth of what surrounds it. */
function outerDepth(block: RootContent): number {
  const waiting: { node: RootContent; depth: number }[] = [{ node: block, depth: 1 }];
  let deepest = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    deepest = Math.max(deepest, next.depth);
    if (next.node.type === "element" && !hasClass(next.node, "katex"))
      for (const node of next.node.children) waiting.push({ node, depth: next.depth + 1 });
  }
  return deepest;
}

/** Where the text stands is of no use once it is drawn. */
function written(nodes: readonly RootContent[]): string {
  return JSON.stringify({ type: "root", children: nodes }, (key, value: unknown) =>
    key === "position" || key === "data" ? undefined : value,
  );
}

const CONTAINER = /[ \t]{0,8}(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))/y;

/** Whether a line begins with so many quotes and lists in one another that reading them is given up before it begins. */
function isTooDeep(text: string): boolean {
  for (let line = 0; line !== -1; line = text.indexOf("\n", line) + 1 || -1) {
    CONTAINER.lastIndex = line;
    for (let depth = 0; CONTAINER.test(text); depth += 1) if (depth === CAPS.depth) return true;
  }
  return false;
}

/**
 * Formats a text, in time that grows with it faster than it does: only for a worker, which can be ended. Blocks that
 * are too large or too deep to be drawn stay as they were written.
 */
export function format(text: string): Formatted {
  if (text.length > CAPS.chars || isTooDeep(text)) return TOO_LARGE;
  const parsed = processor.parse(text);
  const tree = processor.runSync(parsed) as Root;
  disarm(tree);
  drawFormulas(tree);

  const slices: Slice[] = [];
  let run: RootContent[] = [];
  let runNodes = 0;
  let total = 0;
  const flush = (): void => {
    if (run.length > 0) slices.push({ kind: "tree", json: written(run) });
    run = [];
    runNodes = 0;
  };
  for (const block of tree.children) {
    const { nodes } = measure([block]);
    // Line ends between blocks, and the list of footnotes, stand nowhere.
    const start = block.position?.start.offset ?? 0;
    const end = block.position?.end.offset ?? 0;
    if (end - start > CAPS.blockChars || nodes > CAPS.blockNodes || outerDepth(block) > CAPS.depth) {
      if (end === start) return TOO_LARGE;
      flush();
      slices.push({ kind: "plain", text: text.slice(start, end) });
      continue;
    }
    total += nodes;
    if (total > CAPS.nodes) return TOO_LARGE;
    if (runNodes + nodes > SLICE_NODES) flush();
    run.push(block);
    runNodes += nodes;
  }
  flush();
  // Definitions alone draw nothing, and nobody is to wonder where the text went.
  if (!tree.children.some(({ type }) => type !== "text"))
    return { kind: "slices", slices: text.trim() === "" ? [] : [{ kind: "plain", text }] };
  return { kind: "slices", slices };
}
