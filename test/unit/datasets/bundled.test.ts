import { describe, expect, it } from "vitest";
import { problemSchema } from "@/domain";
import { loadBundledProblems } from "@/datasets";

describe("bundled problems", () => {
  it("are complete, with their kinds and what they are about, not how their recordings fail", async () => {
    const problems = await loadBundledProblems();
    expect(problems.length).toBeGreaterThanOrEqual(6);
    expect(new Set(problems.map((problem) => problem.id)).size).toBe(problems.length);
    expect(new Set(problems.map((problem) => problem.kind)).size).toBeGreaterThanOrEqual(6);
    for (const problem of problems) {
      expect(problemSchema.parse(problem)).toEqual(problem);
      expect(problem.origin).toBe("bundled");
      expect(problem.statement.trim()).not.toBe("");
      expect(problem.solution.trim()).not.toBe("");
      expect(problem.extra["about"]).toMatch(/^[A-Z].{20,140}\.$/);
      expect(JSON.stringify(problem.extra)).not.toMatch(/solver|repair|reject|refused|gate|proof|recorded/i);
    }
  });
});
