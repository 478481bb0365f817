import { afterEach, describe, expect, it } from "vitest";
import { CancelledError, type ModelProfile, type ModelSuggestion } from "@/domain";
import { listModels } from "@/llm";
import { profileOf } from "../../support/chat.ts";
import { startHttpServer } from "../../support/providers/http.ts";
import {
  type ModelServer,
  type ModelServerOptions,
  startAnthropic,
  startGemini,
  startOpenAIChat,
  startOpenRouter,
} from "../../support/providers/index.ts";

const KEY = "sk-test-0123456789abcdef";
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((server) => server.close()));
});

const list = (profile: Partial<ModelProfile>, key: string | null = KEY, signal = new AbortController().signal) =>
  listModels(profileOf(profile), () => key, { signal });

async function started(
  which: (options?: ModelServerOptions) => Promise<ModelServer>,
  models: string[],
  options: ModelServerOptions = {},
): Promise<ModelServer> {
  const server = await which({ models, ...options });
  closing.push(server);
  return server;
}

/** A list as a provider wrote it, to the letter. */
async function serving(...pages: unknown[]): Promise<{ origin: string; paths: string[] }> {
  const paths: string[] = [];
  const server = await startHttpServer({
    port: undefined,
    cors: {
      allowedHeaders: ["authorization", "x-api-key", "x-goog-api-key", "anthropic-version", "anthropic-dangerous-direct-browser-access"],
      letsIn: () => "yes",
    },
    async handle(request, response) {
      paths.push(request.path);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(pages[Math.min(paths.length, pages.length) - 1]));
    },
  });
  closing.push(server);
  return { origin: server.origin, paths };
}
const names = (found: readonly ModelSuggestion[]) => found.map(({ id }) => id);

describe("suggestions", () => {
  it.each(["openai", "mistral", "groq", "deepseek", "xai", "compatible", "ollama", "vllm"] as const)(
    "come from %s in OpenAI's form, those for conversations first",
    async (provider) => {
      const server = await started(startOpenAIChat, ["whisper-1", "b-model", "text-embedding-3", "a-model"]);
      expect(names(await list({ provider, baseUrl: server.baseUrl }))).toEqual(["a-model", "b-model", "text-embedding-3", "whisper-1"]);
      expect(server.requests.at(-1)).toMatchObject({ method: "GET", path: "/v1/models", headers: { authorization: `Bearer ${KEY}` } });
    },
  );

  it("come from Anthropic with its headers", async () => {
    const server = await started(startAnthropic, ["claude-b", "claude-a"], { key: KEY });
    expect(names(await list({ provider: "anthropic", baseUrl: server.baseUrl }))).toEqual(["claude-a", "claude-b"]);
    expect(server.requests.at(-1)?.headers).toMatchObject({ "x-api-key": KEY, "anthropic-dangerous-direct-browser-access": "true" });
  });

  it("come from Google without the part before their names, and only those that write", async () => {
    const server = await started(startGemini, ["gemini-2.5-flash"]);
    expect(names(await list({ provider: "google", baseUrl: server.baseUrl }))).toEqual(["gemini-2.5-flash"]);
    const { origin } = await serving({
      models: [
        { name: "models/embedding-001", supportedGenerationMethods: ["embedContent"] },
        { name: "models/gemini-3-pro", displayName: "Gemini 3 Pro", supportedGenerationMethods: ["generateContent", "countTokens"] },
      ],
    });
    expect(await list({ provider: "google", baseUrl: `${origin}/v1beta` })).toEqual([{ id: "gemini-3-pro", note: "Gemini 3 Pro" }]);
  });

  it("come from OpenRouter with prices for a million tokens, without a key too", async () => {
    const server = await started(startOpenRouter, ["x/y"]);
    expect(await list({ provider: "openrouter", baseUrl: server.baseUrl }, null)).toEqual([
      { id: "x/y", note: "Test: x/y", price: { input: 0.4, output: 1.6 } },
    ]);
    expect(server.requests.at(-1)?.headers).not.toHaveProperty("authorization");
    // Its router has a price that depends.
    const { origin } = await serving({ data: [{ id: "openrouter/auto", pricing: { prompt: "-1", completion: "-1" } }] });
    expect(await list({ provider: "openrouter", baseUrl: `${origin}/api/v1` })).toEqual([{ id: "openrouter/auto" }]);
  });

  it("come from Together as a bare list", async () => {
    const { origin } = await serving([
      { id: "flux", type: "image" },
      { id: "q/chat", type: "chat", display_name: "Q", pricing: { input: 0.5, output: 1.5, hourly: 0 } },
    ]);
    expect(await list({ provider: "together", baseUrl: `${origin}/v1` })).toEqual([
      { id: "q/chat", note: "Q", price: { input: 0.5, output: 1.5 } },
      { id: "flux" },
    ]);
  });

  it("are read page by page, and strange entries are passed over", async () => {
    const { origin, paths } = await serving(
      { data: [{ id: "one" }, 7, null, { name: 3 }], has_more: true, last_id: "one" },
      { data: [{ id: "two", pricing: "free" }], has_more: false, last_id: "two" },
    );
    expect(names(await list({ provider: "anthropic", baseUrl: `${origin}/v1` }))).toEqual(["one", "two"]);
    expect(paths).toEqual(["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=one"]);
  });

  it("are none where there is no list", async () => {
    expect(await list({ provider: "recorded" })).toEqual([]);
    expect(await list({ provider: "chrome" })).toEqual([]);
  });
});

describe("lists in other forms", () => {
  it.each([
    ["names alone", ["b", "a"], ["a", "b"]],
    ["names alone under data", { data: ["b", "a"] }, ["a", "b"]],
    ["models with a name", { models: [{ name: "llama3:8b" }, { name: "qwen3:8b", model: "qwen3:8b" }] }, ["llama3:8b", "qwen3:8b"]],
    ["good ones among others", { data: [null, 7, {}, { id: "a" }, { id: 5, name: "b" }] }, ["a", "b"]],
  ])("%s", async (_, body, wanted) => {
    const { origin } = await serving(body);
    expect(names(await list({ baseUrl: origin }))).toEqual(wanted);
  });
});

describe("without a list", () => {
  it("it says why, and shows no key", async () => {
    const server = await started(startOpenAIChat, ["m"], { key: "another-key-entirely" });
    const error: unknown = await list({ provider: "compatible", baseUrl: server.baseUrl }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "ModelError", code: "unauthorized" });
    expect(JSON.stringify(error) + String(error)).not.toContain(KEY.slice(0, 8));
    await expect(list({ provider: "openai" }, null)).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("it says that something else came", async () => {
    const { origin } = await serving({ hello: "world" });
    await expect(list({ baseUrl: origin })).rejects.toMatchObject({ code: "not-a-reply" });
  });

  it("it says that nobody answered", async () => {
    const server = await startOpenAIChat();
    await server.close();
    await expect(list({ baseUrl: server.baseUrl })).rejects.toMatchObject({ code: "unreachable" });
  });

  it("it stops when it is told to", async () => {
    const server = await started(startOpenAIChat, ["m"]);
    await expect(list({ baseUrl: server.baseUrl }, KEY, AbortSignal.abort())).rejects.toBeInstanceOf(CancelledError);
  });
});
