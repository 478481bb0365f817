import { createStore, type StoreApi } from "zustand/vanilla";
import {
  type CallProtocol,
  type ChatModel,
  DEFAULT_SETTINGS,
  errorData,
  type ModelPlayer,
  type ModelProfile,
  PlaygroundError,
  profileFor,
  type ProfileId,
  profilesOf,
  PROVIDER_FACTS,
  type Role,
  type RoleModels,
  ROLES,
  type RunId,
  type Settings,
} from "@/domain";
import type { PlaygroundStorage } from "@/storage";
import { builtInPromptsFor } from "@/synthesis";
import type { GetKey, ModelPorts } from "./model-ports.ts";
import { copyOf, newProfile, withoutProfile, withProfile, withProfileChanged, withRole } from "./profiles.ts";
import type { KeyStatus, PromptView, SettingsState } from "./types.ts";

export type SettingsPorts = {
  storage: Promise<Pick<PlaygroundStorage, "settings" | "keys" | "liveChanges">>;
  models: ModelPorts;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
};

export type SettingsHandle = {
  store: StoreApi<SettingsState>;
  ready: Promise<void>;
  /** Each role's model as set now. Keys are read at each request. `fresh`: no reply of another run is used again. */
  models(run: { runId: RunId; fresh: boolean }): RoleModels;
  /** False when a role's provider will surely want a key and none is there. */
  hasModels(): boolean;
  /** A profile as a player. @throws PlaygroundError "no-profile" */
  modelPlayer(id: ProfileId, protocol: CallProtocol): ModelPlayer;
  /** The player's model: its own settings go before those that its profile has by now. @throws PlaygroundError "no-profile" */
  chat(player: ModelPlayer, runId: string): ChatModel;
  /** False when the profile is gone, or its provider will surely want a key and none is there. */
  canAsk(id: ProfileId): boolean;
  /** After "erase all". */
  reset(): void;
};

function promptViews(settings: Settings): PromptView[] {
  const builtInPrompts = builtInPromptsFor(settings.replyForm);
  return ROLES.map((role): PromptView => {
    const { version, system, user } = builtInPrompts[role];
    const edit = settings.prompts[role];
    return { role, version, ...(edit ?? { system, user }), edited: edit !== undefined, builtIn: { system, user } };
  });
}

export function createSettingsStore(ports: SettingsPorts): SettingsHandle {
  const { models } = ports;
  // Held here and nowhere else: not in the store's state, which devtools and tests can read.
  const keys = new Map<ProfileId, string>();

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

  const keyOf =
    (id: ProfileId): GetKey =>
    () =>
      keys.get(id) ?? null;

  function profileOf(id: ProfileId): ModelProfile {
    const profile = profilesOf(store.getState().settings.profiles).find((item) => item.id === id);
    if (profile === undefined)
      throw new PlaygroundError("no-profile", "This model is no longer here.", { hint: "Choose another one in Settings." });
    return profile;
  }

  function sayKey(id: ProfileId, status: KeyStatus): void {
    store.setState((state) => ({ keys: { ...state.keys, [id]: status } }));
  }

  async function forget(id: ProfileId): Promise<void> {
    keys.delete(id);
    sayKey(id, "none");
    await (await ports.storage).keys.forget(id);
  }

  async function add(profile: ModelProfile): Promise<ProfileId> {
    await update((settings) => withProfile(settings, profile));
    return profile.id;
  }

  const store: StoreApi<SettingsState> = createStore<SettingsState>()(() => ({
    load: { status: "loading" },
    settings: DEFAULT_SETTINGS,
    prompts: promptViews(DEFAULT_SETTINGS),
    keys: {},
    priceTable: models.priceTable,

    update,
    addProfile: (provider) => add(newProfile(provider, store.getState().settings.profiles)),
    duplicateProfile: async (id) => add(copyOf(profileOf(id), store.getState().settings.profiles)),
    changeProfile: (id, change) => update((settings) => withProfileChanged(settings, id, change)),
    useProfile: (id) => update((settings) => ({ ...settings, profile: id })),
    async removeProfile(id) {
      await forget(id);
      await update((settings) => withoutProfile(settings, id));
    },
    changeRole: (role, change) => update((settings) => withRole(settings, role, change)),
    setPrompt: (role, prompt) => update((settings) => withPrompt(settings, role, prompt)),
    resetPrompt: (role) => update((settings) => withPrompt(settings, role, null)),

    async setKey(id, given, keep) {
      const key = given.trim();
      if (key === "") return forget(id);
      keys.set(id, key);
      const { keys: records } = await ports.storage;
      if (keep) await records.keep(id, key);
      else await records.forget(id);
      sayKey(id, keep ? "kept" : "session");
    },
    forgetKey: forget,
    async forgetAllKeys() {
      keys.clear();
      store.setState({ keys: {} });
      await (await ports.storage).keys.forgetAll();
    },

    check: (id, signal) => models.check(profileOf(id), keyOf(id), signal),
    listModels: (id, signal) => models.list(profileOf(id), keyOf(id), signal),
    signIn: (id) => models.signIn(profileOf(id)),
    chromeModel: () => models.chrome(),
    priceOf: (profile) => models.price(profile),
  }));

  /** Keys that another tab or an earlier visit kept. A key without its profile has no use and is forgotten. */
  async function readKeys(settings: Settings): Promise<void> {
    const { keys: records } = await ports.storage;
    const kept = await records.read();
    const known = new Set(settings.profiles.map(({ id }) => id));
    const said: Record<string, KeyStatus> = {};
    for (const [id, status] of Object.entries(store.getState().keys)) if (status === "session") said[id] = status;
    for (const [id, key] of kept) {
      if (!known.has(id)) {
        await records.forget(id);
        continue;
      }
      keys.set(id, key);
      said[id] = "kept";
    }
    for (const id of keys.keys()) if (said[id] === undefined) keys.delete(id);
    store.setState({ keys: said });
  }

  async function read(): Promise<void> {
    try {
      const settings = await (await ports.storage).settings.read();
      store.setState({ load: { status: "ready" }, settings, prompts: promptViews(settings) });
      await readKeys(settings);
    } catch (error) {
      store.setState({ load: { status: "failed", error: errorData(error) } });
    }
  }

  /** Back from a provider's login page. */
  async function comeBack(): Promise<void> {
    try {
      const brought = await models.finishSignIn();
      if (brought === null) return;
      await store.getState().setKey(brought.profileId, brought.key, false);
      ports.notify({
        level: "info",
        title: "Signed in",
        message: `${profileOf(brought.profileId).name} gave this page a key. It is in memory until this tab closes; in Settings you can keep it on this device.`,
      });
    } catch (error) {
      const { message, hint } = errorData(error);
      ports.notify({ level: "error", title: "The sign-in did not work", message: `${message} ${hint ?? ""}` });
    }
  }

  const ready = read().then(comeBack);
  void ports.storage.then(
    (storage) => storage.liveChanges((change) => void (change.kind === "settings" || change.kind === "key" ? read() : undefined)),
    () => {},
  );

  const chosen = (role: Role): ModelProfile => profileFor(store.getState().settings, role);
  const hasKey = ({ id, provider }: ModelProfile): boolean => PROVIDER_FACTS[provider].key !== "needed" || keys.has(id);
  const chatOf = (profile: ModelProfile, runId: string | null): ChatModel => {
    const { patience, reuseReplies } = store.getState().settings;
    return models.chat(profile, keyOf(profile.id), { role: "player", runId, reuse: reuseReplies ? "any" : "run", patience });
  };
  return {
    store,
    ready,
    models: ({ runId, fresh }) => {
      const { patience, reuseReplies } = store.getState().settings;
      const reuse = fresh || !reuseReplies ? "run" : "any";
      const modelOf = (role: Role) => models.language(chosen(role), keyOf(chosen(role).id), { role, runId, reuse, patience });
      return { designer: modelOf("designer"), tester: modelOf("tester"), solver: modelOf("solver") };
    },
    hasModels: () => ROLES.map(chosen).every(hasKey),
    modelPlayer(id, protocol) {
      const profile = profileOf(id);
      const { settings } = chatOf(profile, null);
      const twins = store.getState().settings.profiles.filter(({ model }) => model === profile.model);
      return {
        kind: "model",
        label: twins.length > 1 ? `${settings.model} (${profile.name})` : settings.model,
        profileId: id,
        settings,
        protocol,
      };
    },
    chat: ({ profileId, settings }, runId) => {
      const { api, model, temperature, maxOutputTokens, effort } = settings;
      return chatOf({ ...profileOf(profileId), api, model, temperature, maxOutputTokens, effort }, runId);
    },
    canAsk: (id) => store.getState().settings.profiles.some((profile) => profile.id === id && hasKey(profile)),
    reset: () => {
      keys.clear();
      store.setState({ settings: DEFAULT_SETTINGS, prompts: promptViews(DEFAULT_SETTINGS), keys: {} });
    },
  };
}

function withPrompt(settings: Settings, role: Role, prompt: { system: string; user: string } | null): Settings {
  const prompts = { ...settings.prompts };
  if (prompt === null) delete prompts[role];
  else prompts[role] = prompt;
  return { ...settings, prompts };
}
