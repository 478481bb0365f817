import type { EnvironmentId, EpisodeId, EvaluationId, ProblemId, RunId } from "@/domain";
import { encodePart } from "./address-text.ts";

/** Paths of the pages. Ids may hold any character, so each is encoded; the router gives them back decoded. */
export const paths = {
  problems: "/problems",
  problem: (id: ProblemId) => `/problems/${encodePart(id)}`,
  newProblem: "/new-problem",
  /** A new problem that begins as a copy of another. */
  newProblemFrom: (id: ProblemId) => `/new-problem?from=${encodePart(id)}`,
  pipeline: "/pipeline",
  run: (id: RunId) => `/pipeline/${encodePart(id)}`,
  environments: "/environments",
  environment: (id: EnvironmentId) => `/environments/${encodePart(id)}`,
  play: "/play",
  /** `config`: index of the task to start with, or `own`: a configuration's text; `watch`: the reference solver instead of a person. */
  playEnvironment: (id: EnvironmentId, options: { config?: number; own?: string; watch?: boolean } = {}) => {
    const query = [
      ...(options.config === undefined ? [] : [`config=${options.config}`]),
      ...(options.own === undefined ? [] : [`own=${encodePart(options.own)}`]),
      ...(options.watch === true ? ["watch=1"] : []),
    ];
    const text = query.join("&");
    return `/play/${encodePart(id)}${text === "" ? "" : `?${text}`}`;
  },
  /** One stored episode, to look at and to replay. */
  trace: (id: EnvironmentId, trace: EpisodeId) => `/play/${encodePart(id)}?trace=${encodePart(trace)}`,
  /** Two to four episodes side by side. */
  race: (id: EnvironmentId, traces: readonly EpisodeId[]) => `/play/${encodePart(id)}?race=${encodePart(traces.join(","))}`,
  /** To open a shared file. */
  open: "/open",
  /** What a link holds; `payload` are its letters. */
  shared: (payload: string) => `/open/${payload}`,
  /** The same as player and timeline only, for a frame in another page. */
  embed: (payload: string) => `/embed/${payload}`,
  evaluate: "/evaluate",
  newEvaluation: "/evaluate/new",
  /** `other`: beside it, to compare. */
  evaluation: (id: EvaluationId, other?: EvaluationId) =>
    `/evaluate/${encodePart(id)}${other === undefined ? "" : `?with=${encodePart(other)}`}`,
  settings: "/settings",
  /** Goes to one part of the page: the id of its section. */
  settingsSection: (id: string) => `/settings?section=${encodePart(id)}`,
} as const;
