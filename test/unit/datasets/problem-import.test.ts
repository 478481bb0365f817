import { describe, expect, it } from "vitest";
import { exportProblems, readPaste } from "@/datasets";
import { file, fileOf, imported, parse, parseText, problem, rows, textOf } from "./datasets-support.ts";

const row = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  question_id: id,
  question: "Add.",
  solution: "print(1)\n",
  ...more,
});

describe("problems from JSONL", () => {
  it("reads rows and keeps what it does not know", async () => {
    const { problems, faults } = await parseText(
      "p.jsonl",
      rows(row("a", { subset: "Leetcode", entry_point: "f", test: [1, { deep: null }] }), row("b")),
    );
    expect(faults).toEqual([]);
    expect(problems).toEqual([problem("a", { subset: "Leetcode", extra: { entry_point: "f", test: [1, { deep: null }] } }), problem("b")]);
  });

  it.each([
    ["a byte-order mark", `\ufeff${rows(row("a"))}`],
    ["CRLF", rows(row("a")).replaceAll("\n", "\r\n")],
    ["CR alone", rows(row("a"), row("b")).replaceAll("\n", "\r")],
    ["no newline at the end", rows(row("a")).trimEnd()],
    ["blank lines", `\n\n${rows(row("a"))}\n  \n`],
    ["a JSON array", JSON.stringify([row("a")], null, 2)],
    ["one formatted object", JSON.stringify(row("a"), null, 2)],
    ["a line separator in a text", `${JSON.stringify(row("a", { note: "x" })).replace("x", "x\u2028y")}\n`],
  ])("takes %s", async (_what, content) => {
    const { problems, faults } = await parseText("p.jsonl", content);
    expect(faults).toEqual([]);
    expect(problems[0]).toMatchObject({ id: "a", statement: "Add." });
  });

  it("names the line and what is wrong with it, and takes the good lines", async () => {
    const content = [
      JSON.stringify(row("a")),
      '{"question": "x", ',
      JSON.stringify({ question_id: "c", question: "x" }),
      '{"question": "x", "solution": "y", "score": NaN}',
      "[1, 2]",
      JSON.stringify({ other: 1 }),
      JSON.stringify(row("g", { question: 7 })),
      JSON.stringify(row("x".repeat(201))),
      JSON.stringify(row("h")),
    ].join("\n");
    const { problems, faults } = await parseText("p.jsonl", content);
    expect(problems.map((item) => item.id)).toEqual(["a", "h"]);
    expect(faults.map((fault) => [fault.file, fault.line])).toEqual([2, 3, 4, 5, 6, 7, 8].map((line) => ["p.jsonl", line]));
    expect(faults.map((fault) => fault.message)).toEqual([
      expect.stringContaining("not valid JSON"),
      expect.stringContaining("“solution” is missing"),
      expect.stringContaining("NaN"),
      expect.stringContaining("not a JSON object"),
      expect.stringContaining("neither a problem"),
      expect.stringContaining("“question” is not a text"),
      expect.stringContaining("200 characters"),
    ]);
  });

  it("names the item of a JSON array, and the line of a broken one", async () => {
    const { problems, faults } = await parseText("p.json", JSON.stringify([row("a"), 7, row("b")]));
    expect(problems).toHaveLength(2);
    expect(faults).toEqual([{ file: "p.json", line: 1, message: "item 2: not a JSON object" }]);
    expect((await parseText("p.json", "[\n{},\n{]")).faults).toMatchObject([{ line: 2 }, { file: "p.json", line: 3 }]);
    expect((await parseText("p.json", "[]")).faults).toHaveLength(1);
  });

  it("gives rows without an id one of file and line", async () => {
    const { problems } = await parseText("set.jsonl", rows({ question: "A.", solution: "1" }, row("7", { question_id: 7 })));
    expect(problems.map((item) => item.id)).toEqual(["set-1", "7"]);
  });

  it("does not let a row change objects", async () => {
    const { problems } = await parseText(
      "p.jsonl",
      '{"question":"x","solution":"y","__proto__":{"polluted":1},"constructor":{"prototype":{}}}',
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.getPrototypeOf(problems[0]?.extra)).toBe(Object.prototype);
    expect(problems[0]?.extra).toEqual({ constructor: { prototype: {} } });
  });

  it("refuses what is nested too deeply for anything that reads it later", async () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const { problems, faults } = await parseText("p.jsonl", `{"question":"x","solution":"y","extra":${deep}}\n${rows(row("a"))}`);
    expect(problems.map((item) => item.id)).toEqual(["a"]);
    expect(faults).toMatchObject([{ line: 1, message: expect.stringContaining("levels") }]);
  });

  it("takes a line of 50 MB", async () => {
    const { problems, faults } = await parseText("p.jsonl", rows(row("big", { question: "x".repeat(50_000_000) }), row("small")));
    expect(faults).toEqual([]);
    expect(problems.map((item) => item.statement.length)).toEqual([50_000_000, 4]);
  });

  it("does not drown in faults", async () => {
    const { faults } = await parseText("p.jsonl", "nonsense\n".repeat(20_000));
    expect(faults).toHaveLength(201);
    expect(faults.at(-1)?.message).toBe("and 19800 more faults");
  });
});

describe("problems from Python files", () => {
  it("takes the docstring as the statement", async () => {
    const source = '#!/usr/bin/env python\n# note\nr"""Add two\n    numbers \\n.\n\n      Indented.\n    """\nprint(1)\n';
    const { problems, faults } = await parseText("two sum.py", source.replaceAll("\n", "\r\n"));
    expect(faults).toEqual([]);
    expect(problems).toMatchObject([{ id: "two_sum", statement: "Add two\nnumbers \\n.\n\n  Indented.", solution: source }]);
  });

  it("says what is missing otherwise", async () => {
    const { problems, faults } = await parseText("a.py", 'x = """no docstring"""\nprint(x)\n');
    expect(problems).toEqual([]);
    expect(faults).toMatchObject([{ file: "a.py", line: null, message: expect.stringContaining("docstring") }]);
  });
});

describe("a paste", () => {
  const read = (text: string) => readPaste(text);

  it.each([
    ["a fenced solution", "# Sum\n\nAdd them.\n\n```\n3 4\n```\n\n```python\nprint(1)\n```\n", "# Sum\n\nAdd them.\n\n```\n3 4\n```"],
    ["a solution without a fence", "Add them.\n\nimport sys\nprint(1)\n", "Add them."],
    ["a fence that never ends", "Add them.\n~~~py\nprint(1)", "Add them."],
    ["text behind the solution", "Add them.\n```py\nprint(1)\n```\nMind the sign.", "Add them.\n\nMind the sign."],
    ["a docstring", '"""Add them."""\nprint(1)\n', "Add them."],
    ["square brackets in front", "[Easy] Add them.\n\ndef solve(a):\n    print(1)\n", "[Easy] Add them."],
  ])("with %s becomes a problem", async (_what, text, statement) => {
    const { problems, faults } = await read(text);
    expect(faults).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.statement).toBe(statement);
    expect(problems[0]?.solution).toContain("print(1)");
  });

  it("may be JSONL or an environment", async () => {
    expect((await read(rows(row("a"), row("b")))).problems).toHaveLength(2);
    expect((await read("import gymnasium\n\nclass SumEnv(gymnasium.Env):\n    pass\n")).environments).toMatchObject([
      { className: "SumEnv" },
    ]);
  });

  it.each(["", "   \n", "Only words.", "{broken", "```python\nprint(1)\n```"])("says why %j cannot be read", async (text) => {
    const { problems, faults } = await read(text);
    expect(problems).toEqual([]);
    expect(faults).toMatchObject([{ file: "pasted text" }]);
  });
});

describe("problems on the way out", () => {
  it("import again to the same thing", async () => {
    const all = [
      problem("a", { subset: "Codeforces", kind: "arrays", title: "My title", extra: { n: 1, list: [null], title2: "x" } }),
      problem("b", { statement: "Zeile\r\n\u2028\ud800 ü", solution: "\tprint('ü')", title: "Zeile" }),
    ];
    const download = await exportProblems(all);
    expect((await imported(fileOf(download))).problems.map((item) => ({ ...item, addedAt: 5 }))).toEqual(all);
    expect(JSON.parse(textOf(download).split("\n")[0] ?? "")).toEqual({
      n: 1,
      list: [null],
      title2: "x",
      title: "My title",
      kind: "arrays",
      subset: "Codeforces",
      question_id: "a",
      question: "Add.",
      solution: "print(1)\n",
    });
  });
});

describe("files that are none of these", () => {
  it.each([
    ["x.py", new Uint8Array([0x78, 0, 0x7d, 0x0a]), "binary"],
    ["x.py", new Uint8Array([0xc3, 0x28]), "UTF-8"],
    ["x.jsonl", new Uint8Array([0xff, 0xfe, 0x7b]), "UTF-16"],
    ["x.jsonl", new Uint8Array(), "empty"],
    ["x.jsonl", new TextEncoder().encode(" \r\n"), "empty"],
    ["x.zip", new TextEncoder().encode("hello"), "not a zip"],
    ["x.parquet", new TextEncoder().encode("PAR1…"), "parquet"],
    ["x.bin", new TextEncoder().encode("hello there"), "neither"],
  ])("%s is named with the reason", async (name, bytes, reason) => {
    const { problems, environments, faults } = await parse(file(name, bytes), file("good.jsonl", rows(row("a"))));
    expect(faults).toMatchObject([{ file: name, line: null, message: expect.stringContaining(reason) }]);
    expect([problems.length, environments.length]).toEqual([1, 0]);
  });

  it("a file that is too large is not even read", async () => {
    const large = file("large.jsonl", "x");
    Object.defineProperty(large, "size", { value: 200_000_001 });
    Object.defineProperty(large, "arrayBuffer", { value: () => Promise.reject(new Error("was read")) });
    expect((await parse(large)).faults).toMatchObject([{ file: "large.jsonl", message: expect.stringContaining("200 MB") }]);
  });

  it("a file that cannot be read any more is a fault", async () => {
    const gone = file("gone.jsonl", "x");
    Object.defineProperty(gone, "arrayBuffer", { value: () => Promise.reject(new DOMException("gone", "NotReadableError")) });
    expect((await parse(gone, file("good.jsonl", rows(row("a"))))).problems).toHaveLength(1);
    expect((await parse(gone)).faults).toMatchObject([{ file: "gone.jsonl", message: "could not be read: gone" }]);
  });

  it("names are shown without control characters", async () => {
    expect((await parseText("a\u202egnp\n.jsonl", "x")).faults[0]?.file).toBe("a gnp .jsonl");
  });
});
