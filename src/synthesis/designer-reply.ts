import { CLASS_NAME, clip, type Finding } from "@/domain";
import { codeOf, dedent, fencedCode, MAX_SOURCE, proseOf } from "./code-text.ts";
import { plainReply } from "./reply-form.ts";
import { afterReasoning, findBlock, lineAt, readTags, type Reply } from "./tags.ts";
import { mendTypography, typographyFindings } from "./typography.ts";

/**
 * The form is the one that the reply has, whichever was asked for. A compact class gets its name when it is assembled.
 * `findings` of what is used are warnings: what was mended in it.
 */
export type DesignerReply =
  | { ok: true; form: "full"; taskText: string; source: string; className: string; findings: Finding[] }
  | { ok: true; form: "compact"; taskText: string; source: string; className: null; findings: Finding[] }
  | { ok: false; findings: Finding[] };

const MAX_TASK = 100_000;
const FORM = "Write both blocks: <task>…</task>, then <environment>…</environment>.";
// Spaces of any kind: what is odd about them is mended once the code is found.
const ENV_CLASS = /^[^\S\n]{0,40}class[^\S\n]{1,40}[A-Za-z_]\w{0,200}[^\S\n]{0,40}\([^\n)]{0,400}\bEnv\b/m;
const CLASSES = /^class[ \t]{1,40}([A-Za-z_]\w{0,200})[ \t]{0,40}(?:\(([^)]{0,400})\))?[ \t]{0,40}:/gm;

/** Members that only a compact class has, and one that both forms have. */
const COMPACT_MEMBER = /^[^\S\n]{0,40}(?:def[^\S\n]{1,40}(?:state|answer)[^\S\n]{0,40}\(|examples[^\S\n]{0,40}(?::[^\n=]{0,100})?=)/m;
const OBSERVE = /^[^\S\n]{1,40}def[^\S\n]{1,40}Observe[^\S\n]{0,40}\(/m;
const STEP = /^[^\S\n]{1,40}(?:async[^\S\n]{1,40})?def[^\S\n]{1,40}step[^\S\n]{0,40}\(/m;

function isCompact(code: string): boolean {
  if (ENV_CLASS.test(code)) return !STEP.test(code) && COMPACT_MEMBER.test(code);
  return COMPACT_MEMBER.test(code) || OBSERVE.test(code);
}

const hasClass = (code: string) =>
  ENV_CLASS.test(code) ||
  /^[^\S\n]{0,40}class[^\S\n]{1,40}\w{1,200}Env\b/m.test(code) ||
  (/^[^\S\n]{0,40}class[^\S\n]{1,40}[A-Za-z_]/m.test(code) && isCompact(code));

function error(code: string, message: string, line: number | null, hint: string): Finding {
  return { severity: "error", code, message, line, hint };
}

type Found<T> = { value: T } | { finding: Finding };

function sourceIn(reply: Reply): Found<string> & { start: number; end: number } {
  const { text } = reply;
  const block = findBlock(reply, "environment", { plausible: hasClass, closing: "last" });
  if (block?.plausible === true) {
    const { start, end } = block;
    if (end - start > MAX_SOURCE) {
      return {
        start,
        end,
        finding: error(
          "environment-too-large",
          `The environment is ${end - start} characters long; at most ${MAX_SOURCE} are read.`,
          lineAt(text, start),
          "Write one short Python file.",
        ),
      };
    }
    return { start, end, value: codeOf(text.slice(start, end), hasClass) };
  }

  const visible = afterReasoning(reply);
  const fenced = fencedCode(visible.text, hasClass);
  if ("code" in fenced) return { start: visible.offset + fenced.start, end: visible.offset + fenced.end, value: fenced.code };
  if (block === null) {
    const several = fenced.count > 1 ? ` It has ${fenced.count} fenced pieces of Python with such a class, and none is marked.` : "";
    return { start: -1, end: -1, finding: error("missing-environment", `The reply has no <environment> block.${several}`, null, FORM) };
  }
  const line = lineAt(text, block.start);
  const empty = block.end - block.start <= MAX_SOURCE && text.slice(block.start, block.end).trim() === "";
  const finding = empty
    ? error("empty-environment", "The <environment> block is empty.", line, FORM)
    : error(
        "no-class",
        "The <environment> block has no class of an environment.",
        line,
        "Write one class, in Python, in the form that was asked for.",
      );
  return { start: block.start, end: block.end, finding };
}

function taskIn(reply: Reply, outside: { start: number; end: number }): Found<string> {
  const { text } = reply;
  const block = findBlock(reply, "task", {
    plausible: (content) => /[^\s.…]/.test(content),
    closing: "first",
    outside: outside.start === -1 ? null : { ...outside, closed: true },
  });
  if (block === null) {
    return { finding: error("missing-task", "The reply has no <task> block.", null, FORM) };
  }
  const line = lineAt(text, block.start);
  if (block.end - block.start > MAX_TASK) {
    return {
      finding: error(
        "task-too-large",
        `The task text is ${block.end - block.start} characters long; at most ${MAX_TASK} are read.`,
        line,
        "Tell the task in a few paragraphs.",
      ),
    };
  }
  const task = block.plausible ? proseOf(text.slice(block.start, block.end)) : "";
  return task === "" ? { finding: error("empty-task", "The <task> block is empty.", line, FORM) } : { value: task };
}

type ClassFound = { name: string; bases: string };

function classesOf(source: string): ClassFound[] {
  return [...source.matchAll(CLASSES)].map((match) => ({ name: match[1] ?? "", bases: match[2] ?? "" }));
}

const derivesFromEnv = ({ bases }: ClassFound) => /(?:^|[\s,.])Env\b/.test(bases);

/** The environment's class; its line is searched from where the source stands in the reply. */
function classNameIn(source: string, text: string, from: number): Found<string> {
  const found = classesOf(source);
  const fitting = found.findLast((item) => derivesFromEnv(item) && CLASS_NAME.test(item.name));
  if (fitting !== undefined) return { value: fitting.name };
  const near = found.findLast(derivesFromEnv) ?? found.findLast((item) => CLASS_NAME.test(item.name)) ?? found.at(-1);
  if (near === undefined) {
    return {
      finding: error(
        "no-class",
        "The environment's source has no class at its top level.",
        lineAt(text, from),
        "Write one class `<Name>Env(gymnasium.Env)`.",
      ),
    };
  }
  const at = text.indexOf(`class ${near.name}`, from);
  const line = lineAt(text, at === -1 ? from : at);
  const name = clip(near.name, 80);
  return derivesFromEnv(near)
    ? {
        finding: error(
          "class-name",
          `The class is called ${name}, which does not fit <Name>Env.`,
          line,
          "Begin with a capital letter, use letters, digits and _ only, and end in Env.",
        ),
      }
    : {
        finding: error(
          "class-base",
          `The class ${name} does not derive from gymnasium.Env.`,
          line,
          `Write \`class ${name}(gymnasium.Env):\`.`,
        ),
      };
}

/** Cuts a designer's reply into task text and environment, and tells its form; never throws. */
export function parseDesignerReply(replyText: string): DesignerReply {
  const { text, moved, findings: mended } = plainReply(replyText, ["task", "environment"]);
  const reply = readTags(text);
  const found = sourceIn(reply);
  const code = "value" in found ? mendTypography(found.value) : null;
  const source = code === null ? found : { ...found, value: dedent(code.code) };
  const task = taskIn(reply, source);
  const compact = "value" in source && isCompact(source.value);
  const className = "value" in source && !compact ? classNameIn(source.value, text, source.start) : null;
  if ("value" in task && "value" in source) {
    const findings = [...mended, ...(code === null ? [] : typographyFindings(code, moved ? null : lineAt(text, source.start)))];
    const parts = { ok: true, taskText: task.value, source: `${source.value}\n`, findings } as const;
    if (compact) return { ...parts, form: "compact", className: null };
    if (className !== null && "value" in className) return { ...parts, form: "full", className: className.value };
  }
  const findings = [task, source, ...(className === null ? [] : [className])].flatMap((part) => ("finding" in part ? [part.finding] : []));
  return { ok: false, findings: moved ? findings.map((finding) => ({ ...finding, line: null })) : findings };
}
