import type {
  CallProtocol,
  Environment,
  EnvironmentId,
  ErrorData,
  EvaluationId,
  EvaluationPlan,
  EvaluationView,
  CompileChoices,
  ConnectionReport,
  ModelPlayer,
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
  RunGlimpse,
  RunId,
  RunView,
  Settings,
  Synthesizer,
  Tally,
  Waiting,
} from "@/domain";
import type { StartPhase } from "@/sandbox";
import type { Download, ImportChange, ImportChoice, ImportOutcome, ParsedImport } from "@/datasets";
import type { UnreadableRecord } from "@/storage";

/** What the pages read and call. Loading and error are part of the value, never set by a page. */

type Loadable = { status: "loading" } | { status: "ready" } | { status: "failed"; error: ErrorData };

// ------------------------------------------------------------------ library: problems and environments

export type { Download, DuplicatePolicy, ImportChange, ImportChoice, ImportFault, ParsedImport } from "@/datasets";
export type { UnreadableRecord } from "@/storage";

export type LibraryState = {
  load: Loadable;
  problems: readonly Problem[];
  environments: readonly Environment[];
  /** What is stored but cannot be read, of any kind: left out everywhere else. */
  unreadable: readonly UnreadableRecord[];
  /** Looks through what no page has read yet. */
  findUnreadable(): Promise<void>;
  /** As it is stored, in JSON. */
  exportUnreadable(record: UnreadableRecord): Promise<Download>;
  removeUnreadable(record: UnreadableRecord): Promise<void>;
  addProblem(draft: { id?: ProblemId; title: string; statement: string; solution: string }): Promise<Problem>;
  removeProblems(ids: readonly ProblemId[]): Promise<void>;
  removeEnvironments(ids: readonly EnvironmentId[]): Promise<void>;
  /** Bundled problems cannot be removed. Reads off the main thread; never throws for bad content (faults). */
  readFiles(files: readonly File[], signal?: AbortSignal): Promise<ParsedImport>;
  readPaste(text: string): Promise<ParsedImport>;
  /** What `applyImport` would do, item by item. Stores nothing. */
  previewImport(parsed: ParsedImport, choice: ImportChoice, signal?: AbortSignal): Promise<readonly ImportChange[]>;
  applyImport(parsed: ParsedImport, choice: ImportChoice): Promise<ImportOutcome>;
  exportProblems(ids: readonly ProblemId[]): Promise<Download>;
  exportInstances(ids: readonly EnvironmentId[]): Promise<Download>;
  exportEnvironmentFile(id: EnvironmentId): Promise<Download>;
  /** Environments, instances and reports in one zip. */
  exportArchive(ids: readonly EnvironmentId[]): Promise<Download>;
  /** Everything of the person's on this device, the kept key included. */
  eraseAll(): Promise<void>;
};

// ------------------------------------------------------------------ runs

export type RunSummary = RunGlimpse & {
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
   * `fresh`: ask again even where an identical request was answered before. `choices`: for the built-in compiler.
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

// ------------------------------------------------------------------ evaluations

export type EvaluationSummary = {
  id: EvaluationId;
  title: string;
  startedAt: number;
  status: EvaluationView["status"];
  /** Tries. */
  done: number;
  total: number;
  /** Another tab is driving it. */
  lockedElsewhere: boolean;
};

export type EvaluationsState = {
  load: Loadable;
  evaluations: readonly EvaluationSummary[];
  /** Evaluations this tab is driving. */
  active: ReadonlySet<EvaluationId>;
  /** Those that were opened, by id: new objects as results come in, some ten times a second at most. */
  views: Readonly<Record<string, EvaluationView>>;
  /** A profile as a player, with its settings as they are now. */
  modelPlayer(profileId: ProfileId, protocol: CallProtocol): ModelPlayer;
  /** What its models will take; nothing when it has none. */
  estimate(plan: EvaluationPlan): Promise<RunEstimate>;
  start(plan: EvaluationPlan): Promise<EvaluationId>;
  /** Reads it and follows it from then on. */
  open(id: EvaluationId): Promise<void>;
  close(id: EvaluationId): void;
  /** Goes on with what is missing; caps and concurrency may be others than planned. */
  resume(id: EvaluationId, changes?: Partial<Pick<EvaluationPlan, "caps" | "concurrency">>): Promise<void>;
  /** Stops at once; what was played stays, and tries that were cut off go on when it is resumed. */
  pause(id: EvaluationId): void;
  /** Its traces too. */
  remove(id: EvaluationId): Promise<void>;
  /** Training instances of its environments with its scores; `tasks`: only these of the plan, null for all. */
  exportInstances(id: EvaluationId, tasks: ReadonlySet<number> | null): Promise<Download>;
  /** One line for each try, as CSV. */
  exportTable(id: EvaluationId): Promise<Download>;
  /** The plan and all results, as JSON. */
  exportResults(id: EvaluationId): Promise<Download>;
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

// ------------------------------------------------------------------ settings and system

export type PromptView = {
  role: Role;
  version: string;
  system: string;
  user: string;
  edited: boolean;
  builtIn: { system: string; user: string };
};

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
    | { kind: "loading"; phase: StartPhase }
    | { kind: "ready"; pyodide: string; python: string; bootMs: number; snapshot: "used" | "unusable"; notice: string | null }
    | { kind: "failed"; error: ErrorData };
  /** Why nothing is saved; null when all is well. `answered`: the storage is there by now, for who reloads. */
  storageTrouble: { error: ErrorData; answered: boolean } | null;
  storage: { usedBytes: number | null; quotaBytes: number | null; persisted: boolean | null };
  /** Newest last; the shell shows them as notifications and takes them away. */
  notices: readonly { id: number; level: "info" | "error"; title: string; message: string }[];
  dismiss(id: number): void;
  /** Starts it again, or tries the lost line at once. */
  retryPython(): Promise<void>;
};
