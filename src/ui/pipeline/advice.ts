import type { GateName } from "@/domain";

/** What each gate asks for, in a sentence for someone who sees it for the first time. */
export const GATE_MEANING: Record<GateName, string> = {
  format: "A reply must hold both parts, the task text and the environment, and name its class …Env.",
  contract: "The class must have the members that every environment has, and each tool must be listed and documented.",
  run: "The module and its two demonstrations must run to the end without an exception, within time and memory.",
  tests: "Enough configurations must start the environment and give the same reference answer twice, within limits.",
  "solver-contract": "A solver may call nothing but step: one that looks at the hidden state proves nothing.",
  solvability: "One solver must reach reward 1 on every test. Otherwise nobody knows whether the task can be solved.",
  proof: "The winner's calls are replayed in fresh interpreters that it could not touch, and everything must agree.",
};

/** A compiled candidate is not repaired: it is compiled in another way. */
export const COMPILED_ADVICE = "Switch a piece off or on under “From the solution” and compile again, or choose a model in Settings.";

/** What a person can do about a rejection at this gate. */
export const GATE_ADVICE: Record<GateName, string> = {
  format: "Repair sends this evidence back to the model. If it keeps happening, try a stronger model or read the designer's prompt.",
  contract: "Repair sends the findings and their lines back to the model, which usually mends them in one go.",
  run: "Repair sends the traceback back to the model. If a demonstration is merely slow, raise the time limit.",
  tests: "Repair the environment, ask for more configurations, or lower the number of passing tests that is needed.",
  "solver-contract": "Ask for more solver replies, or make the solver's prompt stricter about what it may use.",
  solvability:
    "Ask for more solver replies or use a stronger model. If all fail on the same tests, the task text may not say enough: repair.",
  proof: "Repair the environment: its answers or observations differ from one fresh start to the next.",
};
