import type { Element, ElementContent, Root } from "hast";
import { fromHtml } from "hast-util-from-html";
import katex from "katex";
import { CAPS } from "./caps.ts";
import { measure } from "./measure.ts";

/** Whoever writes the TeX is not trusted: no links, images, classes or styles from it. */
const OPTIONS: katex.KatexOptions = { throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20 };

const STEP = /\\(?:left|begin|right|end)(?![a-zA-Z])|\\[\s\S]|[{}]/g;

function bracketDepth(tex: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [step] of tex.matchAll(STEP)) {
    if (step === "{" || step === "\\left" || step === "\\begin") deepest = Math.max(deepest, (depth += 1));
    else if (step === "}" || step === "\\right" || step === "\\end") depth -= 1;
  }
  return deepest;
}

/** A formula that cannot be drawn, or not in good time, as its source. */
function source(tex: string, display: boolean): ElementContent {
  const code: Element = {
    type: "element",
    tagName: "code",
    properties: { className: ["math-source"] },
    children: [{ type: "text", value: tex }],
  };
  return display ? { type: "element", tagName: "pre", properties: {}, children: [code] } : code;
}

/** Draws formulas until the share of all of them is used up. */
export function formulaWriter(): (tex: string, display: boolean) => ElementContent[] {
  let left = CAPS.texTotal;
  return (tex, display) => {
    left -= tex.length;
    if (left < 0 || tex.length > CAPS.texChars || bracketDepth(tex) > CAPS.texDepth) return [source(tex, display)];
    try {
      const { children }: Root = fromHtml(katex.renderToString(tex, { ...OPTIONS, displayMode: display }), { fragment: true });
      const drawn = children.filter((child) => child.type !== "doctype");
      const { nodes, depth } = measure(drawn);
      return nodes > CAPS.texNodes || depth > CAPS.texLevels ? [source(tex, display)] : drawn;
    } catch {
      // Wrong TeX. KaTeX also lets other errors than its own through, of inputs that overflow its stack for example.
      return [source(tex, display)];
    }
  };
}
