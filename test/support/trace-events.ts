import { type TraceEvent, type TraceReply, UNKNOWN_COST } from "@/domain";

/** A model's turn with nothing in it but what `more` says. */
export const turnReply = (more: Partial<TraceReply> = {}): TraceReply => ({
  text: "",
  reasoning: "",
  toolCalls: [],
  finishReason: "stop",
  model: "m",
  usage: null,
  cost: UNKNOWN_COST,
  reusedFrom: null,
  ms: 1,
  ...more,
});

type Answered = Extract<TraceEvent, { type: "call-answered" }>;

/** A call that the environment answered, of `Observe` by the player unless `more` says otherwise. */
export const answeredCall = (more: Partial<Answered> = {}): Answered => ({
  type: "call-answered",
  by: "player",
  action: '{"name": "Observe", "parameters": {}}',
  callId: null,
  ok: true,
  observation: "1",
  cut: 0,
  faults: [],
  ms: 1,
  reward: 0,
  finished: false,
  change: null,
  ...more,
});
