/**
 * A *run*: from a problem to a verified environment. Joins synthesis and verification, which know nothing of
 * each other, over an event log: every step first looks whether the log already has its outcome.
 */
export { estimateRun } from "./estimate.ts";
export { type PipelineInput, runPipeline } from "./run-pipeline.ts";
