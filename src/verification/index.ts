/**
 * Gates 2 to 7: what makes an environment *verified*. Each gate takes a candidate and a sandbox and gives a
 * result with evidence. The *search* (tests, solvers × tests) is fast and trusted for nothing; the *proof* runs
 * the winner again in fresh interpreters, of which none holds both environment and solver.
 */
export { failureOf, SLACK_MS, withInterpreter } from "./failure.ts";
export { type ProofTest, proveSolverOnEnvironment } from "./proof.ts";
export { buildReport, solvabilityResult, solverContractResult, tasksOf } from "./report.ts";
export { MAX_STEPS, runSolver, type SolverTest, type Traces } from "./solvability.ts";
export {
  assembleEnvironment,
  checkContract,
  checkRun,
  checkSolver,
  type GateContext,
  gateResult,
  insertSolver,
  inspectSource,
  passesContract,
} from "./static-gates.ts";
export { type Candidate, checkTests } from "./tests-gate.ts";
export { checkFile, verifyEnvironment, type VerifyProgress } from "./verify.ts";
