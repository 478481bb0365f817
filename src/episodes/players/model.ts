import {
  type CallProtocol,
  type ChatModel,
  type ChatOptions,
  type ChatReply,
  chatToolOf,
  type FaultKind,
  isUseless,
  type TraceReply,
} from "@/domain";
import { conversationOf } from "../conversation.ts";
import { readTurn } from "../reading/read-turn.ts";
import type { PlayableEnvironment } from "../stage.ts";
import type { Move, MoveContext, Mover } from "./mover.ts";

/** What comes while a reply is under way, for showing. */
export type Watch = Pick<ChatOptions, "onText" | "onReasoning" | "onWait">;

export type ModelPlayerOptions = {
  /** With the ledger before it: a reply is stored before it is read here. */
  chat: ChatModel;
  environment: PlayableEnvironment;
  protocol: CallProtocol;
  sample: number;
  watch?: Watch | undefined;
};

function traceReply({ text, reasoning, toolCalls, finishReason, model, usage, cost, reusedFrom, ms }: ChatReply): TraceReply {
  return { text, reasoning, toolCalls, finishReason, model, usage, cost, reusedFrom, ms };
}

/** Replies that are the model's own doing and of no use; any other failure is not the player's. */
function uselessReply(error: unknown): { fault: FaultKind; answer: string; reply: ChatReply } | null {
  if (!isUseless(error) || error.paid === null || !("cost" in error.paid)) return null;
  const reply = error.paid;
  switch (error.code) {
    case "refused":
      return { fault: "refusal", answer: "Your turn was a refusal. This is a puzzle over made-up data: go on with one call.", reply };
    case "empty-reply":
      return reply.finishReason === "length"
        ? { fault: "cut-off", answer: "Your turn was cut off before you said anything. Think less and send one call.", reply }
        : { fault: "silence", answer: "Your turn was empty. Send one call; hand the answer in with Done.", reply };
    case "bad-reply":
      return { fault: "malformed", answer: "Your turn could not be read. Send one call.", reply };
  }
}

/** A language model that plays by conversation, in its provider's tool calling or by text. */
export function createModelPlayer({ chat, environment, protocol, sample, watch = {} }: ModelPlayerOptions): Mover {
  const tools = protocol === "native" ? environment.tools.map(chatToolOf) : [];

  /** The reply to this turn; null when it was of no use, which is in the trace then. */
  async function ask({ view, emit, signal }: MoveContext): Promise<TraceReply | null> {
    // It was there before a reload, and its call was not made yet.
    if (view.pending !== null) return view.pending.reply;
    const messages = conversationOf(environment, protocol, view.entries);
    try {
      const reply = traceReply(await chat.chat({ messages, tools, sample }, { signal, ...watch }));
      await emit({ type: "reply-received", reply });
      return reply;
    } catch (error) {
      const useless = uselessReply(error);
      if (useless === null) throw error;
      await emit({ type: "reply-failed", fault: useless.fault, reply: traceReply(useless.reply), answer: useless.answer });
      return null;
    }
  }

  return {
    async move(context): Promise<Move> {
      const reply = await ask(context);
      if (reply === null) return { type: "none" };
      const turn = readTurn(reply, protocol, environment.tools);
      if (turn.kind === "call") return { type: "calls", calls: [{ action: turn.action, callId: turn.callId, faults: turn.faults }] };
      await context.emit({ type: "turn-faulted", fault: turn.fault, answer: turn.answer });
      return { type: "none" };
    },
  };
}
