import type { EnvironmentId, EpisodeId, EvaluationId, ProblemId, RunId } from "@/domain";

/** Paths of the pages. Ids may hold any character, so each is encoded; the router gives them back decoded. */
export const paths = {
  problems: "/problems",
  problem: (id: ProblemId) => `/problems/${encodeURIComponent(id)}`,
  newProblem: "/new-problem",
  /** A new problem that begins as a copy of another. */
  newProblemFrom: (id: ProblemId) => `/new-problem?from=${encodeURIComponent(id)}`,
  pipeline: "/pipeline",
  run: (id: RunId) => `/pipeline/${encodeURIComponent(id)}`,
  environments: "/environments",
  environment: (id: EnvironmentId) => `/environments/${encodeURIComponent(id)}`,
  play: "/play",
  /** `config`: index of the task to start with, or `own`: a configuration's text; `watch`: the reference solver instead of a person. */
  playEnvironment: (id: EnvironmentId, options: { config?: number; own?: string; watch?: boolean } = {}) => {
    const query = new URLSearchParams();
    if (options.config !== undefined) query.set("config", String(options.config));
    if (options.own !== undefined) query.set("own", options.own);
    if (options.watch === true) query.set("watch", "1");
    const text = query.toString();
    return `/play/${encodeURIComponent(id)}${text === "" ? "" : `?${text}`}`;
  },
  /** One stored episode, to look at and to replay. */
  trace: (id: EnvironmentId, trace: EpisodeId) => `/play/${encodeURIComponent(id)}?trace=${encodeURIComponent(trace)}`,
  /** Two to four episodes side by side. */
  race: (id: EnvironmentId, traces: readonly EpisodeId[]) => `/play/${encodeURIComponent(id)}?race=${encodeURIComponent(traces.join(","))}`,
  /** To open a shared file. */
  open: "/open",
  /** What a link holds; `payload` are its letters. */
  shared: (payload: string) => `/open/${payload}`,
  /** The same as player and timeline only, for a frame in another page. */
  embed: (payload: string) => `/embed/${payload}`,
  evaluate: "/evaluate",
  newEvaluation: "/evaluate/new",
  /** `other`: beside it, to compare. */
  evaluation: (id: EvaluationId, other?: EvaluationId) => `/evaluate/${encodeURIComponent(id)}${other === undefined ? "" : `?with=${encodeURIComponent(other)}`}`,
  settings: "/settings",
  /** Goes to one part of the page: the id of its section. */
  settingsSection: (id: string) => `/settings?section=${encodeURIComponent(id)}`,
} as const;
