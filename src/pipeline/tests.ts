import { type Finding, type GateResult, type ModelRequest } from "@/domain";
import { parseTesterReply, repairRequest, testerRequest } from "@/synthesis";
import { checkTests } from "@/verification";
import { type CandidateContext, gateContext, type Parsed, viewOf } from "./candidate-context.ts";
import { askModel } from "./replies.ts";

type Proposal = { configs: string[]; findings: Finding[]; reply: string };

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

async function ask(context: CandidateContext, parsed: Parsed, request: ModelRequest): Promise<Proposal | null> {
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
 * Gate 4 with the tester behind it: configurations from its replies (asked for side by side, as far as the
 * model lets), then the gate. Too few good ones, with the environment not at fault: the tester mends its reply.
 */
export async function decideTests(context: CandidateContext, parsed: Parsed): Promise<GateResult> {
  const { limits, log, problem, edits, models, variant } = context;
  const known = viewOf(context).gates.find((gate) => gate.gate === "tests");
  if (known !== undefined) return known;

  const requestOf = (sample: number): ModelRequest => testerRequest({ problem, limits, edits, sample, ...parsed });
  let last: Proposal | null = null;
  if (viewOf(context).proposed.length === 0) {
    const { configs } = inherited(context, context);
    if (configs.length > 0) await propose(context, configs, []);
    else if (variant !== null) await propose(context, variant.configs, []);
    else {
      const samples = Array.from({ length: limits.testerReplies }, (_, sample) => sample);
      const proposals: (Proposal | null)[] = [];
      // It may fall meanwhile: a provider that says "too many" is asked for less at once.
      for (let at = 0; at < samples.length;) {
        const part = samples.slice(at, at + models.tester.concurrency);
        at += part.length;
        proposals.push(...(await Promise.all(part.map((sample) => ask(context, parsed, requestOf(sample))))));
      }
      const given = proposals.filter((proposal) => proposal !== null);
      last = given.at(0) ?? null;
      await propose(
        context,
        given.flatMap((proposal) => proposal.configs),
        given.flatMap((proposal) => proposal.findings),
      );
    }
  }

  for (let attempt = 1; ; attempt++) {
    const configs = viewOf(context).proposed;
    const { result } = await checkTests(gateContext(context), parsed, configs, viewOf(context).tests, (test) =>
      log.emit({ type: "test-decided", candidate: context.index, test }),
    );
    const notes: Finding[] = viewOf(context).proposalFindings.map((finding) => ({ ...finding, severity: "warning" }));
    const decided: GateResult = { ...result, findings: [...result.findings, ...notes] };
    const repaired =
      decided.passed || variant !== null || attempt > limits.repairs || !testerAtFault(context) ? null : await repair(attempt, decided);
    if (repaired === null) {
      await log.emit({ type: "gate-decided", candidate: context.index, result: decided });
      return decided;
    }
    await propose(context, [...configs, ...repaired.configs], repaired.findings);
  }

  async function repair(attempt: number, { findings }: GateResult): Promise<Proposal | null> {
    const first = requestOf(0);
    const previousReply =
      last?.reply ?? log.view.replies.find((reply) => reply.role === "tester" && reply.candidate === context.index)?.reply?.text ?? "";
    const proposal = await ask(context, parsed, repairRequest(first, { previousReply, findings, gate: "tests", attempt }));
    if (proposal !== null) last = proposal;
    return proposal === null || proposal.configs.every((config) => viewOf(context).proposed.includes(config)) ? null : proposal;
  }
}

/** Too few configurations, or some that are no JSON: the environment cannot be blamed for that. */
function testerAtFault(context: CandidateContext): boolean {
  const { proposed, tests } = viewOf(context);
  const ran = tests.filter((test) => test.answer !== null || test.message === undefined || !test.message.startsWith("the configuration"));
  const failed = ran.filter((test) => !test.passed).length;
  return proposed.length < context.limits.minTests || failed * 2 < ran.length;
}
