import { describe, expect, it } from "vitest";
import { NO_CHOICES, type Piece, toolNameFault, type Variant } from "@/domain";
import {
  choicesOf,
  draftOf,
  isSame,
  nameFault,
  offPieces,
  readersOf,
  spansOf,
  toolsOf,
  withName,
  withPiece,
} from "../../../src/ui/pipeline/solution-pieces.ts";

const SOLUTION = "def total(a):\n    é = 0; s = sum(a) + é\n    return s + é\n";
const piece = (tool: string, id: string, line: number, col: number, endCol: number): Piece => ({
  id,
  kind: "expression",
  rule: "expression",
  tool,
  line,
  endLine: line,
  col,
  endCol,
  text: "",
});
const SUM = piece("AddUp", "expression:2:16-2:27", 2, 16, 27);
const INNER = piece("Sum", "fold:2:16-2:22", 2, 16, 22);
const LAST = piece("AddUp", "expression:3:11-3:17", 3, 11, 17);
const VARIANT: Variant = {
  name: "many",
  className: "TotalEnv",
  taskText: "",
  source: "",
  solver: "",
  configs: [],
  tools: ["Observe", "GetItem", "AddUp", "Sum", "Done"],
  pieces: [SUM, INNER, LAST],
  rules: [],
  shape: {},
  figures: { rounds: [], inWindow: 0, toolsUsed: 0, reveals: 0 },
};
const [addUp] = toolsOf(VARIANT);
if (addUp === undefined) throw new Error("no tool");

describe("the pieces of a solution", () => {
  it("are gathered by tool; tools without a piece read the hidden input", () => {
    expect(toolsOf(VARIANT).map(({ tool, pieces }) => [tool, pieces.length])).toEqual([
      ["AddUp", 2],
      ["Sum", 1],
    ]);
    expect(readersOf(VARIANT)).toEqual(["GetItem"]);
  });

  it("are marked where they are, in characters and not in bytes", () => {
    const [sum] = spansOf(VARIANT, draftOf(NO_CHOICES), [], SOLUTION);
    expect(sum).toMatchObject({ line: 2, column: 15, endColumn: 25, group: "AddUp", name: "AddUp", muted: false });
    expect(SOLUTION.split("\n")[1]?.slice(sum?.column, sum?.endColumn)).toBe("sum(a) + é");
  });

  it("that were switched off before are found by their ids", () => {
    const choices = { disabled: [INNER.id, "helper:gone"], renamed: {} };
    const variants = [{ ...VARIANT, pieces: [SUM, LAST] }];
    const before = offPieces(choices, variants, SOLUTION);
    expect(before.map(({ id, line }) => [id, line])).toEqual([
      [INNER.id, 2],
      ["helper:gone", 0],
    ]);
    const spans = spansOf({ pieces: [SUM] }, draftOf(choices), before, SOLUTION);
    expect(spans.map(({ group, muted }) => [group, muted])).toEqual([
      ["AddUp", false],
      [INNER.id, true],
    ]);
  });
});

describe("what is chosen for the next compilation", () => {
  it("names every piece of the tool, and takes back what is as it was", () => {
    const draft = withPiece(withName(draftOf(NO_CHOICES), addUp, "AddBoth", NO_CHOICES), INNER.id, false);
    expect(choicesOf(draft)).toEqual({ disabled: [INNER.id], renamed: { [SUM.id]: "AddBoth", [LAST.id]: "AddBoth" } });
    expect(isSame(draft, NO_CHOICES)).toBe(false);
    expect(isSame(withPiece(withName(draft, addUp, "AddUp", NO_CHOICES), INNER.id, true), NO_CHOICES)).toBe(true);
  });

  it("gives a tool back its own name by an empty one", () => {
    const choices = { disabled: [], renamed: { [SUM.id]: "AddUp", [LAST.id]: "AddUp" } };
    const draft = withName(draftOf(choices), addUp, "", choices);
    expect(nameFault(draft, addUp, VARIANT, SOLUTION)).toBeNull();
    expect(choicesOf(draft)).toEqual(NO_CHOICES);
  });

  it("refuses names that no tool can have", () => {
    const fault = (name: string) => nameFault(withName(draftOf(NO_CHOICES), addUp, name, NO_CHOICES), addUp, VARIANT, SOLUTION);
    expect(fault("AddBoth")).toBeNull();
    for (const name of ["addBoth", "Add both", "2Add", "Add_Both", "Observe", "Done", "Sum", "GetItem", "A".repeat(41)])
      expect(fault(name), name).not.toBeNull();
    expect(toolNameFault("Node", [], "class Node: pass")).toContain("solution uses this name");
    expect(toolNameFault("Node", [], "class Nodes: pass")).toBeNull();
  });
});
