import { createStore, type StoreApi } from "zustand/vanilla";
import { DEFAULT_SETTINGS, errorData, type LanguageModel, type ModelSettings, ROLES, type Settings } from "@/domain";
import type { PlaygroundStorage } from "@/storage";
import { builtInPrompts } from "@/synthesis";
import type { PromptView, SettingsState } from "./types.ts";

export type SettingsPorts = {
  storage: Promise<Pick<PlaygroundStorage, "settings" | "key" | "liveChanges">>;
  /** `getKey` is asked at each request. */
  createModel(settings: ModelSettings, getKey: () => string | null): LanguageModel;
  checkConnection(model: LanguageModel, signal: AbortSignal): Promise<string>;
};

export type SettingsHandle = {
  store: StoreApi<SettingsState>;
  ready: Promise<void>;
  /** The model as set now. The key is read at each request. */
  model(): LanguageModel;
  /** False when the chosen address will surely want a key and none is there. */
  hasModel(): boolean;
  /** After "erase all". */
  reset(): void;
};

function promptViews(settings: Settings): PromptView[] {
  return ROLES.map((role): PromptView => {
    const { version, system, user } = builtInPrompts[role];
    const edit = settings.prompts[role];
    return { role, version, ...(edit ?? { system, user }), edited: edit !== undefined, builtIn: { system, user } };
  });
}

function isLocal(baseUrl: string): boolean {
  return /^https?:\/\/(localhost|127\.|\[::1\]|10\.|192\.168\.)/.test(baseUrl);
}

export function createSettingsStore(ports: SettingsPorts): SettingsHandle {
  // Held here and nowhere else: not in the store's state, which devtools and tests can read.
  let key: string | null = null;

  let saving: Promise<unknown> = Promise.resolve();

  async function save(settings: Settings): Promise<void> {
    await (await ports.storage).settings.write(settings);
    store.setState({ settings, prompts: promptViews(settings) });
  }

  /** One after the other: leaving a field and pressing a switch are two changes in one instant. */
  function update(change: (settings: Settings) => Settings): Promise<void> {
    const done = saving.then(() => save(change(store.getState().settings)));
    saving = done.catch(() => undefined);
    return done;
  }

  const model = (): LanguageModel => ports.createModel(store.getState().settings.model, () => key);

  const store: StoreApi<SettingsState> = createStore<SettingsState>()(() => ({
    load: { status: "loading" },
    settings: DEFAULT_SETTINGS,
    prompts: promptViews(DEFAULT_SETTINGS),
    keyStatus: "none",

    update,
    setPrompt: (role, prompt) => update((settings) => withPrompt(settings, role, prompt)),
    resetPrompt: (role) => update((settings) => withPrompt(settings, role, null)),

    async setKey(given, keep) {
      const trimmed = given.trim();
      key = trimmed === "" ? null : trimmed;
      const { key: record } = await ports.storage;
      if (key !== null && keep) await record.keep(key);
      else await record.forget();
      store.setState({ keyStatus: key === null ? "none" : keep ? "kept" : "session" });
    },
    async forgetKey() {
      key = null;
      store.setState({ keyStatus: "none" });
      await (await ports.storage).key.forget();
    },
    testModel: (signal) => ports.checkConnection(model(), signal),
  }));

  async function read(): Promise<void> {
    try {
      const storage = await ports.storage;
      const settings = await storage.settings.read();
      store.setState({ load: { status: "ready" }, settings, prompts: promptViews(settings) });
      const kept = await storage.key.read();
      if (kept !== null && key === null) {
        key = kept;
        store.setState({ keyStatus: "kept" });
      }
    } catch (error) {
      store.setState({ load: { status: "failed", error: errorData(error) } });
    }
  }

  const ready = read();
  void ports.storage.then(
    (storage) => storage.liveChanges((change) => void (change.kind === "settings" || change.kind === "key" ? read() : undefined)),
    () => {},
  );

  return {
    store,
    ready,
    model,
    hasModel: () => {
      const { model: chosen } = store.getState().settings;
      return chosen.kind === "recorded" || key !== null || isLocal(chosen.baseUrl);
    },
    reset: () => {
      key = null;
      store.setState({ settings: DEFAULT_SETTINGS, prompts: promptViews(DEFAULT_SETTINGS), keyStatus: "none" });
    },
  };
}

function withPrompt(settings: Settings, role: PromptView["role"], prompt: { system: string; user: string } | null): Settings {
  const prompts = { ...settings.prompts };
  if (prompt === null) delete prompts[role];
  else prompts[role] = prompt;
  return { ...settings, prompts };
}
