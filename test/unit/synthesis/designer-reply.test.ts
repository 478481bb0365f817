import { describe, expect, it } from "vitest";
import { parseDesignerReply } from "@/synthesis";

const SOURCE = `import json

import gymnasium


class Route66Env(gymnasium.Env):
    """A road.

    \`\`\`
    Route66Env@{"a": 1}
    \`\`\`
    """

    @staticmethod
    def from_env_str(text):
        def inner():
            return "</task> <task> </environment>"
        return inner()
`;
const TASK = "Count the gas stations.\n\nSubmit an integer.";
const plain = `<task>\n${TASK}\n</task>\n<environment>\n${SOURCE}</environment>`;
const parsed = { ok: true, form: "full", taskText: TASK, source: SOURCE, className: "Route66Env", findings: [] };
const codes = (reply: string) => {
  const result = parseDesignerReply(reply);
  return result.ok ? "ok" : result.findings.map((finding) => `${finding.code}:${finding.line}`);
};

describe("what is forgiven", () => {
  const fenced = (mark: string, language: string) =>
    `<task>\n${TASK}\n</task>\n<environment>\n${mark}${language}\n${SOURCE}${mark}\n</environment>`;
  it.each<[string, string]>([
    ["nothing", plain],
    ["CRLF", plain.replaceAll("\n", "\r\n")],
    ["a byte-order mark and prose around", `\uFEFFSure! Here you are:\n\n${plain}\n\nI hope that this helps.`],
    ["a fence", fenced("```", "python")],
    ["a fence of tildes", fenced("~~~", "py")],
    ["a fence without a language", fenced("````", "")],
    [
      "prose and a fence",
      plain
        .replace("<environment>\n", "<environment>\nThe class follows.\n\n```python\n")
        .replace(/<\/environment>$/, "```\nThat is all.\n</environment>"),
    ],
    ["a fence around everything", `\`\`\`xml\n${plain}\n\`\`\``],
    ["a fence around everything and no last tag", `\`\`\`xml\n${plain.replace(/<\/environment>$/, "")}\`\`\``],
    ["no last tag", plain.replace(/<\/environment>$/, "")],
    ["no last tag and an open fence", fenced("```", "python").replace(/```\n<\/environment>$/, "")],
    ["no end of the task", plain.replace("\n</task>\n<env", "\n\n<env")],
    [
      "capitals, spaces, attributes",
      plain.replace("<task>", '< Task lang="en" >').replace("</task>\n<environment>", "</ TASK >\n<Environment version='1'>"),
    ],
    ["everything in one line where it can be", `<task>${TASK}</task><environment>${SOURCE}</environment>`],
    ["the environment first", `<environment>\n${SOURCE}</environment>\n<task>\n${TASK}\n</task>`],
    ["the environment first, without its end", `<environment>\n${SOURCE}\n<task>\n${TASK}\n</task>`],
    ["reasoning", `<think>\nI could write <task>x</task> <environment>class AEnv(Env): pass</environment>\n</think>\n${plain}`],
    [
      "reasoning without its beginning",
      `I could write <task>x</task>\n<environment>\nclass AEnv(Env): pass\n</environment>\n</think>\n\n${plain}`,
    ],
    ["reasoning without its end", `<thinking>\nLet me see.\n${plain}`],
    ["an answer inside the reasoning", `<think>\n${plain}\n</think>`],
    ["two stretches of reasoning", `<reasoning>a</reasoning>\n<think>b</think>\n${plain}`],
    ["tags in prose before", `I put the text into <task> and the class into <environment> … </environment> tags.\n\n${plain}`],
    ["tags in prose after", `${plain}\n\nThe <environment> block ends with </environment> as asked, and \`</task>\` too.`],
    ["the form repeated as a template first", `<task>\n…\n</task>\n<environment>\n…\n</environment>\n\n${plain}`],
    ["a draft first", `<task>\nOld.\n</task>\n<environment>\nclass OldEnv(gym.Env):\n    pass\n</environment>\n\nBetter:\n\n${plain}`],
    [
      "indentation of everything",
      plain
        .split("\n")
        .map((line) => (line === "" ? "" : `    ${line}`))
        .join("\n"),
    ],
    ["a fence instead of the environment's tag", `<task>\n${TASK}\n</task>\n\n\`\`\`python\n${SOURCE}\`\`\`\nDone.`],
    ["a task in a fence", plain.replace(`<task>\n${TASK}`, `<task>\n\`\`\`text\n${TASK}\n\`\`\``)],
  ])("%s", (_, reply) => expect(parseDesignerReply(reply)).toEqual(parsed));

  it("an unclosed task before a fence", () => {
    expect(parseDesignerReply(`<task>\n${TASK}\n\n\`\`\`python\n${SOURCE}\`\`\``)).toEqual(parsed);
  });

  it("tags alone on their lines inside the code", () => {
    const source = `${SOURCE}\n    TEXT = """\n<task>\n<environment>\n</task>\n"""\n`;
    expect(parseDesignerReply(`<task>\n${TASK}\n</task>\n<environment>\n${source}</environment>`)).toEqual({ ...parsed, source });
  });

  it("several classes: the last that fits", () => {
    const source = "class BaseEnv(gym.Env):\n    pass\n\nclass RealEnv(\n    gymnasium.Env,\n):\n    pass\n\nclass Helper:\n    pass\n";
    expect(parseDesignerReply(`<task>T</task><environment>\n${source}</environment>`)).toMatchObject({ className: "RealEnv" });
  });
});

describe("the compact form", () => {
  const compact = `class Roads:\n    examples = [{"a": 1}]\n\n    def state(self, a):\n        self.a = a\n\n    def Observe(self):\n        """Look.\n        Returns: Text."""\n        return self.a\n\n    def answer(self) -> int:\n        return 1\n`;
  const whole = (source: string) => `<task>\n${TASK}\n</task>\n<environment>\n${source}</environment>`;
  const read = (source: string) => ({ ok: true, form: "compact", taskText: TASK, source, className: null, findings: [] });

  it.each<[string, string]>([
    ["plain", whole(compact)],
    ["in a fence", whole(`\`\`\`python\n${compact}\`\`\`\n`)],
    ["in a fence, without tags", `<task>\n${TASK}\n</task>\n\n\`\`\`python\n${compact}\`\`\``],
    ["without its last tag", whole(compact).replace(/<\/environment>$/, "")],
    ["after the form as a template", `<task>\n…\n</task>\n<environment>\nclass Name:\n    …\n</environment>\n\n${whole(compact)}`],
    ["after a whole file as a draft", `${plain}\n\nShorter:\n\n${whole(compact)}`],
  ])("%s", (_, reply) => expect(parseDesignerReply(reply)).toEqual(read(compact)));

  it.each<[string, string]>([
    ["a name that ends in Env", compact.replace("Roads", "RoadsEnv")],
    ["a base class", compact.replace("Roads:", "RoadsEnv(gymnasium.Env):")],
    [
      "members as the whole form has them",
      compact.replace("def state(self, a)", "def reset(self, options)").replace("def answer", "def get_ref_answer"),
    ],
    ["examples with a type", compact.replace("examples =", "examples: list[dict] =")],
    ["without Observe", compact.replace("Observe", "Look")],
  ])("is told from the whole one: %s", (_, source) => expect(parseDesignerReply(whole(source))).toEqual(read(source)));

  it("a whole environment is one whatever else it has", () => {
    const source = `${SOURCE}\n    def step(self, action):\n        return True, ""\n\n    def answer(self):\n        return 1\n\n    def state(self):\n        return 2\n`;
    expect(parseDesignerReply(whole(source))).toEqual({ ...parsed, source });
    // A whole one without its step is a whole one with a fault, not a compact one.
    expect(parseDesignerReply(whole(SOURCE))).toEqual(parsed);
  });
});

describe("what is wrong is named with its line", () => {
  it.each<[string, string, string[]]>([
    ["an empty reply", "", ["missing-task:null", "missing-environment:null"]],
    ["prose", "I cannot do that.", ["missing-task:null", "missing-environment:null"]],
    ["no task", `<environment>\n${SOURCE}</environment>`, ["missing-task:null"]],
    ["code in a fence, no task", `\`\`\`python\n${SOURCE}\`\`\``, ["missing-task:null"]],
    [
      "two fences, none marked",
      `<task>${TASK}</task>\n\`\`\`python\n${SOURCE}\`\`\`\n\`\`\`python\n${SOURCE}\`\`\``,
      ["missing-environment:null"],
    ],
    ["no environment", `Hello\n<task>${TASK}</task>`, ["missing-environment:null"]],
    ["an empty task", `\n<task>\n</task>\n<environment>\n${SOURCE}</environment>`, ["empty-task:2"]],
    ["an empty environment", `<task>\n${TASK}\n</task>\n<environment>\n</environment>`, ["empty-environment:6"]],
    ["no class", `<task>\n${TASK}\n</task>\n<environment>\nprint(1)\n</environment>`, ["no-class:6"]],
    ["a class name that does not fit", plain.replace("Route66Env", "Route66"), ["class-name:12"]],
    ["a class that derives from nothing", plain.replace("(gymnasium.Env)", ""), ["class-base:12"]],
  ])("%s", (_, reply, expected) => expect(codes(reply)).toEqual(expected));

  it("an environment that is too large", () => {
    expect(codes(`<task>\nT\n</task>\n<environment>\nclass AEnv(Env):\n    pass\n${"# \n".repeat(600_000)}</environment>`)).toEqual([
      "environment-too-large:4",
    ]);
  });

  it("has a hint for each finding", () => {
    const result = parseDesignerReply("<task></task>");
    expect(result.ok ? [] : result.findings.map(({ hint }) => typeof hint)).toEqual(["string", "string"]);
  });
});
