import { describe, expect, test } from "vitest";
import {
  DEFAULT_SETTINGS,
  type LanguageModel,
  profileIdSchema,
  type ProfileId,
  RECORDED_PROFILE,
  type RunId,
  type Settings,
} from "@/domain";
import { createSettingsStore, type ModelPorts } from "@/state";

/** A storage whose writes end when they are told to. */
function slowStorage(first: Settings, immediate: boolean) {
  const kept = new Map<ProfileId, string>();
  const written: Settings[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const storage = {
    settings: {
      read: async () => first,
      write: (settings: Settings) =>
        new Promise<void>((resolve, reject) => {
          written.push(settings);
          ends.push((error) => (error === undefined ? resolve() : reject(error)));
          if (immediate) resolve();
        }),
    },
    keys: {
      read: async () => new Map(kept),
      keep: async (id: ProfileId, key: string) => void kept.set(id, key),
      forget: async (id: ProfileId) => void kept.delete(id),
      forgetAll: async () => kept.clear(),
    },
    liveChanges: () => () => {},
  };
  return { storage, written, ends, kept };
}

/** What the store asks for, and with which keys; nothing here talks to a model. */
function listeningModels(brought: { profileId: ProfileId; key: string } | null) {
  const asked: { profile: string; role: string; model: string; reuse: string; key(): string | null }[] = [];
  const models: ModelPorts = {
    language: (profile, getKey, { role, reuse }) => {
      asked.push({ profile: profile.id, role, model: profile.model, reuse, key: getKey });
      return {
        label: "",
        recorded: true,
        concurrency: 1,
        generate: () => Promise.reject(new Error("not asked for")),
      } satisfies LanguageModel;
    },
    chat: (profile, getKey, { role, reuse }) => {
      const { provider, api, model, temperature, maxOutputTokens, effort } = profile;
      asked.push({ profile: profile.id, role, model, reuse, key: getKey });
      return {
        label: "",
        settings: { provider, baseUrl: "", api, model, temperature, maxOutputTokens, effort },
        concurrency: 1,
        chat: () => Promise.reject(new Error("not asked for")),
      };
    },
    check: () => Promise.reject(new Error("not asked for")),
    list: async () => [],
    signIn: async () => {},
    finishSignIn: async () => brought,
    chrome: async () => "unavailable",
    price: async () => null,
    priceTable: { source: "", date: "" },
  };
  return { models, asked };
}

type Start = {
  first?: Settings;
  immediate?: boolean;
  kept?: [ProfileId, string][];
  brought?: { profileId: ProfileId; key: string } | null;
};

async function startStore({ first = DEFAULT_SETTINGS, immediate = false, kept = [], brought = null }: Start = {}) {
  const slow = slowStorage(first, immediate);
  for (const [id, key] of kept) slow.kept.set(id, key);
  const listening = listeningModels(brought);
  const notices: string[] = [];
  const handle = createSettingsStore({
    storage: Promise.resolve(slow.storage as never),
    models: listening.models,
    notify: ({ title }) => notices.push(title),
  });
  await handle.ready;
  return { ...slow, ...listening, handle, notices, store: handle.store };
}

const form =
  (replyForm: Settings["replyForm"]) =>
  (settings: Settings): Settings => ({ ...settings, replyForm });
const reuse =
  (reuseReplies: boolean) =>
  (settings: Settings): Settings => ({ ...settings, reuseReplies });

describe("changes of settings in one instant", () => {
  test("none is lost: a field that is left by pressing a switch", async () => {
    const { store, written, ends } = await startStore();
    const one = store.getState().update(form("full"));
    const other = store.getState().update(reuse(false));
    await expect.poll(() => ends.length).toBe(1);
    ends[0]?.();
    await one;
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    await other;
    expect(store.getState().settings).toMatchObject({ replyForm: "full", reuseReplies: false });
    expect(written.at(-1)).toEqual(store.getState().settings);
  });

  test("one that cannot be stored rejects, and the next goes on from what holds", async () => {
    const { store, ends } = await startStore();
    const one = store.getState().update(form("full"));
    const other = store.getState().setPrompt("solver", { system: "s", user: "u" });
    await expect.poll(() => ends.length).toBe(1);
    ends[0]?.(new Error("full"));
    await expect(one).rejects.toThrow("full");
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    await other;
    expect(store.getState().settings).toMatchObject({
      replyForm: DEFAULT_SETTINGS.replyForm,
      prompts: { solver: { system: "s", user: "u" } },
    });
  });
});

describe("profiles and their keys", () => {
  const run = { runId: "r" as RunId, fresh: false };

  test("a new one is in use at once, with a name of its own; a copy has no key", async () => {
    const { store, handle, kept } = await startStore({ immediate: true });
    const one = await store.getState().addProfile("openai");
    await store.getState().setKey(one, " sk-one ", true);
    const other = await store.getState().addProfile("openai");
    expect(store.getState().settings.profiles.map(({ name }) => name)).toEqual(["OpenAI", "OpenAI 2"]);
    expect(store.getState().settings.profile).toBe(other);
    expect(handle.hasModels()).toBe(false);
    const copy = await store.getState().duplicateProfile(one);
    expect([store.getState().keys[one], store.getState().keys[copy]]).toEqual(["kept", undefined]);
    expect([...kept]).toEqual([[one, "sk-one"]]);
    expect(JSON.stringify(store.getState())).not.toContain("sk-one");
  });

  test("each role asks its own profile with that profile's key, read at the moment of asking", async () => {
    const { store, handle, asked } = await startStore({ immediate: true });
    const one = await store.getState().addProfile("openai");
    const other = await store.getState().addProfile("anthropic");
    await store.getState().changeProfile(one, { model: "big" });
    await store.getState().changeProfile(other, { model: "small" });
    await store.getState().changeRole("designer", { profile: one, model: "bigger" });
    handle.models(run);
    await store.getState().setKey(one, "key-one", false);
    await store.getState().setKey(other, "key-other", false);
    expect(asked.map(({ role, profile, model, key }) => [role, profile, model, key()])).toEqual([
      ["designer", one, "bigger", "key-one"],
      ["tester", other, "small", "key-other"],
      ["solver", other, "small", "key-other"],
    ]);
    await store.getState().forgetAllKeys();
    expect(asked.map(({ key }) => key())).toEqual([null, null, null]);
    expect(store.getState().keys).toEqual({});
  });

  test("removing one forgets its key and sends its roles back", async () => {
    const { store, kept } = await startStore({ immediate: true });
    const one = await store.getState().addProfile("groq");
    await store.getState().setKey(one, "key", true);
    await store.getState().changeRole("solver", { profile: one, model: "x" });
    await store.getState().removeProfile(one);
    expect(kept.size).toBe(0);
    expect(store.getState().settings).toEqual(DEFAULT_SETTINGS);
    expect(store.getState().settings.profile).toBe(RECORDED_PROFILE.id);
  });

  test("kept keys come back; one whose profile is gone is forgotten", async () => {
    const own = profileIdSchema.parse("own");
    const gone = profileIdSchema.parse("gone");
    const first: Settings = {
      ...DEFAULT_SETTINGS,
      profile: own,
      profiles: [{ ...RECORDED_PROFILE, id: own, provider: "openai", model: "m" }],
    };
    const { store, handle, kept } = await startStore({
      first,
      immediate: true,
      kept: [
        [own, "k"],
        [gone, "k2"],
      ],
    });
    expect(store.getState().keys).toEqual({ own: "kept" });
    expect([...kept.keys()]).toEqual([own]);
    expect(handle.hasModels()).toBe(true);
  });

  test("a login that left the page brings a key for its profile", async () => {
    const own = profileIdSchema.parse("own");
    const first: Settings = {
      ...DEFAULT_SETTINGS,
      profile: own,
      profiles: [{ ...RECORDED_PROFILE, id: own, provider: "openrouter", model: "m" }],
    };
    const { store, handle, notices } = await startStore({ first, immediate: true, brought: { profileId: own, key: "or-key" } });
    expect(store.getState().keys).toEqual({ own: "session" });
    expect(handle.hasModels()).toBe(true);
    expect(notices).toEqual(["Signed in"]);
  });

  test("a fresh run, and reuse switched off, take only what the run itself has paid for", async () => {
    const { store, handle, asked } = await startStore({ immediate: true });
    handle.models(run);
    handle.models({ ...run, fresh: true });
    await store.getState().update(reuse(false));
    handle.models(run);
    expect(asked.filter(({ role }) => role === "designer").map((item) => item.reuse)).toEqual(["any", "run", "run"]);
  });
});
