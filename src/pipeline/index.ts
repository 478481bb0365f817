/**
 * A *run*: from a problem to a verified environment. Joins synthesis and verification, which know nothing of
 * each other, over an event log: every step first looks whether the log already has its outcome.
 */
export { estimateRun } from "./estimate.ts";
export type { OnProgress, ReplyProgress } from "./replies.ts";
export { type AppendEvent } from "./run-log.ts";
export { type PipelineInput, type PipelinePorts, runPipeline } from "./run-pipeline.ts";
