import * as fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { Environment, JsonObject } from "@/domain";
import { exportArchive, exportEnvironmentFile, exportInstances, exportProblems, parseFiles } from "@/datasets";
import { moduleDocstring, topLevelClasses } from "../../../src/datasets/python-text.ts";
import { splitPaste } from "../../../src/datasets/pasted-text.ts";
import { environment, file, fileOf, imported, problem, SUM_SOURCE, task, zipOf } from "./datasets-support.ts";

const name = fc.oneof(fc.constantFrom("a.jsonl", "a.json", "a.py", "x__SumEnv.py", "a.zip", "a", "pasted text"), fc.string());
const text = fc.string({ unit: "binary", maxLength: 60 });
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonObject[string]>;

/** What an importer meets when somebody meant well: pieces of the real shapes in any order. */
const sloppy = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        "\n",
        "\r\n",
        "\0",
        "{",
        "}",
        "[",
        '"""',
        "'''",
        "```python\n",
        "```",
        "#",
        "@",
        "__",
        "NaN",
        "\\",
        "\ufeff",
        '{"question": "x", "solution": "y"}',
        '{"ability": "codegym_v1@a__SumEnv@{}"}',
        "class SumEnv(gymnasium.Env):",
        "def f():",
        "import x\n",
      ),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(""));

describe("importers never throw", () => {
  it("on any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 400 }), async (fileName, bytes) => {
        const { problems, environments, faults } = await parseFiles([file(fileName, bytes)]);
        expect(problems.length + environments.length + faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it("on anything between text and the real shapes", async () => {
    await fc.assert(
      fc.asyncProperty(name, sloppy, async (fileName, content) => {
        const { problems, environments, faults } = await parseFiles([file(fileName, content)]);
        expect(problems.length + environments.length + faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it("on rows of any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record(
            { question: json, solution: json, question_id: json, ability: json, prompt: json, extra_info: json, code_id: json },
            { requiredKeys: [] },
          ),
        ),
        async (values) => {
          await parseFiles([file("a.jsonl", values.map((value) => JSON.stringify(value)).join("\n"))]);
        },
      ),
    );
  });

  it("on zips with flipped bytes", async () => {
    const whole = zipOf({ "a__SumEnv.py": SUM_SOURCE, "p.jsonl": '{"question":"x","solution":"y"}\n', "environments.json": "{}" });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        await parseFiles([file("a.zip", bytes)]);
      }),
      { numRuns: 500 },
    );
  });

  it("and sort Python without hanging on it", () => {
    fc.assert(
      fc.property(sloppy, (source) => {
        moduleDocstring(source);
        topLevelClasses(source);
        splitPaste(source);
      }),
      { numRuns: 500 },
    );
    const started = performance.now();
    for (const evil of [
      '"'.repeat(300_000),
      "class A(".repeat(50_000),
      "#\n".repeat(200_000),
      "'\\".repeat(200_000),
      "class A".repeat(100_000),
      "`".repeat(300_000),
    ]) {
      moduleDocstring(evil);
      topLevelClasses(evil);
      splitPaste(evil);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

const fieldName = fc
  .string({ minLength: 1 })
  .filter((field) => !["question_id", "question", "solution", "title", "kind", "subset", "ability", "__proto__"].includes(field));
const safeJson = json.filter((value) => !JSON.stringify(value).includes("__proto__"));
/** `-0` is the one JSON number that JSON.stringify does not give back. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("what is exported imports again to the same thing", () => {
  it("problems", async () => {
    const arbitrary = fc.record({
      id: text.filter((id) => id !== ""),
      title: text.filter((title) => title !== ""),
      statement: text.filter((statement) => statement.trim() !== ""),
      solution: text,
      extra: fc.dictionary(fieldName, safeJson, { maxKeys: 4, noNullPrototype: true }).map(plain),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(arbitrary, { selector: (item) => item.id, maxLength: 4 }), async (items) => {
        fc.pre(items.length > 0);
        const all = items.map(({ id, ...more }) => problem(id, more));
        const { problems } = await imported(fileOf(await exportProblems(all)));
        expect(problems.map((item) => ({ ...item, addedAt: 5 }))).toEqual(all);
      }),
    );
  });

  const config = fc.dictionary(fc.string({ unit: "binary" }), safeJson, { maxKeys: 3 }).map((value) => JSON.stringify(value));
  const environments = fc.uniqueArray(
    fc.record({
      codeId: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
      className: fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,10}Env$/),
      taskText: fc.string({ maxLength: 80 }),
      configs: fc.uniqueArray(config, { maxLength: 4 }),
      source: fc.oneof(text, fc.constant("")),
    }),
    { selector: (item) => `${item.codeId}__${item.className}`, minLength: 1, maxLength: 4 },
  );

  it("archives", async () => {
    await fc.assert(
      fc.asyncProperty(environments, async (items) => {
        const all = items.map(({ configs, ...more }) => environment({ ...more, tasks: configs.map((each) => task(each)) }));
        const back = (await imported(fileOf(await exportArchive(all, [])))).environments;
        const essence = ({ id, codeId, className, taskText, source, tools, tasks }: Environment): unknown => [
          id,
          codeId,
          className,
          taskText,
          source,
          tools,
          tasks,
        ];
        expect(back.map(essence)).toEqual(all.map(essence));
      }),
    );
  });

  it("archives, under names that systems and rules of ours take for something else", async () => {
    const piece = fc.constantFrom(
      ".",
      "..",
      "con",
      "NUL",
      "com1",
      "lpt¹",
      " ",
      "a",
      "A",
      "é",
      "e\u0301",
      "ß",
      "SS",
      "\u0301",
      "ﬁ",
      "/",
      "\\",
      ":",
      "\0",
      "\ud800",
      "😀",
      "__",
      "x".repeat(149),
      "ü".repeat(120),
      "👩‍🚀".repeat(30),
    );
    const hostile = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("").slice(0, 250));
    const named = fc.uniqueArray(
      fc.record({ codeId: hostile, className: fc.constantFrom("SumEnv", "SUMEnv", "ConEnv"), id: hostile }),
      // Half a character is made whole on the way in, which is said.
      { selector: ({ id }) => id.replace(/\p{Cs}/gu, "\uFFFD"), minLength: 1, maxLength: 5 },
    );
    const whole = (text: string): string => text.replace(/\p{Cs}/gu, "\uFFFD");
    await fc.assert(
      fc.asyncProperty(named, async (items) => {
        const all = items.map((item, index) =>
          environment({ ...item, id: item.id as Environment["id"], source: `${SUM_SOURCE}# ${index}\n` }),
        );
        const download = await exportArchive(all, []);
        const paths = Object.keys(unzipSync(download.bytes)).filter((path) => path.startsWith("environments/"));
        expect(paths).toHaveLength(all.length);
        for (const path of paths) {
          const fileName = path.slice("environments/".length);
          expect(fileName).toMatch(/^[^./\\:\s][^/\\:\p{Cc}\p{Cs}]*\.py$/u);
          expect(new TextEncoder().encode(fileName).length).toBeLessThanOrEqual(220);
          expect(fileName).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt[\d¹²³])(?:\.|$)/i);
        }
        expect(new Set(paths.map((path) => path.normalize("NFC").toLowerCase())).size).toBe(paths.length);
        const essence = ({ id, codeId, className, source }: Environment): unknown => [whole(id), whole(codeId), className, source];
        const { environments: read, faults } = await parseFiles([fileOf(download)]);
        expect(faults).toEqual([]);
        expect(read.map(essence)).toEqual(all.map(essence));
        for (const item of all) expect(exportEnvironmentFile(item).fileName).toMatch(/^[^./\\:\s].*\.py$/su);
      }),
      { numRuns: 200 },
    );
  });

  it("training instances", async () => {
    await fc.assert(
      fc.asyncProperty(environments, async (items) => {
        const all = items
          .filter((item) => item.configs.length > 0)
          .map(({ configs, ...more }) => environment({ ...more, tasks: configs.map((each) => task(each)) }));
        fc.pre(all.length > 0);
        const back = (await imported(fileOf(await exportInstances(all)))).environments;
        const essence = ({ id, taskText, tasks }: Environment): unknown => [
          id,
          taskText.trim(),
          tasks.map((each) => [each.config, each.rounds]),
        ];
        expect(back.map(essence)).toEqual(all.map(essence));
        expect(await exportInstances(back)).toEqual(await exportInstances(all));
      }),
    );
  });
});
