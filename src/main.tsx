import { createRoot } from "react-dom/client";
import { z } from "zod";
import * as datasets from "@/datasets";
import { type EnvironmentId, type RunId, runIdSchema } from "@/domain";
import { checkConnection, createOpenAICompatibleModel, createRecordedModel } from "@/llm";
import { startBrowserSandbox } from "@/sandbox";
import type { EarlySandbox } from "./entry.ts";
import {
  createLibraryStore,
  createPlayStore,
  createRunsStore,
  createSettingsStore,
  createSystemStore,
  createVerifyStore,
  keepToolsKnown,
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
  const settings = createSettingsStore({
    storage,
    checkConnection,
    createModel: (chosen, getKey) => (chosen.kind === "recorded" ? createRecordedModel() : createOpenAICompatibleModel(chosen, getKey)),
  });
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
    },
  });
  const environment = (id: EnvironmentId) => library.store.getState().environments.find((item) => item.id === id);
  const limits = () => settings.store.getState().settings.limits;
  const verify = createVerifyStore({ sandbox: system.sandbox, limits, environment, saveEnvironment: library.saveEnvironment });
  const play = createPlayStore({ storage, sandbox: system.sandbox, limits, environment, notify: system.notify });
  const runs = createRunsStore({
    storage,
    sandbox: system.sandbox,
    model: settings.model,
    hasModel: settings.hasModel,
    ready: Promise.all([settings.ready, library.ready]),
    settings: () => settings.store.getState().settings,
    problem: (id) => library.store.getState().problems.find((item) => item.id === id),
    environments: () => library.store.getState().environments,
    saveEnvironment: library.saveEnvironment,
    notify: system.notify,
    interrupted,
  });
  keepToolsKnown({ library, sandbox: system.sandbox });
  // The first click should find Python warm. A failure shows in the header, with a way to try again.
  system.sandbox().catch(() => undefined);
  void persistSpace();

  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StoresProvider value={{ library: library.store, runs: runs.store, verify, play, settings: settings.store, system: system.store }}>
      <App />
    </StoresProvider>,
  );
}
