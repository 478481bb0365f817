/**
 * A recorded episode, read to a solver line by line. Python gets an observation only for the action that earns it:
 * the rest lies in this closure, outside the memory of Python, and so do the actions it gave.
 *
 * Judged code may have got hold of JavaScript here and have changed what it could reach, such as prototypes. So
 * nothing below calls a method of any object: own properties of parsed JSON, operators, and two functions that
 * were taken before judged code ran.
 */
export type Prompter = {
  /** `params`: JSON text `{"steps": [{"ok": boolean, "observation": string}, …]}`. */
  load: (params: string) => void;
  /** For the solver: the flag as "1" or "0" and the observation behind it; undefined when there is no more. */
  next: (action: unknown) => string | undefined;
  /** JSON text of the actions so far: at most one more than there are observations. */
  actions: () => string;
};

/** Longer sequences of actions are cut, and so differ from any that was recorded. */
const MAX_CHARS = 12_000_000;

type Steps = { [index: number]: { ok: boolean; observation: string }; length: number };

export function createPrompter(): Prompter {
  const { parse, stringify } = JSON;
  let steps: Steps = [];
  let given = 0;
  let taken = "";
  return {
    load(params) {
      steps = (parse(params) as { steps: Steps }).steps;
      given = 0;
      taken = "";
    },
    next(action) {
      if (typeof action !== "string" || given > steps.length || taken.length > MAX_CHARS) return undefined;
      taken += (given > 0 ? "," : "") + stringify(action);
      given += 1;
      if (given > steps.length) return undefined;
      const step = steps[given - 1];
      return step === undefined ? undefined : (step.ok ? "1" : "0") + step.observation;
    },
    actions: () => `[${taken}]`,
  };
}
