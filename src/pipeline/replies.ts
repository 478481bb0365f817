import {
  CancelledError,
  type Cost,
  errorData,
  isAbort,
  isUseless,
  ModelError,
  type ModelReply,
  type ModelRequest,
  replyKeyOf,
  type RoleModels,
  UNKNOWN_COST,
  type Usage,
  type Waiting,
} from "@/domain";
import type { RunLog } from "./run-log.ts";

/** A reply under way, for the screen: its text so far, or why it waits (null: it waits no longer). */
type ReplyProgress = { kind: "text"; text: string } | { kind: "waiting"; waiting: Waiting | null };
export type OnProgress = (key: string, candidate: number | null, progress: ReplyProgress) => void;

export type ReplySource = {
  models: RoleModels;
  log: RunLog;
  signal: AbortSignal;
  onProgress: OnProgress;
};

/** What came of asking: `none` when the model has no further reply; `useless` when it came empty or broken. */
export type Asked = { kind: "reply"; reply: ModelReply } | { kind: "none" } | { kind: "useless"; error: ModelError };

/**
 * A reply that the log has is taken from there: what was paid for is never asked for again. A new one is stored
 * before anybody reads it. @throws ModelError when going on makes no sense (key, network, limit), CancelledError
 */
export async function askModel(source: ReplySource, request: ModelRequest, candidate: number | null): Promise<Asked> {
  const { models, log, signal, onProgress } = source;
  const { role, sample, attempt } = request;
  const key = replyKeyOf(request);
  const known = log.view.replies.find((item) => item.key === key && item.candidate === candidate);
  if (known?.reply) return { kind: "reply", reply: known.reply };
  if (signal.aborted) throw new CancelledError();
  const place = { role, sample, attempt, candidate };
  await log.emit({ type: "reply-requested", ...place, request });
  try {
    const reply = await models[role].generate(request, {
      signal,
      onText: (text) => onProgress(key, candidate, { kind: "text", text }),
      onWait: (waiting) => onProgress(key, candidate, { kind: "waiting", waiting }),
    });
    await log.emit({ type: "reply-received", ...place, reply });
    return { kind: "reply", reply };
  } catch (error) {
    if (isAbort(error) || !(error instanceof ModelError)) throw error;
    await log.emit({ type: "reply-failed", ...place, error: plain(error), ...lost(error) });
    if (error.code === "no-recording") return { kind: "none" };
    if (isUseless(error)) return { kind: "useless", error };
    throw error;
  }
}

/** A refusal costs as much as an answer. */
function lost({ paid }: ModelError): { cost: Cost | null; usage: Usage | null } {
  if (paid === null) return { cost: null, usage: null };
  return { cost: "cost" in paid ? paid.cost : UNKNOWN_COST, usage: paid.usage };
}

export function plain(error: unknown): { name: string; code: string; message: string; hint?: string; retryable: boolean } {
  const { hint, ...rest } = errorData(error);
  return hint === undefined ? rest : { ...rest, hint };
}
