import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CancelledError, DEFAULT_SETTINGS, ModelError, type ModelRequest, type ModelSettings, problemIdSchema } from "@/domain";
import { checkConnection, createOpenAICompatibleModel, type OpenAICompatibleOptions } from "@/llm";
import { type Behaviour, type ModelServer, promptText, startModelServer } from "../../support/model-server.ts";

const KEY = "sk-test-0123456789abcdef";
const request: ModelRequest = {
  problemId: problemIdSchema.parse("p"),
  role: "designer",
  sample: 0,
  attempt: 0,
  promptVersion: "designer@1",
  system: "You design.",
  user: "Design this.",
};

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
});
afterEach(() => server.close());

function model(settings: Partial<ModelSettings> = {}, options: OpenAICompatibleOptions & { key?: string | null } = {}) {
  const { key = KEY, ...rest } = options;
  return createOpenAICompatibleModel(
    { ...DEFAULT_SETTINGS.model, kind: "openai-compatible", baseUrl: server.baseUrl, model: "test-model", ...settings },
    () => key,
    { retryBaseMs: 1, ...rest },
  );
}
const ask = (which: ReturnType<typeof model>, onText?: (text: string) => void, signal = new AbortController().signal) =>
  which.generate(request, { signal, ...(onText === undefined ? {} : { onText }) });

async function failureOf(attempt: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`not a ModelError: ${String(error)}`);
  expect(error.hint).toBeTruthy();
  expect(JSON.stringify(error.toData()) + String(error.stack) + String(error.cause)).not.toContain(KEY.slice(0, 8));
  return error;
}
const script = (...behaviours: Behaviour[]) => server.setRespond((_, index) => behaviours[Math.min(index, behaviours.length - 1)] ?? "");

describe.each([
  ["streaming", true],
  ["in one piece", false],
])("an OpenAI-compatible address, %s", (_, streaming) => {
  it("sends both prompts and gets text, reason, model and usage", async () => {
    script({ kind: "text", text: "Ünïcode reply 🎉", model: "test-model-0613" });
    const reply = await ask(model({ streaming, temperature: 0.5, maxOutputTokens: 99 }));
    expect(reply).toMatchObject({
      text: "Ünïcode reply 🎉",
      finishReason: "stop",
      model: "test-model-0613",
      usage: { inputTokens: 11, outputTokens: 7, cachedInputTokens: 4 },
    });
    const [sent] = server.chats();
    expect(sent?.body).toMatchObject({ model: "test-model", temperature: 0.5, max_tokens: 99 });
    expect(sent?.body?.stream ?? false).toBe(streaming);
    expect(sent === undefined ? "" : promptText(sent, "system")).toBe("You design.");
    expect(sent === undefined ? "" : promptText(sent, "user")).toBe("Design this.");
  });

  it("leaves out what was not set, and sends no header that a provider may refuse", async () => {
    await ask(model({ streaming }));
    const [sent] = server.chats();
    expect(sent?.body).not.toHaveProperty("temperature");
    expect(sent?.body).not.toHaveProperty("max_tokens");
    const own = Object.keys(sent?.headers ?? {}).filter((name) => !["host", "connection", "content-length", "accept-encoding", "accept-language", "sec-fetch-mode"].includes(name));
    // Node itself adds "user-agent: node"; the SDK's must not be there.
    expect(sent?.headers["user-agent"] ?? "").not.toMatch(/ai-sdk|ai\//);
    expect(own.filter((name) => name !== "user-agent").toSorted()).toEqual(["accept", "authorization", "content-type"]);
    expect(sent?.headers["authorization"]).toBe(`Bearer ${KEY}`);
  });

  it("works without a key", async () => {
    const reply = await ask(model({ streaming }, { key: null }));
    expect(reply.text).toBe("ready");
    expect(server.chats()[0]?.headers).not.toHaveProperty("authorization");
  });

  it("keeps reasoning out of the text", async () => {
    script({ kind: "text", text: "answer", reasoning: "let me think" });
    expect((await ask(model({ streaming }))).text).toBe("answer");
  });

  it("keeps a reply that was cut at the output limit", async () => {
    script({ kind: "text", text: "half of", finishReason: "length" });
    expect(await ask(model({ streaming }))).toMatchObject({ text: "half of", finishReason: "length" });
  });

  it("waits as long as a busy server asks, and tries again", async () => {
    script({ kind: "status", status: 429, headers: { "retry-after": "0" } }, { kind: "status", status: 503 }, "finally");
    expect((await ask(model({ streaming }))).text).toBe("finally");
    expect(server.chats()).toHaveLength(3);
  });

  it("does not wait for a server that asks for half an hour", async () => {
    script({ kind: "status", status: 429, headers: { "retry-after": "1800" } });
    const error = await failureOf(ask(model({ streaming })));
    expect(error).toMatchObject({ code: "rate-limited", retryable: true, message: expect.stringContaining("1800 s") });
    expect(server.chats()).toHaveLength(1);
  });

  it("gives up after three more attempts", async () => {
    script({ kind: "status", status: 500, message: "boom" });
    expect(await failureOf(ask(model({ streaming })))).toMatchObject({ code: "server-error", retryable: true, message: expect.stringContaining("boom") });
    expect(server.chats()).toHaveLength(4);
  });

  it.each([
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "not-found"],
    [400, "bad-request"],
  ])("asks once when the answer is %i", async (status, code) => {
    script({ kind: "status", status, message: `Bad key ${KEY} (${KEY.slice(0, 12)}***)` });
    expect((await failureOf(ask(model({ streaming })))).code).toBe(code);
    expect(server.chats()).toHaveLength(1);
  });

  it("recovers from replies that break off", async () => {
    script({ kind: "cut", text: "half a rep" }, { kind: "cut", text: "half", politely: streaming }, "whole");
    expect((await ask(model({ streaming }))).text).toBe("whole");
    expect(server.chats()).toHaveLength(3);
  });

  it("names a reply that breaks off every time", async () => {
    script({ kind: "cut", text: "half a rep" });
    expect(await failureOf(ask(model({ streaming }, { retries: 1 })))).toMatchObject({ code: "bad-reply", retryable: true });
  });

  it("names malformed JSON and does not ask again", async () => {
    script({ kind: "malformed" });
    expect(await failureOf(ask(model({ streaming })))).toMatchObject({ code: "bad-reply", message: expect.stringContaining("malformed") });
    expect(server.chats()).toHaveLength(1);
  });

  it("names a web page", async () => {
    script({ kind: "html" });
    expect(await failureOf(ask(model({ streaming })))).toMatchObject({ code: "bad-reply", message: expect.stringContaining("web page") });
  });

  it("names an empty reply", async () => {
    script({ kind: "text", text: " \n" });
    expect((await failureOf(ask(model({ streaming })))).code).toBe("empty-reply");
    script({ kind: "text", text: "", reasoning: "much thought", finishReason: "length" });
    expect(await failureOf(ask(model({ streaming })))).toMatchObject({ code: "empty-reply", hint: expect.stringContaining("reasoning") });
  });

  it("stops a reply that is too large", async () => {
    script({ kind: "flood", bytes: 40_000_000 });
    const error = await failureOf(ask(model({ streaming }, { maxReplyBytes: 5_000_000 })));
    expect(error).toMatchObject({ code: "bad-reply", message: expect.stringContaining("5 MB") });
    expect(server.chats()).toHaveLength(1);
  });

  it("gives up on silence, before and within the answer", async () => {
    script({ kind: "hang", silent: true }, { kind: "hang", text: "some" }, "awake");
    expect((await ask(model({ streaming }, { idleMs: 60 }))).text).toBe("awake");
    script({ kind: "hang", silent: true });
    expect(await failureOf(ask(model({ streaming }, { idleMs: 30, retries: 0 })))).toMatchObject({ code: "timeout", retryable: true });
  });

  it("stops at once when it is told to, and closes the connection", async () => {
    script({ kind: "hang", text: "some" });
    const abort = new AbortController();
    const attempt = ask(model({ streaming }), undefined, abort.signal);
    const sent = await server.when(({ method }) => method === "POST");
    abort.abort();
    await expect(attempt).rejects.toBeInstanceOf(CancelledError);
    await expect.poll(() => sent.aborted).toBe(true);
    expect(server.chats()).toHaveLength(1);
  });

  it("stops while it waits to try again", async () => {
    script({ kind: "status", status: 500 });
    const abort = new AbortController();
    const attempt = ask(model({ streaming }, { retryBaseMs: 60_000 }), undefined, abort.signal);
    await server.when(({ method }) => method === "POST");
    abort.abort();
    await expect(attempt).rejects.toBeInstanceOf(CancelledError);
  });

  it("names an address where nobody answers", async () => {
    await server.close();
    const error = await failureOf(ask(model({ streaming })));
    expect(error).toMatchObject({ code: "unreachable", retryable: true, hint: expect.stringContaining("running") });
    server = await startModelServer();
  });
});

describe("details", () => {
  it("shows the text as it grows, with a rest between", async () => {
    script({ kind: "text", text: "0123456789".repeat(10), pieces: 50, pauseMs: 8 });
    const seen: { text: string; at: number }[] = [];
    const reply = await ask(model(), (text) => seen.push({ text, at: performance.now() }));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.length).toBeLessThan(50);
    seen.forEach(({ text, at }, index) => {
      expect(reply.text.startsWith(text)).toBe(true);
      const before = seen[index - 1];
      if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(99);
    });
  });

  it("accepts a stream that ends with [DONE] and no reason", async () => {
    script({ kind: "text", text: "all of it", finishReason: null });
    expect(await ask(model())).toMatchObject({ text: "all of it", finishReason: "unknown" });
    expect(server.chats()).toHaveLength(1);
  });

  it("tries again after an error inside a stream, but not when the key is refused there", async () => {
    script({ kind: "stream-error", text: "some", message: "overloaded" }, "whole");
    expect((await ask(model())).text).toBe("whole");
    server.setRespond(() => ({ kind: "stream-error", text: "some", message: `no: ${KEY}`, code: 401 }));
    expect((await failureOf(ask(model()))).code).toBe("unauthorized");
    expect(server.chats()).toHaveLength(3);
  });

  it("hints at streaming when a provider will not stream", async () => {
    script({ kind: "status", status: 400, message: "Your organization must be verified to stream this model." });
    expect((await failureOf(ask(model()))).hint).toMatch(/streaming off/);
  });

  it("refuses settings that cannot work before it asks", async () => {
    expect((await failureOf(ask(model({ model: " " })))).code).toBe("bad-request");
    expect((await failureOf(ask(model({ baseUrl: "nonsense here" })))).code).toBe("bad-request");
    expect((await failureOf(ask(model({}, { key: "schlüssel" })))).code).toBe("unauthorized");
    expect(server.requests).toHaveLength(0);
  });

  it("asks for the key at each request and shows it nowhere", async () => {
    let key: string | null = "first-key-12345678";
    const made = createOpenAICompatibleModel({ ...DEFAULT_SETTINGS.model, baseUrl: server.baseUrl, model: "m" }, () => key);
    expect(made.label).toBe(`m at ${new URL(server.origin).host}`);
    expect(JSON.stringify(made)).not.toContain("first-key");
    await ask(made);
    key = null;
    await ask(made);
    expect(server.chats().map(({ headers }) => headers["authorization"])).toEqual(["Bearer first-key-12345678", undefined]);
  });

  it("checks a connection in a sentence", async () => {
    await expect(checkConnection(model(), new AbortController().signal)).resolves.toMatch(/test-model answered in .* s: ready/);
    script({ kind: "status", status: 401 });
    expect((await failureOf(checkConnection(model(), new AbortController().signal))).code).toBe("unauthorized");
  });

  it("has a test server that refuses preflights for unlisted headers", async () => {
    const preflight = (headers: string) =>
      fetch(`${server.baseUrl}/chat/completions`, { method: "OPTIONS", headers: { "access-control-request-headers": headers, "access-control-request-method": "POST" } });
    expect((await preflight("authorization,content-type")).status).toBe(204);
    expect((await preflight("authorization,x-stainless-os")).status).toBe(403);
    expect(await (await fetch(`${server.baseUrl}/models`)).json()).toMatchObject({ data: [{ id: "test-model" }] });
  });
});
