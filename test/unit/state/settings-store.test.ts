import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS, type LanguageModel, type Settings } from "@/domain";
import { createSettingsStore } from "@/state";

/** A storage whose writes end when they are told to. */
function slowStorage() {
  const written: Settings[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const storage = {
    settings: {
      read: async () => DEFAULT_SETTINGS,
      write: (settings: Settings) =>
        new Promise<void>((resolve, reject) => {
          written.push(settings);
          ends.push((error) => (error === undefined ? resolve() : reject(error)));
        }),
    },
    key: { read: async () => null, keep: async () => {}, forget: async () => {} },
    liveChanges: () => () => {},
  };
  return { storage, written, ends };
}

async function startStore() {
  const slow = slowStorage();
  const model: LanguageModel = { label: "", recorded: true, concurrency: 1, generate: () => Promise.reject(new Error("not asked for")) };
  const handle = createSettingsStore({ storage: Promise.resolve(slow.storage as never), createModel: () => model, checkConnection: async () => "" });
  await handle.ready;
  return { ...slow, store: handle.store };
}

const address = (baseUrl: string) => (settings: Settings): Settings => ({ ...settings, model: { ...settings.model, baseUrl } });
const streaming = (on: boolean) => (settings: Settings): Settings => ({ ...settings, model: { ...settings.model, streaming: on } });

describe("changes of settings in one instant", () => {
  test("none is lost: a field that is left by pressing a switch", async () => {
    const { store, written, ends } = await startStore();
    const one = store.getState().update(address("http://localhost:1/v1"));
    const other = store.getState().update(streaming(false));
    await expect.poll(() => ends.length).toBe(1);
    ends[0]?.();
    await one;
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    await other;
    expect(store.getState().settings.model).toMatchObject({ baseUrl: "http://localhost:1/v1", streaming: false });
    expect(written.at(-1)).toEqual(store.getState().settings);
  });

  test("one that cannot be stored rejects, and the next goes on from what holds", async () => {
    const { store, ends } = await startStore();
    const one = store.getState().update(address("http://localhost:1/v1"));
    const other = store.getState().setPrompt("solver", { system: "s", user: "u" });
    await expect.poll(() => ends.length).toBe(1);
    ends[0]?.(new Error("full"));
    await expect(one).rejects.toThrow("full");
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    await other;
    expect(store.getState().settings).toMatchObject({ model: DEFAULT_SETTINGS.model, prompts: { solver: { system: "s", user: "u" } } });
  });
});
