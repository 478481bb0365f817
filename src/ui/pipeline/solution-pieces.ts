import { type CompileChoices, linesOf, type Piece, pieceOfId, placeOf, textAt, toolNameFault, type Variant } from "@/domain";
import type { CodeSpan } from "../components/index.ts";

/** What each rule of the compiler makes into a tool, for people. */
const RULE: Record<string, string> = {
  helper: "a function of the solution",
  "loop-body": "the body of a loop",
  predicate: "a check, true or false",
  expression: "a calculation",
  fold: "a builtin such as sum or max, done step by step",
};

export function ruleText(rule: string): string {
  return RULE[rule] ?? rule.replaceAll("-", " ");
}

/** A tool with the pieces of the solution that it was made from. */
export type ToolPieces = { tool: string; rule: string; tone: number; pieces: Piece[] };

/** What a person chose, not compiled yet. Names by piece id, as typed; "" = as the compiler names it. */
export type Draft = { off: ReadonlySet<string>; names: Readonly<Record<string, string>> };

/** A place in the solution that is not to become a tool. */
export type OffPiece = { id: string; rule: string; line: number; text: string };

const ALWAYS = new Set(["Observe", "Done"]);

/** In the order in which the tools come up in the solution. */
export function toolsOf({ pieces }: Pick<Variant, "pieces">): ToolPieces[] {
  const tools = new Map<string, ToolPieces>();
  for (const piece of pieces) {
    const known = tools.get(piece.tool);
    if (known === undefined) tools.set(piece.tool, { tool: piece.tool, rule: piece.rule, tone: tools.size, pieces: [piece] });
    else known.pieces.push(piece);
  }
  return [...tools.values()];
}

/** Tools that are no piece of the solution: they read the hidden input. */
export function readersOf(variant: Pick<Variant, "pieces" | "tools">): string[] {
  const made = new Set(variant.pieces.map(({ tool }) => tool));
  return variant.tools.filter((tool) => !made.has(tool) && !ALWAYS.has(tool));
}

export function draftOf({ disabled, renamed }: CompileChoices): Draft {
  return { off: new Set(disabled), names: { ...renamed } };
}

export function nameIn(draft: Draft, tool: ToolPieces): string {
  return tool.pieces.map(({ id }) => draft.names[id]).find((name) => name !== undefined) ?? tool.tool;
}

/** `renamedBefore`: the compiled name is a person's already, so that only "" brings back the compiler's own. */
export function withName(draft: Draft, tool: ToolPieces, name: string, { renamed }: CompileChoices): Draft {
  const names = { ...draft.names };
  const isOwn = name === tool.tool && tool.pieces.every(({ id }) => renamed[id] === undefined);
  for (const { id } of tool.pieces) {
    if (isOwn) delete names[id];
    else names[id] = name;
  }
  return { ...draft, names };
}

export function withPiece(draft: Draft, id: string, on: boolean): Draft {
  const off = new Set(draft.off);
  if (on) off.delete(id);
  else off.add(id);
  return { ...draft, off };
}

export function choicesOf({ off, names }: Draft): CompileChoices {
  const renamed = Object.entries(names).flatMap(([id, name]): [string, string][] => (name.trim() === "" ? [] : [[id, name.trim()]]));
  return { disabled: [...off].toSorted(), renamed: Object.fromEntries(renamed.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

export function isSame(draft: Draft, choices: CompileChoices): boolean {
  return JSON.stringify(choicesOf(draft)) === JSON.stringify(choicesOf(draftOf(choices)));
}

/** What is wrong with a tool's name as typed; a name that was not touched is right. */
export function nameFault(draft: Draft, tool: ToolPieces, variant: Variant, solution: string): string | null {
  const name = nameIn(draft, tool).trim();
  if (name === tool.tool || name === "") return null;
  const others = toolsOf(variant).filter((other) => other.tool !== tool.tool);
  return toolNameFault(name, [...others.map((other) => nameIn(draft, other).trim()), ...readersOf(variant)], solution);
}

/** Pieces that were switched off before this compilation: no variant has them, their ids say where they are. */
export function offPieces(choices: CompileChoices, variants: readonly Pick<Variant, "pieces">[], solution: string): OffPiece[] {
  const known = new Set(variants.flatMap(({ pieces }) => pieces.map(({ id }) => id)));
  const lines = linesOf(solution);
  return choices.disabled
    .filter((id) => !known.has(id))
    .map((id) => {
      const piece = pieceOfId(id);
      const place = piece === null ? null : placeOf(lines, piece);
      return { id, rule: piece?.rule ?? id, line: place?.line ?? 0, text: place === null ? "" : textAt(lines, place) };
    });
}

/** What is marked in the solution: the variant's pieces, and what is switched off. */
export function spansOf(variant: Pick<Variant, "pieces">, draft: Draft, before: readonly OffPiece[], solution: string): CodeSpan[] {
  const lines = linesOf(solution);
  const made = toolsOf(variant).flatMap((tool) =>
    tool.pieces.flatMap((piece): CodeSpan[] => {
      const place = placeOf(lines, piece);
      const name = nameIn(draft, tool).trim();
      return place === null
        ? []
        : [
            {
              ...place,
              id: piece.id,
              group: tool.tool,
              name: name === "" ? tool.tool : name,
              tone: tool.tone,
              muted: draft.off.has(piece.id),
            },
          ];
    }),
  );
  const off = before
    .filter(({ id }) => draft.off.has(id))
    .flatMap(({ id, rule }): CodeSpan[] => {
      const piece = pieceOfId(id);
      const place = piece === null ? null : placeOf(lines, piece);
      return place === null ? [] : [{ ...place, id, group: id, name: ruleText(rule), tone: 0, muted: true }];
    });
  return [...made, ...off];
}
