import type { RootContent } from "hast";

/** How many nodes there are, and how many stand in one another. Takes trees of any depth. */
export function measure(nodes: readonly RootContent[]): { nodes: number; depth: number } {
  const waiting = nodes.map((node) => ({ node, depth: 1 }));
  let count = 0;
  let deepest = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    count += 1;
    deepest = Math.max(deepest, next.depth);
    if (next.node.type === "element") for (const node of next.node.children) waiting.push({ node, depth: next.depth + 1 });
  }
  return { nodes: count, depth: deepest };
}
