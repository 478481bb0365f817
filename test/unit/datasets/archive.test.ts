import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type Environment, type Report } from "@/domain";
import { exportArchive, exportEnvironmentFile, parseFiles, IMPORT_LIMITS } from "@/datasets";
import {
  environment,
  file,
  fileOf,
  imported,
  instanceRow,
  parse,
  parseText,
  problem,
  read,
  rows,
  SUM_SOURCE,
  task,
  zipOf,
} from "./datasets-support.ts";

const report: Report = {
  version: 1,
  verified: true,
  gates: [],
  tests: [],
  solvers: [],
  cells: [],
  winner: 0,
  limits: DEFAULT_LIMITS,
  runtime: { pyodide: "314", python: "3.14" },
  finishedAt: 9,
};

/** What another device may take over: all but the evidence, the run, and the day. */
function portable(item: Environment): unknown {
  const { status: _status, report: _report, addedAt: _addedAt, provenance, ...rest } = item;
  const { runId: _runId, source: _source, fileName: _fileName, ...origin } = provenance;
  return { ...rest, origin };
}

const textIn = (bytes: Uint8Array, name: string): string => new TextDecoder().decode(unzipSync(bytes)[name]);

describe("an archive", () => {
  it("imports again to the same thing, unverified", async () => {
    const instance = instanceRow("C_1", "SumEnv", '{"n": 1}') as NonNullable<ReturnType<typeof task>["instance"]>;
    const all = [
      environment({ report }),
      environment({ codeId: "C_1", tasks: [task('{"n": 1}', { instance })], source: "", tools: [] }),
      environment({ codeId: "empty", tasks: [], taskText: "  spaced \r\n text " }),
      environment({ codeId: "odd", source: 'class SumEnv(Env):\r\n    x = "\ud800"\r' }),
    ];
    const problems = [problem("adding", { title: "Adding", kind: "arrays", extra: { a: 1 } })];
    const download = await exportArchive(all, problems);
    const back = await imported(fileOf(download));
    expect(back.environments.map(portable)).toEqual(all.map(portable));
    expect(back.problems).toEqual(problems.map((item) => ({ ...item, addedAt: back.problems[0]?.addedAt })));
    expect(back.environments.every((item) => item.status === "unverified" && item.report === null)).toBe(true);
    const again = await imported(fileOf(await exportArchive(back.environments, back.problems)));
    expect(again.environments.map(portable)).toEqual(all.map(portable));
  });

  it("is the same bytes for the same content", async () => {
    const one = await exportArchive([environment()], []);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await exportArchive([environment()], [])).toEqual(one);
  });

  it("holds what its README says", async () => {
    const { bytes, fileName, mime } = await exportArchive([environment({ report })], [problem("adding")]);
    expect([fileName, mime]).toEqual(["codegym-environments.zip", "application/zip"]);
    expect(Object.keys(unzipSync(bytes))).toEqual([
      "README.txt",
      "environments.json",
      "instances.jsonl",
      "problems.jsonl",
      "environments/sum__SumEnv.py",
    ]);
    expect(textIn(bytes, "environments/sum__SumEnv.py")).toBe(SUM_SOURCE);
    expect(textIn(bytes, "instances.jsonl").trimEnd().split("\n")).toHaveLength(2);
    expect(JSON.parse(textIn(bytes, "environments.json"))).toMatchObject({
      version: 1,
      environments: [{ status: "verified", report: { verified: true } }],
    });
  });

  it("gives files of the same name different paths", async () => {
    const twins = [
      environment(),
      { ...environment(), id: "twin" as Environment["id"], tasks: [task('{"twin":1}')] },
      environment({ codeId: "SUM" }),
    ];
    const download = await exportArchive(twins, []);
    expect((await read(fileOf(download))).environments.map(portable)).toEqual(twins.map(portable));
    // Two of one name that come together stay two.
    expect((await imported(fileOf(download))).environments.map(portable)).toEqual(twins.map(portable));
  });

  it("takes an edited source, without what was measured with the old one", async () => {
    const entries = unzipSync((await exportArchive([environment()], [])).bytes);
    const edited = `${SUM_SOURCE}# edited\n`;
    const { environments } = await parseText(
      "e.zip",
      zipSync({ ...entries, "environments/sum__SumEnv.py": new TextEncoder().encode(edited) }),
    );
    expect(environments).toMatchObject([{ source: edited, tools: [], tasks: [{ answer: null, rounds: null }, {}, {}] }]);
  });

  it("of a newer version is refused by name", async () => {
    const meta = { format: "codegym-playground-archive", version: 2, environments: [{}] };
    const { environments, faults } = await parseText(
      "e.zip",
      zipOf({ "environments.json": JSON.stringify(meta), "x__SumEnv.py": SUM_SOURCE }),
    );
    expect(environments).toEqual([]);
    expect(faults).toMatchObject([{ file: "e.zip", message: expect.stringContaining("newer version") }]);
  });

  it("with damaged entries gives what is whole", async () => {
    const entries = unzipSync((await exportArchive([environment(), environment({ codeId: "b" })], [])).bytes);
    const meta = JSON.parse(new TextDecoder().decode(entries["environments.json"])) as { environments: unknown[] };
    meta.environments.push({ id: 7 });
    const { "environments/b__SumEnv.py": _gone, ...rest } = entries;
    const { environments, faults } = await parseText(
      "e.zip",
      zipSync({ ...rest, "environments.json": new TextEncoder().encode(JSON.stringify(meta)) }),
    );
    expect(environments.map((item) => [item.id, item.source === ""])).toEqual([
      ["sum__SumEnv", false],
      ["b__SumEnv", true],
    ]);
    expect(faults.map((fault) => fault.file)).toEqual(["e.zip/environments.json", "e.zip/environments/b__SumEnv.py"]);
  });

  it("of somebody else is read file by file", async () => {
    const { environments, problems, faults } = await parseText(
      "mix.zip",
      zipOf({
        "a/b/x__SumEnv.py": SUM_SOURCE,
        "data/i.jsonl": rows(instanceRow("x", "SumEnv", "{}")),
        "p.jsonl": `${rows({ question_id: "a", question: "x", solution: "y" })}nonsense\n`,
        "readme.md": "# hello",
        "__MACOSX/._x.py": "junk",
        "folder/": "",
      }),
    );
    expect(environments).toMatchObject([{ id: "x__SumEnv", tasks: [{ config: "{}" }] }]);
    expect(problems).toHaveLength(1);
    expect(faults).toMatchObject([{ file: "mix.zip/p.jsonl", line: 2 }]);
  });
});

describe("a hostile archive", () => {
  const limits = { ...IMPORT_LIMITS, archiveBytes: 3_000_000, archiveEntries: 50 };
  const readHostile = (bytes: Uint8Array) => parseFiles([file("z.zip", bytes), file("good.py", '"""Good."""\n')], { limits });

  it("that unpacks to too much is stopped", async () => {
    const bomb = zipOf({ "a.jsonl": "0".repeat(2_000_000), "b.jsonl": "0".repeat(2_000_000) });
    expect(bomb.length).toBeLessThan(10_000);
    const { problems, faults } = await readHostile(bomb);
    expect(faults).toMatchObject([{ file: "z.zip", message: expect.stringContaining("more than 3 MB") }]);
    expect(problems).toHaveLength(1);
  });

  it("that lies about its sizes is stopped while it unpacks", async () => {
    const bomb = zipOf({ "a.jsonl": "0".repeat(20_000_000) });
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    const directory = view.getUint32(bomb.length - 22 + 16, true);
    view.setUint32(directory + 24, 10, true);
    expect((await readHostile(bomb)).faults).toMatchObject([{ file: "z.zip", message: expect.stringContaining("more than 3 MB") }]);
  });

  it("with too many entries is refused", async () => {
    const many = zipOf(Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`${index}.py`, "x"])));
    expect((await readHostile(many)).faults).toMatchObject([{ file: "z.zip", message: expect.stringContaining("51 entries") }]);
  });

  it.each([
    ["cut off", (bytes: Uint8Array) => bytes.slice(0, -10)],
    ["cut in the middle", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["only its first bytes", (bytes: Uint8Array) => bytes.slice(0, 4)],
  ])("%s is a fault", async (_what, cut) => {
    expect((await readHostile(cut(zipOf({ "a.py": SUM_SOURCE })))).faults).toMatchObject([{ file: "z.zip" }]);
  });

  it("with one damaged entry gives the others", async () => {
    const bytes = zipOf({ "a__SumEnv.py": SUM_SOURCE, "b__SumEnv.py": SUM_SOURCE.repeat(3) });
    bytes[40] = (bytes[40] ?? 0) ^ 0xff;
    bytes[60] = (bytes[60] ?? 0) ^ 0xff;
    const { environments, faults } = await readHostile(bytes);
    expect(environments.map((item) => item.id)).toEqual(["b__SumEnv"]);
    expect(faults).toHaveLength(1);
  });

  it("with names that climb or poison is harmless", async () => {
    const names = ["../../../etc/x__SumEnv.py", "C:\\windows\\y__SumEnv.py", "/abs/z__SumEnv.py"];
    const poison = zipSync(Object.fromEntries(names.map((name) => [name, new TextEncoder().encode(SUM_SOURCE)])));
    const { environments } = await readHostile(poison);
    expect(environments.map((item) => item.id)).toEqual(["x__SumEnv", "y__SumEnv", "z__SumEnv"]);
    const proto = zipSync(Object.fromEntries([["toString/__proto__", new Uint8Array([1])]]));
    expect((await readHostile(proto)).faults).toMatchObject([{ file: "z.zip", message: expect.stringContaining("holds no") }]);
  });

  it("with hostile names in its list gives safe file names on the way out", async () => {
    const download = await exportArchive([environment({ codeId: "../../../up\u0000" }), environment({ codeId: "con" })], []);
    const back = await parse(fileOf(download));
    expect(back.environments.map((item) => item.codeId)).toEqual(["../../../up\u0000", "con"]);
    for (const item of back.environments) {
      expect(exportEnvironmentFile(item).fileName).toMatch(/^[A-Za-z0-9_][\w.-]*SumEnv\.py$/);
    }
    for (const name of Object.keys(unzipSync(download.bytes))) expect(name).not.toMatch(/(?:^|\/)\.|[^\w./-]/);
  });

  it("within an archive is not followed", async () => {
    const inner = zipOf({ "a.py": SUM_SOURCE });
    expect((await readHostile(zipSync({ "inner.zip": inner }))).faults).toMatchObject([
      { file: "z.zip", message: expect.stringContaining("holds no") },
    ]);
    expect((await readHostile(zipSync({ "inner.py": inner }))).faults).toMatchObject([
      { file: "z.zip/inner.py", message: expect.stringContaining("binary") },
    ]);
  });
});
