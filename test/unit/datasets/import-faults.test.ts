import { gzipSync, strToU8 } from "fflate";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportInstances, exportProblems, IMPORT_LIMITS, parseFiles } from "@/datasets";
import { file, imported, instanceRow, parse, parseText, rows, SUM_SOURCE, textOf, zipOf } from "./datasets-support.ts";

const row = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  question_id: id,
  question: "Add.",
  solution: "print(1)\n",
  ...more,
});
const line = (id: string): string => JSON.stringify(row(id));

function utf16(text: string, order: "le" | "be", mark = true): Uint8Array {
  const bytes = new Uint8Array((text.length + (mark ? 1 : 0)) * 2);
  const view = new DataView(bytes.buffer);
  for (const [at, code] of [...(mark ? [0xfeff] : []), ...Array.from(text, (_, index) => text.charCodeAt(index))].entries())
    view.setUint16(at * 2, code, order === "le");
  return bytes;
}

const joined = (...parts: (string | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? strToU8(part) : part)]));

describe("good rows are imported, bad ones are listed", () => {
  const three = `${line("a")}\n${line("b")}\n${line("c")}\n`;

  it.each<[string, string | Uint8Array]>([
    ["UTF-16 with a mark, little-endian", utf16(three, "le")],
    ["UTF-16 with a mark, big-endian", utf16(three, "be")],
    ["UTF-16 without a mark", utf16(three, "le", false)],
    ["a mark at the beginning of each line", three.replaceAll("{", "\ufeff{")],
    ["CR only", three.replaceAll("\n", "\r")],
    ["gzip", gzipSync(strToU8(three))],
    ["gzip in two parts", joined(gzipSync(strToU8(`${line("a")}\n`)), gzipSync(strToU8(`${line("b")}\n${line("c")}\n`)))],
    ["a JSON array", `[${line("a")},${line("b")},${line("c")}]`],
    ["a formatted JSON array", JSON.stringify([row("a"), row("b"), row("c")], null, 2)],
    ["a comma behind each line", three.replaceAll("}\n", "},\n")],
    ["rows one behind the other", three.replaceAll("\n", "")],
    ["formatted rows one behind the other", ["a", "b", "c"].map((id) => JSON.stringify(row(id), null, 2)).join("\n")],
  ])("%s", async (_what, content) => {
    const { problems, faults } = await parseText("p.jsonl", content);
    expect(faults).toEqual([]);
    expect(problems.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it.each<[string, string | Uint8Array, number, RegExp]>([
    ["a NUL in a row", `${line("a")}\n{"question": "\0"}\n${line("b")}\n${line("c")}`, 2, /NUL/],
    ["NULs where the disk was full", `${line("a")}\n${line("b")}\n${line("c")}\n\0\0\0\0`, 4, /NUL/],
    ["a first line that starts with [", `[not JSON\n${line("a")}\n${line("b")}\n${line("c")}`, 1, /not valid JSON/],
    ["a first line that is a list", `["question", "solution"]\n${line("a")}\n${line("b")}\n${line("c")}`, 1, /not a JSON object/],
    [
      "bytes that are no UTF-8",
      joined(`${line("a")}\n{"question": "`, new Uint8Array([0xe9]), `"}\n${line("b")}\n${line("c")}\n`),
      2,
      /not a text in UTF-8/,
    ],
    ["a quote too few", `${line("a")}\n{"question": "x, "solution": "y"}\n${line("b")}\n${line("c")}`, 2, /not valid JSON/],
    ["a brace too few", `${line("a")}\n{"question": {"x": 1, "solution": "y"}\n${line("b")}\n${line("c")}`, 2, /not valid JSON/],
    ["a comma in front of the brace", `${line("a")}\n{"question": "x",}\n${line("b")}\n${line("c")}`, 2, /not valid JSON/],
    ["a bad item in an array on one line", `[${line("a")},{"question": tru},${line("b")},7,${line("c")}]`, 1, /item 2/],
    ["a bad item in a formatted array", JSON.stringify([row("a"), row("b"), row("c")], null, 2).replace('"Add.",', "Add.,"), 2, /item 1/],
    ["1e999", `${line("a")}\n{"question": "x", "solution": "y", "score": 1e999}\n${line("b")}\n${line("c")}`, 2, /too large/],
  ])("%s", async (_what, content, at, message) => {
    const { problems, faults } = await parseText("p.jsonl", content);
    expect(faults[0]).toMatchObject({ line: at, message: expect.stringMatching(message) });
    expect(problems.map(({ id }) => id)).toEqual(typeof content === "string" && content.includes("Add.,") ? ["b", "c"] : ["a", "b", "c"]);
  });

  it("whatever stands between them", async () => {
    const junk = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom("[", "]", "{", "}", ",", '{"a": [', '"', "\0", '{"question": 1', "[{", "}]", "null", "[1]"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          junk.map((text) => text.replace(/[\r\n]/g, " ")),
          { minLength: 1, maxLength: 12 },
        ),
        async (lines) => {
          const content = lines.map((text, index) => `${text}\n${line(`row-${index}`)}\n`).join("");
          const { problems } = await parseText("p.jsonl", content);
          expect(problems.map(({ id }) => id)).toEqual(lines.map((_, index) => `row-${index}`));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a file packed with something else is named", async () => {
    expect((await parseText("p.jsonl.zst", new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1, 2]))).faults).toMatchObject([
      { message: expect.stringContaining("zstd") },
    ]);
    expect((await parseText("p.jsonl.gz", gzipSync(strToU8(three)).slice(0, -12))).faults).toMatchObject([
      { message: expect.stringContaining("damaged") },
    ]);
  });

  it("gzip that unpacks to too much is stopped", async () => {
    const { faults } = await parseFiles([file("p.jsonl.gz", gzipSync(new Uint8Array(3_000_000)))], {
      limits: { ...IMPORT_LIMITS, fileBytes: 1_000_000 },
    });
    expect(faults).toMatchObject([{ message: expect.stringContaining("more than 1 MB") }]);
  });

  it("a Python file of 250 MB is told what it is not, and is not read", async () => {
    const large = file("large.py", "x");
    Object.defineProperty(large, "size", { value: 250_000_000 });
    Object.defineProperty(large, "arrayBuffer", { value: () => Promise.reject(new Error("was read")) });
    expect((await parse(large)).faults).toMatchObject([
      {
        file: "large.py",
        message:
          "250 MB of Python is no environment and no solution, of which at most 10 MB are read; rows of data belong in a .jsonl file",
      },
    ]);
  });
});

describe("numbers", () => {
  const token = fc.oneof(
    fc.constantFrom(
      "1610521604143693812",
      "1.0",
      "-0",
      "1e5",
      "0.10",
      "1E+2",
      "9007199254740993",
      "-1.50",
      "12345678901234567890123",
      "1",
      "0.5",
    ),
    fc.tuple(fc.integer(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
    fc.bigInt().map(String),
  );
  const key = fc.constantFrom("a", "a/b", "~", "list", "", "ü");
  const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      token,
      fc.constantFrom('"text with 1.0 in it"', "null", "true", '"\\"1e5"'),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
      fc
        .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 3, selector: ([name]) => name })
        .map((items) => `{${items.map(([name, item]) => `${JSON.stringify(name)}:${item}`).join(",")}}`),
    ),
  })).value;

  it("keep their text through a problem, an instance, and the library", async () => {
    await fc.assert(
      fc.asyncProperty(value, value, async (one, other) => {
        const problem = `{"first":${one},"second":${other},"title":"T","question_id":"q","question":"Add.","solution":"1"}\n`;
        expect(textOf(await exportProblems((await imported(file("p.jsonl", problem))).problems))).toBe(problem);
        const config = `{"n":${one}}`;
        const instance = `{"ability":${JSON.stringify(`codegym_v1@a__SumEnv@${config}`)},"code_id":"a","extra_info":{"index":"1","given":${other}}}\n`;
        const { environments } = await imported(file("i.jsonl", instance));
        expect(environments[0]?.tasks[0]?.config).toBe(config);
        expect(textOf(await exportInstances(environments))).toBe(instance);
      }),
      { numRuns: 300 },
    );
  });

  it("as ids stay apart", async () => {
    const { problems } = await parseText(
      "p.jsonl",
      '{"question_id": 1610521604143693812, "question": "x", "solution": "y"}\n{"question_id": 1610521604143693813, "question": "x", "solution": "y"}\n',
    );
    expect(problems.map(({ id }) => id)).toEqual(["1610521604143693812", "1610521604143693813"]);
  });

  it("of scores that came in stay as they were beside new ones", async () => {
    const [environment] = (await imported(file("i.jsonl", `${JSON.stringify(instanceRow("a", "SumEnv", "{}")).replace("0.25", "1.0")}\n`)))
      .environments;
    const scored = environment?.tasks.map((task) => ({ ...task, scores: { m_Bo4_score: 0.5 } })) ?? [];
    const text = textOf(await exportInstances(environment === undefined ? [] : [{ ...environment, tasks: scored }]));
    expect(text).toContain('"score_of_4":1.0,"m_Bo4_score":0.5');
  });

  it("that nothing can hold are a fault, in a configuration and in an archive too", async () => {
    expect((await parseText("i.jsonl", rows(instanceRow("a", "SumEnv", '{"n": 1e999}')))).faults).toMatchObject([
      { line: 1, message: expect.stringContaining("too large") },
    ]);
    const meta = '{"format":"codegym-playground-archive","version":1,"environments":[{"id":"a","tasks":[{"rounds":1e999}]}]}';
    expect((await parseText("e.zip", zipOf({ "environments.json": meta }))).faults).toMatchObject([
      { message: expect.stringContaining("environment 1") },
    ]);
  });
});

describe("names", () => {
  it("with half a character are made whole, and it is said", async () => {
    const { problems, notes } = await parseText("p.jsonl", rows(row("a\ud800")));
    expect(problems.map(({ id }) => id)).toEqual(["a\ufffd"]);
    expect(notes).toEqual([
      { file: "p.jsonl", line: 1, message: "the id holds half a character, which was replaced: it is now “a\ufffd”" },
    ]);
  });

  it.each([
    "abc__SumEnv (1).py",
    "abc__SumEnv(2).py",
    "abc__SumEnv - Copy.py",
    "abc__SumEnv - Copy (3).py",
    "abc__SumEnv copy.py",
    "abc__SumEnv copy 2.py",
    "sub/abc__SumEnv (12).py",
  ])("%s is a second copy of abc__SumEnv.py", async (name) => {
    const { environments } = await imported(
      file("abc__SumEnv.py", SUM_SOURCE),
      file(name, SUM_SOURCE),
      file("i.jsonl", rows(instanceRow("abc", "SumEnv", "{}"))),
    );
    expect(environments.map(({ id, tasks }) => [id, tasks.length])).toEqual([["abc__SumEnv", 1]]);
  });

  it("of rows without an id are the same from a second copy of the file", async () => {
    const content = rows({ question: "A.", solution: "1" });
    expect((await imported(file("set.jsonl", content), file("set (1).jsonl", content))).problems.map(({ id }) => id)).toEqual(["set-1"]);
  });
});
