import { assertNever, type ErrorData } from "./errors.ts";
import { type JsonObject, jsonObjectSchema } from "./json.ts";
import { memberTexts } from "./json-scan.ts";
import { addSpent, NO_SPEND, type Tally } from "./money.ts";
import { applyStateChange } from "./state-change.ts";
import type { HiddenState } from "./trace.ts";
import { type EndReason, FAULT_KINDS, type FaultKind, type StoredTraceEvent, type TraceEvent, type TraceEventOf } from "./trace-event.ts";

export type TraceHead = Omit<TraceEventOf<"episode-started">, "type">;

/** One thing that happened, in order: what timelines show and what a model's conversation is made of. */
export type TraceEntry = { seq: number; at: number } & (
  | TraceEventOf<"reply-received">
  | TraceEventOf<"reply-failed">
  | TraceEventOf<"turn-faulted">
  | TraceEventOf<"call-answered">
  | TraceEventOf<"control-changed">
);
export type TraceCall = Extract<TraceEntry, { type: "call-answered" }>;

/** What a trace's events say so far. "open": playing, or cut off by a reload; it can be taken up again like "halted". */
export type TraceView = {
  head: TraceHead | null;
  startedAt: number | null;
  endedAt: number | null;
  entries: TraceEntry[];
  calls: TraceCall[];
  /** A reply whose call was not made yet. */
  pending: (TraceEntry & { type: "reply-received" }) | null;
  control: "player" | "person";
  /** The one count of an episode, see `isRound`. */
  rounds: number;
  /** Turns without a call, in a row up to now. */
  badTurns: number;
  faults: Record<FaultKind, number>;
  /** Observations that were cut. */
  cuts: number;
  reward: number;
  finished: boolean;
  status: "open" | "halted" | "ended";
  why: EndReason | null;
  error: ErrorData | null;
  /** What was paid in this trace. */
  spent: Tally;
  /** What its replies took, whoever paid for them: the same for the same episode. */
  took: { inputTokens: number; outputTokens: number; usd: number; unknownCosts: number; modelMs: number };
  lastSeq: number;
};

export function noFaults(): Record<FaultKind, number> {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
}

export function emptyTraceView(): TraceView {
  return {
    head: null,
    startedAt: null,
    endedAt: null,
    entries: [],
    calls: [],
    pending: null,
    control: "player",
    rounds: 0,
    badTurns: 0,
    faults: noFaults(),
    cuts: 0,
    reward: 0,
    finished: false,
    status: "open",
    why: null,
    error: null,
    spent: NO_SPEND,
    took: { inputTokens: 0, outputTokens: 0, usd: 0, unknownCosts: 0, modelMs: 0 },
    lastSeq: -1,
  };
}

function book(view: TraceView, { reply }: TraceEventOf<"reply-received"> | TraceEventOf<"reply-failed">): void {
  view.spent = addSpent(view.spent, reply);
  view.took.inputTokens += reply.usage?.inputTokens ?? 0;
  view.took.outputTokens += reply.usage?.outputTokens ?? 0;
  view.took.usd += reply.cost.usd ?? 0;
  view.took.unknownCosts += reply.cost.usd === null ? 1 : 0;
  view.took.modelMs += reply.ms;
}

/** Calls of `step`, and turns that came to none: all are counted against the limit, so that a model which only talks comes to an end. */
export function isRound({ type }: TraceEvent): boolean {
  return type === "call-answered" || type === "reply-failed" || type === "turn-faulted";
}

/** Takes one event into `view`, in place: an evaluation has many thousands of them. */
export function applyTraceEvent(view: TraceView, { seq, at, event }: Omit<StoredTraceEvent, "traceId">): void {
  if (seq <= view.lastSeq) return;
  view.lastSeq = seq;
  if (isRound(event)) view.rounds += 1;
  switch (event.type) {
    case "episode-started": {
      const { type: _type, ...head } = event;
      view.head = head;
      view.startedAt = at;
      view.control = head.player.kind === "person" ? "person" : "player";
      return;
    }
    case "episode-resumed":
      Object.assign(view, { status: "open", error: null });
      return;
    case "control-changed":
      view.control = event.to;
      view.entries.push({ ...event, seq, at });
      return;
    case "reply-received":
      book(view, event);
      view.pending = { ...event, seq, at };
      view.entries.push(view.pending);
      return;
    case "reply-failed":
      book(view, event);
      view.faults[event.fault] += 1;
      view.badTurns += 1;
      view.entries.push({ ...event, seq, at });
      return;
    case "turn-faulted":
      view.pending = null;
      view.faults[event.fault] += 1;
      view.badTurns += 1;
      view.entries.push({ ...event, seq, at });
      return;
    case "call-answered": {
      const call = { ...event, seq, at };
      view.pending = null;
      view.badTurns = 0;
      for (const fault of event.faults) view.faults[fault] += 1;
      view.cuts += event.cut > 0 ? 1 : 0;
      view.reward = event.reward;
      view.finished = event.finished;
      view.entries.push(call);
      view.calls.push(call);
      return;
    }
    case "episode-halted":
      view.status = "halted";
      view.error = event.error === null ? null : { ...event.error, hint: event.error.hint };
      view.endedAt = at;
      return;
    case "episode-ended":
      Object.assign(view, { status: "ended", why: event.why, error: null, endedAt: at });
      return;
    default:
      assertNever(event);
  }
}

export function traceView(events: Iterable<Omit<StoredTraceEvent, "traceId">>): TraceView {
  const view = emptyTraceView();
  for (const event of events) applyTraceEvent(view, event);
  return view;
}

/** The hidden state before the first and after each call; null when the trace has none. */
export function statesOf({ head, calls }: Pick<TraceView, "head" | "calls">): HiddenState[] | null {
  if (head === null || head.state === null) return null;
  let state = head.state;
  const states = [state];
  for (const { change } of calls) {
    if (change === null) return null;
    state = applyStateChange(state, change);
    states.push(state);
  }
  return states;
}

/** A call for showing and comparing. `literals` are its parameters as they were written: with all digits of their numbers. */
export type ShownCall = { name: string; parameters: JsonObject; literals: ReadonlyMap<string, string> };

/** Null when the action is no well-formed call. */
export function callOf(action: string): ShownCall | null {
  try {
    const parsed = jsonObjectSchema.parse(JSON.parse(action));
    const parameters = jsonObjectSchema.safeParse(parsed["parameters"] ?? {});
    if (typeof parsed["name"] !== "string" || !parameters.success) return null;
    const written = memberTexts(action).get("parameters") ?? "{}";
    return { name: parsed["name"], parameters: parameters.data, literals: written.startsWith("{") ? memberTexts(written) : new Map() };
  } catch {
    return null;
  }
}
