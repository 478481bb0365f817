import type {
  EvaluationsState,
  LibraryState,
  PlayState,
  RunsState,
  SettingsState,
  ShareState,
  SpendState,
  SystemState,
  VerifyState,
} from "@/state";
import { createContext, type ReactNode, use, useMemo } from "react";
import { type StoreApi, useStore } from "zustand";

export type AppStores = {
  library: StoreApi<LibraryState>;
  runs: StoreApi<RunsState>;
  evaluations: StoreApi<EvaluationsState>;
  verify: StoreApi<VerifyState>;
  play: StoreApi<PlayState>;
  share: StoreApi<ShareState>;
  /** Episodes of what came by a link: in memory, and no model plays. */
  guests: StoreApi<PlayState>;
  settings: StoreApi<SettingsState>;
  spend: StoreApi<SpendState>;
  system: StoreApi<SystemState>;
};

const StoresContext = createContext<AppStores | null>(null);
export const StoresProvider = StoresContext.Provider;

function useStores(): AppStores {
  const stores = use(StoresContext);
  if (stores === null) throw new Error("StoresProvider is missing above this component");
  return stores;
}

/** Below it, episodes are those of what came by a link. */
export function GuestsProvider({ children }: { children: ReactNode }) {
  const stores = useStores();
  const value = useMemo(() => ({ ...stores, play: stores.guests }), [stores]);
  return <StoresContext value={value}>{children}</StoresContext>;
}

export function useLibrary<T>(select: (state: LibraryState) => T): T {
  return useStore(useStores().library, select);
}
export function useRuns<T>(select: (state: RunsState) => T): T {
  return useStore(useStores().runs, select);
}
export function useEvaluations<T>(select: (state: EvaluationsState) => T): T {
  return useStore(useStores().evaluations, select);
}
export function useVerify<T>(select: (state: VerifyState) => T): T {
  return useStore(useStores().verify, select);
}
export function usePlay<T>(select: (state: PlayState) => T): T {
  return useStore(useStores().play, select);
}
export function useShare<T>(select: (state: ShareState) => T): T {
  return useStore(useStores().share, select);
}
export function useSettings<T>(select: (state: SettingsState) => T): T {
  return useStore(useStores().settings, select);
}
export function useSpend<T>(select: (state: SpendState) => T): T {
  return useStore(useStores().spend, select);
}
export function useSystem<T>(select: (state: SystemState) => T): T {
  return useStore(useStores().system, select);
}
