import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { checkConnection } from "../../../src/llm/connection/check.ts";
import { nearestNames } from "../../../src/llm/connection/nearest-names.ts";
import { createPriceBook } from "../../../src/llm/prices/prices.ts";
import {
  type ModelServer,
  type ModelServerOptions,
  startAnthropic,
  startGemini,
  startOllama,
  startOpenAIChat,
  startOpenAIResponses,
  startOpenRouter,
  type Trouble,
} from "../../support/providers/index.ts";
import {
  CancelledError,
  type ConnectionReport,
  type ModelProfile,
  profileIdSchema,
  PROVIDER_FACTS,
  type ProviderId,
  RECORDED_PROFILE,
} from "@/domain";

const KEY = "key-0123456789-abcdef";
const prices = createPriceBook(() => []);

const servers: ModelServer[] = [];
const cleanUps: (() => void)[] = [];
afterEach(async () => {
  for (const clean of cleanUps.splice(0)) clean();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(start: (options?: ModelServerOptions) => Promise<ModelServer>, options?: ModelServerOptions): Promise<ModelServer> {
  const server = await start(options);
  servers.push(server);
  return server;
}

function profile(provider: ProviderId, baseUrl: string, more: Partial<ModelProfile> = {}): ModelProfile {
  return { ...RECORDED_PROFILE, id: profileIdSchema.parse("p"), name: "Mine", provider, baseUrl, model: "test-model", ...more };
}

const check = (given: ModelProfile, key: string | null = KEY, signal = new AbortController().signal) =>
  checkConnection(given, () => key, { signal, prices });

function causes(report: ConnectionReport): { code: string; certainty: string }[] {
  if (report.ok) throw new Error(`it came through: ${report.summary}`);
  return report.causes.map(({ code, certainty }) => ({ code, certainty }));
}

const only = (code: string) => [{ code, certainty: "certain" }];

type Wire = {
  name: string;
  provider: ProviderId;
  start: (options?: ModelServerOptions) => Promise<ModelServer>;
  api?: ModelProfile["api"];
};
const WIRES: Wire[] = [
  { name: "OpenAI responses", provider: "openai", start: startOpenAIResponses },
  { name: "OpenAI chat", provider: "openai", start: startOpenAIChat, api: "chat" },
  { name: "a compatible server", provider: "compatible", start: startOpenAIChat },
  { name: "Anthropic", provider: "anthropic", start: startAnthropic },
  { name: "Gemini", provider: "google", start: startGemini },
  { name: "OpenRouter", provider: "openrouter", start: startOpenRouter },
  { name: "Ollama", provider: "ollama", start: startOllama },
];
const wire = (name: string): Wire => {
  const found = WIRES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no wire format ${name}`);
  return found;
};
const profileOn = ({ provider, api }: Wire, server: ModelServer, more: Partial<ModelProfile> = {}) =>
  profile(provider, server.baseUrl, { ...(api === undefined ? {} : { api }), ...more });

describe.each(WIRES)("a check over $name", (format) => {
  it.each([true, false])("says who answered, with tokens and cost (streaming: %s)", async (streaming) => {
    const server = await started(format.start, { key: KEY });
    const report = await check(profileOn(format, server, { streaming }));
    expect(report).toMatchObject({ ok: true, streamed: streaming, reply: "ready", usage: { inputTokens: expect.any(Number) } });
    expect(report.summary).toMatch(/^test-model answered in \d+\.\d s.*\d+ tokens in, \d+ out/);
    expect(report.summary.includes("in one piece")).toBe(!streaming);
    expect(server.chats()).toHaveLength(1);
    expect(server.chats()[0]?.body?.["stream"] ?? streaming).toBe(streaming);
  });

  it("names a wrong key, and never shows it", async () => {
    const server = await started(format.start, { key: "another-key-0123456789" });
    const report = await check(profileOn(format, server));
    expect(causes(report)).toEqual(only("wrong-key"));
    expect(JSON.stringify(report)).not.toContain(KEY.slice(0, 8));
    expect(server.chats()).toHaveLength(1);
  });

  it("offers the nearest names for a model that does not exist", async () => {
    const server = await started(format.start, {
      key: KEY,
      models: ["test-model-2", "other", "Test-Modell", "quite-different"],
      respond: () => ({ kind: "trouble", trouble: "no-such-model" }),
    });
    const report = await check(profileOn(format, server));
    expect(causes(report)).toEqual(only("no-such-model"));
    expect(report).toMatchObject({ causes: [{ names: ["Test-Modell", "test-model-2"], title: expect.stringContaining("“test-model”") }] });
  });

  it("says that a web page answered", async () => {
    const server = await started(format.start, { respond: () => ({ kind: "html" }) });
    const found = causes(await check(profileOn(format, server))).map(({ code }) => code);
    expect(found).toContain("wrong-address");
  });
});

describe("troubles of a provider", () => {
  it.each<[string, Trouble, string]>([
    ["OpenAI responses", "no-credit", "no-credit"],
    ["OpenAI responses", "rate-limit", "too-many-requests"],
    ["OpenAI responses", "overloaded", "provider-down"],
    ["OpenAI responses", "unverified-streaming", "stream-unverified"],
    ["OpenAI chat", "unverified-streaming", "stream-unverified"],
    ["Anthropic", "browser-forbidden", "browser-calls-forbidden"],
    ["Anthropic", "no-credit", "no-credit"],
    ["Anthropic", "overloaded", "provider-down"],
    ["Anthropic", "rate-limit", "too-many-requests"],
    ["Gemini", "overloaded", "provider-down"],
    ["Gemini", "rate-limit", "too-many-requests"],
    ["OpenRouter", "no-credit", "no-credit"],
    ["OpenRouter", "rate-limit", "too-many-requests"],
    ["OpenRouter", "overloaded", "provider-down"],
    ["Ollama", "overloaded", "provider-down"],
  ])("%s: %s", async (name, trouble, code) => {
    const format = wire(name);
    const server = await started(format.start, { respond: () => ({ kind: "trouble", trouble, afterSeconds: 30 }) });
    const report = await check(profileOn(format, server));
    expect(causes(report)).toEqual(only(code));
    expect(server.chats()).toHaveLength(1);
    if (code === "stream-unverified") expect(report).toMatchObject({ causes: [{ todo: expect.stringMatching(/^Switch streaming off/) }] });
  });

  it("tells a wrong path from a wrong name by the provider's list", async () => {
    const notFound = { kind: "status" as const, status: 404, body: "" };
    const without = await started(startOpenAIChat, { models: ["test-mode"], respond: () => notFound });
    expect(await check(profile("compatible", without.baseUrl))).toMatchObject({
      causes: [{ code: "no-such-model", names: ["test-mode"] }],
    });
    const listed = await started(startOpenAIChat, { models: ["test-model"], respond: () => notFound });
    expect(causes(await check(profile("compatible", listed.baseUrl)))).toEqual(only("wrong-address"));
    expect(causes(await check(profile("compatible", `${listed.origin}/elsewhere`)))).toEqual(only("wrong-address"));
  });

  it("says when a listed model is not for this key", async () => {
    const server = await started(startOpenAIResponses, {
      models: ["test-model"],
      respond: () => ({ kind: "trouble", trouble: "no-such-model" }),
    });
    expect(await check(profile("openai", server.baseUrl))).toMatchObject({
      causes: [{ code: "no-such-model", title: expect.stringContaining("does not let this key use it") }],
    });
  });

  it("advises ollama pull with the name", async () => {
    const server = await started(startOllama, { models: ["llama3:8b"], respond: () => ({ kind: "trouble", trouble: "no-such-model" }) });
    expect(await check(profile("ollama", server.baseUrl), null)).toMatchObject({
      causes: [{ code: "no-such-model", todo: expect.stringContaining("ollama pull test-model") }],
    });
  });

  it("takes a reply of nothing but thoughts for what it is", async () => {
    const server = await started(startOpenAIChat, {
      respond: () => ({ kind: "text", text: "", reasoning: "hmm", finishReason: "length" }),
    });
    const report = await check(profile("compatible", server.baseUrl));
    expect(causes(report)).toEqual(only("unexpected-reply"));
    expect(report).toMatchObject({
      summary: expect.stringContaining("no text"),
      causes: [{ todo: expect.stringContaining("output limit") }],
    });
  });

  it("shows no key that a server quotes in a reply or an error", async () => {
    const respond = (text: string) => () => ({ kind: "text" as const, text, model: KEY });
    const good = await started(startOpenAIChat, { respond: respond(`ready ${KEY}`) });
    const report = await check(profile("compatible", good.baseUrl));
    expect(report).toMatchObject({ ok: true, reply: "ready [key]", model: "[key]" });
    const bad = await started(startOpenAIChat, {
      models: [KEY],
      respond: () => ({ kind: "status", status: 400, message: `what is ${KEY}?` }),
    });
    for (const given of [
      profile("compatible", bad.baseUrl),
      profile("compatible", bad.baseUrl, { model: KEY }),
      profile("compatible", `${bad.origin}/${KEY}`),
    ]) {
      expect(JSON.stringify(await check(given))).not.toContain(KEY.slice(0, 8));
    }
  });
});

describe("what is seen without asking", () => {
  it("needs nothing for recorded replies", async () => {
    expect(await check(RECORDED_PROFILE, null)).toMatchObject({ ok: true, cost: { source: "free" } });
  });

  it.each<[string, ModelProfile, string | null, string[]]>([
    ["no address", profile("compatible", ""), null, ["no-address"]],
    ["no proper address", profile("compatible", "ftp://models"), null, ["wrong-address"]],
    ["no key where one is needed", profile("openai", ""), null, ["no-key"]],
    ["a blank key where one is needed", profile("openai", ""), "  ", ["no-key"]],
    ["a key with a space in it", profile("openai", ""), "sk abc", ["wrong-key"]],
    ["a key with other letters", profile("ollama", ""), "schlüssel", ["wrong-key"]],
    ["a key of somebody else", profile("openai", ""), "sk-ant-0123456789", ["wrong-key"]],
    ["no model", profile("ollama", "", { model: " " }), null, ["bad-settings"]],
    ["several at once", profile("compatible", "http://", { model: "" }), "ä", ["wrong-address", "wrong-key", "bad-settings"]],
    ["Chrome's model where there is none", profile("chrome", ""), null, ["not-in-this-browser"]],
  ])("%s", async (_, given, key, codes) => {
    const report = await check(given, key);
    expect(causes(report)).toEqual(codes.map((code) => ({ code, certainty: "certain" })));
    expect(report.summary).toMatch(/\S/);
  });

  it("lets every key through to an address of one's own", async () => {
    const server = await started(startOpenAIChat, { key: "sk-ant-0123456789" });
    expect(await check(profile("compatible", server.baseUrl), "sk-ant-0123456789")).toMatchObject({ ok: true });
  });

  it("says where keys are made", async () => {
    expect(await check(profile("mistral", ""), null)).toMatchObject({
      causes: [{ todo: expect.stringContaining(PROVIDER_FACTS.mistral.keyUrl ?? "nowhere") }],
    });
  });
});

describe("no answer, and other ends", () => {
  it("lists likely causes in order and says that browsers do not tell them apart", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port }: AddressInfo = Object(server.address());
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const report = await check(profile("lm-studio", `http://127.0.0.1:${port}/v1`), null);
    expect(report).toMatchObject({
      ok: false,
      causes: [{ code: "not-running", certainty: "likely" }],
      summary: expect.stringContaining("Browsers do not tell"),
    });
  });

  it("throws only when it is cancelled", async () => {
    const server = await started(startOpenAIChat, { respond: () => ({ kind: "hang", silent: true }) });
    const abort = new AbortController();
    const pending = check(profile("compatible", server.baseUrl), null, abort.signal);
    await server.when(({ method }) => method === "POST");
    abort.abort();
    await expect(pending).rejects.toThrow(CancelledError);
    await expect(check(profile("compatible", ""), null, abort.signal)).rejects.toThrow(CancelledError);
  });

  it("does not throw when prices do", async () => {
    const server = await started(startOpenAIChat);
    const broken = { ...prices, cost: () => Promise.reject(new Error(`prices of ${KEY}`)) };
    const report = await checkConnection(profile("compatible", server.baseUrl), () => KEY, {
      signal: new AbortController().signal,
      prices: broken,
    });
    expect(causes(report)).toEqual(only("unexpected-reply"));
    expect(report).toMatchObject({ causes: [{ detail: "prices of [key]" }] });
  });

  it("leaves the profile's own limits alone, and asks without tools", async () => {
    const server = await started(startOpenAIChat);
    await check(profile("compatible", server.baseUrl, { maxOutputTokens: 321, temperature: 0.25 }));
    expect(server.chats()[0]?.body).toMatchObject({ max_tokens: 321, temperature: 0.25 });
    expect(server.chats()[0]?.body).not.toHaveProperty("tools");
  });
});

describe("nearest names", () => {
  it.each([
    ["gpt-5-mni", ["gpt-4o", "gpt-5", "gpt-5-mini", "o3", "text-embedding-3"], ["gpt-5-mini", "gpt-5"]],
    ["GPT-5-MINI", ["gpt-5-mini"], ["gpt-5-mini"]],
    [
      "deepseek-chat",
      ["deepseek/deepseek-chat", "deepseek/deepseek-r1", "x/unrelated-name"],
      ["deepseek/deepseek-chat", "deepseek/deepseek-r1"],
    ],
    ["qwen3", ["qwen3:8b", "qwen3:30b", "llama3.3:70b"], ["qwen3:8b", "qwen3:30b"]],
    ["claude-sonnet", ["claude-sonnet-4-5-20250929", "claude-opus-4"], ["claude-sonnet-4-5-20250929"]],
    ["olm-model", ["o", "olm"], ["olm"]],
    ["", ["a"], []],
    ["anything", [], []],
  ])("%s", (wanted, ids, expected) => expect(nearestNames(wanted, ids)).toEqual(expected));

  it("are five at most, each once", () => {
    const names = nearestNames("model", ["model-1", "model-1", "model-2", "model-3", "model-4", "model-5", "model-6"]);
    expect(names).toEqual(["model-1", "model-2", "model-3", "model-4", "model-5"]);
  });
});
