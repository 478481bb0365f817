import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CancelledError,
  type ChatOptions,
  type ChatRequest,
  DEFAULT_PATIENCE,
  ModelError,
  type ModelProfile,
  type ProviderId,
  type Waiting,
} from "@/domain";
import { type ChatModelOptions, createChatModel } from "@/llm";
import { profileOf } from "../../support/chat.ts";
import { type Behaviour, type ModelServer, promptText, startOpenAIChat } from "../../support/providers/index.ts";

const KEY = "sk-test-0123456789abcdef";

/** Those whose protocol is OpenAI's, each through its own library. Protocols of their own are tested in `wire/`. */
const PROVIDERS: readonly ProviderId[] = ["mistral", "groq", "deepseek", "xai", "together", "compatible"];

const request: ChatRequest = {
  messages: [
    { role: "system", text: "You design." },
    { role: "user", text: "Design this." },
  ],
  tools: [],
  sample: 0,
};
const TOOL = {
  name: "look",
  description: "Looks.",
  parameters: { type: "object", properties: { at: { type: "integer" } }, required: ["at"] },
};

let server: ModelServer;
let provider: ProviderId;

function chat(profile: Partial<ModelProfile> = {}, options: Partial<ChatModelOptions> & { retries?: number } = {}) {
  const { retries = DEFAULT_PATIENCE.retries, ...rest } = options;
  return createChatModel(profileOf({ provider, baseUrl: server.baseUrl, ...profile }), () => KEY, {
    patience: { ...DEFAULT_PATIENCE, retries },
    retryBaseMs: 1,
    ...rest,
  });
}
type Model = ReturnType<typeof chat>;
const ask = (model: Model, asked: Partial<ChatRequest> = {}, options: Partial<ChatOptions> = {}) =>
  model.chat({ ...request, ...asked }, { signal: new AbortController().signal, ...options });
const script = (...behaviours: Behaviour[]) => server.setRespond((_, index) => behaviours[Math.min(index, behaviours.length - 1)] ?? "");
const sentBody = (index = 0): Record<string, unknown> => server.chats()[index]?.body ?? {};

async function failureOf(attempt: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`not a ModelError: ${String(error)}`);
  expect(error.hint).toBeTruthy();
  const shown = JSON.stringify(error.toData()) + JSON.stringify(error.paid) + String(error.stack) + String(error.cause);
  expect(shown).not.toContain(KEY.slice(0, 8));
  return error;
}

/** Headers that Node or the protocol put on a request, not this app. */
const OF_NODE = ["host", "connection", "content-length", "accept-encoding", "accept-language", "sec-fetch-mode", "user-agent"];

/** Groq and Mistral put the usage of a stream in places of their own, which have their own tests below. */
const OWN_USAGE: readonly ProviderId[] = ["groq", "mistral"];

const cases = PROVIDERS.flatMap((id) => [
  { id, how: "streaming", streaming: true },
  { id, how: "in one piece", streaming: false },
]);

describe.each(cases)("$id, $how", ({ id, streaming }) => {
  beforeEach(async () => {
    provider = id;
    server = await startOpenAIChat();
  });
  afterEach(() => server.close());

  it("sends the prompt and gets text, reason, model and usage", async () => {
    script({ kind: "text", text: "Ünïcode reply 🎉", usage: { input: 110, output: 70, cached: 40 }, bytesAtOnce: 7 });
    const model = chat({ streaming, temperature: 0.5, maxOutputTokens: 99 });
    const reply = await ask(model);
    expect(reply).toMatchObject({ text: "Ünïcode reply 🎉", reasoning: "", toolCalls: [], finishReason: "stop", model: "test-model" });
    if (!(streaming && OWN_USAGE.includes(id))) expect(reply.usage).toMatchObject({ inputTokens: 110, outputTokens: 70 });
    expect(reply.settings).toEqual({ ...model.settings, temperature: 0.5, maxOutputTokens: 99 });
    const [sent] = server.chats();
    expect(sent === undefined ? "" : promptText(sent, "system")).toBe("You design.");
    expect(sent === undefined ? "" : promptText(sent, "user")).toBe("Design this.");
    expect(sent?.rawBody).toContain("99");
    expect(sent?.rawBody).toContain("0.5");
  });

  it("sends no header that the provider may refuse", async () => {
    await ask(chat({ streaming }));
    const sent = server.chats()[0]?.headers ?? {};
    const own = Object.keys(sent).filter((header) => !OF_NODE.includes(header));
    // Node itself adds "user-agent: node"; the SDK's must not be there.
    expect(sent["user-agent"] ?? "").not.toMatch(/ai/);
    expect(own.toSorted()).toEqual(["accept", "authorization", "content-type"]);
    expect(Object.values(sent).filter((text) => text.includes(KEY))).toHaveLength(1);
    expect(server.chats()[0]?.path).not.toContain(KEY);
  });

  it("keeps reasoning out of the text", async () => {
    script({ kind: "text", text: "answer", reasoning: "let me think" });
    const seen: string[] = [];
    const reply = await ask(chat({ streaming }), {}, { onReasoning: (text) => seen.push(text) });
    expect(reply.text).toBe("answer");
    // Not every library reads this field for it; none may mix it up with the text.
    if (!["mistral", "groq"].includes(id)) expect(reply.reasoning).toBe("let me think");
    for (const text of seen) expect("let me think".startsWith(text)).toBe(true);
  });

  it.each(["whole", "characters", "name-then-arguments", "parallel-interleaved"] as const)(
    "gets tool calls that come %s",
    async (split) => {
      const calls = [
        { id: "call_00001", name: "look", arguments: '{"at": 3}' },
        { id: "call_00002", name: "look", arguments: '{"at": 41, "why": "Ünïcode 🎉"}' },
      ];
      // xAI sends each call whole, and its library understands nothing else.
      script({ kind: "tools", calls, split: id === "xai" ? "whole" : split, usage: { input: 5, output: 6 } });
      const reply = await ask(chat({ streaming }), { tools: [TOOL] });
      expect(reply.toolCalls.map(({ name, parameters }) => [name, parameters])).toEqual([
        ["look", { at: 3 }],
        ["look", { at: 41, why: "Ünïcode 🎉" }],
      ]);
      expect(new Set(reply.toolCalls.map(({ id }) => id)).size).toBe(2);
      expect(reply.finishReason).toBe("tool-calls");
      expect(JSON.stringify(sentBody())).toContain("Looks.");
    },
  );

  it("sends a conversation with calls and their results back", async () => {
    script({ kind: "tools", calls: [{ id: "call_00001", name: "look", arguments: '{"at": 3}' }] }, "It is 7.");
    const model = chat({ streaming });
    const first = await ask(model, { tools: [TOOL] });
    const [call] = first.toolCalls;
    const messages: ChatRequest["messages"] = [
      ...request.messages,
      { role: "assistant", text: first.text, toolCalls: first.toolCalls },
      { role: "tool", callId: call?.id ?? "", name: "look", text: "seven" },
    ];
    expect((await ask(model, { messages, tools: [TOOL] })).text).toBe("It is 7.");
    expect(JSON.stringify(sentBody(1))).toMatch(/seven/);
  });

  it("keeps a reply that was cut at the output limit", async () => {
    script({ kind: "text", text: "half of", finishReason: "length" });
    expect(await ask(chat({ streaming }))).toMatchObject({ text: "half of", finishReason: "length" });
  });

  it("tells a refusal from a reply, and what it cost", async () => {
    script({ kind: "refusal", text: "I cannot help with that.", usage: { input: 9, output: 8 } });
    const error = await failureOf(ask(chat({ streaming })));
    expect(error).toMatchObject({ code: "refused", retryable: false, paid: { settings: { provider } } });
    if (!(streaming && OWN_USAGE.includes(id))) expect(error.paid?.usage).toMatchObject({ inputTokens: 9 });
    expect(server.chats()).toHaveLength(1);
  });

  it("names an empty reply, and what it cost", async () => {
    script({ kind: "empty", usage: { input: 9, output: 1 } });
    const error = await failureOf(ask(chat({ streaming })));
    expect(error).toMatchObject({ code: "empty-reply", paid: { text: "" } });
    if (!(streaming && OWN_USAGE.includes(id))) expect(error.paid?.usage).toMatchObject({ inputTokens: 9 });
    expect(server.chats()).toHaveLength(1);
  });

  it("waits as long as a busy server asks, and tries again", async () => {
    script({ kind: "status", status: 429, headers: { "retry-after": "0" } }, { kind: "status", status: 503 }, "finally");
    const waits: (Waiting | null)[] = [];
    expect((await ask(chat({ streaming }), {}, { onWait: (waiting) => waits.push(waiting) })).text).toBe("finally");
    expect(server.chats()).toHaveLength(3);
    expect(waits).toMatchObject([
      { reason: expect.stringContaining("no more requests"), until: expect.any(Number), attempt: 2, attempts: 5 },
      null,
      { reason: expect.stringContaining("failed"), attempt: 3, attempts: 5 },
      null,
    ]);
  });

  it("gives up after as many retries as were set", async () => {
    script({ kind: "status", status: 500, message: "boom" });
    expect(await failureOf(ask(chat({ streaming }, { retries: 2 })))).toMatchObject({
      code: "server-error",
      retryable: true,
      message: expect.stringContaining("boom"),
    });
    expect(server.chats()).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 422])("asks once when the answer is %i", async (status) => {
    script({ kind: "status", status, message: `Bad key ${KEY} (${KEY.slice(0, 12)}***)` });
    await failureOf(ask(chat({ streaming })));
    expect(server.chats()).toHaveLength(1);
  });

  it("recovers from replies that break off", async () => {
    script({ kind: "cut", text: "half a rep" }, { kind: "cut", text: "half", politely: streaming }, "whole");
    expect((await ask(chat({ streaming }))).text).toBe("whole");
    expect(server.chats()).toHaveLength(3);
  });

  it("names a reply that breaks off every time", async () => {
    script({ kind: "cut", text: "half a rep" });
    expect(await failureOf(ask(chat({ streaming }, { retries: 1 })))).toMatchObject({ code: "not-a-reply", retryable: true });
  });

  it("names malformed JSON and web pages, and does not ask again", async () => {
    script({ kind: "malformed" });
    expect((await failureOf(ask(chat({ streaming })))).code).toBe("not-a-reply");
    script({ kind: "html" });
    expect(await failureOf(ask(chat({ streaming })))).toMatchObject({ code: "not-a-reply", message: expect.stringContaining("web page") });
    expect(server.chats()).toHaveLength(2);
  });

  it.runIf(streaming)("tries again after an error inside a stream", async () => {
    script({ kind: "stream-error", text: "some", message: "overloaded" }, "whole");
    expect((await ask(chat())).text).toBe("whole");
  });

  it("gives up on silence, before and within the answer", async () => {
    script({ kind: "hang", silent: true }, { kind: "hang", text: "some" }, "awake");
    expect((await ask(chat({ streaming }, { idleMs: 60 }))).text).toBe("awake");
    script({ kind: "hang", silent: true });
    expect(await failureOf(ask(chat({ streaming }, { idleMs: 30, retries: 0 })))).toMatchObject({ code: "timeout", retryable: true });
  });

  it("stops at once when it is told to, and closes the connection", async () => {
    script({ kind: "hang", text: "some" });
    const abort = new AbortController();
    const attempt = ask(chat({ streaming }), {}, { signal: abort.signal });
    const sent = await server.when(({ method }) => method === "POST");
    abort.abort();
    await expect(attempt).rejects.toBeInstanceOf(CancelledError);
    await expect.poll(() => sent.aborted).toBe(true);
  });
});
