import type {
  Environment,
  EnvironmentId,
  Episode,
  ErrorData,
  HiddenState,
  CompileChoices,
  ConnectionReport,
  Json,
  ModelProfile,
  ModelRole,
  ModelSuggestion,
  Price,
  Problem,
  ProblemId,
  ProfileId,
  ProviderId,
  Role,
  RoleSettings,
  RunEstimate,
  RunId,
  RunView,
  Settings,
  Synthesizer,
  Tally,
  Waiting,
} from "@/domain";
import type { Download, DuplicatePolicy, ImportOutcome, ImportPlan } from "@/datasets";

/** What the pages read and call. Loading and error are part of the value, never set by a page. */

export type Loadable = { status: "loading" } | { status: "ready" } | { status: "failed"; error: ErrorData };

// ------------------------------------------------------------------ library: problems and environments

export type { Download, DuplicatePolicy, ImportFault, ImportOutcome, ImportPlan } from "@/datasets";

export type LibraryState = {
  load: Loadable;
  problems: readonly Problem[];
  environments: readonly Environment[];
  addProblem(draft: { id?: ProblemId; title: string; statement: string; solution: string }): Promise<Problem>;
  removeProblems(ids: readonly ProblemId[]): Promise<void>;
  removeEnvironments(ids: readonly EnvironmentId[]): Promise<void>;
  /** Bundled problems cannot be removed. Reads off the main thread; never throws for bad content (faults). */
  readFiles(files: readonly File[], signal?: AbortSignal): Promise<ImportPlan>;
  readPaste(text: string): Promise<ImportPlan>;
  applyImport(plan: ImportPlan, policy: DuplicatePolicy): Promise<ImportOutcome>;
  exportProblems(ids: readonly ProblemId[]): Promise<Download>;
  exportInstances(ids: readonly EnvironmentId[]): Promise<Download>;
  exportEnvironmentFile(id: EnvironmentId): Promise<Download>;
  /** Environments, instances and reports in one zip. */
  exportArchive(ids: readonly EnvironmentId[]): Promise<Download>;
  /** Everything of the person's on this device, the kept key included. */
  eraseAll(): Promise<void>;
};

// ------------------------------------------------------------------ runs

export type RunSummary = {
  id: RunId;
  problemId: ProblemId;
  title: string;
  startedAt: number;
  status: RunView["status"];
  /** Another tab is driving it. */
  lockedElsewhere: boolean;
};

export type RunsState = {
  load: Loadable;
  runs: readonly RunSummary[];
  /** Runs this tab is driving. */
  active: ReadonlySet<RunId>;
  /** The opened run: a new object after each event. Null until `open` has read it. */
  opened: { id: RunId; view: RunView } | null;
  /** Streaming text of replies under way in the opened run: `${replyKey}@${candidate ?? ""}` → text so far. */
  streaming: Readonly<Record<string, string>>;
  /** Requests that wait to be tried again, under the same names: why, and until when. */
  waiting: Readonly<Record<string, Waiting>>;
  /**
   * `fresh`: ask anew even where an identical request was answered before. `choices`: for the built-in compiler.
   * `synthesizer`: who writes this time, whatever the settings say.
   */
  start(problemId: ProblemId, options?: { fresh?: boolean; choices?: CompileChoices; synthesizer?: Synthesizer }): Promise<RunId>;
  open(id: RunId): Promise<void>;
  resume(id: RunId): Promise<void>;
  cancel(id: RunId): void;
  remove(id: RunId): Promise<void>;
  /** Asks the model to mend the rejected candidate once more, past the configured repairs. */
  repair(id: RunId, candidate: number): Promise<void>;
};

// ------------------------------------------------------------------ verifying what was imported

export type VerifyJob = {
  environmentId: EnvironmentId;
  status: "waiting" | "running" | "verified" | "rejected" | "failed";
  /** What is being done: "tests 7 of 20". */
  note: string;
  error: ErrorData | null;
};
export type VerifyState = {
  jobs: readonly VerifyJob[];
  running: boolean;
  startedAt: number | null;
  verify(ids: readonly EnvironmentId[]): Promise<void>;
  cancel(): void;
};

// ------------------------------------------------------------------ play

export type PlayStep = {
  action: string;
  /** Parsed for showing; null when the action was not a well-formed call. */
  call: { name: string; parameters: { [key: string]: Json } } | null;
  ok: boolean;
  observation: string;
};

export type PlaySession = {
  environmentId: EnvironmentId;
  config: string;
  player: "person" | "reference-solver";
  phase: "starting" | "ready" | "busy" | "finished" | "failed";
  error: ErrorData | null;
  steps: readonly PlayStep[];
  /** states[i] = hidden state after i steps; empty when it could not be read. */
  states: readonly HiddenState[];
  /** How many steps are shown (reference solver: moves back and forth; person: all). */
  cursor: number;
  reward: number;
  finished: boolean;
};

export type PlayState = {
  session: PlaySession | null;
  /** Starts a new episode by hand; an unfinished one of the same configuration goes on where it was when `resume`. */
  start(environmentId: EnvironmentId, config: string, options?: { resume?: boolean }): Promise<void>;
  /** Runs the environment's own `solve` and shows its steps. */
  watchReference(environmentId: EnvironmentId, config: string): Promise<void>;
  act(name: string, parameters: { [key: string]: Json }): Promise<void>;
  /** Sends the text as it is, for those who want to try a malformed call. */
  actRaw(action: string): Promise<void>;
  moveTo(cursor: number): void;
  /** Stops a call that hangs; the episode so far is kept. */
  stop(): void;
  leave(): void;
  /** Stored episodes of one environment, newest first. */
  episodes(environmentId: EnvironmentId): Promise<Episode[]>;
};

// ------------------------------------------------------------------ settings and system

export type PromptView = { role: Role; version: string; system: string; user: string; edited: boolean; builtIn: { system: string; user: string } };

export type KeyStatus = "none" | "session" | "kept";

export type SettingsState = {
  load: Loadable;
  settings: Settings;
  prompts: readonly PromptView[];
  /** By profile id; absent = "none". */
  keys: Readonly<Record<string, KeyStatus>>;
  update(change: (settings: Settings) => Settings): Promise<void>;
  /** A new profile with the provider's defaults and a name of its own; it becomes the one in use. */
  addProfile(provider: ProviderId): Promise<ProfileId>;
  duplicateProfile(id: ProfileId): Promise<ProfileId>;
  changeProfile(id: ProfileId, change: Partial<Omit<ModelProfile, "id">>): Promise<void>;
  useProfile(id: ProfileId): Promise<void>;
  /** Its key is forgotten too; roles that used it go back to the profile in use. */
  removeProfile(id: ProfileId): Promise<void>;
  changeRole(role: ModelRole, change: Partial<RoleSettings>): Promise<void>;
  setPrompt(role: Role, prompt: { system: string; user: string }): Promise<void>;
  resetPrompt(role: Role): Promise<void>;
  /** `keep`: also on this device. The key itself can never be read back through the store. */
  setKey(id: ProfileId, key: string, keep: boolean): Promise<void>;
  forgetKey(id: ProfileId): Promise<void>;
  forgetAllKeys(): Promise<void>;
  /** A tiny request with the profile's settings. Never rejects but when cancelled. */
  check(id: ProfileId, signal: AbortSignal): Promise<ConnectionReport>;
  /** What the provider lists, for suggestions; empty where it has no list. @throws ModelError, CancelledError */
  listModels(id: ProfileId, signal: AbortSignal): Promise<readonly ModelSuggestion[]>;
  /** OpenRouter: leaves the page for its login, which comes back with a key for this profile. */
  signIn(id: ProfileId): Promise<void>;
  /** Whether Chrome's built-in model can be had here. */
  chromeModel(): Promise<"available" | "downloadable" | "unavailable">;
  /** Null: unknown. */
  priceOf(profile: Pick<ModelProfile, "provider" | "baseUrl" | "model">): Promise<Price | null>;
  /** The built-in table: where it is from, and of which day. */
  priceTable: { source: string; date: string };
};

// ------------------------------------------------------------------ money

export type SpendState = {
  load: Loadable;
  today: Tally;
  /** Days on which something was paid for, newest first. */
  days: readonly { day: string; tally: Tally }[];
  /** Replies that identical requests can be answered from. */
  storedReplies: number;
  refresh(): Promise<void>;
  /** The texts are deleted, the sums stay. */
  forgetReplies(): Promise<void>;
  /** What making an environment of this problem will cost with the present settings. */
  estimate(problemId: ProblemId): Promise<RunEstimate>;
};

export type SystemState = {
  /** Boot phases of the Python sandbox, as they happen. */
  python:
    | { kind: "loading"; phase: string }
    | { kind: "ready"; pyodide: string; python: string; bootMs: number; snapshot: "used" | "unusable"; notice: string | null }
    | { kind: "failed"; error: ErrorData };
  storage: { usedBytes: number | null; quotaBytes: number | null; persisted: boolean | null };
  /** Newest last; the shell shows them as notifications and takes them away. */
  notices: readonly { id: number; level: "info" | "error"; title: string; message: string }[];
  dismiss(id: number): void;
  retryPython(): Promise<void>;
};
