import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { titleOf } from "@/domain";

const titled = (statement: string, solution = "print(1)", extra = {}) => titleOf({ statement, solution, extra }, "p-1");

describe("the title of a problem that came without one", () => {
  it("is its heading, however that is written", () => {
    expect(titled("# Two Sum\n\nGiven an array…")).toBe("Two Sum");
    expect(titled("\n## Two Sum ##\nGiven an array…")).toBe("Two Sum");
    expect(titled("Two Sum\n=======\nGiven an array…")).toBe("Two Sum");
    expect(titled("**Two Sum**\nGiven an array…")).toBe("Two Sum");
    expect(titled("Two Sum\n\nGiven an array…")).toBe("Two Sum");
  });

  it("is the function that is asked for, rather than the beginning of a long sentence", () => {
    const statement = `Write a function to find ${"the very long ".repeat(10)} number.`;
    expect(titled(statement, "def helper(x):\n    return x\n\ndef nth_prime(n):\n    return helper(n)\n")).toBe("nth_prime");
    expect(titled(statement, "class Solution:\n    def twoSum(self, a):\n        return a\n    def more(self):\n        pass\n")).toBe(
      "twoSum",
    );
    expect(titled(statement, "def a_one():\n    pass\ndef b_two():\n    pass\n", { entry_point: "a_one" })).toBe("a_one");
    expect(
      titled("Implement `first_of(a)` on lists of any length.", "def first_of(a):\n    return a[0]\n\ndef show(a):\n    print(a)\n"),
    ).toBe("first_of");
  });

  it("is the first sentence where functions have names that say nothing", () => {
    expect(titled("Sort the beads. Then thread them.", "def solve():\n    pass\n\ndef main():\n    solve()\n")).toBe("Sort the beads.");
    expect(titled(" \n ")).toBe("p-1");
  });

  it("is one line of 80 characters at most, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (statement, solution) => {
        const title = titled(statement, solution);
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(80);
        expect(title).not.toContain("\n");
      }),
    );
  });
});
