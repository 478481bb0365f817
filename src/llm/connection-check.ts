import { clip, type LanguageModel, problemIdSchema } from "@/domain";

/**
 * A tiny request, to find out whether address, model and key go together. Answers with a sentence for the person.
 * @throws ModelError, CancelledError
 */
export async function checkConnection(model: LanguageModel, signal: AbortSignal): Promise<string> {
  if (model.recorded) return "Recorded replies need no connection.";
  const reply = await model.generate(
    {
      problemId: problemIdSchema.parse("connection-check"),
      role: "solver",
      sample: 0,
      attempt: 0,
      promptVersion: "connection-check@1",
      system: "",
      user: "This is a connection check. Reply with the single word: ready",
    },
    { signal },
  );
  return `${reply.model} answered in ${(reply.ms / 1000).toFixed(1)} s: ${clip(reply.text.trim(), 80)}`;
}
