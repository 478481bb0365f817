import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectEnd, onOneLine, unspaced } from "@/domain";
import { parseDesignerReply, parseSolverReply, parseTesterReply } from "@/synthesis";

/** Text that is likely to confuse a parser of replies. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<task>",
        "</task>",
        "<environment>",
        "</environment >",
        "<tests>",
        "</tests>",
        "<solver>",
        "</solver>",
        "<think>",
        "</think>",
        "<reasoning x=1>",
        "<",
      ),
      fc.constantFrom("```python\n", "```\n", "~~~\n", '"""', "'", '"', "\\", "\r\n", "\n", "\r", "    ", "\t", "\u0000", "\uFEFF"),
      fc.constantFrom(
        "class AEnv(gym.Env):\n",
        "class a(Env): pass",
        "def solve(self):\n",
        "    def state(self, a):\n",
        "class A:\n",
        "    def Observe(self):\n",
        "AEnv@{",
        "AEnv@",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '{"a": 1}',
        "1. ",
        "- ",
      ),
      fc.string({ maxLength: 10 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

describe("no reply makes a parser throw", () => {
  it("findings have a message, a hint and a line within the reply", () => {
    fc.assert(
      fc.property(nasty, (reply) => {
        const designer = parseDesignerReply(reply);
        const solver = parseSolverReply(reply);
        const tester = parseTesterReply(reply, "AEnv");
        const lines = reply.split(/\r\n?|\n/).length;
        for (const finding of [...(designer.ok ? [] : designer.findings), ...(solver.ok ? [] : solver.findings), ...tester.findings]) {
          expect(finding.message).not.toBe("");
          if (finding.line !== null) expect(finding.line).toBeGreaterThanOrEqual(1);
          if (finding.line !== null) expect(finding.line).toBeLessThanOrEqual(lines);
        }
        if (!designer.ok) expect(designer.findings.length).toBeGreaterThan(0);
        if (!solver.ok) expect(solver.findings.length).toBeGreaterThan(0);
        for (const config of tester.configs) expect(typeof JSON.parse(config)).toBe("object");
      }),
      { numRuns: 3000 },
    );
  });
});

/** Ways in which a whole reply, or the code in it, is dressed up. The reply is read as if it were not. */
const REPLY_FORMS: readonly [name: string, dress: (blocks: readonly [name: string, content: string][]) => string][] = [
  ["tags", (blocks) => blocks.map(([name, content]) => `<${name}>\n${content}\n</${name}>`).join("\n\n")],
  ["bold tags", (blocks) => blocks.map(([name, content]) => `**<${name}>**\n${content}\n**</${name}>**`).join("\n")],
  ["headings", (blocks) => blocks.map(([name, content]) => `## ${name[0]?.toUpperCase()}${name.slice(1)}\n\n${content}`).join("\n\n")],
  ["bold headings", (blocks) => blocks.map(([name, content]) => `**${name.toUpperCase()}:**\n${content}`).join("\n")],
  ["half-closed ends", (blocks) => blocks.map(([name, content]) => `<${name}>\n${content}\n</${name}`).join("\n")],
  ["half-closed beginnings", (blocks) => blocks.map(([name, content]) => `<${name}\n${content}\n</${name}>`).join("\n")],
  ["ends alone", (blocks) => blocks.map(([name, content]) => `${content}\n</${name}>`).join("\n")],
  [
    "a mark of the turn's end",
    (blocks) => `${blocks.map(([name, content]) => `<${name}>\n${content}\n</${name}>`).join("\n")}<|im_end|>\n`,
  ],
  [
    "no last end, and a mark",
    (blocks) => `${blocks.map(([name, content]) => `<${name}>\n${content}`).join("\n")}\n<|im_end|><|endoftext|>`,
  ],
  ["JSON", (blocks) => JSON.stringify(Object.fromEntries(blocks))],
  [
    "JSON in a fence, after a thought",
    (blocks) => `<think>\n{}\n</think>\nHere:\n\`\`\`json\n${JSON.stringify(Object.fromEntries(blocks), null, 2)}\n\`\`\``,
  ],
  [
    "JSON around the tags",
    (blocks) => JSON.stringify({ reply: blocks.map(([name, content]) => `<${name}>\n${content}\n</${name}>`).join("\n") }),
  ],
  [
    "JSON between the tags",
    (blocks) => blocks.map(([name, content]) => `<${name}>\n${JSON.stringify({ [name]: content })}\n</${name}>`).join("\n"),
  ],
];
const CODE_FORMS: readonly [name: string, dress: (code: string) => string][] = [
  ["as it is", (code) => code],
  ["a fence", (code) => `\`\`\`python\n${code}\n\`\`\``],
  ["a tag of XML", (code) => `<code>\n${code}\n</code>`],
  ["a tag of XML in a fence", (code) => `\`\`\`xml\n<python>\n${code}\n</python>\n\`\`\``],
  ["CDATA", (code) => `<![CDATA[\n${code}\n]]>`],
];
const forms = REPLY_FORMS.flatMap(([reply, dress]) => CODE_FORMS.map(([code, inner]) => [reply, code, dress, inner] as const));

describe.each(forms)("in %s, the code in %s", (_reply, _code, dress, inner) => {
  it("a designer's reply is the same", () => {
    const code = "import json\n\nclass RiverEnv(gymnasium.Env):\n    # Task\n    def step(self, action):\n        return True, '<b>'";
    const parsed = parseDesignerReply(
      dress([
        ["task", "Count the rivers.\n\n- all of them"],
        ["environment", inner(code)],
      ]),
    );
    expect({ ...parsed, findings: [] }).toEqual({
      ok: true,
      form: "full",
      taskText: "Count the rivers.\n\n- all of them",
      source: `${code}\n`,
      className: "RiverEnv",
      findings: [],
    });
    expect(parsed.findings.every(({ severity }) => severity === "warning")).toBe(true);
  });

  it("a solver's reply is the same", () => {
    const code = "# note\nimport json\ndef solve(self):\n    # Solver\n    return self.step(json.dumps({'name': 'Done'}))";
    expect({ ...parseSolverReply(dress([["solver", inner(code)]])), findings: [] }).toEqual({
      ok: true,
      source: `${code}\n`,
      findings: [],
    });
  });
});

describe.each(REPLY_FORMS)("in %s", (_, dress) => {
  it("a tester's reply is the same", () => {
    const configs = ['{"levels": [1, 2], "big": 12345678901234567890}', '{"levels": []}'];
    expect(parseTesterReply(dress([["tests", configs.join("\n")]]), "RiverEnv").configs).toEqual(configs);
  });
});

describe("beside prose", () => {
  const solver = "# a note\nimport json\n\ndef solve(self):\n    return self.step(json.dumps({}))";
  const environment = "import gymnasium\n\n# Task\nclass RiverEnv(gymnasium.Env):\n    def step(self, action):\n        return 1";

  it("code whose beginning is missing begins at its first line", () => {
    expect(parseSolverReply(`Sure, here is how it goes:\n\n${solver}\n</solver>\nGood luck.`)).toEqual({
      ok: true,
      source: `${solver}\n`,
      findings: [],
    });
    const parsed = { ok: true, form: "full", taskText: "Count them.", source: `${environment}\n`, className: "RiverEnv", findings: [] };
    expect(parseDesignerReply(`<task>Count them.</task>\nNow the class:\n${environment}\n</environment>`)).toEqual(parsed);
    expect(parseDesignerReply(`<task>Count them.\n${environment}\n</environment>`)).toEqual(parsed);
  });

  it("a comment in code is no heading", () => {
    for (const end of ["</environment>", ""]) {
      expect(parseDesignerReply(`<environment>\n${environment}\n${end}`)).toMatchObject({
        ok: false,
        findings: [{ code: "missing-task" }],
      });
      expect(parseDesignerReply(`## Task\nCount them.\n<environment>\n${environment}\n${end}`)).toMatchObject({
        ok: true,
        taskText: "Count them.",
        source: `${environment}\n`,
      });
    }
  });
});

const word = fc.constantFrom(
  "apples",
  "trees",
  "level",
  "alpha",
  "count",
  "sum",
  "größer",
  "数",
  "x<y",
  "a & b",
  "`code`",
  "1.",
  "**bold**",
);
const prose = fc
  .array(
    fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" ")),
    { minLength: 1, maxLength: 4 },
  )
  .map((lines) => lines.join("\n"));
const codeLine = fc.constantFrom(
  "x = 1",
  "if x < 2 and y > 3:",
  "    return '<b>'",
  "",
  "    # a comment",
  'text = "a@b {} </p>"',
  '"""doc"""',
  "values = {'a': [1]}",
  "@decorator",
);
const sloppiness = fc.record({
  fence: fc.constantFrom("", "```python", "```", "~~~py", "````"),
  crlf: fc.boolean(),
  before: fc.constantFrom("", "Here you are.\n", "\n\n", "<think>\nhm, <task>no</task>\n</think>\n", "I thought.\n</think>\n"),
  after: fc.constantFrom("", "\n", "\nThat is all, with a `<task>` in it.", "\n\n---\n"),
  lastTag: fc.boolean(),
  indent: fc.constantFrom("", "    ", "\t"),
  upper: fc.boolean(),
});
type Sloppiness = typeof sloppiness extends fc.Arbitrary<infer T> ? T : never;

function block(name: string, code: string, style: Sloppiness, isLast: boolean): string {
  const mark = /^[`~]+/.exec(style.fence)?.[0] ?? "";
  const inner = `${mark === "" ? "" : `${style.fence}\n`}${code}${mark === "" ? "" : `\n${mark}`}`;
  const tag = style.upper ? name.toUpperCase() : name;
  return `<${tag}>\n${inner}\n${isLast && !style.lastTag ? "" : `</${tag}>`}`;
}
function finish(text: string, style: Sloppiness): string {
  const indented = style.indent === "" ? text : text.replace(/^(?=.)/gm, style.indent);
  const whole = `${style.before}${indented}${style.lastTag ? style.after : ""}`;
  return style.crlf ? whole.replaceAll("\n", "\r\n") : whole;
}

describe("what was written is read, however sloppily", () => {
  it("a designer's reply", () => {
    const source = fc
      .tuple(
        fc.array(codeLine, { maxLength: 6 }),
        fc.constantFrom("A1Env", "RiverAlarm2Env", "X_yEnv"),
        fc.constantFrom("gymnasium.Env", "gym.Env", "Env"),
        fc.array(codeLine, { maxLength: 8 }),
      )
      .map(([head, name, base, body]) => ({
        name,
        code: [
          "import json",
          ...head,
          `class ${name}(${base}):`,
          ...body.map((line) => (line === "" ? "" : `    ${line}`)),
          "    pass",
        ].join("\n"),
      }));
    fc.assert(
      fc.property(prose, source, sloppiness, (task, { name, code }, style) => {
        const reply = finish(`<task>\n${task}\n</task>\n${block("environment", code, style, true)}`, style);
        expect(parseDesignerReply(reply)).toEqual({
          ok: true,
          form: "full",
          taskText: task.trim(),
          source: `${code}\n`,
          className: name,
          findings: [],
        });
      }),
      { numRuns: 1500 },
    );
  });

  it("a solver's reply", () => {
    fc.assert(
      fc.property(fc.array(codeLine, { maxLength: 10 }), sloppiness, (body, style) => {
        const code = ["def solve(self):", ...body.map((line) => (line === "" ? "" : `    ${line}`)), "    return None"].join("\n");
        expect(parseSolverReply(finish(block("solver", code, style, true), style))).toEqual({
          ok: true,
          source: `${code}\n`,
          findings: [],
        });
      }),
      { numRuns: 1500 },
    );
  });

  it("a tester's reply", () => {
    const config = fc
      .dictionary(
        fc.string({ maxLength: 5 }),
        fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant("<tests> </tests>"), fc.bigInt({ min: 0n, max: 10n ** 30n })),
        { maxKeys: 4 },
      )
      .map((value) =>
        JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `big${item}` : item)).replace(/"big(\d+)"/g, "$1"),
      );
    const lineStyle = fc.constantFrom(
      (json: string, index: number) => `${index + 1}. ${json}`,
      (json: string) => `AEnv@${json}`,
      (json: string) => `- AEnv@${json},`,
      (json: string) => json,
      (json: string) => JSON.stringify(`AEnv@${json}`),
      (json: string, index: number) => `Test ${index}: ${json}`,
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(config, { minLength: 1, maxLength: 6, selector: unspaced }),
        lineStyle,
        sloppiness,
        (configs, line, style) => {
          const reply = finish(block("tests", configs.map(line).join("\n"), { ...style, indent: "" }, true), { ...style, indent: "" });
          expect(parseTesterReply(reply, "AEnv")).toEqual({ configs, findings: [] });
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("JSON is spaced anew without another change", () => {
    fc.assert(
      fc.property(fc.json({ depthSize: "small" }), fc.nat(4), (json, width) => {
        const pretty = JSON.stringify(JSON.parse(json), null, width);
        expect(JSON.parse(onOneLine(pretty))).toEqual(JSON.parse(json));
        expect(onOneLine(pretty)).not.toContain("\n");
        expect(unspaced(pretty)).toBe(JSON.stringify(JSON.parse(json)));
        const wrapped = `{"x": ${pretty}}`;
        expect(objectEnd(`${wrapped} }`, 0, wrapped.length + 2)).toBe(wrapped.length);
      }),
    );
  });
});

const readAll = (reply: string) => {
  parseTesterReply(reply, "AEnv");
  parseSolverReply(reply);
  expect(parseDesignerReply(reply).ok).toBe(false);
};

describe("a large reply costs its length, no more", () => {
  const pieces = [
    "x",
    " ",
    "\n",
    "<environment>\n",
    "<task ",
    "<",
    "<think>",
    "</think>\n",
    "{\n",
    "a {\n",
    "AEnv@{\n",
    '{"a": 1}\n',
    '"\n',
    "'<tests>",
    "`",
    "```\n",
    "class A",
    "1234567890",
    "Test a: ",
  ];
  const shapes = [(text: string) => text, (text: string) => `<environment>\nclass AEnv(Env):\n${text}`, (text: string) => `<tests>${text}`];
  // Something quadratic would take hours; the bounds only leave room for a busy machine.
  it.each(pieces)("2 MB of %j", (piece) => {
    const start = performance.now();
    for (const shape of shapes) readAll(shape(piece.repeat(2_000_000 / piece.length)));
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it.each(["x", "<", '{"a": 1}\n'])("50 MB of %j", (piece) => {
    const start = performance.now();
    readAll(`<task>\nCount.\n</task>\n<environment>\nclass AEnv(Env):\n${piece.repeat(50_000_000 / piece.length)}`);
    expect(performance.now() - start).toBeLessThan(40_000);
  });
});
