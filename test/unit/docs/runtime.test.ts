import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAX_CALL_CHARS, MAX_REPLY_CHARS } from "@/sandbox/wire.ts";
import { codesIn, readPage, tableUnder } from "../../support/markdown-tables.ts";

const page = readPage("docs/runtime.md");

/** A constant of a file that exports none of it, as written. */
function constantOf(file: string, name: string): number {
  return Number(new RegExp(`^const ${name} = ([\\d_]+);`, "m").exec(readFileSync(file, "utf8"))?.[1]?.replaceAll("_", ""));
}

test("docs/runtime.md names the limits that the sandbox enforces", () => {
  const limits = Object.fromEntries(tableUnder(page, "Limits").map((row) => [row["what"], Number.parseInt(row["limit"] ?? "", 10)]));
  expect(limits).toEqual({
    time: Number.NaN,
    "memory of an interpreter": constantOf("scripts/sandbox-assets.ts", "MAX_PAGES"),
    "bytes in files": constantOf("src/sandbox/worker/file-quota.ts", "MAX_BYTES"),
    "files and folders": constantOf("src/sandbox/worker/file-quota.ts", "MAX_NODES"),
    "a call": MAX_CALL_CHARS,
    "a reply": MAX_REPLY_CHARS,
  });
});

test("docs/runtime.md names the policy of the frame", () => {
  const policy = /const policy = `([^`]*)`/.exec(readFileSync("src/sandbox/frame-realm.ts", "utf8"))?.[1] ?? "";
  const written = tableUnder(page, "Isolation that held").map(({ directive, value }) =>
    [codesIn(directive)[0], (value ?? "").replace("the frame's hash,", "'${manifest.frameHash}'").replaceAll("`", "")].join(" "),
  );
  expect(written.join("; ")).toBe(policy);
});
