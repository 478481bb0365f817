import type { RunStage } from "./run-stage.ts";

/** What is said of a gate, on screen, in reports and in the README. What it does is in `src/verification/gates/<name>.ts`. */
export type GateFacts = {
  label: string;
  /** What it asks for, for someone who sees it for the first time. */
  about: string;
  /** What to do about a model's candidate that was rejected here. */
  advice: string;
  stage: RunStage;
  /** What the lines in its findings count. */
  linesOf: "reply" | "environment" | "solver";
  /** Why reports of some environments have no result of it. */
  leftOut?: string;
};

const FACTS = {
  format: {
    label: "Format",
    about: "The reply holds both parts, the task text and the environment, and names its class …Env.",
    advice: "Repair sends this evidence back to the model. If it keeps happening, try a stronger model or read the designer's prompt.",
    stage: "design",
    linesOf: "reply",
    leftOut: "No model wrote it here, so there was no reply to take apart.",
  },
  contract: {
    label: "Contract",
    about: "The class has the members that every environment must have, and each tool is listed and documented.",
    advice: "Repair sends the findings and their lines back to the model, which usually mends them in one go.",
    stage: "run",
    linesOf: "environment",
  },
  run: {
    label: "Run",
    about: "The module and its two demonstrations run to the end without an exception, within time and memory.",
    advice: "Repair sends the traceback back to the model. If a demonstration is merely slow, raise the time limit.",
    stage: "run",
    linesOf: "environment",
  },
  tests: {
    label: "Tests",
    about: "Enough configurations start the environment and give the same reference answer twice, within limits.",
    advice: "Repair the environment, ask for more configurations, or lower the number of passing tests that is needed.",
    stage: "tests",
    linesOf: "environment",
  },
  "solver-contract": {
    label: "Solver contract",
    about: "A solver calls nothing but step: one that looks at the hidden state proves nothing.",
    advice: "Ask for more solver replies, or make the solver's prompt stricter about what it may use.",
    stage: "solvers",
    linesOf: "solver",
  },
  solvability: {
    label: "Solvability",
    about: "One solver earns reward 1 on every test. Otherwise nobody knows whether the task can be solved.",
    advice: "Ask for more solver replies or use a stronger model. If all fail on the same tests, the task text may not say enough: repair.",
    stage: "solvers",
    linesOf: "environment",
  },
  proof: {
    label: "Proof",
    about: "The winner's calls are replayed in fresh interpreters that it could not touch, and everything agrees.",
    advice: "Repair the environment: its answers or observations differ from one fresh start to the next.",
    stage: "proof",
    linesOf: "environment",
  },
} as const satisfies Record<string, GateFacts>;

export type GateName = keyof typeof FACTS;

export const GATE_FACTS: Readonly<Record<GateName, GateFacts>> = FACTS;

/** The gates in the order in which they are taken. */
export const GATES = Object.keys(FACTS) as [GateName, ...GateName[]];
