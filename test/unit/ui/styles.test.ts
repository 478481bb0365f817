import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { expect, test } from "vitest";
import { filesBelow } from "../../support/source-files.ts";

/** A class that no component uses, or a component's that no file has, is noticed by nothing else. */
const classesIn = (css: string): string[] =>
  [
    ...css
      .replaceAll(/\/\*.*?\*\//gs, "")
      .replaceAll(/:global\([^)]*\)/g, "")
      .matchAll(/\.([a-z][\w-]*)/gi),
  ].map((match) => match[1] ?? "");

type Use = { sheet: string; file: string; name: string };

/** What a file takes of its style sheets; "*" where the name is worked out. */
function usesOf(file: string): Use[] {
  const source = readFileSync(file, "utf8");
  return parseSync(file, source).module.staticImports.flatMap(({ moduleRequest, entries }) => {
    const local = entries[0]?.localName.value;
    if (local === undefined || !moduleRequest.value.endsWith(".module.css")) return [];
    const sheet = path.posix.join(path.posix.dirname(file), moduleRequest.value);
    const names = [...source.matchAll(new RegExp(`\\b${local}(?:\\.(\\w+)|\\[)`, "g"))].map((match) => match[1] ?? "*");
    return [...new Set(names)].map((name) => ({ sheet, file, name }));
  });
}

const sheets = filesBelow("src/ui", /\.module\.css$/);
const uses = filesBelow("src/ui", /\.tsx?$/).flatMap(usesOf);

test.each(sheets)("%s has what is used of it, and nothing else", (sheet) => {
  const own = new Set(classesIn(readFileSync(sheet, "utf8")));
  const here = uses.filter((use) => use.sheet === sheet);
  const used = new Set(here.map(({ name }) => name));
  expect(here.filter(({ name }) => name !== "*" && !own.has(name)).map(({ file, name }) => `${file} uses .${name}`)).toEqual([]);
  expect(used.has("*") ? [] : [...own].filter((name) => !used.has(name))).toEqual([]);
});

test("what a folder has in common lies in it or above", () => {
  const far = uses.filter(({ file, sheet }) => !file.startsWith(`${path.posix.dirname(sheet)}/`));
  expect(far.map(({ file, sheet }) => `${file} → ${sheet}`)).toEqual([]);
});
