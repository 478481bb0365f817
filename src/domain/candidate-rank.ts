import type { Limits } from "./limits.ts";
import type { CandidateView, RunView } from "./run-view.ts";

/** How a verified candidate plays. */
export type Standing = {
  /** Tests that the proven solver was measured on. */
  tests: number;
  /** Of these, with a number of rounds that makes them training tasks. */
  inWindow: number;
  /** Distinct tools, `Observe` and `Done` among them. */
  tools: number;
};

export function standingOf(candidate: CandidateView, limits: Pick<Limits, "minRounds" | "maxRounds">): Standing {
  const winner = candidate.solvers.find((solver) => solver.proven);
  const own =
    winner === undefined ? [] : [...candidate.cells.values()].filter((cell) => cell.solver === winner.solver && cell.verdict === "solved");
  return {
    tests: own.length,
    inWindow: own.filter(({ rounds }) => rounds >= limits.minRounds && rounds <= limits.maxRounds).length,
    tools: new Set(candidate.tools.map(({ name }) => name)).size,
  };
}

/** Below 0: the first is better. By the share of tests that make training tasks, then by distinct tools. */
function compareStandings(a: Standing, b: Standing): number {
  const share = ({ tests, inWindow }: Standing): number => (tests === 0 ? 0 : inWindow / tests);
  return share(b) - share(a) || b.tools - a.tools;
}

export type Ranked = { candidate: CandidateView; standing: Standing };

/** The verified candidates of a run, best first; those that are equal in the order in which they came. */
export function rankVerified({ candidates, limits }: Pick<RunView, "candidates" | "limits">): Ranked[] {
  if (limits === null) return [];
  return candidates
    .filter(({ status }) => status === "verified")
    .map((candidate) => ({ candidate, standing: standingOf(candidate, limits) }))
    .toSorted((a, b) => compareStandings(a.standing, b.standing));
}

export type Contest = { winner: "model" | "compiler" | "neither"; model: Ranked | null; compiler: Ranked | null };

/** Where both wrote for the run: whose best is better. Null where only one of them was to write. */
export function contestOf(view: Pick<RunView, "candidates" | "limits" | "synthesizer">): Contest | null {
  if (view.synthesizer !== "both") return null;
  const ranked = rankVerified(view);
  const model = ranked.find(({ candidate }) => candidate.variant === null) ?? null;
  const compiler = ranked.find(({ candidate }) => candidate.variant !== null) ?? null;
  if (model === null || compiler === null)
    return { winner: model === null ? (compiler === null ? "neither" : "compiler") : "model", model, compiler };
  const order = compareStandings(model.standing, compiler.standing);
  return { winner: order < 0 ? "model" : order > 0 ? "compiler" : "neither", model, compiler };
}
