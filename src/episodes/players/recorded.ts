import { type FaultKind, storedEventsOf, type Trace, type TraceEntry, traceView } from "@/domain";
import type { Mover } from "./mover.ts";

const isTurn = ({ type }: TraceEntry): boolean => type !== "control-changed";
/** What the environment did wrong then it may do again; it is not played. */
const isCallers = (fault: FaultKind): boolean => fault !== "environment-raised" && fault !== "environment-hung";

/** Plays a trace again, turn by turn, with its replies and whatever was wrong in them; nothing of it costs anything. */
export function createRecordedPlayer(trace: Trace): Mover {
  const recorded = traceView(storedEventsOf(trace)).entries.filter(isTurn);
  return {
    async move({ view, emit }) {
      for (;;) {
        const next =
          recorded[view.entries.filter((entry) => isTurn(entry) && !(entry.type === "call-answered" && entry.by === "person")).length];
        if (next === undefined) return { type: "give-up" };
        if (next.type === "call-answered") {
          return { type: "calls", calls: [{ action: next.action, callId: next.callId, faults: next.faults.filter(isCallers) }] };
        }
        const { seq: _seq, at, ...event } = next;
        if (event.type === "reply-received" || event.type === "reply-failed") {
          await emit({ ...event, reply: { ...event.reply, reusedFrom: event.reply.reusedFrom ?? at } });
        } else await emit(event);
        if (event.type !== "reply-received") return { type: "none" };
      }
    },
  };
}
