import { readFileSync } from "node:fs";

/** A page of the repository, by its path from the root. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll("\\|", "|").trim());

/** The rows of the first (or `nth`) table in the section whose heading begins so, keyed by column. @throws when there is none */
export function tableUnder(page: string, heading: string, nth = 1): Record<string, string>[] {
  const lines = page.split("\n");
  const isHeading = (line: string): boolean => /^#+ /.test(line);
  const start = lines.findIndex((line) => isHeading(line) && line.replace(/^#+ /, "").startsWith(heading));
  const length = lines.slice(start + 1).findIndex(isHeading);
  const section = start < 0 ? [] : lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  const first = section.flatMap((line, at) => (line.startsWith("|") && !(section[at - 1] ?? "").startsWith("|") ? [at] : []))[nth - 1];
  if (first === undefined) throw new Error(`no table below “${heading}”`);
  const end = section.findIndex((line, at) => at > first && !line.startsWith("|"));
  const [head, , ...rows] = section.slice(first, end < 0 ? undefined : end).map(cellsOf);
  return rows.map((cells) => Object.fromEntries((head ?? []).map((name, at) => [name, cells[at] ?? ""])));
}

/** What a cell has in backticks. */
export function codesIn(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
}
