/**
 * Tags in a model's reply. Every pattern here is bounded, so that a hostile reply costs no more than its length.
 */
export type BlockName = "task" | "environment" | "tests" | "solver";

type TagName = BlockName | "reasoning";
type Tag = {
  name: TagName;
  closing: boolean;
  start: number;
  end: number;
  /** Part of a string, as it seems. */
  quoted: boolean;
  /** 2: alone on its line, 1: at its beginning or end, 0: in the middle of a sentence. */
  standing: 0 | 1 | 2;
};

export type Block = { start: number; end: number; closed: boolean };

const NAMES: Record<string, TagName> = {
  task: "task",
  environment: "environment",
  env: "environment",
  test: "tests",
  tests: "tests",
  solver: "solver",
  think: "reasoning",
  thinking: "reasoning",
  reasoning: "reasoning",
};
const TAG = /<\s{0,4}(\/?)\s{0,4}(task|environment|env|tests?|solver|think|thinking|reasoning)(?:\s[^<>]{0,200})?\s{0,4}>/gi;
/** A reply with more tags than this is no reply to our prompts. */
const MAX_TAGS = 5000;
/** Only so many openings of one block are tried, from the last. */
const MAX_OPENINGS = 20;
/** Whether a block makes sense is decided by its beginning. */
const MAX_LOOKED_AT = 400_000;

/** Whether nothing but a line's end or another tag stands beside a tag. */
function standsFree(text: string, from: number, step: 1 | -1): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += step;
  const neighbour = text[at];
  return neighbour === undefined || neighbour === "\n" || neighbour === (step === 1 ? "<" : ">");
}

/** Tells, for places that only move forward, whether a quote that was opened on the same line is still open there. */
function quoteReader(text: string): (place: number) => boolean {
  let at = 0;
  let open = 0;
  return (place) => {
    for (; at < place; at += 1) {
      const char = text.charCodeAt(at);
      if (char === 10 || char === open) open = 0;
      else if (char === 92 && text.charCodeAt(at + 1) !== 10) at += 1;
      else if (open === 0 && (char === 34 || char === 39)) open = char;
    }
    return open !== 0;
  };
}

function scan(text: string): Tag[] {
  const tags: Tag[] = [];
  const inString = quoteReader(text);
  for (const match of text.matchAll(TAG)) {
    const name = NAMES[(match[2] ?? "").toLowerCase()];
    if (name === undefined) continue;
    const start = match.index;
    const end = start + match[0].length;
    const quoted = inString(start);
    const free = quoted ? 0 : Number(standsFree(text, start - 1, -1)) + Number(standsFree(text, end, 1));
    tags.push({ name, closing: match[1] === "/", start, end, quoted, standing: free === 2 ? 2 : free === 1 ? 1 : 0 });
    if (tags.length >= MAX_TAGS) break;
  }
  return tags;
}

/**
 * Stretches of reasoning. An opening without its end is a slip and ignored; an end without its opening hides all
 * before it (servers drop the opening), when a block still begins behind it.
 */
function reasoningIn(tags: readonly Tag[]): Block[] {
  const hidden: Block[] = [];
  const lastBlock = tags.findLast((tag) => tag.name !== "reasoning" && !tag.closing)?.start ?? -1;
  let open: Tag | null = null;
  for (const tag of tags) {
    if (tag.name !== "reasoning") continue;
    if (!tag.closing) {
      open ??= tag;
    } else if (open !== null) {
      hidden.push({ start: open.start, end: tag.end, closed: true });
      open = null;
    } else if (lastBlock > tag.end && tag.standing > 0) {
      hidden.push({ start: 0, end: tag.end, closed: false });
    }
  }
  return hidden;
}

export type Reply = { text: string; tags: readonly Tag[]; /** Reasoning, in order. */ hidden: readonly Block[] };

export function readTags(text: string): Reply {
  const all = scan(text);
  const hidden = reasoningIn(all);
  const visible: Tag[] = [];
  let next = 0;
  let reach = -1;
  for (const tag of all) {
    for (let range = hidden[next]; range !== undefined && range.start <= tag.start; range = hidden[next]) {
      reach = Math.max(reach, range.end);
      next += 1;
    }
    if (tag.name !== "reasoning" && tag.start >= reach) visible.push(tag);
  }
  // A model that wrote its whole answer inside its reasoning still wrote it.
  const blocks = all.filter((tag) => tag.name !== "reasoning");
  return visible.some((tag) => !tag.closing) ? { text, tags: visible, hidden } : { text, tags: blocks, hidden: [] };
}

/** The text with reasoning left out, for replies without any tags; `offset` tells where it begins in the reply. */
export function afterReasoning(reply: Reply): { text: string; offset: number } {
  const offset = reply.hidden.at(-1)?.end ?? 0;
  return { text: reply.text.slice(offset), offset };
}

export type BlockRules = {
  /** Does this content make sense? */
  plausible: (content: string) => boolean;
  /** Of several ends that stand equally well, which one counts: prose takes the first, code the last. */
  closing: "first" | "last";
  /** Tags in here belong to another block's content. */
  outside?: Block | null;
};

function endOf(name: BlockName, open: Tag, before: number, tags: readonly Tag[], rules: BlockRules): Block | null {
  const ours = (tag: Tag) => tag.name === name && tag.closing && tag.start >= open.end && tag.start < before;
  const closings = tags.filter((tag) => ours(tag) && (rules.closing === "first" || !tag.quoted));
  const best = closings.reduce((most, tag) => Math.max(most, tag.standing), 0);
  const standing = closings.filter((tag) => tag.standing === best);
  const closing = rules.closing === "first" ? standing[0] : standing.at(-1);
  return closing === undefined ? null : { start: open.end, end: closing.start, closed: true };
}

/**
 * The block that counts: the last one that makes sense, tags that stand on their own before tags in mid-sentence.
 * Without its end a block runs to where another one begins, or to the end of the reply. Null: no such tag.
 */
export function findBlock(reply: Reply, name: BlockName, rules: BlockRules): (Block & { plausible: boolean }) | null {
  const outside = rules.outside ?? null;
  const tags = outside === null ? reply.tags : reply.tags.filter((tag) => tag.start < outside.start || tag.start >= outside.end);
  const openings = tags.filter((tag) => tag.name === name && !tag.closing);
  const others = tags.filter((tag) => tag.name !== name && !tag.closing && (tag.standing > 0 || tag.end === outside?.start));
  let fallback: Block | null = null;

  for (const list of [openings.filter((tag) => tag.standing > 0), openings.filter((tag) => tag.standing === 0)]) {
    const least = Math.max(0, list.length - MAX_OPENINGS);
    for (let index = list.length - 1; index >= least; index -= 1) {
      const open = list[index];
      if (open === undefined) continue;
      const limit = list[index + 1]?.start ?? reply.text.length;
      const next = others.find((tag) => tag.start >= open.end)?.start ?? reply.text.length;
      const nextBlock = outside !== null && outside.start >= open.end ? Math.min(next, outside.start) : next;
      const unclosed = { start: open.end, end: Math.min(limit, nextBlock), closed: false };
      // Prose never holds another block. Code may name one in a string, and may name its own tags there too.
      const found =
        rules.closing === "first"
          ? (endOf(name, open, unclosed.end, tags, rules) ?? unclosed)
          : (endOf(name, open, limit, tags, rules) ?? endOf(name, open, reply.text.length, tags, rules) ?? unclosed);
      const content = reply.text.slice(found.start, Math.min(found.end, found.start + MAX_LOOKED_AT));
      if (rules.plausible(content)) return { ...found, plausible: true };
      fallback ??= found;
    }
  }
  return fallback === null ? null : { ...fallback, plausible: false };
}

/** 1-based line of a place in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
