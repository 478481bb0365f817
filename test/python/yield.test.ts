import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { main } from "@/headless";

const ASSETS = fileURLToPath(new URL("../../public/sandbox", import.meta.url));

/** Written out once more: the form is a promise to whoever reads the file. */
const outputSchema = z.strictObject({
  results: z.array(
    z.strictObject({
      question_id: z.string(),
      status: z.enum(["verified", "rejected", "refused"]),
      reason: z.string().optional(),
      tests: z.number().int(),
      inWindow: z.number().int(),
      tools: z.number().int(),
      coverage: z.number().min(0).max(1),
      seconds: z.number().positive(),
    }),
  ),
  summary: z.strictObject({ total: z.number().int(), compiled: z.number().int(), verified: z.number().int(), withTasks: z.number().int() }),
});
type Output = z.infer<typeof outputSchema>;

const BALANCE = `def lowest_balance(amounts: list[int]) -> int:
    balance = 0
    lowest = 0
    for amount in amounts:
        balance += amount
        if balance < lowest:
            lowest = balance
    return lowest
`;
const ASSERTIONS = `def check(candidate):
    assert candidate([3, -5, 1]) == -2
    assert candidate([]) == 0
`;
const STATEMENT =
  "An account starts at zero. Given the amounts paid in (positive) and taken out (negative), return the lowest balance, zero included.";
const SCRIPT = `n = int(input())
total = 0
for i in range(n):
    name, count = input().split()
    if int(count) % 2 == 0:
        total += int(count)
print(total)
`;
const SCRIPT_STATEMENT = `The first line has n (1 ≤ n ≤ 50). Each of the next n lines has a name and a count. Print the sum of the even counts.

**Input:**
\`\`\`
3
oats 4
rye 3
barley 10
\`\`\`
**Output:**
\`\`\`
14
\`\`\``;
const DICE = `import random

def roll(sides: int) -> int:
    return random.randint(1, sides)
`;

const balanceRow = (question_id: string, more: object): object => ({ question_id, question: STATEMENT, solution: BALANCE, ...more });
const ROWS: object[] = [
  balanceRow("plain", { entry_point: "lowest_balance", test: ASSERTIONS }),
  { question_id: "script", question: SCRIPT_STATEMENT, solution: SCRIPT },
  { question_id: "dice", question: "Roll a die with the given number of sides.", solution: DICE },
];

let folder: string;
const printed: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "codegym-yield-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  printed.length = 0;
  const keep = (text: unknown): void => void printed.push(String(text));
  vi.spyOn(console, "log").mockImplementation(keep);
  vi.spyOn(console, "error").mockImplementation(keep);
  return () => vi.restoreAllMocks();
});

async function run(lines: readonly string[]): Promise<{ code: number; output: Output }> {
  const [file, json] = [path.join(folder, "problems.jsonl"), path.join(folder, "out.json")];
  await writeFile(file, `${lines.join("\n")}\n`);
  const code = await main("yield", [file, "--json", json, "--jobs", "2"], ASSETS);
  return { code, output: outputSchema.parse(JSON.parse(await readFile(json, "utf8"))) };
}

describe("npm run yield", () => {
  test("a function, a script and a solution that cannot be compiled each have their result", async () => {
    const { code, output } = await run(ROWS.map((row) => JSON.stringify(row)));
    const [plain, script, dice] = output.results;
    expect(output.results.map(({ question_id }) => question_id)).toEqual(["plain", "script", "dice"]);
    for (const result of [plain, script]) {
      expect(result).toMatchObject({ status: "verified", coverage: 1 });
      expect(result).not.toHaveProperty("reason");
      expect(result?.tests).toBeGreaterThanOrEqual(10);
      expect(result?.inWindow).toBeGreaterThan(0);
      expect(result?.tools).toBeGreaterThanOrEqual(3);
    }
    expect(dice).toMatchObject({ status: "refused", tests: 0, inWindow: 0, tools: 0, coverage: 0 });
    expect(dice?.reason).toMatch(/^[a-z-]+, line \d+: \S/);
    expect(output.summary).toEqual({ total: 3, compiled: 2, verified: 2, withTasks: 2 });
    // A refusal is a result, not a failure.
    expect(code).toBe(0);
    expect(printed.join("\n")).toMatch(/1 refused by [a-z-]+\nmedian \d/);
  });

  test("a verified environment that its row's assertions contradict is rejected, a row that contradicts itself is not", async () => {
    // The solution passes the first: only the environment's reference answers come from a function of another name.
    const named =
      "def check(candidate):\n    assert candidate([1]) == 0\n    assert candidate.__name__ == 'lowest_balance', 'another function'\n";
    const wrong = "def check(candidate):\n    assert candidate([1]) == 99\n";
    const rows = [
      balanceRow("contradicted", { entry_point: "lowest_balance", test: named }),
      balanceRow("mistaken", { entry_point: "lowest_balance", test: wrong }),
    ];
    const { code, output } = await run(rows.map((row) => JSON.stringify(row)));
    expect(output.results[0]).toMatchObject({ status: "rejected", reason: "assertions: AssertionError: another function" });
    expect(output.results[1]).toMatchObject({ status: "verified" });
    expect(output.summary).toMatchObject({ total: 2, compiled: 2, verified: 1, withTasks: 1 });
    expect(code).toBe(1);
  });

  test("assertions may call a method of the solution's class, by keyword or by its own name, and a function by its name", async () => {
    const method = `class Solution:\n${BALANCE.replaceAll(/^/gm, "    ").replace("(amounts", "(self, amounts").trimEnd()}\n`;
    const called =
      "def check(candidate):\n    assert candidate(amounts=[3, -5, 1]) == -2\n    assert Solution().lowest_balance([1, -2]) == -1\n";
    const rows = [
      balanceRow("method", { solution: method, entry_point: "Solution().lowest_balance", test: called }),
      balanceRow("plain assertions", { entry_point: "lowest_balance", test: "assert lowest_balance([3, -5, 1]) == -2\n" }),
    ];
    const { code, output } = await run(rows.map((row) => JSON.stringify(row)));
    expect(output.results.map(({ status, reason }) => reason ?? status)).toEqual(["verified", "verified"]);
    expect(code).toBe(0);
  });

  test("a line that is no problem is told and does not pass as success", async () => {
    const { code, output } = await run(["{not json", JSON.stringify(ROWS[2])]);
    expect(output.summary).toEqual({ total: 1, compiled: 0, verified: 0, withTasks: 0 });
    expect(printed.some((text) => text.startsWith("not read  problems.jsonl, line 1: "))).toBe(true);
    expect(code).toBe(1);
  });

  test.each([[[]], [["/does/not/exist.jsonl"]], [["a.jsonl", "b.jsonl"]], [["a.jsonl", "--jobs", "none"]], [["a.jsonl", "--what"]]])(
    "wrong use %j exits with 2 and says how",
    async (args) => {
      expect(await main("yield", args, ASSETS)).toBe(2);
      expect(printed.join("\n")).toContain("Usage: npm run yield");
    },
  );

  test("a file without a problem is wrong use", async () => {
    await writeFile(path.join(folder, "none.jsonl"), '{"ability": 3}\n');
    expect(await main("yield", [path.join(folder, "none.jsonl")], ASSETS)).toBe(2);
    expect(printed.join("\n")).toContain("there are no problems in");
  });
});
