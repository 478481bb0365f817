import { type ChatReply, clip, type ConnectionCause, type ConnectionReport, costText, type Usage } from "@/domain";
import { redact } from "../wire/redact.ts";

const MOST_SHOWN = 80;

function tokensText(usage: Usage | null): string {
  if (usage === null || usage.inputTokens === null || usage.outputTokens === null) return "tokens not said";
  const thought = usage.reasoningTokens === null || usage.reasoningTokens === 0 ? "" : `, ${usage.reasoningTokens} of them thinking`;
  return `${usage.inputTokens} tokens in, ${usage.outputTokens} out${thought}`;
}

/** `notes`: how this model wants to be asked, where that was learned. */
export function goodReport(reply: ChatReply, streamed: boolean, notes: string): ConnectionReport {
  const { model, ms, usage, cost } = reply;
  const how = streamed ? "" : ", in one piece";
  return {
    ok: true,
    summary: `${model} answered in ${(ms / 1000).toFixed(1)} s${how}: ${tokensText(usage)}, ${cost.usd === null ? "cost unknown" : costText(cost)}.${notes === "" ? "" : ` ${notes}`}`,
    model,
    ms,
    streamed,
    usage,
    cost,
    reply: clip(reply.text.trim(), MOST_SHOWN),
  };
}

/** `said`: what happened, where no single cause says it. */
export function badReport(causes: readonly ConnectionCause[], said: string): ConnectionReport {
  const [first] = causes;
  return { ok: false, summary: causes.length === 1 && first?.certainty === "certain" ? first.title : said, causes };
}

/** The key is cut out of everything, wherever it came from: servers quote it, and people paste it into the wrong field. */
export function withoutKey(report: ConnectionReport, key: string | null): ConnectionReport {
  const clean = (text: string) => redact(text, key);
  if (report.ok) return { ...report, summary: clean(report.summary), model: clean(report.model), reply: clean(report.reply) };
  const causes = report.causes.map((cause) => ({
    ...cause,
    title: clean(cause.title),
    todo: clean(cause.todo),
    ...(cause.detail === undefined ? {} : { detail: clean(cause.detail) }),
    ...(cause.names === undefined ? {} : { names: cause.names.map(clean) }),
  }));
  return { ...report, summary: clean(report.summary), causes };
}
