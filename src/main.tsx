import { createRoot } from "react-dom/client";
import { z } from "zod";
import * as datasets from "@/datasets";
import { type EnvironmentId, errorData, type RunId, runIdSchema } from "@/domain";
import { startBrowserSandbox } from "@/sandbox";
import type { EarlySandbox } from "./entry.ts";
import { createModelPorts } from "./models.ts";
import {
  createLibraryStore,
  createPlayStore,
  createRunsStore,
  createSettingsStore,
  createSpendStore,
  createSystemStore,
  createVerifyStore,
  EMPTY_DRAFT,
  keepDraft,
  keepToolsKnown,
  type SettingsHandle,
  type SpendHandle,
} from "@/state";
import { eraseStorage, estimateSpace, openStorage, persistSpace, WEB_STORAGE_PREFIX } from "@/storage";
import { App, StoresProvider } from "@/ui";

const INTERRUPTED = `${WEB_STORAGE_PREFIX}:active-runs`;

/** Which runs this tab drives, across a reload and for this tab only. Blocked site data: nothing is kept. */
const interrupted = {
  read(): RunId[] {
    try {
      return z.array(runIdSchema).parse(JSON.parse(sessionStorage.getItem(INTERRUPTED) ?? "[]"));
    } catch {
      return [];
    }
  },
  write(ids: readonly RunId[]): void {
    try {
      sessionStorage.setItem(INTERRUPTED, JSON.stringify(ids));
    } catch {
      // Then a reloaded run waits for "Resume".
    }
  },
};

/** `firstSandbox` is under way since before this file was loaded; later starts are made here. */
export function start(firstSandbox: EarlySandbox): void {
  const storage = openStorage();
  // Each store reports a storage that cannot be opened in its own `load`.
  storage.catch(() => undefined);
  const models = createModelPorts({ storage, settings: () => settings.store.getState().settings, onBooked: () => spend.booked(), onUnstored: (error) => tellUnstored(error) });
  const settings: SettingsHandle = createSettingsStore({ storage, models, notify: (notice) => system.notify(notice) });
  const tellUnstored = (error: unknown): void =>
    system.notify({ level: "error", title: "A reply was not put into the store of replies", message: `${errorData(error).message} The run has it; its cost counts until this page is closed.` });
  const workers = settings.ready.then(() => settings.store.getState().settings.workers);
  let early: EarlySandbox | null = firstSandbox;
  const system = createSystemStore({
    estimateSpace,
    startSandbox: (onNotice) => {
      const starting = early?.started ?? startBrowserSandbox({ workers, onNotice });
      early?.connect({ workers, onNotice });
      early = null;
      return starting;
    },
  });
  const library = createLibraryStore({
    storage,
    eraseUnopened: () => eraseStorage(),
    datasets,
    notify: system.notify,
    onErased: () => {
      settings.reset();
      runs.reset();
      play.getState().leave();
      keepDraft(EMPTY_DRAFT);
    },
  });
  const environment = (id: EnvironmentId) => library.store.getState().environments.find((item) => item.id === id);
  const limits = () => settings.store.getState().settings.limits;
  const verify = createVerifyStore({ sandbox: system.sandbox, limits, environment, saveEnvironment: library.saveEnvironment });
  const play = createPlayStore({ storage, sandbox: system.sandbox, limits, environment, notify: system.notify });
  const runs = createRunsStore({
    storage,
    sandbox: system.sandbox,
    models: settings.models,
    hasModels: settings.hasModels,
    ready: Promise.all([settings.ready, library.ready]),
    settings: () => settings.store.getState().settings,
    problem: (id) => library.store.getState().problems.find((item) => item.id === id),
    environments: () => library.store.getState().environments,
    saveEnvironment: library.saveEnvironment,
    notify: system.notify,
    interrupted,
  });
  const spend: SpendHandle = createSpendStore({
    storage,
    models,
    settings: () => settings.store.getState().settings,
    problem: (id) => library.store.getState().problems.find((item) => item.id === id),
  });
  keepToolsKnown({ library, sandbox: system.sandbox });
  // The first click should find Python warm. A failure shows in the header, with a way to try again.
  system.sandbox().catch(() => undefined);
  void persistSpace();

  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StoresProvider value={{ library: library.store, runs: runs.store, verify, play, settings: settings.store, spend: spend.store, system: system.store }}>
      <App />
    </StoresProvider>,
  );
}
