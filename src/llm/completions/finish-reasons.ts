/** How a reply may end. Whatever else a server gives as its reason says that the reply is not whole. */
export type KnownFinish = "stop" | "length" | "content-filter" | "tool-calls";

/** Spellings that servers are known to use, without case and punctuation. */
const SPELLINGS: Record<KnownFinish, readonly string[]> = {
  stop: [
    "stop",
    "stopped",
    "stopsequence",
    "stoptoken",
    "eos",
    "eostoken",
    "endoftext",
    "endturn",
    "end",
    "complete",
    "completed",
    "finish",
    "finished",
    "done",
    "success",
  ],
  length: [
    "length",
    "maxtokens",
    "maxnewtokens",
    "maxoutputtokens",
    "maxcompletiontokens",
    "maxlength",
    "modellength",
    "contextlength",
    "modelcontextwindowexceeded",
    "tokenlimit",
    "limit",
  ],
  "tool-calls": ["toolcalls", "toolcall", "tooluse", "functioncall", "functioncalls"],
  "content-filter": [
    "contentfilter",
    "contentfiltered",
    "contentpolicy",
    "safety",
    "imagesafety",
    "prohibitedcontent",
    "blocklist",
    "recitation",
    "spii",
    "refusal",
    "sensitive",
    "moderation",
  ],
};

const KNOWN = new Map<string, KnownFinish>();
for (const finish of Object.keys(SPELLINGS) as KnownFinish[]) for (const spelling of SPELLINGS[finish]) KNOWN.set(spelling, finish);

/** Null: not known as an end. */
export function knownFinish(raw: string): KnownFinish | null {
  return KNOWN.get(raw.toLowerCase().replace(/[^a-z]/g, "")) ?? null;
}

/** Reasons by which a provider says that the model itself wrote a call that cannot be read; no fault of the way. */
export function isModelsOwnFault(raw: string): boolean {
  return /malformed_?function_?call|unexpected_?tool_?call|too_?many_?tool_?calls/i.test(raw);
}
