import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Environment, Task } from "@/domain";
import {
  applyImport,
  downloaded,
  eraseAll,
  importFiles,
  importReview,
  readDatabase,
  type TestFile,
  useBrowserApp,
  verifyAll,
  visit,
} from "../support/browser-app.ts";
import { PANTRY_FILE, PANTRY_ID, PANTRY_INSTANCES } from "../support/pantry-files.ts";
import { PANTRY } from "../support/python.ts";
import { workedDevice } from "../support/worked-device.ts";

/** What is exported imports again to the same thing, on a device that holds nothing else. */
const app = useBrowserApp();
const SHARED = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
let page: Page;

/** Made by a run on this device. */
let made: Environment;

beforeAll(async () => {
  const saved = await workedDevice(async ({ run }) => {
    ({ environment: made } = await run("bakery-orders"));
  });
  ({ page } = await app.open({ keep: true, saved }));
});

const environmentNamed = async (id: string): Promise<Environment> => {
  const found = (await readDatabase(page)).environments.find((item) => item.id === id);
  if (found === undefined) throw new Error(`no environment ${id} is stored`);
  return found;
};
const withoutTimes = (tasks: readonly Task[]): object[] => tasks.map(({ answerMs: _ms, answerBytes: _bytes, ...task }) => task);

async function openMenu(name: string, item: RegExp): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

describe("an environment, exported and imported again", () => {
  const files: Record<"zip" | "instances" | "source", TestFile> = { zip: { name: "" }, instances: { name: "" }, source: { name: "" } };

  it("is exported as an archive, as instances and as a Python file", async () => {
    await visit(page, `/environments/${encodeURIComponent(made.id)}`);
    files.source = await downloaded(page, () => openMenu("Download", /\(\.py\)/));
    expect(files.source.name).toBe(`${made.codeId}__BakeryOrdersEnv.py`);
    expect(new TextDecoder().decode(files.source.bytes)).toBe(made.source);
    await visit(page, "/environments");
    await page.getByRole("checkbox", { name: "Select BakeryOrdersEnv" }).check();
    files.instances = await downloaded(page, () => openMenu("Export", /\(\.jsonl\)/));
    files.zip = await downloaded(page, () => openMenu("Export", /\(\.zip\)/));
  });

  it("erase all leaves nothing behind, in IndexedDB and in the web storage", async () => {
    await page.evaluate(() => {
      localStorage.setItem("codegym-playground:left", "1");
      sessionStorage.setItem("codegym-playground:left", "1");
    });
    await eraseAll(page);
    for (const [table, rows] of Object.entries(await readDatabase(page))) expect(rows, table).toEqual([]);
    expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])).toEqual([]);
    await visit(page, "/environments");
    await page.getByRole("heading", { name: "No environments yet" }).waitFor();
    await visit(page, "/pipeline");
    await page.getByRole("heading", { name: "No runs yet" }).waitFor();
  });

  it("comes back from the archive the same, but unverified", async () => {
    await visit(page, "/environments");
    await importFiles(page, [files.zip]);
    const back = await environmentNamed(made.id);
    const { source, taskText, tools, tasks, codeId, className } = made;
    expect(back).toMatchObject({ source, taskText, tools, tasks, codeId, className });
    expect(back).toMatchObject({
      status: "unverified",
      report: null,
      provenance: { source: "imported", problemId: made.provenance.problemId, recorded: true },
    });
    expect(made.tasks.every((task) => task.answer !== null && task.rounds !== null)).toBe(true);
    await page
      .getByRole("link", { name: /BakeryOrdersEnv/ })
      .getByText("Unverified")
      .waitFor();
  });

  it("is verified again, with others, by one button, and exports the same archive", async () => {
    await importFiles(page, [PANTRY_INSTANCES, PANTRY_FILE]);
    expect(await verifyAll(page)).toContain("2 verified, 0 rejected");
    const [bakery, pantry] = [await environmentNamed(made.id), await environmentNamed(PANTRY_ID)];
    expect([bakery.status, pantry.status]).toEqual(["verified", "verified"]);
    expect(withoutTimes(bakery.tasks)).toEqual(withoutTimes(made.tasks));
    expect(bakery.report?.gates.at(-1)).toMatchObject({ gate: "proof", passed: true });
    // The last jar row has 13 jars: 1 call to look, 13 labels, 7 weighings, 1 answer.
    expect(pantry.tasks.at(-1)?.rounds).toBe(22);
    // What the instances brought of their own goes out again.
    await page.getByRole("checkbox", { name: "Select all that are shown" }).uncheck();
    await page.getByRole("checkbox", { name: "Select PantryEnv" }).check();
    const { bytes } = await downloaded(page, () => openMenu("Export", /\(\.jsonl\)/));
    const rows = new TextDecoder()
      .decode(bytes)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(pantry.tasks.filter((task) => task.kept).length);
    expect(rows.map((row) => row.extra_info.of_the_maker)).toEqual(pantry.tasks.flatMap((task, index) => (task.kept ? [index] : [])));
  });

  it("comes back from its instances first, its Python file later", async () => {
    await eraseAll(page);
    await visit(page, "/environments");
    await importFiles(page, [files.instances]);
    const { id } = made;
    const kept = made.tasks.filter((task) => task.kept);
    const bare = await environmentNamed(id);
    expect(bare).toMatchObject({ source: "", status: "unverified", taskText: made.taskText });
    expect(bare.tasks.map((task) => [task.config, task.rounds])).toEqual(kept.map((task) => [task.config, task.rounds]));
    await page.getByRole("link", { name: /BakeryOrdersEnv/ }).click();
    await page.getByText("The environment's file is missing").waitFor();
    expect(await page.getByRole("button", { name: "Verify", exact: true }).isDisabled()).toBe(true);

    await visit(page, "/environments");
    await importFiles(page, [files.source]);
    expect(await environmentNamed(id)).toMatchObject({ source: made.source, status: "unverified", taskText: made.taskText });
    // Python reads the tools of the file by itself; nothing of it is run.
    await expect
      .poll(async () => (await environmentNamed(id)).tools.map((tool) => tool.name), { timeout: 60_000 })
      .toEqual(made.tools.map((tool) => tool.name));
    expect((await environmentNamed(id)).tasks.map((task) => task.config)).toEqual(kept.map((task) => task.config));
  });
});

describe("problems", () => {
  const row = (id: string, text: string): string =>
    JSON.stringify({
      question_id: id,
      question: `# ${text}\n\nAdd the numbers of ${text}.`,
      solution: "print(sum(map(int, input().split())))",
      subset: "Leetcode",
      extra_field: { of: id },
    });
  const statements = async (): Promise<string[]> =>
    (await readDatabase(page)).problems.map((problem) => `${problem.id}: ${problem.title}`).toSorted();

  it("come from JSONL, from a .py file and from pasted text", async () => {
    await eraseAll(page);
    await visit(page, "/problems");
    await importFiles(page, [
      { name: "rows.jsonl", text: `${row("one", "First sums")}\n${row("two", "Second sums")}\n` },
      {
        name: "ladder.py",
        text: '"""# Ladder\n\nCount the ways up a ladder of n rungs."""\n\ndef ways(n):\n    return 1 if n < 2 else ways(n - 1) + ways(n - 2)\n',
      },
    ]);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("menuitem", { name: "Paste text…" }).click();
    const paste = page.getByRole("dialog", { name: "Paste text to import" });
    await paste
      .getByRole("textbox", { name: "Text" })
      .fill("# Marbles\n\nHow many marbles are red?\n\n```python\ndef red(marbles):\n    return marbles.count('red')\n```\n");
    await paste.getByRole("button", { name: "Read it" }).click();
    await applyImport(page);
    const { problems } = await readDatabase(page);
    expect(problems.map((problem) => problem.title).toSorted()).toEqual(["First sums", "Ladder", "Marbles", "Second sums"]);
    expect(problems.find((problem) => problem.id === "one")).toMatchObject({
      subset: "Leetcode",
      extra: { extra_field: { of: "one" } },
      origin: "imported",
    });
    await page.getByRole("link", { name: "Marbles" }).click();
    await page.getByRole("heading", { level: 1, name: "Marbles" }).waitFor();
    await page.getByText("No key needed: the built-in compiler cuts the solution itself", { exact: false }).waitFor();
  });

  it.each([
    ["Skip them", ["one: First sums", "three: Third sums", "two: Second sums"]],
    ["Replace what is here", ["one: Other sums", "three: Third sums", "two: Second sums"]],
    ["Keep both", ["one-2: Other sums", "one: First sums", "three: Third sums", "two: Second sums"]],
  ] as const)("with an id that is there: %s", async (policy, expected) => {
    await eraseAll(page);
    await visit(page, "/problems");
    await importFiles(page, [{ name: "rows.jsonl", text: `${row("one", "First sums")}\n${row("two", "Second sums")}\n` }]);
    await page.getByLabel("Files to import").setInputFiles({
      name: "more.jsonl",
      mimeType: "text/plain",
      buffer: Buffer.from(`${row("one", "Other sums")}\n${row("three", "Third sums")}\n`),
    });
    await importReview(page).getByText("1 name already here").waitFor();
    await applyImport(page, policy);
    expect(await statements()).toEqual(expected);
  });

  it.each(["Skip them", "Replace what is here", "Keep both"] as const)("an environment that is there: %s", async (policy) => {
    await eraseAll(page);
    await visit(page, "/environments");
    await importFiles(page, [PANTRY_FILE]);
    await importFiles(page, [{ name: `${PANTRY_ID}.py`, text: `# edited\n${PANTRY}` }], policy);
    const { environments } = await readDatabase(page);
    const edited = environments.map((item) => item.source.startsWith("# edited")).toSorted();
    expect(edited).toEqual({ "Skip them": [false], "Replace what is here": [true], "Keep both": [false, true] }[policy]);
    expect(new Set(environments.map((item) => item.id)).size).toBe(environments.length);
  });
});

describe.skipIf(!existsSync(SHARED))("real data (skipped where ../shared/data is not there)", () => {
  it("problems and training instances are imported, listed and opened", async () => {
    await eraseAll(page);
    await visit(page, "/problems");
    await importFiles(page, [`${SHARED}raw_problems.jsonl`, `${SHARED}humaneval_even.jsonl`, `${SHARED}training_instance.jsonl`]);
    const { problems, environments } = await readDatabase(page);
    expect(problems).toHaveLength(87);
    expect(environments.flatMap((item) => item.tasks)).toHaveLength(30);
    await page.getByRole("searchbox", { name: "Search problems" }).fill("HumanEval_0");
    await page.getByText("1 match", { exact: true }).waitFor();
    await page.getByRole("list", { name: "Problems" }).getByRole("link").first().click();
    await page.getByRole("heading", { level: 2, name: "Solution" }).waitFor();
    await page.getByText("Id HumanEval_0", { exact: true }).waitFor();
  });
});
