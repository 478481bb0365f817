/**
 * What a test asks of a provider, in words that are the same for all of them. Each wire format says it in its own
 * shapes; where a provider cannot do a thing (Ollama refuses nothing), its format says so by throwing.
 */
export type ScriptedCall = { id: string; name: string; /** JSON as text; need not be valid. */ arguments: string };

/**
 * How calls are laid over the events of a stream. "name-then-arguments": the head alone, then all arguments at once.
 * "parallel-interleaved": all heads, then the arguments of all calls by turns. A provider that always sends calls
 * one after the other, or whole, does so whatever is asked.
 */
export type Split = "whole" | "characters" | "name-then-arguments" | "parallel-interleaved";

type Finish = "stop" | "length" | "content-filter" | "tool-calls";

/** Tokens; `cached` and `written` are parts of `input`, `reasoning` of `output`. */
export type ScriptedUsage = { input: number; output: number; cached?: number; written?: number; reasoning?: number; usd?: number };

/** Failures that each provider words differently. */
export type Trouble =
  "wrong-key" | "no-credit" | "browser-forbidden" | "unverified-streaming" | "no-such-model" | "rate-limit" | "overloaded" | "too-long";

type Pace = {
  /** Streamed in this many pieces (default 8), with a pause before each. */
  pieces?: number;
  pauseMs?: number;
  /** The stream's bytes leave so many at a time, wherever events and characters end. */
  bytesAtOnce?: number;
};

export type Behaviour =
  | string
  | ({
      kind: "text";
      text: string;
      finishReason?: Finish | null;
      reasoning?: string;
      usage?: ScriptedUsage | null;
      model?: string;
    } & Pace)
  | ({
      kind: "tools";
      calls: readonly ScriptedCall[];
      text?: string;
      reasoning?: string;
      split?: Split;
      usage?: ScriptedUsage | null;
    } & Pace)
  /** `text` is what the model says about it; "" where a provider refuses before the model speaks. */
  | { kind: "refusal"; text: string; usage?: ScriptedUsage | null }
  /** A complete reply with nothing in it. */
  | { kind: "empty"; usage?: ScriptedUsage | null }
  | { kind: "status"; status: number; message?: string; body?: string; headers?: Record<string, string> }
  /** A failure as this provider writes it. `afterSeconds`: how long it asks to wait. */
  | { kind: "trouble"; trouble: Trouble; afterSeconds?: number }
  /** A reply that ends in the middle: the socket is destroyed, or the stream just ends when `politely`. */
  | { kind: "cut"; text: string; politely?: boolean }
  | { kind: "malformed" }
  | { kind: "html" }
  | { kind: "stream-error"; text: string; message: string; code?: number }
  /** Headers (unless `silent`), then nothing until the client leaves. */
  | { kind: "hang"; text?: string; silent?: boolean }
  /** `bytes` of the letter x, in one event a megabyte, or in one body. */
  | { kind: "flood"; bytes: number };

/** A reply in full, before a wire format writes it. */
export type Reply = {
  model: string;
  text: string;
  reasoning: string;
  calls: readonly ScriptedCall[];
  split: Split;
  refusal: string | null;
  /** Null: the provider gives no reason. */
  finish: Finish | null;
  usage: ScriptedUsage | null;
  pieces: number;
};

const USAGE: ScriptedUsage = { input: 11, output: 7, cached: 4 };

export function replyOf(given: Partial<Reply> & { model: string }): Reply {
  return { text: "", reasoning: "", calls: [], split: "whole", refusal: null, finish: "stop", usage: USAGE, pieces: 8, ...given };
}

/** The complete replies among the behaviours; null for the others. */
export function completeReply(behaviour: Exclude<Behaviour, string>, model: string): Reply | null {
  switch (behaviour.kind) {
    case "text": {
      const { text, reasoning = "", finishReason = "stop", usage = USAGE, pieces = 8 } = behaviour;
      return replyOf({ model: behaviour.model ?? model, text, reasoning, finish: finishReason, usage, pieces });
    }
    case "tools": {
      const { calls, text = "", reasoning = "", split = "whole", usage = USAGE, pieces = 8 } = behaviour;
      return replyOf({ model, calls, text, reasoning, split, finish: "tool-calls", usage, pieces });
    }
    case "refusal":
      return replyOf({
        model,
        refusal: behaviour.text,
        finish: "content-filter",
        usage: behaviour.usage === undefined ? USAGE : behaviour.usage,
      });
    case "empty":
      return replyOf({ model, usage: behaviour.usage === undefined ? USAGE : behaviour.usage });
    default:
      return null;
  }
}

export function inPieces(text: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const found: string[] = [];
  for (let at = 0; at < text.length; at += size) found.push(text.slice(at, at + size));
  return found;
}

/** One step of a reply's calls: the head of the call at `index`, a piece of its arguments, or both. Ends are explicit. */
export type CallStep = { index: number; call: ScriptedCall; head: boolean; piece: string | null; last: boolean };

export function callSteps(calls: readonly ScriptedCall[], split: Split): CallStep[] {
  const head = (call: ScriptedCall, index: number, piece: string | null = null): CallStep => ({
    index,
    call,
    head: true,
    piece,
    last: false,
  });
  const pieces = (call: ScriptedCall, index: number, parts: readonly string[]): CallStep[] =>
    (parts.length === 0 ? [""] : parts).map((piece, at, all) => ({ index, call, head: false, piece, last: at === all.length - 1 }));
  switch (split) {
    case "whole":
      return calls.map((call, index) => ({ ...head(call, index, call.arguments), last: true }));
    case "characters":
      return calls.flatMap((call, index) => [head(call, index, ""), ...pieces(call, index, [...call.arguments])]);
    case "name-then-arguments":
      return calls.flatMap((call, index) => [head(call, index), ...pieces(call, index, [call.arguments])]);
    case "parallel-interleaved": {
      const parts = calls.map((call, index) => pieces(call, index, inPieces(call.arguments, 5)));
      const longest = Math.max(0, ...parts.map(({ length }) => length));
      const turns = Array.from({ length: longest }, (_, at) => parts.flatMap((steps) => steps.slice(at, at + 1)));
      return [...calls.map((call, index) => head(call, index)), ...turns.flat()];
    }
  }
}
