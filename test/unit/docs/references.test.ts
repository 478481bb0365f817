import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesBelow } from "../../support/source-files.ts";

const FILES = ["src", "scripts", "test"].flatMap((folder) => filesBelow(folder, /\.(tsx?|mjs|py)$/));
const headings = (page: string): string[] => [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");

test("what a comment refers to on a page of docs is there", () => {
  const lost = FILES.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(docs\/[a-z]+\.md)(?: section (\d+)|, "([^"\n]+)")/g)]
      .filter(
        ([, page = "", section, heading]) =>
          !headings(page).some((found) => (section === undefined ? found === heading : found.startsWith(`${section}. `))),
      )
      .map(([reference]) => `${file}: ${reference}`),
  );
  expect(lost).toEqual([]);
});

test("the files that pages name are there", () => {
  const pages = ["README.md", "CONTRIBUTING.md", ...filesBelow("docs", /\.md$/)];
  const lost = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/(?<![\w./-])(?:src|test|scripts|docs)\/[\w./-]*\w(?![\w./-]*<)/g)]
      .filter(([name]) => !existsSync(name))
      .map(([name]) => `${page}: ${name}`),
  );
  expect(lost).toEqual([]);
});
