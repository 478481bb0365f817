import type { EndReason } from "./trace-event.ts";

export type Interval = { low: number; high: number };

/**
 * Wilson's score interval for a share of `successes` in `tries` (E. B. Wilson, 1927); `z` 1.96 for 95 %. Unlike the
 * textbook's ±, it stays within 0 and 1 and says something sensible about 0 of 4. Null without tries.
 */
export function wilsonInterval(successes: number, tries: number, z = 1.96): Interval | null {
  if (tries === 0) return null;
  const share = successes / tries;
  const square = (z * z) / tries;
  const centre = (share + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((share * (1 - share)) / tries + square / (4 * tries));
  return { low: successes === 0 ? 0 : Math.max(0, centre - half), high: successes === tries ? 1 : Math.min(1, centre + half) };
}

/**
 * How likely it is that one of `k` tries succeeds, from `successes` among `tries` ≥ k: 1 − C(n−c, k) / C(n, k), without
 * bias (Chen et al., 2021, arXiv:2107.03374). As a product, since the binomials overflow. Null when there are fewer tries.
 */
export function passAtK(tries: number, successes: number, k: number): number | null {
  if (k < 1 || tries < k) return null;
  if (tries - successes < k) return 1;
  let missed = 1;
  for (let index = tries - successes + 1; index <= tries; index += 1) missed *= 1 - k / index;
  return 1 - missed;
}

/** Over tasks, each counting the same; tasks with fewer than `k` tries are left out. Null when none is left. */
export function meanPassAtK(tasks: readonly { tries: number; successes: number }[], k: number): number | null {
  const known = tasks.flatMap(({ tries, successes }) => passAtK(tries, successes, k) ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

export const FAILURES = ["wrong-answer", "gave-up", "round-limit", "bad-calls", "refused", "cap", "environment"] as const;
export type Failure = (typeof FAILURES)[number];

export const FAILURE_LABEL: Record<Failure, string> = {
  "wrong-answer": "wrong answer",
  "gave-up": "gave up",
  "round-limit": "round limit",
  "bad-calls": "bad calls",
  refused: "refused",
  cap: "token or cost cap",
  environment: "environment failed",
};

const FAILURE_OF: Record<EndReason, Failure> = {
  finished: "wrong-answer",
  "gave-up": "gave-up",
  "bad-calls": "bad-calls",
  refused: "refused",
  "round-limit": "round-limit",
  "token-cap": "cap",
  "cost-cap": "cap",
  "environment-failed": "environment",
};

export function isSolved({ why, reward }: { why: EndReason; reward: number }): boolean {
  return why === "finished" && reward >= 1;
}

/** Null when it was solved. */
export function failureOf(result: { why: EndReason; reward: number }): Failure | null {
  return isSolved(result) ? null : FAILURE_OF[result.why];
}

export const DIFFICULTIES = ["unsolved", "hard", "medium", "easy"] as const;
export type Difficulty = (typeof DIFFICULTIES)[number];

/** From the share of tries that succeeded: none, at most a quarter (the filter of docs/formats.md section 5), at most three quarters, more. */
export function difficultyOf({ tries, successes }: { tries: number; successes: number }): Difficulty | null {
  if (tries === 0) return null;
  if (successes === 0) return "unsolved";
  const share = successes / tries;
  return share <= 0.25 ? "hard" : share <= 0.75 ? "medium" : "easy";
}

/** "At most 25 % success over 4 tries of a reference model" (docs/formats.md section 5); null while there are fewer tries. */
export function isHardEnough({ tries, successes }: { tries: number; successes: number }, { over = 4, most = 0.25 } = {}): boolean | null {
  return tries < over ? null : successes / tries <= most;
}

/** `<model>_Bo<k>_score` (docs/formats.md section 4): the model's name without its vendor, in letters, digits and underscores. */
export function scoreField(model: string, tries: number): string {
  const name = (model.split("/").at(-1) ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return `${name === "" ? "model" : name}_Bo${tries}_score`;
}
