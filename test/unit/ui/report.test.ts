import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Finding, GATES } from "@/domain";
import { arranged } from "../../../src/ui/components/finding-list.tsx";
import { gateStates } from "../../../src/ui/components/gate-list.tsx";

const finding = (message: string, hint?: string, severity: Finding["severity"] = "error"): Finding =>
  ({ code: "x", severity, message, line: null, ...(hint === undefined ? {} : { hint }) }) as Finding;

describe("the gates of a report", () => {
  it("say of one that was left out that it does not apply, never that it was not reached", () => {
    const states = gateStates([{ gate: "contract", passed: false }], null);
    const at = GATES.indexOf("contract");
    expect(GATES.map((gate) => states.get(gate))).toEqual(
      GATES.map((_, index) => (index < at ? "left-out" : index === at ? "failed" : "waiting")),
    );
  });

  it("are waiting after the last one that was reached, and nowhere else", () => {
    fc.assert(
      fc.property(fc.subarray([...GATES]), fc.option(fc.constantFrom(...GATES)), (decided, running) => {
        const states = gateStates(
          decided.map((gate) => ({ gate, passed: true })),
          running,
        );
        const shown = GATES.map((gate) => states.get(gate));
        const lastReached = shown.findLastIndex((state) => state === "passed" || state === "running");
        expect(shown.every((state, index) => (state === "waiting") === index > lastReached)).toBe(true);
      }),
    );
  });
});

describe("the findings of a gate", () => {
  it("with the same advice stand together, and have it once", () => {
    const shown = arranged([
      finding("a", "do this"),
      finding("b"),
      finding("w", "do this", "warning"),
      finding("c", "do this"),
      finding("d", "do that"),
    ]);
    expect(shown.map(({ finding: { message }, advises }) => [message, advises])).toEqual([
      ["a", false],
      ["c", true],
      ["b", true],
      ["d", true],
      ["w", true],
    ]);
  });

  it("are all shown, errors before warnings", () => {
    const some = fc.record({
      message: fc.string(),
      hint: fc.option(fc.constantFrom("one", "two"), { nil: undefined }),
      severity: fc.constantFrom<Finding["severity"]>("error", "warning"),
    });
    fc.assert(
      fc.property(fc.array(some), (items) => {
        const findings = items.map(({ message, hint, severity }) => finding(message, hint, severity));
        const shown = arranged(findings).map((item) => item.finding);
        expect(new Set(shown)).toEqual(new Set(findings));
        expect(shown).toHaveLength(findings.length);
        const firstWarning = shown.findIndex(({ severity }) => severity === "warning");
        if (firstWarning !== -1) expect(shown.slice(firstWarning).every(({ severity }) => severity === "warning")).toBe(true);
      }),
    );
  });
});
