import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exportArchive, exportInstances, exportProblems } from "@/datasets";
import { file, fileOf, imported, parse, textOf } from "./datasets-support.ts";

/** Data of others, read where it lies and never copied. */
const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const sample = (name: string): File => file(name, new Uint8Array(readFileSync(folder + name)));
const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

describe.skipIf(!existsSync(folder))("sample data (skipped where ../shared/data is not there)", () => {
  it.each([
    ["raw_problems.jsonl", 5],
    ["humaneval_even.jsonl", 82],
  ])("%s: %i problems, there and back", async (name, count) => {
    const { problems, faults } = await parse(sample(name));
    expect(faults).toEqual([]);
    expect(problems).toHaveLength(count);
    const download = await exportProblems(problems);
    expect(lines(textOf(download))).toEqual(lines(readFileSync(folder + name, "utf8")));
    expect((await parse(fileOf(download))).problems).toEqual(problems);
  });

  it("training_instance.jsonl: 30 instances, there and back, unchanged", async () => {
    const { environments, faults } = await parse(sample("training_instance.jsonl"));
    expect(faults).toEqual([]);
    expect(environments.flatMap((item) => item.tasks)).toHaveLength(30);
    for (const item of environments) {
      expect(item).toMatchObject({ id: `${item.codeId}__${item.className}`, source: "", status: "unverified" });
      expect(item.taskText.length).toBeGreaterThan(20);
      expect(item.tasks.every((task) => task.rounds !== null)).toBe(true);
    }
    const inAnyOrder = (text: string): string[] =>
      lines(text)
        .map((line) => JSON.stringify(line))
        .toSorted();
    expect(inAnyOrder(textOf(await exportInstances(environments)))).toEqual(
      inAnyOrder(readFileSync(`${folder}training_instance.jsonl`, "utf8")),
    );
    const archive = fileOf(await exportArchive(environments, []));
    const undated = environments.map((item) => ({ ...item, addedAt: 0, provenance: {} }));
    expect((await imported(archive)).environments.map((item) => ({ ...item, addedAt: 0, provenance: {} }))).toEqual(undated);
  });
});
