import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type Finding, type Problem, problemIdSchema, replyFormSchema, ROLES, type Tool, toolDocs } from "@/domain";
import {
  builtInPrompts,
  builtInPromptsFor,
  designerRequest,
  mapFindings,
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
  docstring:
    "\n        Read one level.\n\n        Args:\n            day (int): The day.\n\n        Returns:\n            str: The level.\n        ",
  line: 10,
};
const common = { problem, limits: DEFAULT_LIMITS, sample: 1, form: "compact" } as const;
const FORMS = replyFormSchema.options;
const secret = "class RiverEnv: SECRET_SOURCE";

describe("built-in prompts", () => {
  it.each(FORMS.flatMap((form) => ROLES.map((role) => ({ form, role }))))(
    "$role, $form: every placeholder is known, and filled",
    ({ form, role }) => {
      const { version, system, user } = builtInPromptsFor(form)[role];
      expect(version).toBe(`${role}@${role === "designer" && form === "compact" ? 2 : 1}`);
      const used = [...`${system}${user}`.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]);
      const known: readonly string[] = PLACEHOLDERS[role];
      expect(used.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
    },
  );

  it("compact is the default, asks for the same and says so in fewer words", () => {
    expect(builtInPrompts).toEqual(builtInPromptsFor("compact"));
    const { compact, full } = { compact: designerRequest(common), full: designerRequest({ ...common, form: "full" }) };
    expect([compact.promptVersion, full.promptVersion]).toEqual(["designer@2", "designer@1"]);
    expect(compact.system.length).toBeLessThan(full.system.length * 0.6);
    for (const { system, user } of [compact, full]) {
      expect(`${system}${user}`).not.toContain("{{min_rounds}}");
      expect(system).toContain(String(DEFAULT_LIMITS.answerChars));
    }
  });

  it("an edit counts for both forms, the built-in prompt of either form for none", () => {
    const edits = { designer: { system: "Mine: {{answer_chars}}", user: "{{statement}}" } };
    for (const form of FORMS) {
      const builtIn = builtInPromptsFor(form).designer;
      expect(designerRequest({ ...common, form, edits })).toMatchObject({
        system: `Mine: ${DEFAULT_LIMITS.answerChars}`,
        promptVersion: `${builtIn.version}+edited`,
      });
      const { version: _, ...other } = builtInPromptsFor(form === "full" ? "compact" : "full").designer;
      expect(designerRequest({ ...common, form, edits: { designer: other } })).toEqual(designerRequest({ ...common, form }));
    }
  });

  it("the fixed part is the same for all problems", () => {
    const other = { ...common, problem: { ...problem, statement: "Other.", solution: "pass" } };
    expect(designerRequest(other).system).toBe(designerRequest(common).system);
    const solver = (taskText: string) => solverRequest({ ...common, taskText, tools: [tool], className: "RiverEnv" });
    expect(solver("a").system).toBe(solver("b").system);
  });

  it("requests carry their place and their values", () => {
    expect(designerRequest(common)).toMatchObject({
      problemId: "river",
      role: "designer",
      sample: 1,
      attempt: 0,
      promptVersion: "designer@2",
    });
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
    const edited = renderPrompt("solver", values, { edits: { solver: { system: "Be brief. {{unknown}}", user: "{{ task }} {{tools}}" } } });
    expect(edited).toEqual({ system: "Be brief. {{unknown}}", user: "T D", promptVersion: "solver@1+edited" });
    const { system, user } = builtInPrompts.solver;
    expect(renderPrompt("solver", values, { edits: { solver: { system, user } } }).promptVersion).toBe("solver@1");
    expect(renderPrompt("solver", values, { edits: { tester: { system: "x", user: "y" } } }).promptVersion).toBe("solver@1");
  });
});

describe("the designer's example of a whole file", () => {
  const example = parseDesignerReply(builtInPromptsFor("full").designer.system.split("## Form of the reply")[0] ?? "");

  it("is read by our own parser", () => {
    expect(example).toMatchObject({ ok: true, form: "full", className: "RiverAlarmEnv", taskText: expect.stringContaining("alarms") });
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
    expect(repaired).toMatchObject({ role: "designer", sample: 1, attempt: 1, system: first.system, promptVersion: "designer@2+repair@1" });
    expect(repaired.user.startsWith(first.user)).toBe(true);
    for (const part of [
      "<task>old</task> {{findings}}",
      "“Contract”",
      "There is no tool {{request}}. (line 12)",
      "Hint: Add one.",
      "KeyError: 'x' at line 30",
      "````",
    ]) {
      expect(repaired.user).toContain(part);
    }
    expect(repaired.user.indexOf("no-tool")).toBeLessThan(repaired.user.indexOf("only a warning"));
  });

  it("stays within bounds", () => {
    const many = Array.from({ length: 500 }, (_, index): Finding => ({
      severity: "error",
      code: "c",
      message: "m".repeat(10_000),
      line: index,
      failure: { type: "E", message: "x".repeat(10_000), line: null, traceback: "t".repeat(100_000) },
    }));
    const { user } = renderRepair("solver", {
      original: { system: "s", user: "u" },
      previousReply: "r".repeat(1_000_000),
      findings: many,
      gate: "solvability",
    });
    expect(user.length).toBeLessThan(350_000);
    expect(user).toContain("and 480 more");
    expect(user).toContain("<solver>");
  });
});

describe("lines of an assembled file, told as those of the reply", () => {
  // Lines 2 and 3 of the file are lines 5 and 6 of the reply, the others are the app's.
  const lines = [0, 5, 6, 0];
  const failure = (line: number | null, ...places: string[]) => ({
    type: "KeyError",
    message: "'x'",
    line,
    traceback: ["Traceback (most recent call last):", ...places.map((place) => `  <${place}, in f\n    code`), "KeyError: 'x'"].join("\n"),
  });
  const finding = (line: number | null, more: Partial<Finding> = {}): Finding => ({
    severity: "error",
    code: "c",
    message: "m",
    line,
    ...more,
  });

  it("places in the reply's own lines are named, the app's are not", () => {
    expect(
      mapFindings(
        [2, 3, 1, 4, 5, 0, null].map((line) => finding(line)),
        lines,
      ).map(({ line }) => line),
    ).toEqual([5, 6, null, null, null, null, null]);
    expect(mapFindings([finding(2, { hint: "h", severity: "warning" })], lines)).toEqual([finding(5, { hint: "h", severity: "warning" })]);
  });

  it("so are those of a traceback", () => {
    const [mapped] = mapFindings([finding(3, { failure: failure(3, "environment>, line 1", "environment>, line 3") })], lines);
    expect(mapped).toMatchObject({ line: 6, failure: { type: "KeyError", message: "'x'", line: 6 } });
    expect(mapped?.failure?.traceback).toContain("  <assembled by the app>, in f\n    code\n  <environment>, line 6, in f");
    const [inApp] = mapFindings([finding(1, { failure: failure(1, "environment>, line 3", "environment>, line 1") })], lines);
    expect(inApp).toMatchObject({ line: null, failure: { line: null } });
    expect(inApp?.failure?.traceback).toContain("<environment>, line 6");
  });

  it("a solver's lines are not the environment's", () => {
    const [mapped] = mapFindings([finding(2, { failure: failure(2, "environment>, line 3", "solver>, line 2") })], lines);
    expect(mapped).toMatchObject({ line: null, failure: { line: null } });
    expect(mapped?.failure?.traceback).toContain("<solver>, line 2");
  });

  it("the original is not touched", () => {
    const original = [finding(2, { failure: failure(2, "environment>, line 2") })];
    const before = structuredClone(original);
    mapFindings(original, lines);
    expect(original).toEqual(before);
  });
});

describe("tool docs", () => {
  it("have the published form", () => {
    const body = "    Read one level.\n\n    Args:\n        day (int): The day.\n\n    Returns:\n        str: The level.";
    const block = `\nFunction:\n\ndef ReadLevel(day: int):\n    r"""\n\n${body}\n\n    """\n`;
    expect(toolDocs([tool, tool])).toBe(`${block}${block}\n\n`);
    expect(toolDocs([{ signature: "Observe()", docstring: "Look.\r\n\r\n    Args:\r\n\tNone" }])).toContain(
      '    r"""\n\n    Look.\n\n    Args:\n        None\n\n    """',
    );
  });
});
