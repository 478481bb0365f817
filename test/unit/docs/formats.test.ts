import { gzipSync, strToU8, zipSync } from "fflate";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, EVALUATION_LOG, RUN_LOG, TRACE_LOG, TRACE_VERSION } from "@/domain";
import { ARCHIVE_VERSION } from "@/datasets/archive-format.ts";
import { exportInstances } from "@/datasets/export-rows.ts";
import { sharedOf } from "@/datasets/share-link.ts";
import { codesIn, readPage, tableUnder } from "../../support/markdown-tables.ts";
import { environment, parseText, task } from "../datasets/datasets-support.ts";

const page = readPage("docs/formats.md");
const names = (rows: readonly Record<string, string>[], column: string): string[] => rows.map((row) => codesIn(row[column])[0] ?? "");

describe("docs/formats.md says what the code does", () => {
  test("members of an environment", () => {
    const contract = readFileSync("src/python/codegym_sandbox/contract.py", "utf8");
    const required = /^REQUIRED = \(([^)]*)\)/m.exec(contract)?.[1] ?? "";
    expect(names(tableUnder(page, "2. "), "member")).toEqual([...required.matchAll(/"(\w+)"/g)].map((match) => match[1]));
  });

  test("fields of a training instance", async () => {
    const { bytes } = await exportInstances([environment({ tasks: [task("{}")] })]);
    const [row] = new TextDecoder()
      .decode(bytes)
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line || "{}"));
    expect(names(tableUnder(page, "4. "), "field")).toEqual(Object.keys(row ?? {}));
  });

  test("limits and their defaults", () => {
    const rows = tableUnder(page, "5. ");
    expect(Object.fromEntries(rows.map((row) => [codesIn(row["limit"])[0], JSON.parse(row["default"] ?? "")]))).toEqual(DEFAULT_LIMITS);
  });

  test("versions of what is saved", () => {
    const versions = Object.fromEntries(tableUnder(page, "8. ").map((row) => [row["what"], Number(row["version"])]));
    expect(versions).toEqual({ archive: ARCHIVE_VERSION, trace: TRACE_VERSION, link: sharedOf(environment(), "{}", null).version });
  });

  test("versions of event logs", () => {
    const rows = tableUnder(page, "9. ").map((row) => [codesIn(row["log"])[0], Number(row["version"])]);
    expect(rows).toEqual([RUN_LOG, EVALUATION_LOG, TRACE_LOG].map(({ name, version }) => [name, version]));
  });

  test("kinds of files, each given to the reader", async () => {
    const row = strToU8(`${JSON.stringify({ question_id: "one", question: "Add.", solution: "def f(a):\n    return a" })}\n`);
    const python = strToU8('"""Add."""\ndef f(a):\n    return a\n');
    const tar = new Uint8Array(1024);
    tar.set(strToU8("ustar"), 257);
    const samples: Record<string, Uint8Array> = {
      ".jsonl": row,
      ".ndjson": row,
      ".json": row,
      ".py": python,
      ".gz": gzipSync(row),
      ".zip": zipSync({ "rows.jsonl": row }),
      ".txt": row,
      ".parquet": strToU8("PAR1....PAR1"),
      ".tar": tar,
    };
    const rows = tableUnder(page, "7. ");
    expect(names(rows, "file")).toEqual(Object.keys(samples));
    for (const { file, ["read as"]: readAs } of rows) {
      const extension = codesIn(file)[0] ?? "";
      const bytes = samples[extension] ?? new Uint8Array();
      const { problems, faults } = await parseText(extension === ".gz" ? "rows.jsonl.gz" : `rows${extension}`, bytes);
      expect([extension, problems.length, faults.length]).toEqual([extension, readAs === "refused" ? 0 : 1, readAs === "refused" ? 1 : 0]);
    }
  });
});
