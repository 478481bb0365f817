import { afterEach, describe, expect, it, vi } from "vitest";
import { CancelledError, type ChatRequest, DEFAULT_PATIENCE, type Waiting } from "@/domain";
import { chromeModelState, createChatModel } from "@/llm";
import { chatRequestOf, profileOf } from "../../support/chat.ts";

type Script = { state?: unknown; pieces?: unknown[]; fails?: Error; progress?: number[] };

/** As much of the browser's Prompt API as there is to see from a page. */
function offer({ state = "available", pieces = ["Hel", "lo"], fails, progress = [] }: Script) {
  const seen = { created: [] as { initialPrompts: unknown[] }[], prompts: [] as string[], destroyed: 0 };
  class LanguageModel {
    static async availability() {
      return state;
    }
    static async create(options: { initialPrompts: unknown[]; monitor(target: EventTarget): void }) {
      seen.created.push(options);
      const target = new EventTarget();
      options.monitor(target);
      for (const loaded of progress) target.dispatchEvent(Object.assign(new Event("downloadprogress"), { loaded }));
      return new LanguageModel();
    }
    promptStreaming(input: string) {
      seen.prompts.push(input);
      return new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece);
          if (fails === undefined) controller.close();
          else controller.error(fails);
        },
      });
    }
    destroy() {
      seen.destroyed += 1;
    }
  }
  vi.stubGlobal("LanguageModel", LanguageModel);
  return seen;
}
afterEach(() => vi.unstubAllGlobals());

const model = () => createChatModel(profileOf({ provider: "chrome", model: "" }), () => null, { patience: DEFAULT_PATIENCE });
const REQUEST = chatRequestOf([
  { role: "system", text: "S" },
  { role: "user", text: "one" },
  { role: "assistant", text: "two", toolCalls: [] },
  { role: "user", text: "three" },
]);
const signal = new AbortController().signal;
const ask = (request: ChatRequest = REQUEST) => model().chat(request, { signal });

describe("Chrome's built-in model", () => {
  it("is told what was said before, and asked the rest", async () => {
    const seen = offer({});
    expect(await ask()).toMatchObject({
      text: "Hello",
      finishReason: "stop",
      usage: null,
      billedUsd: null,
      settings: { provider: "chrome", baseUrl: "" },
    });
    expect(seen.created[0]?.initialPrompts).toEqual([
      { role: "system", content: "S" },
      { role: "user", content: "one" },
      { role: "assistant", content: "two" },
    ]);
    expect(seen.prompts).toEqual(["three"]);
    expect(seen.destroyed).toBe(1);
  });

  it("shows its download", async () => {
    offer({ state: "downloadable", progress: [0.25, 1] });
    const waits: (Waiting | null)[] = [];
    await model().chat(REQUEST, { signal, onWait: (waiting) => waits.push(waiting) });
    expect(waits.map((waiting) => waiting?.reason ?? null)).toEqual([
      expect.stringContaining("25 %"),
      expect.stringContaining("100 %"),
      null,
    ]);
  });

  it("refuses tools, which it does not know", async () => {
    offer({});
    const tools = [{ name: "look", description: "", parameters: { type: "object" } }];
    await expect(ask({ ...REQUEST, tools })).rejects.toMatchObject({ code: "bad-request", hint: expect.stringContaining("profile") });
  });

  it("says when there is none", async () => {
    await expect(ask()).rejects.toMatchObject({ code: "unreachable" });
    offer({ state: "unavailable" });
    await expect(ask()).rejects.toMatchObject({ code: "unreachable" });
  });

  it.each([
    ["QuotaExceededError", "bad-request"],
    ["NotAllowedError", "forbidden"],
    ["NotReadableError", "refused"],
    ["SomethingElse", "server-error"],
  ])("says what %s means, and closes its session", async (name, code) => {
    const seen = offer({ fails: new DOMException("x", name) });
    await expect(ask()).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
    expect(seen.destroyed).toBe(1);
  });

  it("names an empty reply", async () => {
    offer({ pieces: [] });
    await expect(ask()).rejects.toMatchObject({ code: "empty-reply" });
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    offer({ fails: new DOMException("stopped", "AbortError") });
    const asked = model().chat(REQUEST, { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toBeInstanceOf(CancelledError);
  });

  it.each([
    ["available", "available"],
    ["downloadable", "downloadable"],
    ["downloading", "downloadable"],
    ["unavailable", "unavailable"],
    ["after-consultation", "unavailable"],
  ])("is %s: %s", async (state, expected) => {
    expect(await chromeModelState()).toBe("unavailable");
    offer({ state });
    expect(await chromeModelState()).toBe(expected);
  });
});
