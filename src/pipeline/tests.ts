import type { Finding, GateResult, ModelRequest } from "@/domain";
import { parseTesterReply, repairRequest, testerRequest } from "@/synthesis";
import type { Proposal } from "@/verification";
import { type CandidateContext, type Parsed, viewOf } from "./candidate-context.ts";
import { askModel } from "./replies.ts";

/** What a tester's reply proposes. */
type Proposed = { configs: string[]; findings: Finding[]; reply: string };

/** Replies are the environment's: a repair of the same class takes over what was proposed for the one before. */
function inherited({ log }: CandidateContext, context: CandidateContext): { owner: number; configs: string[] } {
  const view = viewOf(context);
  for (let at = view.repairOf; at !== null;) {
    const earlier = log.view.candidates.find((candidate) => candidate.candidate === at);
    if (earlier === undefined || earlier.className !== view.className) break;
    if (earlier.proposed.length > 0) return { owner: earlier.candidate, configs: earlier.proposed };
    at = earlier.repairOf;
  }
  return { owner: context.index, configs: [] };
}

async function ask(context: CandidateContext, parsed: Parsed, request: ModelRequest): Promise<Proposed | null> {
  const outcome = await askModel(context, request, context.index);
  if (outcome.kind === "none") return null;
  if (outcome.kind === "useless") {
    return { configs: [], reply: "", findings: [{ severity: "error", code: "no-reply", message: outcome.error.message, line: null }] };
  }
  return { ...parseTesterReply(outcome.reply.text, parsed.className), reply: outcome.reply.text };
}

async function propose(context: CandidateContext, configs: string[], findings: Finding[]): Promise<void> {
  await context.log.emit({ type: "tests-proposed", candidate: context.index, configs: [...new Set(configs)], findings });
}

/**
 * Configurations for gate "tests" from the tester's replies (asked for side by side, as far as the model lets). Too few good
 * ones, with the environment not at fault: the tester mends its reply.
 */
export async function* proposalsOf(
  context: CandidateContext,
  parsed: Parsed,
  last: () => GateResult | null,
): AsyncGenerator<Proposal, void, undefined> {
  const { limits, log, problem, edits, models, variant } = context;
  const requestOf = (sample: number): ModelRequest => testerRequest({ problem, limits, edits, sample, ...parsed });
  let latest: Proposed | null = null;
  if (viewOf(context).proposed.length === 0) {
    const { configs } = inherited(context, context);
    if (configs.length > 0) await propose(context, configs, []);
    else if (variant !== null) await propose(context, variant.configs, []);
    else {
      const samples = Array.from({ length: limits.testerReplies }, (_, sample) => sample);
      const replies: (Proposed | null)[] = [];
      // It may fall meanwhile: a provider that says "too many" is asked for less at once.
      for (let at = 0; at < samples.length;) {
        const part = samples.slice(at, at + models.tester.concurrency);
        at += part.length;
        replies.push(...(await Promise.all(part.map((sample) => ask(context, parsed, requestOf(sample))))));
      }
      const given = replies.filter((reply) => reply !== null);
      latest = given.at(0) ?? null;
      await propose(
        context,
        given.flatMap((reply) => reply.configs),
        given.flatMap((reply) => reply.findings),
      );
    }
  }

  for (let attempt = 1; ; attempt++) {
    const { proposed, proposalFindings } = viewOf(context);
    yield { configs: proposed, notes: proposalFindings.map((finding) => ({ ...finding, severity: "warning" })) };
    const decided = last();
    if (decided === null || decided.passed || variant !== null || attempt > limits.repairs || !testerAtFault(context)) return;
    const repaired = await repair(attempt, decided);
    if (repaired === null) return;
    await propose(context, [...proposed, ...repaired.configs], repaired.findings);
  }

  async function repair(attempt: number, { findings }: GateResult): Promise<Proposed | null> {
    const first = requestOf(0);
    const previousReply =
      latest?.reply ?? log.view.replies.find((reply) => reply.role === "tester" && reply.candidate === context.index)?.reply?.text ?? "";
    const reply = await ask(context, parsed, repairRequest(first, { previousReply, findings, gate: "tests", attempt }));
    if (reply !== null) latest = reply;
    return reply === null || reply.configs.every((config) => viewOf(context).proposed.includes(config)) ? null : reply;
  }
}

/** Too few configurations, or some that are no JSON: the environment cannot be blamed for that. */
function testerAtFault(context: CandidateContext): boolean {
  const { proposed, tests } = viewOf(context);
  const ran = tests.filter((test) => test.answer !== null || test.message === undefined || !test.message.startsWith("the configuration"));
  const failed = ran.filter((test) => !test.passed).length;
  return proposed.length < context.limits.minTests || failed * 2 < ran.length;
}
