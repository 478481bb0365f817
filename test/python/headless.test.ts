import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "@/headless";
import { parseDesignerReply, parseTesterReply } from "@/synthesis";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ASSETS = path.join(ROOT, "public/sandbox");
const RECORDING = path.join(ROOT, "src/llm/recordings/bakery-orders");
const NAME = "bakery-orders__BakeryOrdersEnv";

let folder: string;
let configs: string[];
let source: string;
const printed: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "codegym-headless-"));
  const reply = parseDesignerReply(await readFile(path.join(RECORDING, "designer-0.0.md"), "utf8"));
  if (!reply.ok) throw new Error("the recording has no environment");
  ({ source } = reply);
  configs = parseTesterReply(await readFile(path.join(RECORDING, "tester-0.0.md"), "utf8"), "BakeryOrdersEnv").configs.slice(0, 3);
  await writeFile(path.join(folder, `${NAME}.py`), source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  printed.length = 0;
  const keep = (text: unknown): void => void printed.push(String(text));
  vi.spyOn(console, "log").mockImplementation(keep);
  vi.spyOn(console, "error").mockImplementation(keep);
  return () => vi.restoreAllMocks();
});

const instance = (name: string, config: string): string =>
  JSON.stringify({ ability: `codegym_v1@${name}@${config}`, code_id: name.split("__")[0] });

async function run(lines: string[] | null, ...more: string[]): Promise<{ code: number; output: unknown }> {
  const json = path.join(folder, "out.json");
  const args = ["--envs", folder, "--json", json, "--jobs", "1", ...more];
  if (lines !== null) {
    await writeFile(path.join(folder, "instances.jsonl"), `${lines.join("\r\n")}\r\n`);
    args.push("--instances", path.join(folder, "instances.jsonl"));
  }
  const code = await main("verify", args, ASSETS);
  return { code, output: JSON.parse(await readFile(json, "utf8")) };
}

describe("npm run verify", () => {
  test("plays each instance with the environment's own solve", async () => {
    const { code, output } = await run(configs.map((config) => instance(NAME, config)));
    expect(code).toBe(0);
    expect(output).toMatchObject({
      results: configs.map((config) => ({
        code_id: "bakery-orders",
        env: "BakeryOrdersEnv",
        config: `BakeryOrdersEnv@${config}`,
        verdict: "solved",
        reward: 1,
      })),
      summary: { passed: 3, failed: 0 },
    });
    expect(printed.at(-1)).toMatch(/^3 passed, 0 failed/);
  });

  test("without instances takes the gates of each file", async () => {
    await writeFile(
      path.join(folder, "broken__BrokenEnv.py"),
      source.replace("class BakeryOrdersEnv", "class BrokenEnv").replace("def get_ref_answer(self)", "def get_ref_answer(self, extra)"),
    );
    const { code, output } = await run(null);
    await rm(path.join(folder, "broken__BrokenEnv.py"));
    expect(code).toBe(1);
    expect(output).toMatchObject({ summary: { passed: 1, failed: 1 } });
    const { results } = output as { results: { code_id: string; verdict: string; error?: string }[] };
    expect(results.find((result) => result.code_id === "bakery-orders")?.verdict).toBe("passed");
    expect(results.find((result) => result.code_id === "broken")?.error).toMatch(/get_ref_answer/);
  });

  test("reports what fails when a file runs and what its solver breaks, both", async () => {
    const broken = source.replaceAll("BakeryOrdersEnv", "TwiceEnv").replace(/( +)def solve\(self\):\n/, "$&$1    self.get_ref_answer()\n");
    await writeFile(path.join(folder, "twice__TwiceEnv.py"), `${broken}\nraise ValueError("at import")\n`);
    const { output } = await run(null);
    await rm(path.join(folder, "twice__TwiceEnv.py"));
    const { results } = output as { results: { code_id: string; error?: string }[] };
    const error = results.find((result) => result.code_id === "twice")?.error;
    expect(error).toContain("ValueError: at import");
    expect(error).toContain("get_ref_answer");
  });

  test("an instance of a solver that breaks its contract is not played", async () => {
    const broken = source.replaceAll("BakeryOrdersEnv", "PeekEnv").replace(/( +)def solve\(self\):\n/, "$&$1    self.get_ref_answer()\n");
    await writeFile(path.join(folder, "peek__PeekEnv.py"), broken);
    const { code, output } = await run([instance("peek__PeekEnv", configs[0] ?? "")]);
    await rm(path.join(folder, "peek__PeekEnv.py"));
    expect(code).toBe(1);
    expect(output).toMatchObject({
      results: [{ code_id: "peek", verdict: "error", reward: 0, error: expect.stringMatching(/^solver contract: .*get_ref_answer/) }],
    });
  });

  test("a missing file, a bad line and a bad configuration are results of their own", async () => {
    const lines = [
      "{not json",
      instance("nowhere__NowhereEnv", "{}"),
      instance(NAME, '{"hours": "none"}'),
      instance(NAME, configs[0] ?? ""),
    ];
    const { code, output } = await run(lines);
    expect(code).toBe(1);
    expect(output).toMatchObject({ summary: { passed: 1, failed: 3 } });
    const { results } = output as { results: { error?: string }[] };
    expect(results.some((result) => result.error?.startsWith("line 1: "))).toBe(true);
    expect(results.some((result) => result.error?.includes("nowhere__NowhereEnv.py"))).toBe(true);
  });

  test.each([[["--jobs", "2"]], [["--envs", "/does/not/exist"]], [["--envs", ".", "--jobs", "none"]], [["--what"]]])(
    "wrong use %j exits with 2 and says how",
    async (args) => {
      expect(await main("verify", args, ASSETS)).toBe(2);
      expect(printed.join("\n")).toContain("Usage: npm run verify");
    },
  );
});
