import { z } from "zod";
import { assertNever } from "./errors.ts";
import { GATE_FACTS } from "./gates.ts";
import type { GateResult } from "./report.ts";
import type { RunEvent } from "./run.ts";
import { type RunStage, runStageSchema } from "./run-stage.ts";

/** What lists tell of a run: enough to know it by and to see it move, with no need of its events. */
export const runGlimpseSchema = z.object({
  /** Who writes, for people. Empty in summaries of before it was kept. */
  model: z.string().default(""),
  stage: runStageSchema.nullable().default(null),
  /** The candidate it is busy with, or ended with. */
  candidate: z.number().int().nullable().default(null),
  /** Tests or solver runs in the present stage; `total` null where nobody knows yet. */
  count: z.object({ done: z.number().int(), total: z.number().int().nullable() }).nullable().default(null),
  /** Why it stopped, or what stood in the way last; empty when nothing did. */
  reason: z.string().default(""),
});
export type RunGlimpse = z.infer<typeof runGlimpseSchema>;

export const NO_GLIMPSE: RunGlimpse = runGlimpseSchema.parse({});

/** What a failed gate says, in a line. */
export function gateReason({ gate, findings }: Pick<GateResult, "gate" | "findings">): string {
  const first = findings.find(({ severity }) => severity === "error");
  return first === undefined ? `${GATE_FACTS[gate].label} failed` : `${GATE_FACTS[gate].label}: ${first.message}`;
}

const at = (stage: RunStage, candidate: number): Partial<RunGlimpse> => ({ stage, candidate, count: null });

function changeOf({ count, stage }: RunGlimpse, event: RunEvent): Partial<RunGlimpse> {
  const counted = (into: RunStage): Partial<RunGlimpse> => ({
    stage: into,
    count: { total: null, ...(stage === into ? count : null), done: (stage === into ? (count?.done ?? 0) : 0) + 1 },
  });
  switch (event.type) {
    case "run-started":
      return { model: event.model, stage: "design" };
    case "run-resumed":
      return { model: event.model, reason: "" };
    case "reply-requested":
      return {
        stage: event.role === "designer" ? "design" : event.role === "tester" ? "tests" : "solvers",
        candidate: event.candidate,
        count: null,
      };
    case "solution-compiled":
      return "refused" in event.compilation ? { reason: event.compilation.refused.message } : {};
    case "candidate-parsed":
      return at("run", event.candidate);
    case "tests-proposed":
      return { ...at("tests", event.candidate), count: { done: 0, total: event.configs.length } };
    case "test-decided":
      return counted("tests");
    case "cell-decided":
      return counted("solvers");
    case "solver-proposed":
      return stage === "solvers" ? {} : at("solvers", event.candidate);
    case "solver-decided":
      return event.proven ? { stage: "proof", count: null } : {};
    case "gate-decided":
      return event.result.passed
        ? {}
        : { stage: GATE_FACTS[event.result.gate].stage, candidate: event.candidate, count: null, reason: gateReason(event.result) };
    case "candidate-verified":
      return { ...at("verified", event.candidate), reason: "" };
    case "run-finished":
      return event.outcome === "verified" ? { reason: "", count: null } : { count: null };
    case "run-failed":
      return { reason: event.error.message };
    case "run-cancelled":
      return { reason: "" };
    case "reply-received":
    case "reply-failed":
    case "reply-cut":
    case "candidate-inspected":
    case "candidate-rejected":
    case "repair-requested":
    case "sandbox-noticed":
      return {};
    default:
      return assertNever(event);
  }
}

export function glimpseAfter(glimpse: RunGlimpse, event: RunEvent): RunGlimpse {
  return { ...glimpse, ...changeOf(glimpse, event) };
}
