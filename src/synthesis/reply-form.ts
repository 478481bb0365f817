import { entryTexts, type Finding, memberTexts, normaliseNewlines } from "@/domain";
import { fencedBlocks } from "./code-text.ts";
import { afterReasoning, type BlockName, readTags } from "./tags.ts";

/**
 * A reply in the form that was asked for, made of the many in which models send it. `moved`: lines are no longer those
 * of the reply. Every step is linear in the reply's length.
 */
export type PlainReply = { text: string; moved: boolean; findings: Finding[] };

const MAX_JSON = 4_000_000;
const NAME_PATTERN: Record<BlockName, string> = { task: "task", environment: "environment|env", tests: "tests?", solver: "solver" };
/** What models call the blocks in headings and in JSON. */
const TITLES: Record<BlockName, string> = {
  task: "task(?:[ _]text|[ _]description)?",
  environment: "environment(?:[ _]code|[ _]class)?",
  tests: "tests|test[ _]?cases|unit[ _]?tests|configurations|configs",
  solver: "solver(?:[ _]code)?",
};
/** Marks of a turn's end that servers leave in the text. */
const TURN_END = /(?:<\|(?:im_end|im_start|endoftext|end_of_text|eot_id|eom_id|end)\|>|<end_of_turn>|<\/s>)[ \t]{0,8}$/;
const LONGEST_END = 40;

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** One configuration a line, as each was written; null when the entries are none. */
function linesOfList(json: string): string | null {
  const lines = entryTexts(json).map((entry) => {
    const value = parsed(entry);
    if (typeof value === "string" && value.includes("{")) return value.replace(/\n/g, " ");
    return isRecord(value) ? entry.replace(/\n/g, " ") : null;
  });
  return lines.length === 0 || lines.includes(null) ? null : lines.join("\n");
}

/** The content of a block that stands in JSON: a text, or a list of configurations. */
function contentOf(name: BlockName, json: string | undefined): string | null {
  if (json === undefined) return null;
  const value = parsed(json);
  if (name === "tests" && Array.isArray(value)) return linesOfList(json);
  return typeof value === "string" ? value : null;
}

/** Blocks out of one JSON object with their names as its keys; null when it is none. */
function blocksIn(json: string, names: readonly BlockName[]): string | null {
  if (json.length > MAX_JSON || !/^[{"]/.test(json)) return null;
  const value = parsed(json);
  // A text that was encoded as a whole.
  if (typeof value === "string") return names.some((name) => value.includes(`<${name}`)) ? value : null;
  if (!isRecord(value)) return null;
  const members = memberTexts(json);
  const blocks = names.flatMap((name) => {
    const key = [...members.keys()].find((one) => new RegExp(`^(?:${TITLES[name]})$`, "i").test(one));
    const content = key === undefined ? null : contentOf(name, members.get(key));
    return content === null ? [] : [`<${name}>\n${content}\n</${name}>`];
  });
  if (blocks.length > 0) return blocks.join("\n");
  const [only, ...more] = Object.values(value);
  return more.length === 0 && typeof only === "string" && names.some((name) => only.includes(`<${name}`)) ? only : null;
}

/** The same where JSON stands between the tags: `{"code": "…"}`, `{"tests": […]}`, or a text in quotes. */
function unwrappedContent(name: BlockName, content: string): string | null {
  const fence = fencedBlocks(content.slice(0, MAX_JSON))[0];
  const json = (content.trimStart().startsWith("`") && fence !== undefined ? content.slice(fence.start, fence.end) : content).trim();
  if (json.length > MAX_JSON || !/^[{"]/.test(json)) return null;
  const value = parsed(json);
  if (typeof value === "string") return name === "tests" ? null : value;
  if (!isRecord(value)) return null;
  const members = [...memberTexts(json).entries()];
  const [first] = members;
  if (first === undefined || members.length !== 1) return null;
  if (name === "tests" && !new RegExp(`^(?:${TITLES.tests})$`, "i").test(first[0])) return null;
  return contentOf(name, first[1]);
}

function unwrappedTags(text: string, names: readonly BlockName[]): string {
  let whole = text;
  for (const name of names) {
    const open = new RegExp(`<(?:${NAME_PATTERN[name]})>`, "i").exec(whole);
    if (open === null) continue;
    const start = open.index + open[0].length;
    const close = new RegExp(`</(?:${NAME_PATTERN[name]})>`, "gi");
    close.lastIndex = start;
    const end = close.exec(whole)?.index ?? whole.length;
    const content = unwrappedContent(name, whole.slice(start, end));
    if (content !== null) whole = `${whole.slice(0, start)}\n${content}\n${whole.slice(end)}`;
  }
  return whole;
}

/** Tags in bold, and tags that lack their bracket at a line's end, as they were meant. */
function plainTags(text: string, names: readonly BlockName[]): string {
  const pattern = names.map((name) => NAME_PATTERN[name]).join("|");
  return text
    .replace(new RegExp(`(\\*{1,3}|_{1,3})(</?(?:${pattern})>)\\1`, "gi"), "$2")
    .replace(new RegExp(`^([ \\t]{0,40})<(/?)(${pattern})[ \\t]{0,8}$`, "gim"), "$1<$2$3>")
    .replace(new RegExp(`</(${pattern})[ \\t]{0,8}$`, "gim"), "</$1>");
}

type Tags = ReturnType<typeof readTags>["tags"];
const opens = (tags: Tags, name: BlockName): boolean => tags.some((tag) => tag.name === name && !tag.closing);

/** Where code begins that prose stands before. */
const FIRST_CODE =
  /^[ \t]{0,40}(?:`{3}|~{3}|<(?:code|python|py|source|pre|script|!\[CDATA)\b|#|@\w|"""|import [\w., ]{1,200}$|from [\w.]{1,200} import |class \w|(?:async )?def \w)/m;

/** An end without its beginning: the block begins where the one before it ended, or the reasoning; code at its first line. */
function withBeginnings(text: string, names: readonly BlockName[]): string {
  let whole = text;
  for (const name of names) {
    const reply = readTags(whole);
    const end = reply.tags.find((tag) => tag.name === name && tag.closing && tag.standing > 0);
    if (end === undefined || opens(reply.tags, name)) continue;
    const before = reply.tags.findLast((tag) => tag.closing && tag.end <= end.start)?.end;
    const from = before ?? afterReasoning(reply).offset;
    const code = name === "task" || name === "tests" ? null : FIRST_CODE.exec(whole.slice(from, end.start));
    const start = from + (code?.index ?? 0);
    whole = `${whole.slice(0, start)}<${name}>${whole.slice(start)}`;
  }
  return whole;
}

/** Blocks that have their tags: from the first beginning to the last end, or all the rest where code has no end. */
function taggedBlocks(tags: Tags, names: readonly BlockName[]): { start: number; end: number }[] {
  return names.flatMap((name) => {
    const open = tags.find((tag) => tag.name === name && !tag.closing && tag.standing > 0);
    if (open === undefined) return [];
    const close = tags.findLast((tag) => tag.name === name && tag.closing && tag.start >= open.end && !tag.quoted);
    if (close === undefined && (name === "task" || name === "tests")) return [];
    return [{ start: open.start, end: close?.start ?? Number.POSITIVE_INFINITY }];
  });
}

/** Headings in the place of tags that are missing, outside of fences and of blocks that have theirs. */
function withHeadings(text: string, names: readonly BlockName[]): string {
  if (!/^[ \t]{0,3}(?:#|\*\*|__)/m.test(text)) return text;
  const { tags } = readTags(text);
  const missing = names.filter((name) => !opens(tags, name));
  if (missing.length === 0) return text;
  const blocks = taggedBlocks(tags, names);
  const heading = new RegExp(
    `^[ \\t]{0,3}(?:#{1,6}[ \\t]{1,4}(?:\\d{1,2}[.)][ \\t]{1,4})?(?:\\*\\*)?|\\*\\*|__)(?:(?<task>${TITLES.task})|(?<environment>${TITLES.environment})|(?<tests>${TITLES.tests})|(?<solver>${TITLES.solver}))[ \\t]{0,4}:?(?:\\*\\*|__)?[ \\t]{0,4}:?[ \\t]{0,8}$`,
    "i",
  );
  const done = new Set<BlockName>();
  let fenced = false;
  let next = 0;
  const lines = text.split("\n").map((line) => {
    const at = next;
    next += line.length + 1;
    if (blocks.some(({ start, end }) => at >= start && at < end)) return line;
    if (/^[ \t]{0,12}(?:`{3}|~{3})/.test(line)) fenced = !fenced;
    const groups = fenced || line.length > 120 ? undefined : heading.exec(line)?.groups;
    const name = missing.find((one) => groups?.[one] !== undefined);
    if (name === undefined || done.has(name)) return line;
    done.add(name);
    return `<${name}>`;
  });
  return done.size === 0 ? text : lines.join("\n");
}

/** Without the marks of its end: on lines of their own, and behind the last line. */
function withoutTurnEnds(text: string): string {
  if (!/<\||<end_of_turn>|<\/s>/.test(text)) return text;
  const lines = text.split("\n");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return lines
    .map((line, index) => {
      let end = line.length;
      for (
        let mark = TURN_END.exec(line.slice(Math.max(0, end - LONGEST_END), end));
        mark !== null;
        mark = TURN_END.exec(line.slice(Math.max(0, end - LONGEST_END), end))
      )
        end -= mark[0].length;
      return index === last || end === 0 ? line.slice(0, end) : line;
    })
    .join("\n");
}

const WRAPPED: Finding = {
  severity: "warning",
  code: "wrapped",
  message: "The reply came inside of JSON; its parts were taken out.",
  line: null,
  hint: "Write the parts between their tags, as they are, with no JSON around them.",
};

/** A reply of these blocks, as it was asked for. Never throws. */
export function plainReply(replyText: string, names: readonly BlockName[]): PlainReply {
  const normal = normaliseNewlines(replyText);
  if (normal.length > MAX_JSON) return { text: normal, moved: false, findings: [] };
  const text = withoutTurnEnds(normal);
  const jsonWhole = outOfJson([afterReasoning(readTags(text)).text], names);
  if (jsonWhole !== null) return { text: unwrappedTags(jsonWhole, names), moved: true, findings: [WRAPPED] };
  const tagged = withHeadings(withBeginnings(plainTags(text, names), names), names);
  const reply = readTags(tagged);
  const wrapped = names.some((name) => opens(reply.tags, name)) ? null : outOfJson(fencedIn(afterReasoning(reply).text), names);
  const whole = wrapped ?? tagged;
  const unwrapped = unwrappedTags(whole, names);
  if (wrapped === null && unwrapped === tagged) return { text: tagged, moved: false, findings: [] };
  return { text: unwrapped, moved: true, findings: [WRAPPED] };
}

function fencedIn(text: string): string[] {
  const blocks = fencedBlocks(text);
  return blocks.length > 20 ? [] : blocks.map(({ start, end }) => text.slice(start, end));
}

function outOfJson(pieces: readonly string[], names: readonly BlockName[]): string | null {
  for (const piece of pieces) {
    const blocks = blocksIn(piece.trim(), names);
    if (blocks !== null) return blocks;
  }
  return null;
}
