import { clip, ModelError, type RawReply } from "@/domain";

const SHOWN = 400;

/** A refusal ends the matter: the same words would be refused again, and each time it costs. */
export function refusedError(reply: RawReply, reason: string | null): ModelError {
  const words = reply.text.trim();
  const message =
    words === ""
      ? `The provider's filter held the reply back${reason === null ? "." : ` (${clip(reason, 60)}).`}`
      : `The model refused: ${clip(words.replace(/\s+/g, " "), SHOWN)}`;
  return new ModelError("refused", message, { hint: "Change the problem or the prompt, or choose another model.", paid: reply });
}

export function emptyError(reply: RawReply): ModelError {
  const hint =
    reply.finishReason === "length"
      ? "The model used all its output on reasoning: raise or clear the output limit in Settings, or lower the effort."
      : "Try again, or choose another model.";
  return new ModelError("empty-reply", "The model replied with no text.", { hint, retryable: true, paid: reply });
}

/** The reply came to its end, and its end says that it failed. Asking again would be paid for again. */
export function brokenError(reply: RawReply, reason: string | null): ModelError {
  return new ModelError("bad-reply", `The model broke its reply off${reason === null ? "." : ` (${clip(reason, 60)}).`}`, {
    hint: "Try again, or choose another model.",
    retryable: true,
    paid: reply,
  });
}
