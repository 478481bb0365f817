import { describe, expect, it } from "vitest";
import type { Environment, Problem, ProblemId } from "@/domain";
import { type DuplicatePolicy, exportInstances, type ImportWrites, planWrites, readFiles } from "@/datasets";
import { environment, file, instanceRow, problem, rows, SUM_SOURCE, task, textOf } from "./datasets-support.ts";

type Library = { problems: Problem[]; environments: Environment[] };
const EMPTY: Library = { problems: [], environments: [] };

async function run(library: Library, policy: DuplicatePolicy, ...files: File[]): Promise<ImportWrites & { duplicates: string[] }> {
  const read = await readFiles(files);
  expect(read.faults).toEqual([]);
  const writes = await planWrites(read, { policy }, library);
  return {
    ...writes,
    duplicates: writes.changes
      .filter(({ asked }) => asked)
      .map(
        ({ kind, key }) =>
          `${kind} ${key.startsWith("p") ? read.problems[Number(key.split(":")[1])]?.id : read.environments[Number(key.split(":")[1])]?.id}`,
      ),
  };
}

const problemFile = (...ids: string[]): File =>
  file("p.jsonl", rows(...ids.map((id, index) => ({ question_id: id, question: `New ${index}.`, solution: "new" }))));

describe("duplicate problems", () => {
  const library: Library = { ...EMPTY, problems: [problem("a"), problem("a-2"), problem("shipped", { origin: "bundled" })] };

  it("are found in the library and within the files", async () => {
    const { duplicates } = await run(library, "skip", problemFile("a", "b", "b", "b"));
    expect(duplicates).toEqual(["problem a", "problem b", "problem b"]);
  });

  it.each<[DuplicatePolicy, string[], number]>([
    ["skip", ["b:New 1."], 2],
    ["replace", ["a:New 0.", "b:New 2."], 0],
    ["keep-both", ["a-3:New 0.", "b:New 1.", "b-2:New 2."], 0],
  ])("%s", async (policy, written, skipped) => {
    const { problems, outcome } = await run(library, policy, problemFile("a", "b", "b"));
    expect(problems.map((item) => `${item.id}:${item.statement}`)).toEqual(written);
    expect(outcome.skipped).toBe(skipped);
  });

  it("of a bundled one never take its place", async () => {
    const { problems } = await run(library, "replace", problemFile("shipped"));
    expect(problems.map((item) => item.id)).toEqual(["shipped-2"]);
    const same = file("p.jsonl", rows({ question_id: "shipped", question: "Add.", solution: "print(1)\n" }));
    expect(await run(library, "replace", same)).toMatchObject({ problems: [], outcome: { skipped: 1 } });
  });

  it("with an id of full length still get a new one", async () => {
    const id = "x".repeat(200);
    const { problems } = await run({ ...EMPTY, problems: [problem(id)] }, "keep-both", problemFile(id));
    expect(problems[0]?.id).toBe(`${"x".repeat(190)}-2`);
  });
});

describe("environments that are there already", () => {
  const python = (source = SUM_SOURCE): File => file("sum__SumEnv.py", source);
  const instances = (...configs: string[]): File => file("i.jsonl", rows(...configs.map((config) => instanceRow("sum", "SumEnv", config))));

  it("get new tasks from instances, the same configuration once, and must be verified again", async () => {
    const known = environment({ status: "verified" });
    const { environments, outcome, duplicates } = await run(
      { ...EMPTY, environments: [known] },
      "skip",
      instances('{"numbers": [1, 2]}', '{"n": 9}'),
    );
    expect(duplicates).toEqual([]);
    expect(outcome).toEqual({ problems: 0, environments: 1, tasks: 1, skipped: 1 });
    expect(environments[0]?.tasks.map((item) => item.config)).toEqual([...known.tasks.map((item) => item.config), '{"n": 9}']);
    expect(environments[0]?.tasks.slice(0, 3)).toEqual(known.tasks);
    expect(environments).toMatchObject([{ source: SUM_SOURCE, status: "unverified", report: null, tools: known.tools }]);
  });

  it("are left alone when instances bring nothing new", async () => {
    expect(await run({ ...EMPTY, environments: [environment()] }, "replace", instances('{"numbers": []}'))).toMatchObject({
      environments: [],
      outcome: { environments: 0, tasks: 0, skipped: 1 },
    });
  });

  it("are found by name, whatever their id", async () => {
    const known = { ...environment(), id: "made-here" as Environment["id"] };
    const { environments } = await run({ ...EMPTY, environments: [known] }, "skip", instances('{"n": 9}'));
    expect(environments.map((item) => item.id)).toEqual(["made-here"]);
  });

  it("get their source when only instances were known", async () => {
    const { environments: first } = await run(EMPTY, "skip", instances('{"n": 9}'));
    const { environments, duplicates } = await run({ ...EMPTY, environments: first }, "skip", python());
    expect(duplicates).toEqual([]);
    expect(environments).toMatchObject([
      { id: "sum__SumEnv", source: SUM_SOURCE, taskText: "What is hidden?", tasks: first[0]?.tasks ?? [] },
    ]);
  });

  it.each<[DuplicatePolicy, string[]]>([
    ["skip", []],
    ["replace", ["sum__SumEnv"]],
    ["keep-both", ["sum-2__SumEnv"]],
  ])("under another source are duplicates: %s", async (policy, ids) => {
    const { environments, duplicates } = await run({ ...EMPTY, environments: [environment()] }, policy, python(`${SUM_SOURCE}# changed\n`));
    expect(duplicates).toEqual(["environment sum__SumEnv"]);
    expect(environments.map((item) => item.id)).toEqual(ids);
  });

  it("keep their tasks when only the source is replaced, but not what was measured with the old one", async () => {
    const known = environment({ tasks: [task("{}", { instance: { extra_info: { solve_fc_round: 11 } } }), task('{"a":1}')] });
    const { environments } = await run({ ...EMPTY, environments: [known] }, "replace", python(`${SUM_SOURCE}# changed\n`));
    expect(environments[0]?.tasks).toMatchObject([
      { config: "{}", answer: null, rounds: 11 },
      { config: '{"a":1}', answer: null, rounds: null },
    ]);
    expect(environments[0]?.provenance).toMatchObject({ source: "imported", problemId: "adding" });
  });

  it("twice in one import are duplicates of each other", async () => {
    const { environments, duplicates } = await run(
      EMPTY,
      "keep-both",
      python(),
      file("copy/sum__SumEnv.py", "# 2\nclass SumEnv(Env):\n  pass\n"),
    );
    expect(duplicates).toEqual(["environment sum__SumEnv"]);
    expect(environments.map((item) => item.id)).toEqual(["sum__SumEnv", "sum-2__SumEnv"]);
  });

  it("copied by keep both, name themselves in their instances", async () => {
    const withInstance = [python(), instances('{"n": 9}')];
    const { environments } = await run({ ...EMPTY, environments: [environment()] }, "keep-both", ...withInstance);
    const row: unknown = JSON.parse(textOf(await exportInstances(environments)));
    expect(row).toMatchObject({ ability: 'codegym_v1@sum-2__SumEnv@{"n": 9}', code_id: "sum-2", data_source: "codegym_gym_v1" });
  });

  it("follow their problem when it gets a new id", async () => {
    const read = { problems: [problem("adding", { statement: "Other." })], environments: [environment()] };
    const { environments, problems } = await planWrites(read, { policy: "keep-both" }, { problems: [problem("adding")], environments: [] });
    expect(problems[0]?.id).toBe("adding-2" as ProblemId);
    expect(environments[0]?.provenance.problemId).toBe("adding-2");
  });
});

describe("what becomes of each item is said before it is done", () => {
  const library: Library = { problems: [problem("a")], environments: [environment()] };
  const instances = (...configs: string[]): File => file("i.jsonl", rows(...configs.map((config) => instanceRow("sum", "SumEnv", config))));
  const changesOf = async (from: Library, policy: DuplicatePolicy, ...files: File[]) => (await run(from, policy, ...files)).changes;

  it("that a training row takes a verified environment its status", async () => {
    expect(await changesOf(library, "skip", instances('{"n": 9}'))).toEqual([
      {
        key: "environment:0",
        kind: "environment",
        name: "sum__SumEnv",
        action: "add-tasks",
        asked: false,
        target: { id: "sum__SumEnv", name: "sum__SumEnv" },
        tasks: 1,
        unverifies: true,
      },
    ]);
    expect(await changesOf(library, "skip", instances('{"numbers": []}'))).toMatchObject([{ action: "same", unverifies: false }]);
    expect(
      await changesOf({ ...library, environments: [environment({ status: "rejected" })] }, "skip", instances('{"n": 9}')),
    ).toMatchObject([{ action: "add-tasks", unverifies: false }]);
  });

  it("and left out when the person says so, with nothing of it stored", async () => {
    const read = await readFiles([instances('{"n": 9}'), problemFile("b", "c")]);
    const { environments, problems, changes } = await planWrites(
      read,
      { policy: "replace", without: new Set(["environment:0", "problem:1"]) },
      library,
    );
    expect([environments, problems.map(({ id }) => id)]).toEqual([[], ["b"]]);
    expect(changes.map(({ key, action }) => [key, action])).toEqual([
      ["problem:0", "add"],
      ["problem:1", "left-out"],
      ["environment:0", "left-out"],
    ]);
  });

  it("which of several environments of one name is replaced: the one that the archive means", async () => {
    const [one, two] = [environment(), { ...environment(), id: "sum__SumEnv-2" as Environment["id"] }];
    const changed = { ...two, source: `${SUM_SOURCE}# changed\n` };
    const { environments, changes } = await planWrites(
      { problems: [], environments: [changed] },
      { policy: "replace" },
      { ...EMPTY, environments: [one, two] },
    );
    expect(changes).toMatchObject([{ action: "replace", target: { id: "sum__SumEnv-2", name: "sum__SumEnv" }, unverifies: true }]);
    expect(environments).toMatchObject([{ id: "sum__SumEnv-2", source: changed.source }]);
  });

  it("that an id alone is nobody's name: something else under it stays", async () => {
    const other = environment({ id: "sum__SumEnv" as Environment["id"], codeId: "other", className: "OtherEnv", source: "# other\n" });
    for (const policy of ["skip", "replace", "keep-both"] as const) {
      const { environments, changes } = await planWrites({ problems: [], environments: [other] }, { policy }, library);
      expect(changes).toMatchObject([{ action: "add", target: null }]);
      expect(environments.map(({ id }) => id)).toEqual(["other__OtherEnv"]);
    }
  });

  it("that what is here already, unchanged, is no question", async () => {
    const known = environment({ status: "verified" });
    const back = { ...known, status: "unverified" as const };
    expect(
      (
        await planWrites(
          { problems: [problem("a")], environments: [back] },
          { policy: "replace" },
          { problems: [problem("a")], environments: [known] },
        )
      ).changes,
    ).toMatchObject([
      { action: "same", asked: false },
      { action: "same", asked: false, unverifies: false },
    ]);
  });
});
