import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadBundledProblems } from "@/datasets";
import type { Environment, LanguageModel, Problem, StoredRunEvent } from "@/domain";
import { createRecordedModel } from "@/llm";
import { createRun } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let problem: Problem;
let plain: Environment;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  const found = (await loadBundledProblems()).find(({ id }) => id === "bakery-orders");
  if (found === undefined) throw new Error("no such problem");
  problem = found;
  plain = (await verified((text) => text)).environment;
}, 240_000);
afterAll(() => sandbox.dispose());

type Block = { name: string; content: string };
const CODE = new Set(["environment", "solver"]);

/** The blocks of a recorded reply, their code out of its fence. */
const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^<(task|environment|tests|solver)>\n([\s\S]*?)\n<\/\1>$/gm)].map(({ 1: name = "", 2: content = "" }) => ({
    name,
    content: content.trim().replace(/^```\w*\n([\s\S]*?)\n```$/, "$1"),
  }));

const each = (write: (block: Block) => string) => (text: string) => blocksOf(text).map(write).join("\n\n");
const inCode = (write: (code: string) => string, which = CODE) =>
  each(({ name, content }) => `<${name}>\n${which.has(name) ? write(content) : content}\n</${name}>`);
const SOLVER = new Set(["solver"]);

/** Ways in which models send a reply that plainly means one. */
const FORMS: Record<string, (text: string) => string> = {
  "JSON around the tags' content": (text) =>
    JSON.stringify(Object.fromEntries(blocksOf(text).map(({ name, content }) => [name, name === "tests" ? content.split("\n") : content]))),
  "headings instead of tags, in fences": each(
    ({ name, content }) =>
      `## ${name[0]?.toUpperCase()}${name.slice(1)}\n\n${CODE.has(name) ? `\`\`\`python\n${content}\n\`\`\`` : content}`,
  ),
  "bold tags, a mark of the end": (text) => `${each(({ name, content }) => `**<${name}>**\n${content}\n**</${name}>**`)(text)}<|im_end|>`,
  "half-closed tags": each(({ name, content }) => `<${name}>\n${content}\n</${name}`),
  "unopened tags": each(({ name, content }) => `${content}\n</${name}>`),
  "code in a tag of XML": inCode((code) => `<code language="python">\n${code}\n</code>`),
  "non-breaking spaces and curly quotes": inCode((code) =>
    code.replace(/^ {4}/gm, "\u00A0\u00A0\u00A0\u00A0").replace(/(?<=[(,[ ])"([\w ]*)"(?=[),\]:])/g, "“$1”"),
  ),
  "solvers in a class, behind a note": inCode((code) => `# a note\nclass Solver:\n${code.replace(/^(?=.)/gm, "    ")}`, SOLVER),
  "solvers in two fences": inCode((code) => `First\n\`\`\`python\nimport json\n\`\`\`\nand\n\`\`\`python\n${code}\n\`\`\``, SOLVER),
  "bare solvers, behind a note": (text) =>
    text.includes("<solver>")
      ? blocksOf(text)
          .map(({ content }) => `# note\n${content}`)
          .join("")
      : text,
};

async function verified(dress: (text: string) => string): Promise<{ environment: Environment; events: StoredRunEvent[]; sent: string[] }> {
  const recorded = createRecordedModel({ durationMs: 0 });
  const sent: string[] = [];
  const model: LanguageModel = {
    ...recorded,
    generate: async (request, options) => {
      const reply = await recorded.generate(request, options);
      const text = dress(reply.text);
      sent.push(text);
      return { ...reply, text };
    },
  };
  const run = createRun(problem, model, sandbox);
  const view = await run.run();
  expect(view.error).toBeNull();
  expect(view.status).toBe("verified");
  const [environment] = run.environments;
  if (environment === undefined) throw new Error("no environment");
  return { environment, events: run.events, sent };
}

const tasksOf = ({ tasks }: Environment) => tasks.map(({ config, answer, rounds, kept }) => [config, answer, rounds, kept]);

describe("replies in another form make the same environment", { timeout: 240_000 }, () => {
  test.each(Object.entries(FORMS))("%s", async (_, dress) => {
    const { environment, events, sent } = await verified(dress);
    expect(tasksOf(environment)).toEqual(tasksOf(plain));
    expect([environment.taskText, environment.className]).toEqual([plain.taskText, plain.className]);
    // What was paid for is stored as it came; only the reading differs.
    const stored = events.flatMap(({ event }) => (event.type === "reply-received" ? [event.reply.text] : []));
    expect(stored.toSorted()).toEqual(sent.toSorted());
  });
});
