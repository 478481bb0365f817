import type { Role } from "./model.ts";
import { addSpent, type Cost, NO_SPEND, type Spent, type Tally } from "./money.ts";
import type { ReplyView, RunView } from "./run-view.ts";

/** The parts of a run that cost money, in the order in which they come. */
export const SPEND_STAGES = ["design", "design-repair", "tests", "tests-repair", "solvers", "solvers-repair"] as const;
export type SpendStage = (typeof SPEND_STAGES)[number];

export const SPEND_STAGE_LABEL: Record<SpendStage, string> = {
  design: "Design",
  "design-repair": "Design repairs",
  tests: "Tests",
  "tests-repair": "Test repairs",
  solvers: "Solvers",
  "solvers-repair": "Solver repairs",
};

const STAGES: Record<Role, { first: SpendStage; repair: SpendStage }> = {
  designer: { first: "design", repair: "design-repair" },
  tester: { first: "tests", repair: "tests-repair" },
  solver: { first: "solvers", repair: "solvers-repair" },
};

export type RunSpend = {
  total: Tally;
  byRole: Record<Role, Tally>;
  byStage: Record<SpendStage, Tally>;
  /** By the number of the environment candidate, in its order; only those for which a reply came. */
  byCandidate: { candidate: number; tally: Tally }[];
};

function stageOf({ role, attempt }: Pick<ReplyView, "role" | "attempt">): SpendStage {
  return attempt === 0 ? STAGES[role].first : STAGES[role].repair;
}

/** What a run's log says was paid, and for what. Replies that the log never got (the page was closed first) are in the ledger only. */
export function spendOfRun(view: RunView): RunSpend {
  const spend: RunSpend = {
    total: NO_SPEND,
    byRole: { designer: NO_SPEND, tester: NO_SPEND, solver: NO_SPEND },
    byStage: {
      design: NO_SPEND,
      "design-repair": NO_SPEND,
      tests: NO_SPEND,
      "tests-repair": NO_SPEND,
      solvers: NO_SPEND,
      "solvers-repair": NO_SPEND,
    },
    byCandidate: [],
  };
  const candidates = new Map<number, Tally>();
  // The compiler's candidates come first and cost nothing.
  let designed = view.candidates.filter((item) => item.variant !== null).length;
  for (const reply of view.replies) {
    // A designer's reply is a candidate, also when it is of no use; only a model that has no further reply makes none.
    const candidate = reply.candidate ?? (reply.error?.code === "no-recording" ? null : designed++);
    const stage = stageOf(reply);
    for (const spent of spentOn(reply)) {
      spend.total = addSpent(spend.total, spent);
      spend.byRole[reply.role] = addSpent(spend.byRole[reply.role], spent);
      spend.byStage[stage] = addSpent(spend.byStage[stage], spent);
      if (candidate !== null) candidates.set(candidate, addSpent(candidates.get(candidate) ?? NO_SPEND, spent));
    }
  }
  spend.byCandidate = [...candidates].map(([candidate, tally]) => ({ candidate, tally })).toSorted((a, b) => a.candidate - b.candidate);
  return spend;
}

function spentOn({ reply, lost }: ReplyView): Spent[] {
  return [...lost.map((item) => ({ ...item, reusedFrom: null })), ...(reply === null ? [] : [reply])];
}

/** "$12.30", "$0.0123", "<$0.0001": two decimals, more where there would be nothing to see. */
export function usdText(usd: number): string {
  if (usd === 0 || usd >= 1) return `$${usd.toFixed(2)}`;
  if (usd < 0.0001) return "<$0.0001";
  return `$${usd.toFixed(4).replace(/0{1,2}$/, "")}`;
}

export function costText({ usd, source }: Cost): string {
  if (usd === null) return "unknown";
  return source === "free" ? "free" : usdText(usd);
}

/** Never 0 for what is unknown: "$0.12 + 2 of unknown price", or "unknown" when nothing is known to have cost anything. */
export function tallyCostText({ replies, reused, usd, unknownCosts }: Tally): string {
  if (unknownCosts > 0) return usd === 0 ? "unknown" : `${usdText(usd)} + ${unknownCosts} of unknown price`;
  return usd === 0 && replies > reused ? "free" : usdText(usd);
}
