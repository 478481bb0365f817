/**
 * What makes an environment *verified*: a file a *gate* in `gates`, a file a *quality check* in `checks`, and `runGates`, which
 * takes a candidate through them. Where candidates, tests and solvers come from is a `Sources`, where results go a `Recorder`.
 * The *search* (tests, solvers × tests) is fast and trusted for nothing; the *proof* runs the winner again in fresh
 * interpreters, of which none holds both environment and solver.
 */
export { assembleEnvironment, insertSolver, inspectSource } from "./analysis.ts";
export { failureOf, SLACK_MS, withInterpreter } from "./failure.ts";
export type { GateContext, Offer, Proposal, Reading, Recorder } from "./gate.ts";
export { checkContract } from "./gates/contract.ts";
export { createMemory, type Memory } from "./memory.ts";
export { buildReport, tasksOf } from "./report.ts";
export { runGates } from "./run-gates.ts";
export { sourcesOfFile, verifyEnvironment } from "./verify.ts";
