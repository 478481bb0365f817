import { createHash } from "node:crypto";
import { type Trouble } from "./behaviours.ts";
import { chatOf, finishOf, usageOf } from "./chat-completions.ts";
import { json } from "./http.ts";
import { type Answer, type Extra, type ModelServer, type ModelServerOptions, pathOf, startProvider, type WireFormat } from "./server.ts";

const failure = (code: number, message: string, metadata?: Record<string, unknown>) => ({
  error: { message, code, ...(metadata === undefined ? {} : { metadata }) },
});

function trouble(which: Trouble, { model, key, afterSeconds }: { model: string; key: string; afterSeconds: number }): Answer {
  const as = (status: number, message: string, metadata?: Record<string, unknown>): Answer => ({
    status,
    body: failure(status, message, metadata),
  });
  switch (which) {
    case "wrong-key":
      return as(401, key === "" ? "No auth credentials found" : "User not found.");
    case "no-credit":
      return as(
        402,
        "Insufficient credits. This account never purchased credits. Make sure your key is on the correct account or org, and if so, purchase more at https://openrouter.ai/settings/credits",
      );
    case "no-such-model":
      return as(400, `${model} is not a valid model ID`);
    case "rate-limit": {
      const raw = `${model} is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits.`;
      return { ...as(429, "Provider returned error", { raw, provider_name: "Test" }), headers: { "retry-after": String(afterSeconds) } };
    }
    case "overloaded":
      return as(503, "No instances available", { provider_name: "Test" });
    case "too-long":
      return as(400, "This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens.");
    case "browser-forbidden":
    case "unverified-streaming":
      throw new Error(`OpenRouter has no answer of its own for ${which}`);
  }
}

const chat = chatOf({
  basePath: "/api/v1",
  always: { provider: "Test" },
  opening: [": OPENROUTER PROCESSING\n\n", ": OPENROUTER PROCESSING\n\n"],
  reasoning: (text) => ({ reasoning: text, reasoning_details: [{ type: "reasoning.text", text, format: "unknown", index: 0 }] }),
  refusal: (text) => ({ refusal: text }),
  finish: finishOf,
  usageStands: "beside-choice",
  usage: ({ usd, written, ...usage }) => {
    const counted = usageOf(usage);
    const details = { ...Object(counted["prompt_tokens_details"]), ...(written === undefined ? {} : { cache_write_tokens: written }) };
    return {
      ...counted,
      ...(usage.cached === undefined && written === undefined ? {} : { prompt_tokens_details: { cached_tokens: 0, ...details } }),
      ...(usd === undefined ? {} : { cost: usd, is_byok: false, cost_details: { upstream_inference_cost: null } }),
    };
  },
});

const OPENROUTER: WireFormat = {
  ...chat,
  allowedHeaders: ["authorization", "content-type", "http-referer", "x-title"],
  modelList: (ids) => ({
    data: ids.map((id) => ({
      id,
      name: `Test: ${id}`,
      created: 1_700_000_000,
      context_length: 131_072,
      // US dollars for one token, as text.
      pricing: { prompt: "0.0000004", completion: "0.0000016", request: "0", image: "0" },
      supported_parameters: ["max_tokens", "temperature", "tools"],
    })),
  }),
  // The status was sent long ago: the error travels in a chunk that says "error" as its reason.
  streamError: (message, code, model) => [
    chat.chunk(model, { role: "assistant", content: "" }, "error", {
      error: { code: code ?? 502, message, metadata: { provider_name: "Test" } },
    }),
  ],
  failure,
  trouble,
};

/** A key made by a sign-in at the test's OpenRouter. */
export const SIGNED_IN_KEY = "sk-or-v1-from-the-sign-in-0123456789abcdef";

const escaped = (text: string) => text.replace(/[&"<]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * The sign-in without a secret (PKCE): a page that asks for leave and goes back with a code, and the exchange of
 * the code, once and only with the verifier whose SHA-256 was announced.
 */
function signIn(): Extra {
  const challenges = new Map<string, { challenge: string; method: string }>();
  let codes = 0;
  return (request, response) => {
    const url = new URL(request.path, "http://localhost");
    if (request.method === "GET" && url.pathname === "/auth") {
      const back = new URL(url.searchParams.get("callback_url") ?? "about:blank");
      codes += 1;
      const code = `code-${codes}`;
      challenges.set(code, {
        challenge: url.searchParams.get("code_challenge") ?? "",
        method: url.searchParams.get("code_challenge_method") ?? "",
      });
      back.searchParams.set("code", code);
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<!doctype html><title>Sign in</title><a id="allow" href="${escaped(back.href)}">Allow</a>`);
      return true;
    }
    if (request.method !== "POST" || pathOf(request) !== "/api/v1/auth/keys") return false;
    const code = String(request.body?.["code"]);
    const known = challenges.get(code);
    challenges.delete(code);
    const hash = createHash("sha256").update(String(request.body?.["code_verifier"])).digest("base64url");
    const method = request.body?.["code_challenge_method"];
    if (known !== undefined && method !== undefined && method !== known.method) {
      json(response, 400, failure(400, "Invalid code_challenge_method"));
    } else if (known === undefined || known.method !== "S256" || known.challenge !== hash) {
      json(response, 403, failure(403, "Invalid code or code_verifier"));
    } else {
      json(response, 200, { key: SIGNED_IN_KEY, user_id: "user-1" });
    }
    return true;
  };
}

export function startOpenRouter(options: ModelServerOptions = {}): Promise<ModelServer> {
  return startProvider(OPENROUTER, { ...options, extra: signIn() });
}
