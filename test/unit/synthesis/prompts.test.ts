import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type Finding, type Problem, problemIdSchema, ROLES, type Tool, toolDocs } from "@/domain";
import {
  builtInPrompts,
  designerRequest,
  parseDesignerReply,
  PLACEHOLDERS,
  renderPrompt,
  renderRepair,
  repairRequest,
  solverRequest,
  testerRequest,
} from "@/synthesis";

const problem: Problem = {
  id: problemIdSchema.parse("river"),
  title: "River",
  statement: "Count the alarms. {{solution}} costs $& and $1.",
  solution: "def f(levels):\n    return len(levels)\n",
  extra: {},
  origin: "own",
  addedAt: 0,
};
const tool: Tool = {
  name: "ReadLevel",
  signature: "ReadLevel(day: int)",
  summary: "Read one level.",
  parameters: [],
  returns: "str",
  docstring: "\n        Read one level.\n\n        Args:\n            day (int): The day.\n\n        Returns:\n            str: The level.\n        ",
  line: 10,
};
const common = { problem, limits: DEFAULT_LIMITS, sample: 1 };
const secret = "class RiverEnv: SECRET_SOURCE";

describe("built-in prompts", () => {
  it.each(ROLES)("%s: every placeholder is known, and filled", (role) => {
    const { version, system, user } = builtInPrompts[role];
    expect(version).toBe(`${role}@1`);
    const used = [...`${system}${user}`.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]);
    const known: readonly string[] = PLACEHOLDERS[role];
    expect(used.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
  });

  it("the fixed part is the same for all problems", () => {
    const other = { ...common, problem: { ...problem, statement: "Other.", solution: "pass" } };
    expect(designerRequest(other).system).toBe(designerRequest(common).system);
    const solver = (taskText: string) => solverRequest({ ...common, taskText, tools: [tool], className: "RiverEnv" });
    expect(solver("a").system).toBe(solver("b").system);
  });

  it("requests carry their place and their values", () => {
    expect(designerRequest(common)).toMatchObject({ problemId: "river", role: "designer", sample: 1, attempt: 0, promptVersion: "designer@1" });
    expect(designerRequest(common).user).toContain("def f(levels):");
    const tests = testerRequest({ ...common, taskText: "The task.", source: secret, className: "RiverEnv" });
    expect(tests.user).toContain(secret);
    expect(tests.user).toContain("set 2 of 2");
    expect(tests.system).toContain("RiverEnv@{");
    const solver = solverRequest({ ...common, taskText: "The task.", tools: [tool], className: "RiverEnv" });
    expect(solver.user).toContain("def ReadLevel(day: int):");
    expect(`${solver.system}${solver.user}`).not.toContain("{{");
  });

  it("values are put in once, as they are", () => {
    expect(designerRequest(common).user).toContain("Count the alarms. {{solution}} costs $& and $1.");
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("{{tools}}", "{{task}}", "$&", "{{"), (text, marker) => {
        const task = `a${text}${marker}z`;
        const { user } = renderPrompt("solver", { task, tools: "THE TOOLS", class_name: "X", max_rounds: 5 });
        expect(user).toContain(task);
        expect(user.split("THE TOOLS")).toHaveLength(2 + text.split("THE TOOLS").length - 1);
      }),
    );
  });

  it("an edited prompt says so; the built-in one under another name does not", () => {
    const values = { task: "T", tools: "D", class_name: "X", max_rounds: 5 };
    const edited = renderPrompt("solver", values, { solver: { system: "Be brief. {{unknown}}", user: "{{ task }} {{tools}}" } });
    expect(edited).toEqual({ system: "Be brief. {{unknown}}", user: "T D", promptVersion: "solver@1+edited" });
    const { system, user } = builtInPrompts.solver;
    expect(renderPrompt("solver", values, { solver: { system, user } }).promptVersion).toBe("solver@1");
    expect(renderPrompt("solver", values, { tester: { system: "x", user: "y" } }).promptVersion).toBe("solver@1");
  });
});

describe("the designer's example", () => {
  const example = parseDesignerReply(builtInPrompts.designer.system.split("## Form of the reply")[0] ?? "");

  it("is read by our own parser", () => {
    expect(example).toMatchObject({ ok: true, className: "RiverAlarmEnv", taskText: expect.stringContaining("alarms") });
  });

  const python = spawnSync("python3", ["-c", "print('yes')"], { encoding: "utf8" }).stdout?.trim() === "yes";
  it.skipIf(!python)("runs, and solves itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "example-"));
    try {
      writeFileSync(join(folder, "gymnasium.py"), "class Env:\n    pass\n");
      writeFileSync(join(folder, "example.py"), example.ok ? example.source : "");
      const { stdout, stderr } = spawnSync("python3", ["example.py"], { cwd: folder, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(stdout).toBe("The answer is right. reward=1\n14\nThe answer is right. reward=1\n11\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("repair", () => {
  const findings: Finding[] = [
    { severity: "warning", code: "w", message: "only a warning", line: null },
    {
      severity: "error",
      code: "no-tool",
      message: "There is no tool {{request}}.",
      line: 12,
      hint: "Add one.",
      failure: { type: "KeyError", message: "'x'", line: 30, traceback: 'File "env.py", line 30\n```\nKeyError' },
    },
  ];
  const first = designerRequest(common);
  const repaired = repairRequest(first, { attempt: 1, previousReply: "<task>old</task> {{findings}}", findings, gate: "contract" });

  it("carries request, reply and evidence, the errors first", () => {
    expect(repaired).toMatchObject({ role: "designer", sample: 1, attempt: 1, system: first.system, promptVersion: "designer@1+repair@1" });
    expect(repaired.user.startsWith(first.user)).toBe(true);
    for (const part of ["<task>old</task> {{findings}}", "“Contract”", "There is no tool {{request}}. (line 12)", "Hint: Add one.", "KeyError: 'x' at line 30", "````"]) {
      expect(repaired.user).toContain(part);
    }
    expect(repaired.user.indexOf("no-tool")).toBeLessThan(repaired.user.indexOf("only a warning"));
  });

  it("stays within bounds", () => {
    const many = Array.from({ length: 500 }, (_, index): Finding => ({ severity: "error", code: "c", message: "m".repeat(10_000), line: index, failure: { type: "E", message: "x".repeat(10_000), line: null, traceback: "t".repeat(100_000) } }));
    const { user } = renderRepair("solver", { original: { system: "s", user: "u" }, previousReply: "r".repeat(1_000_000), findings: many, gate: "solvability" });
    expect(user.length).toBeLessThan(350_000);
    expect(user).toContain("and 480 more");
    expect(user).toContain("<solver>");
  });
});

describe("tool docs", () => {
  it("have the published form", () => {
    const body = "    Read one level.\n\n    Args:\n        day (int): The day.\n\n    Returns:\n        str: The level.";
    const block = `\nFunction:\n\ndef ReadLevel(day: int):\n    r"""\n\n${body}\n\n    """\n`;
    expect(toolDocs([tool, tool])).toBe(`${block}${block}\n\n`);
    expect(toolDocs([{ signature: "Observe()", docstring: "Look.\r\n\r\n    Args:\r\n\tNone" }])).toContain('    r"""\n\n    Look.\n\n    Args:\n        None\n\n    """');
  });
});
