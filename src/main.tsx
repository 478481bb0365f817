import { createRoot } from "react-dom/client";
import { z } from "zod";
import * as datasets from "@/datasets";
import { type EnvironmentId, episodeIdSchema, errorData, evaluationIdSchema, runIdSchema } from "@/domain";
import { startBrowserSandbox } from "@/sandbox";
import type { EarlySandbox } from "./early-sandbox.ts";
import { createModelPorts } from "./models.ts";
import { showPlainPage } from "./plain-page.ts";
import {
  createEvaluationsStore,
  createLibraryStore,
  createPlayStore,
  createRunsStore,
  createSettingsStore,
  createShareStore,
  createSpendStore,
  createSystemStore,
  createVerifyStore,
  forgetDrafts,
  keepToolsKnown,
  type SettingsHandle,
  type SpendHandle,
} from "@/state";
import { eraseStorage, estimateSpace, openStorage, persistSpace, WEB_STORAGE_PREFIX } from "@/storage";
import { App, StoresProvider } from "@/ui";

/** On top of a test's time limit: one step on a busy phone. */
const STEP_SLACK_MS = 2000;

/** What this tab drives, across a reload and for this tab only. Blocked site data: nothing is kept. */
function interruptedIds<Schema extends z.ZodType>(name: string, schema: Schema) {
  const key = `${WEB_STORAGE_PREFIX}:${name}`;
  return {
    read(): z.infer<Schema>[] {
      try {
        return z.array(schema).parse(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
      } catch {
        return [];
      }
    },
    write(ids: readonly z.infer<Schema>[]): void {
      try {
        if (ids.length === 0) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, JSON.stringify(ids));
      } catch {
        // Then what was reloaded waits for "Resume".
      }
    },
  };
}

/**
 * `firstSandbox` is under way since before this file was loaded; later starts are made here. Without one the page is a
 * frame in somebody else's: Python starts when the visitor wants something of it.
 */
export function start(firstSandbox: EarlySandbox | null): void {
  const storage = openStorage();
  // Each store reports a storage that cannot be opened in its own `load`.
  storage.catch(() => undefined);
  const models = createModelPorts({
    storage,
    settings: () => settings.store.getState().settings,
    onBooked: () => spend.booked(),
    onUnstored: (error) => tellUnstored(error),
  });
  const settings: SettingsHandle = createSettingsStore({ storage, models, notify: (notice) => system.notify(notice) });
  const tellUnstored = (error: unknown): void =>
    system.notify({
      level: "error",
      title: "A reply was not put into the store of replies",
      message: `${errorData(error).message} The run has it; its cost counts until this page is closed.`,
    });
  const workers = settings.ready.then(() => settings.store.getState().settings.workers);
  let early = firstSandbox;
  const system = createSystemStore({
    estimateSpace,
    storageTrouble: storage.then(({ trouble }) => trouble),
    startSandbox: ({ onNotice, onPhase }) => {
      const starting = early?.started ?? startBrowserSandbox({ workers, onNotice, onPhase });
      early?.connect({ workers, onNotice, onPhase });
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
      evaluations.reset();
      play.reset();
      forgetDrafts();
    },
  });
  const environment = (id: EnvironmentId) => library.store.getState().environments.find((item) => item.id === id);
  const limits = () => settings.store.getState().settings.limits;
  const verify = createVerifyStore({ sandbox: system.sandbox, limits, environment, saveEnvironment: library.saveEnvironment });
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
    interrupted: interruptedIds("active-runs", runIdSchema),
  });
  const evaluations = createEvaluationsStore({
    storage,
    sandbox: system.sandbox,
    models: settings,
    price: (player) => models.price(player.settings),
    history: async () => (await storage).replies.history(),
    ready: Promise.all([settings.ready, library.ready]),
    environment,
    saveEnvironment: library.saveEnvironment,
    datasets,
    notify: system.notify,
    interrupted: interruptedIds("active-evaluations", evaluationIdSchema),
  });
  const play = createPlayStore({
    storage,
    sandbox: system.sandbox,
    models: settings,
    ready: Promise.all([settings.ready, library.ready]),
    stepMs: () => limits().testMs + STEP_SLACK_MS,
    environment,
    datasets,
    notify: system.notify,
    interrupted: interruptedIds("active-episodes", episodeIdSchema),
  });
  const share = createShareStore({
    storage,
    sandbox: system.sandbox,
    stepMs: () => limits().testMs + STEP_SLACK_MS,
    library,
    datasets,
    notify: system.notify,
  });
  const spend: SpendHandle = createSpendStore({
    storage,
    models,
    settings: () => settings.store.getState().settings,
    problem: (id) => library.store.getState().problems.find((item) => item.id === id),
  });
  if (firstSandbox !== null) {
    keepToolsKnown({ library, sandbox: system.sandbox });
    // The first click should find Python warm. A failure shows in the header, with a way to try again.
    system.sandbox().catch(() => undefined);
    void persistSpace();
  }

  const root = document.getElementById("root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root, {
    // What no boundary caught leaves an empty page.
    onUncaughtError: (error) => {
      reportError(error);
      showPlainPage({
        title: "The app stopped",
        text: `It could not be shown: ${errorData(error).message} What you saved on this device is untouched.`,
        action: { name: "Reload the page", act: () => window.location.reload() },
      });
    },
  }).render(
    <StoresProvider
      value={{
        library: library.store,
        runs: runs.store,
        evaluations: evaluations.store,
        verify,
        play: play.store,
        share: share.store,
        guests: share.guests,
        settings: settings.store,
        spend: spend.store,
        system: system.store,
      }}
    >
      <App />
    </StoresProvider>,
  );
}
