import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import {
  type ModelServer,
  type ModelServerOptions,
  promptText,
  SIGNED_IN_KEY,
  startAnthropic,
  startGemini,
  startOllama,
  startOpenAIChat,
  startOpenAIResponses,
  startOpenRouter,
} from "../../../support/providers/index.ts";

/** The servers of the other tests must themselves refuse what the providers refuse. */
const PAGE = "https://page.test";
let server: ModelServer;
afterEach(() => server.close());

const preflight = (path: string, headers: string) =>
  fetch(server.origin + path, {
    method: "OPTIONS",
    headers: { origin: PAGE, "access-control-request-method": "POST", "access-control-request-headers": headers },
  });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(server.origin + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

type Row = { name: string; start: (options?: ModelServerOptions) => Promise<ModelServer>; path: string; good: string; bad: string };
const ROWS: Row[] = [
  {
    name: "OpenAI chat",
    start: startOpenAIChat,
    path: "/v1/chat/completions",
    good: "authorization,content-type",
    bad: "openai-organization",
  },
  { name: "OpenAI responses", start: startOpenAIResponses, path: "/v1/responses", good: "authorization,content-type", bad: "user-agent" },
  {
    name: "Anthropic",
    start: startAnthropic,
    path: "/v1/messages",
    good: "anthropic-dangerous-direct-browser-access,anthropic-version,content-type,x-api-key",
    bad: "anthropic-beta",
  },
  { name: "Gemini", start: startGemini, path: "/v1beta/models/m:generateContent", good: "content-type,x-goog-api-key", bad: "user-agent" },
  {
    name: "OpenRouter",
    start: startOpenRouter,
    path: "/api/v1/chat/completions",
    good: "authorization,content-type",
    bad: "x-stainless-lang",
  },
  {
    name: "Ollama",
    start: () => startOllama({ origins: [PAGE] }),
    path: "/v1/chat/completions",
    good: "authorization,content-type",
    bad: "anthropic-version",
  },
];

describe.each(ROWS)("the server of $name", ({ start, path, good, bad }) => {
  it("refuses preflights for headers that are not on the provider's list", async () => {
    server = await start();
    const granted = await preflight(path, good);
    expect(granted.status).toBe(204);
    expect(granted.headers.get("access-control-allow-origin")).toBe(PAGE);
    const refused = await preflight(path, `${good},${bad}`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    expect(server.requests.map(({ method }) => method)).toEqual(["OPTIONS", "OPTIONS"]);
    expect(server.chats()).toEqual([]);
  });
});

describe("details", () => {
  it("Ollama lets in only pages that it knows, and everything that is no page", async () => {
    server = await startOllama();
    expect((await preflight("/v1/models", "authorization")).status).toBe(403);
    expect((await fetch(`${server.baseUrl}/models`, { headers: { origin: PAGE } })).status).toBe(403);
    expect((await fetch(`${server.baseUrl}/models`)).status).toBe(200);
    await server.close();
    server = await startOllama({ origins: [PAGE] });
    expect((await fetch(`${server.baseUrl}/models`, { headers: { origin: PAGE } })).status).toBe(200);
  });

  it("a server without CORS answers, but lets no page read it", async () => {
    server = await startOpenAIChat({ cors: "none" });
    expect((await preflight("/v1/chat/completions", "content-type")).status).toBe(403);
    const answer = await fetch(`${server.baseUrl}/models`, { headers: { origin: PAGE } });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });

  it("Anthropic wants its version, and leave for calls from pages", async () => {
    server = await startAnthropic();
    expect((await post("/v1/messages", {})).status).toBe(400);
    const version = { "anthropic-version": "2023-06-01", origin: PAGE };
    const refused = await post("/v1/messages", {}, version);
    expect([refused.status, await refused.json()]).toEqual([401, expect.objectContaining({ type: "error" })]);
    expect((await post("/v1/messages", {}, { ...version, "anthropic-dangerous-direct-browser-access": "true" })).status).toBe(200);
  });

  it("OpenRouter gives a key once, for the right verifier only", async () => {
    server = await startOpenRouter();
    const verifier = "v".repeat(64);
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const leave = async () => {
      const query = new URLSearchParams({
        callback_url: "https://page.test/app/",
        code_challenge: challenge,
        code_challenge_method: "S256",
      });
      const back = /href="([^"]+)"/.exec(await (await fetch(`${server.origin}/auth?${query.toString()}`)).text())?.[1] ?? "";
      expect(back).toMatch(/^https:\/\/page\.test\/app\/\?code=/);
      return new URL(back).searchParams.get("code");
    };
    const exchange = (code: unknown, given: string) =>
      post("/api/v1/auth/keys", { code, code_verifier: given, code_challenge_method: "S256" });
    expect((await exchange(await leave(), "wrong")).status).toBe(403);
    const code = await leave();
    expect(await (await exchange(code, verifier)).json()).toMatchObject({ key: SIGNED_IN_KEY });
    expect((await exchange(code, verifier)).status).toBe(403);
  });

  it("the prompt is found in every format", async () => {
    server = await startOpenAIChat();
    const base = { method: "POST", path: "/", headers: {}, rawBody: "", aborted: false };
    const bodies = [
      {
        messages: [
          { role: "system", content: "S" },
          { role: "user", content: [{ type: "text", text: "U" }] },
        ],
      },
      { instructions: "S", input: [{ role: "user", content: [{ type: "input_text", text: "U" }] }] },
      {
        input: [
          { role: "developer", content: "S" },
          { role: "user", content: "U" },
        ],
      },
      { system: [{ type: "text", text: "S" }], messages: [{ role: "user", content: "U" }] },
      { systemInstruction: { parts: [{ text: "S" }] }, contents: [{ role: "user", parts: [{ text: "U" }] }] },
    ];
    for (const body of bodies)
      expect([promptText({ ...base, body }, "system"), promptText({ ...base, body }, "user"), promptText({ ...base, body })]).toEqual([
        "S",
        "U",
        "S\nU",
      ]);
  });
});
