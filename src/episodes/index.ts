/**
 * Playing an environment. An *episode* is one play of one configuration by a person or by the environment's own
 * reference solver; its *trace* is kept step by step. The interpreter belongs to the episode alone.
 */
export { HandEpisode, type StepOutcome } from "./hand-episode.ts";
export { recordReference, type ReferenceEpisode } from "./reference-episode.ts";
