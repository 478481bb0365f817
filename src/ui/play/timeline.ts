import { type FaultKind, isUndone, type TraceCall, type TraceReply, type TraceView } from "@/domain";

/** What a turn came to. "unused": a reply whose call was not made because the person took over. */
type TurnOutcome =
  { kind: "call"; call: TraceCall } | { kind: "fault"; fault: FaultKind; answer: string } | { kind: "pending" } | { kind: "unused" };

/** One turn of an episode, as the timeline shows it. */
export type Turn = {
  /** From 1. */
  number: number;
  at: number;
  /** Who has the move from this turn on, where that changed. */
  handover: "player" | "person" | null;
  reply: TraceReply | null;
  outcome: TurnOutcome;
  /** Calls up to and with this turn: the place in the list of states. */
  calls: number;
  /** The same without those that were undone: what a branch repeats. */
  steps: number;
};

export function timelineOf({ entries, pending }: Pick<TraceView, "entries" | "pending">): Turn[] {
  const turns: Turn[] = [];
  let handover: Turn["handover"] = null;
  let open: { reply: TraceReply; at: number; seq: number } | null = null;
  let calls = 0;
  let steps = 0;
  const add = (at: number, reply: TraceReply | null, outcome: TurnOutcome): void => {
    turns.push({ number: turns.length + 1, at, handover, reply, outcome, calls, steps });
    handover = null;
    open = null;
  };
  for (const entry of entries) {
    switch (entry.type) {
      case "control-changed":
        handover = entry.to;
        break;
      case "reply-received":
        if (open !== null) add(open.at, open.reply, { kind: "unused" });
        open = { reply: entry.reply, at: entry.at, seq: entry.seq };
        break;
      case "reply-failed":
        add(entry.at, entry.reply, { kind: "fault", fault: entry.fault, answer: entry.answer });
        break;
      case "turn-faulted":
        add(entry.at, open?.reply ?? null, { kind: "fault", fault: entry.fault, answer: entry.answer });
        break;
      case "call-answered": {
        if (open !== null && entry.by === "person") add(open.at, open.reply, { kind: "unused" });
        calls += 1;
        steps += isUndone(entry) ? 0 : 1;
        add(entry.at, open?.reply ?? null, { kind: "call", call: entry });
        break;
      }
    }
  }
  if (open !== null) add(open.at, open.reply, { kind: open.seq === pending?.seq ? "pending" : "unused" });
  return turns;
}
