import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GATE_FACTS, GATES } from "@/domain";

/** The rows under the README's table of gates, as the values say them. */
function withTable(readme: string): string {
  const [before = "", after = ""] = readme.split("| gate | what is checked |\n|---|---|\n");
  const rows = GATES.map((name) => `| ${GATE_FACTS[name].label} | ${GATE_FACTS[name].about} |\n`);
  return `${before}| gate | what is checked |\n|---|---|\n${rows.join("")}${after.replace(/^(\|.*\n)*/, "")}`;
}

test("the README's table of gates says what the values say; `npx vitest run -u` on this file writes it", async () => {
  await expect(withTable(readFileSync("README.md", "utf8"))).toMatchFileSnapshot("../../../README.md");
});

test("the name of a gate is its label in lower case, with hyphens", () => {
  expect(GATES.map((name) => GATE_FACTS[name].label.toLowerCase().replaceAll(" ", "-"))).toEqual([...GATES]);
});
