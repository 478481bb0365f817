import { z } from "zod";

/** Branded ids: a string that can only be had by parsing or by naming the kind, so two kinds never mix. */
export const problemIdSchema = z.string().min(1).max(200).brand<"ProblemId">();
export type ProblemId = z.infer<typeof problemIdSchema>;

export const environmentIdSchema = z.string().min(1).max(300).brand<"EnvironmentId">();
export type EnvironmentId = z.infer<typeof environmentIdSchema>;

export const runIdSchema = z.string().min(1).max(100).brand<"RunId">();
export type RunId = z.infer<typeof runIdSchema>;

export const episodeIdSchema = z.string().min(1).max(100).brand<"EpisodeId">();
export type EpisodeId = z.infer<typeof episodeIdSchema>;

export const evaluationIdSchema = z.string().min(1).max(60).brand<"EvaluationId">();
export type EvaluationId = z.infer<typeof evaluationIdSchema>;
