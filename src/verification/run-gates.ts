import { type Finding, type GateName, type GateResult, GATES } from "@/domain";
import { checks } from "./checks/index.ts";
import type { Attempt, Gate, Work } from "./gate.ts";
import { gates } from "./gates/index.ts";

/** The first solver that passed each gate that tries solvers, in the file that was proven with it. */
export type Winner = { file: string };

/**
 * Takes a candidate through the gates in their order. Where they begin to try solvers, each solver goes through all of those,
 * one solver after the other; then each of those gates sums up. What the recorder has seen is not decided again.
 * `names`: the gates that are taken. Null: a gate failed that ends it, or no solver was proven.
 */
export async function runGates(work: Work, names: readonly GateName[] = GATES): Promise<Winner | null> {
  const taken = gates.filter(({ name }) => names.includes(name));
  const trials = new Trials(work, taken);
  for (const gate of taken) {
    if (gate.attempt !== undefined) await trials.take();
    const result = resultIn(work, gate.name) ?? (await decide(work, gate, trials.msAt(gate.name)));
    if (result !== null && !result.passed && work.recorder.ends(result)) return null;
  }
  return trials.winner;
}

function resultIn({ recorder }: Work, name: GateName): GateResult | null {
  return recorder.seen().gates.find((result) => result.gate === name) ?? null;
}

/** `ms`: what was spent on the gate before it was summed up. */
async function decide(work: Work, gate: Gate, ms: number): Promise<GateResult | null> {
  if (gate.attempt === undefined) work.recorder.begins(gate.name);
  const found = await gate.run(work);
  if (found === null) return null;
  const result = { ...found, findings: [...found.findings, ...(found.passed ? await remarks(work, gate.name) : [])], ms: found.ms + ms };
  await work.recorder.decided(result);
  return result;
}

async function remarks(work: Work, name: GateName): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks.filter(({ at }) => at === name)) {
    for (const remark of await check.run(work)) findings.push({ severity: "warning", code: check.name, ...remark });
  }
  return findings;
}

/** The solvers that are offered, through the gates that try them. */
class Trials {
  winner: Winner | null = null;
  readonly #work: Work;
  readonly #gates: readonly Gate[];
  readonly #spent = new Map<GateName, number>();
  #taken = false;

  constructor(work: Work, gates: readonly Gate[]) {
    this.#work = work;
    this.#gates = gates.filter((gate) => gate.attempt !== undefined);
  }

  msAt(name: GateName): number {
    return Math.round(this.#spent.get(name) ?? 0);
  }

  /** Once, however many gates ask. */
  async take(): Promise<void> {
    if (this.#taken) return;
    this.#taken = true;
    const { sources, recorder } = this.#work;
    for await (const offer of sources.offers(() => this.winner !== null)) {
      const before = recorder.seen().solvers.find(({ solver }) => solver === offer.solver);
      const isOut = before !== undefined && before.solvedAll !== null && !before.proven;
      if (!isOut) await this.#try({ offer, source: "", run: null, file: null });
    }
  }

  async #try(attempt: Attempt): Promise<void> {
    let passed = true;
    for (const gate of this.#gates) {
      if (passed) passed = await this.#timed(gate, attempt);
    }
    const { offer, run, file } = attempt;
    await this.#work.recorder.tried(offer.solver, run?.solvedAll ?? false, file !== null);
    if (passed && file !== null) this.winner ??= { file };
  }

  async #timed(gate: Gate, attempt: Attempt): Promise<boolean> {
    this.#work.recorder.begins(gate.name);
    const startedAt = performance.now();
    const passed = (await gate.attempt?.(this.#work, attempt)) ?? true;
    this.#spent.set(gate.name, (this.#spent.get(gate.name) ?? 0) + performance.now() - startedAt);
    return passed;
  }
}
