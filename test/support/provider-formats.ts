import type { Page } from "playwright-core";
import { afterEach, expect } from "vitest";
import { addModel, type AddedModel, placesIn, preflightsOf } from "./provider-app.ts";
import {
  type ModelServer,
  type ModelServerOptions,
  type RecordedRequest,
  startAnthropic,
  startDeepSeek,
  startGemini,
  startGroq,
  startMistral,
  startOllama,
  startOpenAIChat,
  startOpenAIResponses,
  startOpenRouter,
  startXai,
} from "./providers/index.ts";

/** Every provider that a local server speaks for, as the page knows it: its name, its key, and the headers it lets pages send. */
export type Format = {
  name: string;
  provider: string;
  start: (options: ModelServerOptions & { origin: string }) => Promise<ModelServer>;
  key: string | null;
  keyHeader: string;
  /** What may be asked for besides the key's header. */
  others: readonly string[];
  more?: Partial<AddedModel>;
};

const BEARER = { keyHeader: "authorization", others: ["content-type"] };

export const FORMATS: readonly Format[] = [
  { ...BEARER, name: "OpenAI, responses", provider: "OpenAI", start: startOpenAIResponses, key: "sk-proj-1f6b0a7c9d4e" },
  {
    ...BEARER,
    name: "OpenAI, chat completions",
    provider: "OpenAI",
    start: startOpenAIChat,
    key: "sk-proj-2e7c1b8d0f5a",
    more: { chatCompletions: true },
  },
  {
    name: "Anthropic",
    provider: "Anthropic",
    start: startAnthropic,
    key: "sk-ant-3d8d2c9e1a6b",
    keyHeader: "x-api-key",
    others: ["content-type", "anthropic-version", "anthropic-dangerous-direct-browser-access"],
  },
  {
    name: "Gemini",
    provider: "Google Gemini",
    start: startGemini,
    key: "AIza4c9e3d0f2b7c",
    keyHeader: "x-goog-api-key",
    others: ["content-type", "x-goog-api-client"],
  },
  { ...BEARER, name: "OpenRouter", provider: "OpenRouter", start: startOpenRouter, key: "sk-or-v1-5b0f4e1a3c8d" },
  { ...BEARER, name: "Mistral", provider: "Mistral", start: startMistral, key: "6a1a5f2b4d9e" },
  { ...BEARER, name: "Groq", provider: "Groq", start: startGroq, key: "gsk_7f2b6a3c5e0f" },
  { ...BEARER, name: "DeepSeek", provider: "DeepSeek", start: startDeepSeek, key: "sk-8e3c7b4d6f1a" },
  { ...BEARER, name: "xAI", provider: "xAI", start: startXai, key: "xai-9d4d8c5e7a2b" },
  {
    ...BEARER,
    name: "Ollama",
    provider: "Ollama",
    start: ({ origin, ...options }) => startOllama({ ...options, origins: [origin] }),
    key: null,
  },
];

export function formatOf(name: string): Format {
  const found = FORMATS.find((format) => format.name === name);
  if (found === undefined) throw new Error(`no format ${name}`);
  return found;
}

/** To be called at a test file's top level: servers are closed after the test that started them. */
export function useServers(): { keep(server: ModelServer): ModelServer } {
  const servers: ModelServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  return {
    keep(server) {
      servers.push(server);
      return server;
    },
  };
}

/** A server of one's own is asked at its usual address until another is entered; there nobody is. */
export const USUAL_ADDRESS = /localhost:11434/;

/** A profile for a local server, with the model "test-model" and the format's key unless told otherwise. */
export async function addFormat(
  page: Page,
  { provider, key, more: own }: Format,
  baseUrl: string,
  more: Partial<AddedModel> = {},
): Promise<void> {
  await addModel(page, { provider, baseUrl, model: "test-model", ...(key === null ? {} : { key }), ...own, ...more });
}

export const isStreamed = ({ body, path }: RecordedRequest): boolean => body?.stream === true || path.includes(":streamGenerateContent");

/** Only listed headers were asked for, every preflight was let through, and the key stands in its header alone. */
export function expectClean(server: ModelServer, { key, keyHeader, others }: Format): void {
  const preflights = preflightsOf(server);
  // A list that is asked for without a key needs no leave.
  expect(preflights.length > 0).toBe(key !== null || server.chats().length > 0);
  expect(preflights.filter(({ followed }) => !followed)).toEqual([]);
  const asked = new Set(preflights.flatMap(({ headers }) => headers));
  const listed = [...others, ...(key === null ? [] : [keyHeader])];
  expect([...asked].filter((name) => !listed.includes(name))).toEqual([]);
  for (const request of server.requests) {
    expect(request.headers["cookie"]).toBeUndefined();
    expect(request.headers["referer"]).toBeUndefined();
    if (key === null) expect(request.headers["authorization"]).toBeUndefined();
    else
      expect(placesIn(request, key), `the key in ${request.method} ${request.path}`).toEqual(
        request.method === "OPTIONS" ? [] : [keyHeader],
      );
  }
}
