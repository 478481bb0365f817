import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EnvironmentId, EpisodeId } from "@/domain";

/** A tab's session storage; the module is loaded again where a reload would do so. */
function memoryStorage(room = Number.POSITIVE_INFINITY): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

const reloaded = async () => {
  vi.resetModules();
  return await import("../../../src/state/session-draft.ts");
};
const [EPISODE, OTHER] = ["e1" as EpisodeId, "e2" as EpisodeId];

beforeEach(() => vi.stubGlobal("sessionStorage", memoryStorage()));
afterEach(() => vi.unstubAllGlobals());

describe("what is being written", () => {
  it("is there after a reload: a problem, pasted text, prompts, configurations, calls", async () => {
    const before = await reloaded();
    before.problemDraft.keep({ title: "T", statement: "s", solution: "def f(): ..." });
    before.pasteDraft.keep("{");
    before.promptDraft("tester").keep({ system: "S", user: "U" });
    before.configDraft("a__BEnv" as EnvironmentId).keep("{}");
    before.callDraft(EPISODE, "Move").keep({ x: "3" });
    before.callDraft(OTHER, "Move").keep({ x: "4" });
    const after = await reloaded();
    expect(after.problemDraft.read()).toEqual({ title: "T", statement: "s", solution: "def f(): ..." });
    expect(after.pasteDraft.read()).toBe("{");
    expect([after.promptDraft("designer").read(), after.promptDraft("tester").read()]).toEqual([null, { system: "S", user: "U" }]);
    expect(after.configDraft("a__BEnv" as EnvironmentId).read()).toBe("{}");
    expect([EPISODE, OTHER].map((episode) => after.callDraft(episode, "Move").read())).toEqual([{ x: "3" }, { x: "4" }]);
    expect(after.callDraft(EPISODE, "Observe").read()).toBeNull();
  });

  it("is gone once it was saved, and with everything else that is erased", async () => {
    const before = await reloaded();
    before.promptDraft("tester").keep({ system: "S", user: "U" });
    before.promptDraft("tester").keep(null);
    before.pasteDraft.keep("{");
    before.forgetDrafts();
    expect(before.pasteDraft.read()).toBeNull();
    expect(sessionStorage.length).toBe(0);
  });

  it("holds the last forms that were touched, not all of a long session", async () => {
    const { callDraft } = await reloaded();
    for (let index = 0; index < 200; index += 1) callDraft(EPISODE, `Tool${index}`).keep({ x: String(index) });
    expect(callDraft(EPISODE, "Tool199").read()).toEqual({ x: "199" });
    expect(callDraft(EPISODE, "Tool0").read()).toBeNull();
  });

  it("lives until the reload where the tab may keep nothing, and damaged drafts are none", async () => {
    vi.stubGlobal("sessionStorage", memoryStorage(4));
    const { pasteDraft } = await reloaded();
    pasteDraft.keep("much more than fits");
    expect(pasteDraft.read()).toBe("much more than fits");
    vi.stubGlobal("sessionStorage", memoryStorage());
    sessionStorage.setItem("codegym-playground:draft", '{"title":1}');
    expect((await reloaded()).problemDraft.read()).toBeNull();
  });
});
