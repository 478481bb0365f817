import { CancelledError, errorData, isAbort, type LanguageModel, ModelError, type ModelReply, type ModelRequest, replyKeyOf } from "@/domain";
import type { RunLog } from "./run-log.ts";

export type ReplySource = {
  model: LanguageModel;
  log: RunLog;
  signal: AbortSignal;
  /** Text of a reply under way, for the screen. */
  onText: (key: string, candidate: number | null, text: string) => void;
};

/** What came of asking: `none` when the model has no further reply; `useless` when it came empty or broken. */
export type Asked = { kind: "reply"; reply: ModelReply } | { kind: "none" } | { kind: "useless"; error: ModelError };

const USELESS: ReadonlySet<ModelError["code"]> = new Set<ModelError["code"]>(["empty-reply", "bad-reply"]);

/**
 * A reply that the log has is taken from there: what was paid for is never asked for again. A new one is stored
 * before anybody reads it. @throws ModelError when going on makes no sense (key, network, limit), CancelledError
 */
export async function askModel(source: ReplySource, request: ModelRequest, candidate: number | null): Promise<Asked> {
  const { model, log, signal } = source;
  const { role, sample, attempt } = request;
  const key = replyKeyOf(request);
  const known = log.view.replies.find((item) => item.key === key && item.candidate === candidate);
  if (known?.reply) return { kind: "reply", reply: known.reply };
  if (signal.aborted) throw new CancelledError();
  const place = { role, sample, attempt, candidate };
  await log.emit({ type: "reply-requested", ...place, request });
  try {
    const reply = await model.generate(request, { signal, onText: (text) => source.onText(key, candidate, text) });
    await log.emit({ type: "reply-received", ...place, reply });
    return { kind: "reply", reply };
  } catch (error) {
    if (isAbort(error) || !(error instanceof ModelError)) throw error;
    await log.emit({ type: "reply-failed", ...place, error: plain(error) });
    if (error.code === "no-recording") return { kind: "none" };
    if (USELESS.has(error.code)) return { kind: "useless", error };
    throw error;
  }
}

export function plain(error: unknown): { name: string; code: string; message: string; hint?: string; retryable: boolean } {
  const { hint, ...rest } = errorData(error);
  return hint === undefined ? rest : { ...rest, hint };
}
