import type {
  CallProtocol,
  EndReason,
  EnvironmentId,
  EpisodeId,
  EpisodeLimits,
  ErrorData,
  HiddenState,
  ModelPlayer,
  Player,
  ProfileId,
  TraceCall,
  TraceView,
  Waiting,
} from "@/domain";
import type { Download } from "@/datasets";

/** What lists of episodes show. */
export type EpisodeSummary = {
  id: EpisodeId;
  environmentId: EnvironmentId;
  config: string;
  player: Player;
  branchOf: EpisodeId | null;
  startedAt: number;
  status: TraceView["status"];
  why: EndReason | null;
  rounds: number;
  reward: number;
};

/** A model's turn as it comes in. */
export type LiveTurn = { text: string; reasoning: string; waiting: Waiting | null };

/** An opened episode: a new object after each event. */
export type OpenEpisode = {
  id: EpisodeId;
  view: TraceView;
  /**
   * "idle": nobody plays it in this tab. "starting": it is begun, or repeated up to where it was. "playing": the player
   * has the move. "paused": it waits for `play` or `step`. "yours": the person has the move. "calling": a call by hand
   * is under way.
   */
  phase: "idle" | "starting" | "playing" | "paused" | "yours" | "calling";
  /** To be paused as soon as the turn under way is over. */
  pausing: boolean;
  live: LiveTurn | null;
  /** Another tab plays it; it is shown as it goes on. */
  elsewhere: boolean;
  /** What kept it from being played at all; what stopped it in its middle is in `view`. */
  error: ErrorData | null;
};

export type EpisodeStart = {
  environmentId: EnvironmentId;
  config: string;
  player: Player;
  limits?: Partial<Pick<EpisodeLimits, "rounds" | "tokens" | "usd">>;
};

/** The reference solver's way through a configuration. */
export type ReferencePath = { steps: readonly TraceCall[]; reward: number };

/**
 * How the reference solver goes on from where an episode stands. "call": its next call, which still leads to the whole
 * reward. "parted": after a detour it does not; the first `steps` calls are its own.
 */
export type Hint = { kind: "call"; action: string; detour: boolean } | { kind: "parted"; steps: number };

/** A trace played again in a fresh environment. Steps are counted from 1. */
export type ReplayReport = { reward: number; states: readonly HiddenState[] } & (
  { agrees: true } | { agrees: false; step: number; recorded: string; got: string }
);

export type PlayState = {
  /** By id. */
  opened: Readonly<Record<string, OpenEpisode>>;
  /** Episodes that go on by themselves in this tab. */
  active: ReadonlySet<EpisodeId>;
  start(episode: EpisodeStart): EpisodeId;
  /** Reads it and follows it from then on; plays nothing. @throws PlaygroundError "no-episode", StorageError */
  open(id: EpisodeId): Promise<void>;
  /** No longer shown. A model goes on; an episode in the person's hand is laid down, and taken up again when it is opened. */
  close(id: EpisodeId): void;
  /** Goes on where its events end, by playing them again. `paused`: waits for `step` or `play` then. */
  resume(id: EpisodeId, options?: { paused?: boolean }): void;
  pause(id: EpisodeId): void;
  play(id: EpisodeId): void;
  /** One move of the player. */
  step(id: EpisodeId): void;
  /** Ends what is under way. After a call by hand the episode goes on as if it had not been made. */
  stop(id: EpisodeId): void;
  takeOver(id: EpisodeId): void;
  giveBack(id: EpisodeId): void;
  /** The action's text is sent as it is. */
  act(id: EpisodeId, action: string): void;
  /** A new episode that begins with the first `steps` calls of this one. @throws PlaygroundError "no-episode", StorageError */
  branch(id: EpisodeId, steps: number, player: Player): Promise<EpisodeId>;
  remove(id: EpisodeId): Promise<void>;
  /** The whole trace: as JSON, or as a page by itself that opens from disk. @throws PlaygroundError "no-episode", StorageError */
  exportTrace(id: EpisodeId, as: "json" | "page"): Promise<Download>;
  /** Stored episodes of one environment that are no tries of an evaluation, newest first. */
  episodes(environmentId: EnvironmentId): Promise<EpisodeSummary[]>;
  /** Episodes of models that ship with the app, for this environment as it is. */
  recordings(environmentId: EnvironmentId): Promise<EpisodeSummary[]>;
  /** @throws NoSolverError, PythonError, SandboxError */
  reference(environmentId: EnvironmentId, config: string): Promise<ReferencePath>;
  /** Tried out after a detour. @throws as `reference` and `replay` */
  hint(id: EpisodeId): Promise<Hint>;
  /** @throws EpisodeError, SandboxError, PlaygroundError "no-episode" */
  replay(id: EpisodeId): Promise<ReplayReport>;
  /** A profile as a player, with its settings as they are now. @throws PlaygroundError "no-profile" */
  modelPlayer(profileId: ProfileId, protocol: CallProtocol): ModelPlayer;
};
