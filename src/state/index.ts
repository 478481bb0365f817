/**
 * zustand stores: what the pages show and call. A store holds selection and progress; engines report to it by
 * events and know nothing of it. Free of React; `ui/stores.tsx` binds them.
 */
export { createEvaluationsStore } from "./evaluations-store.ts";
export { keepToolsKnown } from "./keep-tools-known.ts";
export { createLibraryStore, type Library } from "./library-store.ts";
export type { AskOptions, GetKey, ModelPorts } from "./model-ports.ts";
export { createPlayStore, type PlayHandle } from "./play-store.ts";
export type * from "./play-types.ts";
export { createRunsStore } from "./runs-store.ts";
export {
  callDraft,
  configDraft,
  forgetDrafts,
  pasteDraft,
  problemDraft,
  promptDraft,
  type ProblemDraft,
  type SessionDraft,
} from "./session-draft.ts";
export { createSettingsStore, type SettingsHandle } from "./settings-store.ts";
export { createShareStore } from "./share-store.ts";
export type * from "./share-types.ts";
export { createSpendStore, type SpendHandle } from "./spend-store.ts";
export { createSystemStore } from "./system-store.ts";
export type * from "./types.ts";
export { createVerifyStore } from "./verify-store.ts";
