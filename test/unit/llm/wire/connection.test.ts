import { afterEach, describe, expect, it } from "vitest";
import type { ConnectionCode, ModelProfile } from "@/domain";
import { checkConnection, createPriceBook } from "@/llm";
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
} from "../../../support/providers/index.ts";
import { profileOf } from "../../../support/chat.ts";
import { KEY } from "./wire-case.ts";

type Row = {
  name: string;
  start: (options: ModelServerOptions) => Promise<ModelServer>;
  profile: Partial<ModelProfile>;
  codes: Partial<Record<Trouble, ConnectionCode>>;
};

const COMMON = { "wrong-key": "wrong-key", "no-such-model": "no-such-model", overloaded: "provider-down" } as const;
const PAID = { ...COMMON, "no-credit": "no-credit", "rate-limit": "too-many-requests" } as const;

const ROWS: Row[] = [
  {
    name: "OpenAI, chat completions",
    start: startOpenAIChat,
    profile: { provider: "openai", api: "chat" },
    codes: { ...PAID, "unverified-streaming": "stream-unverified" },
  },
  {
    name: "OpenAI, responses",
    start: startOpenAIResponses,
    profile: { provider: "openai", api: "responses" },
    codes: { ...PAID, "unverified-streaming": "stream-unverified" },
  },
  {
    name: "Anthropic",
    start: startAnthropic,
    profile: { provider: "anthropic" },
    codes: { ...PAID, "browser-forbidden": "browser-calls-forbidden" },
  },
  {
    name: "Gemini",
    start: startGemini,
    profile: { provider: "google" },
    codes: { ...PAID, "browser-forbidden": "browser-calls-forbidden" },
  },
  { name: "OpenRouter", start: startOpenRouter, profile: { provider: "openrouter" }, codes: PAID },
  { name: "Ollama", start: startOllama, profile: { provider: "ollama" }, codes: COMMON },
];

describe.each(ROWS)("the connection check: $name", ({ start, profile: wanted, codes }) => {
  let server: ModelServer;
  afterEach(() => server.close());

  const check = (more: Partial<ModelProfile> = {}) => {
    const profile = profileOf({ provider: "openai", baseUrl: server.baseUrl, ...wanted, ...more });
    return checkConnection(profile, () => KEY, { signal: new AbortController().signal, prices: createPriceBook(() => []) });
  };

  it("is good", async () => {
    server = await start({ key: KEY });
    expect(await check()).toMatchObject({
      ok: true,
      model: "test-model",
      streamed: true,
      reply: "ready",
      usage: { inputTokens: 11, outputTokens: 7 },
    });
    expect(server.chats()).toHaveLength(1);
  });

  it.each(Object.entries(codes))("knows the provider's words for %s", async (name, code) => {
    const trouble = name as Trouble;
    server = await start({ respond: () => ({ kind: "trouble", trouble, afterSeconds: 2 }), models: ["test-modal", "other"] });
    const report = await check();
    expect(report).toMatchObject({ ok: false, causes: [{ code, certainty: "certain", todo: expect.stringMatching(/\w/) }] });
    if (trouble === "no-such-model") expect(report).toMatchObject({ causes: [{ names: ["test-modal"] }] });
    expect(JSON.stringify(report)).not.toContain(KEY.slice(0, 8));
  });

  it("knows the server's own refusal of a wrong key", async () => {
    server = await start({ key: "another-key-0123456789" });
    expect(await check()).toMatchObject({ ok: false, causes: [{ code: "wrong-key" }] });
  });
});
