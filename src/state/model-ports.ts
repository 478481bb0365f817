import type {
  ChatModel,
  ConnectionReport,
  LanguageModel,
  ModelProfile,
  ModelRole,
  ModelSuggestion,
  Patience,
  Price,
  ProfileId,
} from "@/domain";

/** Asked at each request; null: there is none. */
export type GetKey = () => string | null;

export type AskOptions = {
  role: ModelRole;
  /** Whose money it is counted to; null: nobody's run. */
  runId: string | null;
  /** Which stored replies may answer: of any run, or of this one only (it goes on where it was cut off). */
  reuse: "any" | "run";
  patience: Patience;
};

/** What a price hangs on: some addresses are known even where the provider is "any". */
type PricedModel = Pick<ModelProfile, "provider" | "baseUrl" | "model">;

/** What the stores need of models; `models.ts` beside `main.tsx` fills it in. */
export type ModelPorts = {
  language(profile: ModelProfile, getKey: GetKey, options: AskOptions): LanguageModel;
  /** For conversations. `settings` can be had without asking it. */
  chat(profile: ModelProfile, getKey: GetKey, options: AskOptions): ChatModel;
  /** @throws CancelledError */
  check(profile: ModelProfile, getKey: GetKey, signal: AbortSignal): Promise<ConnectionReport>;
  /** @throws ModelError, CancelledError */
  list(profile: ModelProfile, getKey: GetKey, signal: AbortSignal): Promise<readonly ModelSuggestion[]>;
  /** Leaves the page. @throws ModelError where the browser cannot */
  signIn(profile: ModelProfile): Promise<void>;
  /** What a login that left the page has brought; null when there was none. @throws ModelError */
  finishSignIn(): Promise<{ profileId: ProfileId; key: string } | null>;
  chrome(): Promise<"available" | "downloadable" | "unavailable">;
  /** The person's own price, else the table's; null: unknown. */
  price(profile: PricedModel): Promise<Price | null>;
  priceTable: { source: string; date: string };
};
