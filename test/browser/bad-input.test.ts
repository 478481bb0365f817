import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  applyImport,
  chooseFiles,
  importFiles,
  importReview,
  readDatabase,
  SLOW_MS,
  type TestFile,
  useBrowserApp,
  verifyAll,
  visit,
  waitForPython,
} from "../support/browser-app.ts";
import { instancesFile, PANTRY_FILE, PANTRY_ID, PANTRY_INSTANCES } from "../support/pantry-files.ts";
import { PANTRY, PANTRY_CONFIGS, swap } from "../support/python.ts";

/** A clear message that names the input and the place, and nothing lost. */
const app = useBrowserApp();

const row = (id: string): string => JSON.stringify({ question_id: id, question: `# Row ${id}\n\nCount it.`, solution: "pass" });

/** The lines of the review's table: file, line, what is wrong. */
async function faultsOf(page: Page): Promise<string[][]> {
  const rows = await importReview(page).getByRole("row").all();
  const cells = await Promise.all(rows.map((item) => item.getByRole("cell").allInnerTexts()));
  return cells.filter((texts) => texts.length > 0);
}

describe("files that cannot be read", () => {
  it("are named with the line, and the good lines are imported", async () => {
    const { page } = await app.open({ path: "/problems" });
    await chooseFiles(page, [
      {
        name: "rows.jsonl",
        text: `${row("a")}\n{"question": \n${row("b")}\n{"question_id": "c", "question": 5, "solution": "pass"}\n${row("d")}\n`,
      },
      { name: "picture.png", bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]) },
      { name: "latin.py", bytes: new Uint8Array([0x23, 0xe9, 0x0a]) },
      { name: "nothing.jsonl", text: "" },
      { name: "letter.py", text: "print('neither environment nor problem')\n" },
      { name: "cut.zip", text: "PK\u0003\u0004 and then nothing" },
    ]);
    await importReview(page).getByText("7 places could not be read; the rest can be imported").waitFor();
    const faults = await faultsOf(page);
    expect(faults.map(([file, line]) => `${file}:${line}`)).toEqual([
      "rows.jsonl:2",
      "rows.jsonl:4",
      "picture.png:–",
      "latin.py:–",
      "nothing.jsonl:–",
      "letter.py:–",
      "cut.zip:–",
    ]);
    expect(faults.map(([, , message]) => message)).toEqual([
      expect.stringMatching(/JSON/),
      expect.stringMatching(/“question” is not a text/),
      expect.stringMatching(/binary file/),
      expect.stringMatching(/UTF-8/),
      expect.stringMatching(/empty/),
      expect.stringMatching(/neither an environment .* nor a problem/),
      expect.stringMatching(/./),
    ]);
    await applyImport(page);
    expect((await readDatabase(page)).problems.map((item) => item.id)).toEqual(["a", "b", "d"]);
  });

  it("of 50 MB are read away from the page, and what is wrong is said", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "codegym-"));
    try {
      const file = path.join(folder, "huge.jsonl");
      await writeFile(file, `${row("small")}\n{"question": "${"long ".repeat(10_000_000)}\n`);
      const { page } = await app.open({ path: "/problems" });
      await chooseFiles(page, [file]);
      await importReview(page).getByText("1 place could not be read; the rest can be imported").waitFor();
      expect((await faultsOf(page))[0]?.slice(0, 2)).toEqual(["huge.jsonl", "2"]);
      await applyImport(page);
      await page.getByRole("link", { name: "Row small" }).waitFor();
      expect((await readDatabase(page)).problems).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("with one id twice are asked about", async () => {
    const { page } = await app.open({ path: "/problems" });
    await chooseFiles(page, [{ name: "twice.jsonl", text: `${row("same")}\n${row("same").replace("Count it", "Count them")}\n` }]);
    await importReview(page).getByText("1 name already here").waitFor();
    await applyImport(page, "Keep both");
    expect((await readDatabase(page)).problems.map((item) => item.id)).toEqual(["same", "same-2"]);
  });

  it("from a paste are named, too", async () => {
    const { page } = await app.open({ path: "/problems" });
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("menuitem", { name: "Paste text…" }).click();
    await page.getByRole("textbox", { name: "Text" }).fill("Dear reader, this is no problem and has no solution.");
    await page.getByRole("button", { name: "Read it" }).click();
    await importReview(page).getByText("Nothing that can be imported was found.").waitFor();
    expect(await faultsOf(page)).toEqual([["pasted text", "–", expect.stringContaining("neither JSONL, nor Python")]]);
  });
});

describe("environments that do harm at import", () => {
  /** The honest environment under another name, with something in front of its class. */
  const harmful = (name: string, code: string): TestFile[] => [
    {
      name: `${name}__PantryEnv.py`,
      text: swap(PANTRY, "class PantryEnv(gymnasium.Env):", `${code}\n\n\nclass PantryEnv(gymnasium.Env):`),
    },
    instancesFile(name, PANTRY_CONFIGS, "PantryEnv", name),
  ];

  it("cost their own verification, with the verdict named, and neither the page nor the next one", async () => {
    const { page } = await app.open({ path: "/environments" });
    await importFiles(page, [
      ...harmful("loop", "while True:\n    pass"),
      ...harmful("eater", "hoard = []\nwhile True:\n    hoard.append(bytearray(10_000_000))"),
      ...harmful("leaver", "import os\nos._exit(3)"),
      PANTRY_INSTANCES,
      PANTRY_FILE,
    ]);
    expect(await verifyAll(page)).toContain("1 verified, 3 rejected");
    const { environments } = await readDatabase(page);
    const outcome = (id: string) => environments.find((item) => item.codeId === id)?.report?.gates.find((gate) => !gate.passed);
    expect(outcome("loop")).toMatchObject({
      gate: "run",
      findings: [{ code: "time-limit", message: expect.stringContaining("No answer within") }],
    });
    expect(outcome("eater")).toMatchObject({
      gate: "run",
      findings: [{ code: "memory-limit", message: expect.stringMatching(/memory/i) }],
    });
    expect(outcome("leaver")).toMatchObject({ gate: "run", findings: [{ code: "crash", message: expect.stringContaining("exit(3)") }] });
    expect(environments.find((item) => item.id === PANTRY_ID)?.status).toBe("verified");
    // Its page says what it was.
    await page.getByRole("link", { name: /PantryEnvloop/ }).click();
    await page.getByRole("tab", { name: "Report" }).click();
    await page
      .getByRole("list", { name: "Gates" })
      .getByText(/No answer within/)
      .first()
      .waitFor();
  });
});

it("addresses that lead nowhere say so, and show a way back", async () => {
  const { page } = await app.open({ path: "/nowhere/at/all" });
  await page.getByRole("heading", { level: 1, name: "There is no such page" }).waitFor();
  for (const [address, heading] of [
    ["/problems/absent", "Problem not found"],
    ["/problems/%E0%A4%A", "Problem not found"],
    ["/environments/absent", "Environment not found"],
    ["/pipeline/absent", "This run is not here"],
    ["/play/absent", "This environment is not here"],
  ] as const) {
    await visit(page, address);
    await page.getByRole("heading", { name: heading }).waitFor();
  }
  await page.getByRole("link", { name: "Problems" }).first().click();
  await page.getByRole("link", { name: "Bakery Orders" }).first().waitFor();
});

describe("files of the app that do not arrive", () => {
  const chip = (page: Page) => page.getByRole("button", { name: /^Sandbox: / });

  it.each([
    ["missing", { status: 404, body: "" }],
    ["damaged", { status: 200, body: Buffer.from("this is no snapshot".repeat(1000)) }],
  ])("without a usable snapshot (%s) Python starts the slow way, says so, and works", async (_kind, answer) => {
    const { page, allow } = await app.open({
      path: "/environments",
      prepare: (prepared) => prepared.route(/\/sandbox\/snapshot\./, (route) => route.fulfill(answer)),
    });
    allow(/404/);
    await waitForPython(page);
    await chip(page).click();
    await page.getByText("not usable, started the slow way").waitFor();
    await page.getByText("Python was started the slow way.", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    // It works: it reads the tools of a file.
    await importFiles(page, [PANTRY_FILE]);
    await page.getByRole("link", { name: /PantryEnv/ }).click();
    await page.getByRole("tab", { name: "Tools 4" }).waitFor({ timeout: SLOW_MS });
  });

  it("without its WebAssembly file Python says so, and starts after a reload", async () => {
    const { page, allow } = await app.open({
      prepare: (prepared) => prepared.route(/\.wasm\.bin$/, (route) => route.fulfill({ status: 404, body: "" })),
    });
    allow(/404/);
    await page.getByRole("button", { name: "Sandbox: Python failed" }).waitFor();
    const notice = page
      .getByRole("complementary", { name: "Python" })
      .getByRole("alert", { name: "A part of the app could not be fetched" });
    await notice.waitFor();
    // The page is whole without it.
    await visit(page, "/problems");
    await page.getByRole("link", { name: "Bakery Orders" }).first().waitFor();
    await page.unrouteAll();
    await notice.getByRole("button", { name: "Reload the app" }).click();
    await waitForPython(page);
  });
});
