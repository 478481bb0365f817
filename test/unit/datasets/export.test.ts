import { describe, expect, it } from "vitest";
import { toolDocs } from "@/domain";
import { exportArchive, exportEnvironmentFile, exportInstances } from "@/datasets";
import { environment, file, fileOf, imported, instanceRow, rows, SUM_SOURCE, task, textOf } from "./datasets-support.ts";

describe("training instances", () => {
  it("have the published shape, for the tasks that were kept", async () => {
    const download = await exportInstances([environment()]);
    const lines = textOf(download).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toBe("");
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      ability: 'codegym_v1@sum__SumEnv@{"numbers": [1, 2]}',
      code_id: "sum",
      data_source: "codegym_v1",
      prompt: [
        { role: "system", name: "functions", content: toolDocs(environment().tools) },
        {
          role: "user",
          name: "",
          content: expect.stringMatching(
            /<\|FunctionCallBegin\|>\[\{.*\}\]<\|FunctionCallEnd\|>[^]*\nQuestion:\n\nAdd the hidden numbers\.$/,
          ),
        },
      ],
      reward_model: { style: "agent_env", ground_truth: null },
      answer: "There is no answer",
      plugin_call_max_round: 256,
      extra_info: { index: "0", solve_fc_round: 12 },
    });
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({
      ability: 'codegym_v1@sum__SumEnv@{"text": "a@b"}',
      extra_info: { index: "1", solve_fc_round: null },
    });
  });

  it("import again to the same tasks and task text", async () => {
    const all = [
      environment({ taskText: "Question: which?\n\nQuestion: why?" }),
      environment({ codeId: "b__c", tasks: [task('{"x": "\\ud800"}')] }),
    ];
    const { environments } = await imported(fileOf(await exportInstances(all)));
    expect(environments.map((item) => [item.id, item.taskText])).toEqual(all.map((item) => [item.id, item.taskText]));
    expect(environments.map((item) => item.tasks.map((each) => [each.config, each.rounds, each.kept]))).toEqual(
      all.map((item) => item.tasks.filter((each) => each.kept).map((each) => [each.config, each.rounds, true])),
    );
  });

  it("carry the scores that models earned on them, beside what an import brought", async () => {
    const scores = { qwen_Bo4_score: 0.25, other_model_Bo8_score: 0 };
    const [first] = textOf(await exportInstances([environment({ tasks: [{ ...task('{"n": 1}'), scores }] })])).split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({ extra_info: { index: "0", ...scores } });
    const { environments } = await imported(
      file("i.jsonl", rows(instanceRow("C_1", "SumEnv", '{"n": 1}', { extra_info: { index: "46675", qwen_Bo4_score: null, text: "ü" } }))),
    );
    const [again] = textOf(
      await exportInstances(environments.map((item) => ({ ...item, tasks: item.tasks.map((each) => ({ ...each, scores })) }))),
    ).split("\n");
    expect(JSON.parse(again ?? "")).toMatchObject({ code_id: "C_1", extra_info: { index: "46675", text: "ü", ...scores } });
  });

  it("that were imported go out as they came", async () => {
    const text = rows(
      instanceRow("C_1", "SumEnv", '{"n": 1}', {
        extra_info: { index: "46675", solve_fc_round: 18, tries: null, text: "ü\u2028\ud800" },
        more: [1, { a: 2 }],
      }),
      instanceRow("C_2", "SumEnv", '{"n":  1}'),
      instanceRow("../odd", "SumEnv", '{"n": 3}'),
    );
    const { environments } = await imported(file("i.jsonl", text));
    expect(textOf(await exportInstances(environments))).toBe(text);
  });
});

describe("an environment file", () => {
  it("has the published name and imports again to the same source", async () => {
    const download = exportEnvironmentFile(environment({ codeId: "Codeforces_1_I" }));
    expect([download.fileName, download.mime, textOf(download)]).toEqual(["Codeforces_1_I__SumEnv.py", "text/x-python", SUM_SOURCE]);
    expect((await imported(fileOf(download))).environments).toMatchObject([{ id: "Codeforces_1_I__SumEnv", source: SUM_SOURCE }]);
  });

  it("cannot be made where the source is missing", () => {
    expect(() => exportEnvironmentFile(environment({ source: "" }))).toThrow(
      expect.objectContaining({ code: "empty", hint: "Import sum__SumEnv.py first." }),
    );
  });

  it("has a name that any system takes", () => {
    const names = ["a/b\\c:d", "con", "..", "x".repeat(180), "\u202egnp"].map(
      (codeId) => exportEnvironmentFile({ ...environment(), codeId }).fileName,
    );
    expect(names.slice(0, 3)).toEqual(["a_b_c_d__SumEnv.py", "con__SumEnv.py", "___SumEnv.py"]);
    expect(names[3]).toBe(`${"x".repeat(180)}__SumEnv.py`);
    expect(names[4]).toBe("_gnp__SumEnv.py");
  });
});

describe("a long export", () => {
  it("can be cancelled", async () => {
    const gone = AbortSignal.abort();
    await expect(exportInstances([environment()], gone)).rejects.toMatchObject({ code: "cancelled" });
    await expect(exportArchive([environment()], [], gone)).rejects.toMatchObject({ code: "cancelled" });
  });
});
