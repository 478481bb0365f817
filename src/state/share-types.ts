import type { Environment, EnvironmentId, EpisodeId, Player, TraceView } from "@/domain";
import type { Download } from "@/datasets";

/** What is shared: an environment of the library with a configuration, or one of its episodes. */
export type ShareWish = { environmentId: EnvironmentId; config: string; episodeId: EpisodeId | null };

/** `payload`: the letters behind `#/open/`. `slim`: hidden states and thinking were left out, for length. */
export type ShareLink = { payload: string; slim: boolean };

/** What a link or a file holds. Nothing in it was checked here. */
export type SharedView = {
  /** Its tools are empty until `inspect` has read the source. */
  environment: Environment;
  config: string;
  /** As it claims to have gone; it lies in the guests' play store under `id`. */
  trace: { id: EpisodeId; player: Player; view: TraceView } | null;
  /** To open it elsewhere. */
  payload: string;
};

export type ShareState = {
  /** @throws PlaygroundError "no-environment", "no-episode", StorageError */
  link(wish: ShareWish): Promise<ShareLink>;
  /** The same as a file that `openFile` reads, with all that the episode holds. @throws as `link` */
  file(wish: ShareWish): Promise<Download>;
  /** How far an address of so many characters gets. */
  advice(chars: number): "short" | "long" | "file";
  /** Reads a link: runs nothing, stores nothing, asks nobody. @throws ImportError, CancelledError */
  open(payload: string, signal: AbortSignal): Promise<SharedView>;
  /** The same of a file; a trace by itself needs its environment in the library. @throws ImportError, CancelledError */
  openFile(file: Blob, signal: AbortSignal): Promise<SharedView>;
  /** Lets Python read the source, which runs none of it, for tools and tasks. @throws ImportError "wrong-kind", SandboxError */
  inspect(shared: SharedView): Promise<Environment>;
  /**
   * Stores its environment, unverified; one with the same source is there once. `task`: the place of the configuration
   * among its tasks, where it is one. @throws ImportError, StorageError
   */
  keep(shared: SharedView): Promise<{ id: EnvironmentId; task: number | null }>;
};
