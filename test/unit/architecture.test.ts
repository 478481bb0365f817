import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { expect, test } from "vitest";
import { codesIn, readPage, tableUnder } from "../support/markdown-tables.ts";
import { filesBelow } from "../support/source-files.ts";

/** docs/architecture.md, "Allowed imports", held against every file. */
const page = readPage("docs/architecture.md");
const TOP = "top of `src`";

const isFile = (name: string): boolean => existsSync(name) && statSync(name).isFile();

/** What a specifier names among our sources; null for packages, styles, texts and virtual modules. */
function resolved(file: string, specifier: string): string | null {
  if (!specifier.startsWith("@/") && !specifier.startsWith(".")) return null;
  const base = specifier.startsWith("@/")
    ? path.posix.join("src", specifier.slice(2))
    : path.posix.join(path.posix.dirname(file), specifier);
  const found = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`].find(isFile);
  if (found === undefined && !base.includes("?")) throw new Error(`${file} imports ${specifier}, which is not there`);
  return found !== undefined && /\.tsx?$/.test(found) ? found : null;
}

/** Types count too: a folder that knows another's types knows the folder. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const { module } = parseSync(file, source);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : []))),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => /^["'](.*)["']$/.exec(source.slice(start, end))?.[1] ?? []),
  ];
  return [...new Set(specifiers.flatMap((specifier) => resolved(file, specifier) ?? []))];
}

const graph = new Map(filesBelow("src", /\.tsx?$/).map((file) => [file, importsOf(file)]));
const imports = [...graph].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));
const shown = ({ from, to }: { from: string; to: string }): string => `${from} → ${to}`;

const folderOf = (file: string): string => {
  const [, folder = "", ...rest] = file.split("/");
  return rest.length === 0 ? TOP : folder;
};

const allowed = new Map(
  tableUnder(page, "Allowed imports").map((row) => [
    row["folder"] === TOP ? TOP : (codesIn(row["folder"])[0] ?? ""),
    codesIn(row["may import"]),
  ]),
);
const exceptions = tableUnder(page, "Exceptions");
const excepted = (what: string): string[][] => exceptions.filter((row) => row["what"] === what).map((row) => codesIn(row["files"]));

test("each folder of src has its row in the table of imports, and in the code map", () => {
  const folders = [...new Set([...graph.keys()].map(folderOf))].toSorted();
  expect([...allowed.keys()].toSorted()).toEqual(folders);
  const mapped = tableUnder(page, "Code map").flatMap((row) => codesIn(row["folder"]));
  expect(mapped.toSorted()).toEqual([...folders.filter((folder) => folder !== TOP), "python"].toSorted());
});

test("imports go in the directions that the table allows", () => {
  const wrong = imports.filter(
    ({ from, to }) => folderOf(from) !== folderOf(to) && !(allowed.get(folderOf(from)) ?? []).includes(folderOf(to)),
  );
  expect(wrong.map(shown)).toEqual([]);
});

test("the table allows nothing that no file does", () => {
  const used = new Set(imports.map(({ from, to }) => `${folderOf(from)} → ${folderOf(to)}`));
  expect(
    [...allowed]
      .flatMap(([folder, targets]) => targets.map((target) => `${folder} → ${target}`))
      .filter((direction) => !used.has(direction)),
  ).toEqual([]);
});

test("a folder is entered by its door", () => {
  const doors = new Set([...[...allowed.keys()].map((folder) => `src/${folder}/index.ts`), ...excepted("a second door").flat()]);
  expect(imports.filter(({ from, to }) => folderOf(from) !== folderOf(to) && folderOf(to) !== TOP && !doors.has(to)).map(shown)).toEqual(
    [],
  );
});

test("a page imports no other page but those in the table, by their doors", () => {
  const pages = new Map(tableUnder(page, "Allowed imports", 2).map((row) => [codesIn(row["page"])[0], codesIn(row["may also import"])]));
  const partOf = (file: string): string => (file.startsWith("src/ui/") && file.split("/").length > 3 ? (file.split("/")[2] ?? "") : "");
  const across = imports.filter(
    ({ from, to }) => partOf(from) !== "" && partOf(to) !== "" && partOf(from) !== partOf(to) && partOf(to) !== "components",
  );
  expect(
    across
      .filter(({ from, to }) => !(pages.get(partOf(from)) ?? []).includes(partOf(to)) || to !== `src/ui/${partOf(to)}/index.ts`)
      .map(shown),
  ).toEqual([]);
});

/** Files from which one can come back to where one began (Tarjan). */
function circles(): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle.toSorted());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

test("no file imports itself by a circle, but for those in the table", () => {
  expect(circles().toSorted()).toEqual(
    excepted("a circle")
      .map((files) => files.toSorted())
      .toSorted(),
  );
});
