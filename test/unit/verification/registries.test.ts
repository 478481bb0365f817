import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { GATES } from "@/domain";
import { checks } from "@/verification/checks/index.ts";
import { gates } from "@/verification/gates/index.ts";
import { filesBelow } from "../../support/source-files.ts";

const namesIn = (folder: string): string[] =>
  readdirSync(`src/verification/${folder}`)
    .filter((file) => file !== "index.ts")
    .map((file) => file.replace(/\.ts$/, ""))
    .toSorted();

test("each gate of the table is the gate of its file, and no file is left over", () => {
  expect(gates.map(({ name }) => name)).toEqual([...GATES]);
  expect(namesIn("gates")).toEqual([...GATES].toSorted());
});

test("solvers are tried from one gate to the last: what follows a gate that tries them does too", () => {
  const trying = gates.map(({ attempt }) => attempt !== undefined);
  expect(trying).toEqual(trying.toSorted((a, b) => Number(a) - Number(b)));
  expect(gates.at(-1)?.name).toBe("proof");
});

test("each quality check has the name of its file", () => {
  expect(checks.map(({ name }) => name).toSorted()).toEqual(namesIn("checks"));
});

test("each gate and each check has a test of its name", () => {
  const tests = [...filesBelow("test", /\.test\.ts$/)].map((file) => path.basename(file, ".test.ts"));
  const untested = [...GATES, ...namesIn("checks")].filter((name) => !tests.includes(name));
  expect(untested).toEqual([]);
});
