import { CALL_BEGIN, CALL_END, objectEnd } from "@/domain";
import { looksLikeCall, MAX_CALL_CHARS, type Read, readCallText, type ReadCall } from "./call-form.ts";

/**
 * What a text says besides its reasoning. `unread`: the fault of the last call that could not be read; `open`: its end
 * is missing. `inReasoning`: a call stands there that was not made.
 */
export type Spoken = { calls: ReadCall[]; unread: { fault: string; open: boolean } | null; inReasoning: boolean };

/** How calls are marked: as asked for, and as models were taught elsewhere. */
const MARKS: ReadonlyMap<string, string | null> = new Map([
  [CALL_BEGIN, CALL_END],
  ["<tool_call>", "</tool_call>"],
  ["<function_call>", "</function_call>"],
  ["[TOOL_CALLS]", null],
]);

/** Where reasoning begins and ends, in the ways of many models, and where calls begin. */
const TOKEN = new RegExp(
  [
    String.raw`(?<tag><(?<end1>\/?)(?:[a-z]{1,20}:)?(?:think|thinking|thoughts?|reasoning|reflection|scratchpad)(?:\s[^<>]{0,200})?\s{0,4}>)`,
    String.raw`(?<other>\[(?<end2>\/?)THINK\]|◁(?<end3>\/?)think▷|<\|(?:begin|(?<end4>end))_of_thought\|>)`,
    String.raw`(?<channel><\|channel\|?>(?:analysis|thought)\b)`,
    String.raw`(?<turn><\|(?:end|start|channel)\|>|<channel\|>)`,
    String.raw`(?<call>${[...MARKS.keys()].map((mark) => mark.replace(/[|[\]]/g, "\\$&")).join("|")})`,
  ].join("|"),
  "gi",
);

/** A call whose own text holds a mark is looked at again past it, so often. */
const MAX_SECOND_LOOKS = 20;

/** A tag that is only spoken of. */
function isMentioned(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? "";
  return "`'\"".includes(before) && before !== "" && text[end] === before;
}

type Attempt = { read: Read<ReadCall> | null; end: number; open: boolean };

/**
 * All calls of a text outside of its reasoning. A thought's end without its beginning makes all before it reasoning, and
 * a beginning without an end all behind it. A mark that no call follows is spoken of only.
 */
export function spokenCalls(text: string): Spoken {
  const said: Spoken = { calls: [], unread: null, inReasoning: false };
  const forget = (): void => {
    said.inReasoning ||= said.calls.length > 0 || said.unread !== null;
    Object.assign(said, { calls: [], unread: null });
  };
  let reasoning: "no" | "thought" | "channel" = "no";
  let looks = MAX_SECOND_LOOKS;

  const attempt = (mark: string, from: number): Attempt => {
    const closer = MARKS.get(mark) ?? null;
    const nextMark = text.indexOf(mark, from);
    const region = text.slice(from, nextMark === -1 ? text.length : nextMark);
    const close = closer === null ? -1 : region.indexOf(closer);
    const body = close === -1 ? region : region.slice(0, close);
    const end = from + body.length + (close === -1 ? 0 : (closer?.length ?? 0));
    const open = close === -1 && nextMark === -1;
    if (!looksLikeCall(body)) return { read: null, end: from, open };
    const read = readCallText(body);
    if (!("fault" in read) || open || looks === 0) return { read, end, open };
    // A mark inside of a text of the call is part of it.
    looks -= 1;
    const start = from + body.search(/["[{]/);
    const whole = objectEnd(text, start, Math.min(text.length, start + MAX_CALL_CHARS));
    const wider = whole <= from + body.length ? read : readCallText(text.slice(start, whole));
    return "fault" in wider ? { read, end, open } : { read: wider, end: whole, open };
  };

  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const { tag, other, channel, turn, call, end1, end2, end3, end4 } = match.groups ?? {};
    if (tag !== undefined || other !== undefined) {
      if (isMentioned(text, match.index, TOKEN.lastIndex)) continue;
      const ends = [end1, end2, end3, end4].some((mark) => mark !== undefined && mark !== "");
      if (!ends && reasoning === "no") reasoning = "thought";
      else if (ends && reasoning === "thought") reasoning = "no";
      else if (ends && reasoning === "no") forget();
    } else if (channel !== undefined) {
      if (reasoning === "no") reasoning = "channel";
    } else if (turn !== undefined) {
      if (reasoning === "channel") reasoning = "no";
    } else if (call !== undefined) {
      const mark = [...MARKS.keys()].find((one) => one.toLowerCase() === call.toLowerCase()) ?? call;
      const { read, end, open } = attempt(mark, TOKEN.lastIndex);
      if (read === null) continue;
      if (reasoning !== "no") {
        said.inReasoning = true;
        continue;
      }
      if ("fault" in read) said.unread = { fault: read.fault, open };
      else {
        said.calls.push(mark === CALL_BEGIN ? read : { ...read, loose: true });
        TOKEN.lastIndex = Math.max(TOKEN.lastIndex, end);
      }
    }
  }
  return said;
}
