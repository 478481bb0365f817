/**
 * Playing and measuring environments. An *episode* is one play of one configuration; its *trace* is an event log that
 * is stored step by step, replayed and taken up again. A *stage* is an interpreter with one environment in it, which
 * players never enter: a *mover* plays a player's part and only its actions reach the stage, by way of the *referee*
 * (`playEpisode`). A person's hand on it is its *control*. An *evaluation* plays many *tries* of a plan.
 */
export { castPlayer, type CastPorts } from "./cast.ts";
export { EpisodeControl } from "./control.ts";
export { conversationOf } from "./conversation.ts";
export { type EvaluationPorts, runEvaluation, type TraceStore } from "./evaluate.ts";
export { playEpisode } from "./play-episode.ts";
export type { Watch } from "./players/model.ts";
export type { Mover } from "./players/mover.ts";
export { NoSolverError } from "./players/reference.ts";
export { readTurn } from "./reading/read-turn.ts";
export { loadRecordings } from "./recordings.ts";
export { referenceTrace } from "./reference-trace.ts";
export { replayTrace } from "./replay.ts";
export { type PlayableEnvironment, Stage } from "./stage.ts";
export { wayOn } from "./way-on.ts";
