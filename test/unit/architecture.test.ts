import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { expect, test } from "vitest";
import { codesIn, readPage, tableUnder } from "../support/markdown-tables.ts";
import { filesBelow } from "../support/source-files.ts";

/** docs/architecture.md, "Allowed imports", held against every file. */
const page = readPage("docs/architecture.md");
const HEADING = "Allowed imports";

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

/** `names`: what is taken of it, "*" for all. */
type Import = { from: string; to: string; specifier: string; names: string[] };
type Source = { imports: Import[]; exported: string[] };

/** Types count too: a folder that knows another's types knows the folder. */
function read(file: string): Source {
  const source = readFileSync(file, "utf8");
  const { module } = parseSync(file, source);
  const exports = module.staticExports.flatMap(({ entries }) => entries);
  const taken: { specifier: string; names: string[] }[] = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      names: entries.map(({ importName }) => importName.name ?? "*"),
    })),
    ...exports.flatMap(({ moduleRequest, importName }) =>
      moduleRequest === null ? [] : [{ specifier: moduleRequest.value, names: [importName.name ?? "*"] }],
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const specifier = /^["'](.*)["']$/.exec(source.slice(start, end))?.[1];
      return specifier === undefined ? [] : [{ specifier, names: ["*"] }];
    }),
  ];
  return {
    imports: taken.flatMap(({ specifier, names }) => {
      const to = resolved(file, specifier);
      return to === null ? [] : [{ from: file, to, specifier, names }];
    }),
    exported: exports.flatMap(({ exportName, moduleRequest }) => (moduleRequest === null && exportName.name ? [exportName.name] : [])),
  };
}

const sources = new Map(filesBelow("src", /\.tsx?$/).map((file) => [file, read(file)]));
const imports = [...sources.values()].flatMap((source) => source.imports);

/** A folder whose folders have rows in a table. */
type Scope = { folder: string; top: string; rows: Map<string, string[]> };

function scopeOf(folder: string, top: string, nth: number): Scope {
  const rows = tableUnder(page, HEADING, nth).flatMap((row) => {
    const froms = row["folder"] === top ? [top] : codesIn(row["folder"]);
    return froms.map((from): [string, string[]] => [from, codesIn(row["may import"])]);
  });
  return { folder, top, rows: new Map(rows) };
}

const SRC = scopeOf("src", "top of `src`", 1);
const UI = scopeOf("src/ui", "top of `ui`", 2);
const secondDoors = tableUnder(page, HEADING, 3).map((row) => codesIn(row["door"])[0] ?? "");

const isBelow = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);
const doorOf = (scope: Scope, name: string): string => `${scope.folder}/${name}/index.ts`;

/** The row that a file belongs to. */
function partOf({ folder, top }: Scope, file: string): string {
  const [part = "", ...rest] = file.slice(folder.length + 1).split("/");
  return rest.length === 0 ? top : part;
}

/** What is wrong with an import by the table of a scope; null when nothing is. */
function faultOf(scope: Scope, { from, to, specifier }: Import): string | null {
  if (!isBelow(from, scope.folder) || !isBelow(to, scope.folder)) return null;
  const [source, target] = [partOf(scope, from), partOf(scope, to)];
  const says = (rule: string): string => `${from} imports "${specifier}": ${rule} (docs/architecture.md, ${HEADING})`;
  if (source === target) {
    const own = secondDoors.map((door) => `src/${door}`).find((folder) => isBelow(to, folder) && !isBelow(from, folder));
    return own === undefined ? null : says(`${own} is a door for other folders, and nothing beside it may need it`);
  }
  const allowed = scope.rows.get(source) ?? [];
  if (allowed.some((name) => doorOf(scope, name) === to)) return null;
  if (allowed.includes(target)) return says(`${target} is entered by its door only, ${doorOf(scope, target)}`);
  const list = allowed.length === 0 ? `no other folder of ${scope.folder}` : `${allowed.join(", ")} only`;
  return says(`${source} may import ${list}`);
}

const SCOPES = [SRC, UI];

test.each(SCOPES)("each folder of $folder has its row in the table", ({ folder, top, rows }) => {
  const parts = [...sources.keys()].filter((file) => isBelow(file, folder)).map((file) => partOf({ folder, top, rows }, file));
  expect([...rows.keys()].toSorted()).toEqual([...new Set(parts)].toSorted());
});

test("each folder of src is in the code map", () => {
  const mapped = tableUnder(page, "Code map").flatMap((row) => codesIn(row["folder"]));
  expect(mapped.toSorted()).toEqual([...SRC.rows.keys(), "python"].filter((folder) => folder !== SRC.top).toSorted());
});

test.each(SCOPES)("in $folder, imports go in the directions and through the doors of the table", (scope) => {
  expect(imports.flatMap((item) => faultOf(scope, item) ?? [])).toEqual([]);
});

test.each(SCOPES)("the table of $folder allows nothing that no file does, and knows every door", (scope) => {
  const used = new Set(imports.filter(({ from }) => isBelow(from, scope.folder)).map(({ from, to }) => `${partOf(scope, from)} → ${to}`));
  const stated = [...scope.rows].flatMap(([source, targets]) => targets.map((name) => ({ source, name })));
  expect(stated.filter(({ source, name }) => !used.has(`${source} → ${doorOf(scope, name)}`))).toEqual([]);
  const second = stated.map(({ name }) => name).filter((name) => name.includes("/"));
  expect(second.toSorted()).toEqual(scope === SRC ? secondDoors.toSorted() : []);
});

/** The shortest way from a name back to itself, as "a → b → a"; null when there is none. */
function shortestCircle(graph: ReadonlyMap<string, readonly string[]>): string | null {
  const circles = [...graph.keys()].flatMap((start) => {
    const before = new Map<string, string>();
    const queue = [start];
    for (const name of queue) {
      for (const next of graph.get(name) ?? []) {
        if (before.has(next)) continue;
        before.set(next, name);
        queue.push(next);
      }
    }
    if (!before.has(start)) return [];
    const way = [start];
    for (let at = before.get(start); at !== undefined && at !== start; at = before.get(at)) way.unshift(at);
    return [[start, ...way]];
  });
  return circles.toSorted((a, b) => a.length - b.length)[0]?.join(" → ") ?? null;
}

test("no file comes back to itself by its imports", () => {
  expect(shortestCircle(new Map([...sources].map(([file, source]) => [file, source.imports.map(({ to }) => to)])))).toBeNull();
});

test.each(SCOPES)("the table of $folder has no circle in its directions", ({ rows }) => {
  expect(shortestCircle(rows)).toBeNull();
});

test("`components` holds what two parts of the screen use, and nothing of one page's", () => {
  const door = "src/ui/components/index.ts";
  const homes = new Map<string, string>();
  for (const { to, names } of sources.get(door)?.imports ?? [])
    for (const name of names.includes("*") ? (sources.get(to)?.exported ?? []) : names) homes.set(name, to);
  const users = new Map([...homes.values()].map((file) => [file, new Set<string>()]));
  for (const { from, to, names } of imports) {
    if (from === door || !isBelow(from, UI.folder)) continue;
    const files = to === door ? names.flatMap((name) => homes.get(name) ?? []) : [to];
    for (const file of files) users.get(file)?.add(partOf(UI, from));
  }
  const lonely = [...users].filter(([, parts]) => parts.size < 2);
  expect(lonely.map(([file, parts]) => `${file} is used by ${[...parts].join() || "nobody"} alone: it belongs there`)).toEqual([]);
});
