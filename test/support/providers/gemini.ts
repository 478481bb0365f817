import { inPieces, type Reply, type ScriptedUsage, type Trouble } from "./behaviours.ts";
import { event } from "./http.ts";
import { type Answer, type Events, type ModelServer, type ModelServerOptions, pathOf, startProvider, type WireFormat } from "./server.ts";

const STATUSES: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const failure = (code: number, message: string, details?: readonly unknown[]) => ({
  error: { code, message, status: STATUSES[code] ?? "UNKNOWN", ...(details === undefined ? {} : { details }) },
});

const typed = (type: string, more: Record<string, unknown>) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...more });
const reason = (name: string) =>
  typed("ErrorInfo", { reason: name, domain: "googleapis.com", metadata: { service: "generativelanguage.googleapis.com" } });

/** Both kinds of 429 speak of a quota; only the details tell a passing limit from an account without money. */
function trouble(which: Trouble, { model, key, afterSeconds }: { model: string; key: string; afterSeconds: number }): Answer {
  const as = (status: number, message: string, details?: readonly unknown[]): Answer => ({
    status,
    body: failure(status, message, details),
  });
  switch (which) {
    case "wrong-key":
      return key === ""
        ? as(
            403,
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
          )
        : as(400, "API key not valid. Please pass a valid API key.", [
            reason("API_KEY_INVALID"),
            typed("LocalizedMessage", { locale: "en-US", message: "API key not valid. Please pass a valid API key." }),
          ]);
    case "no-credit":
      return as(429, "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.");
    case "browser-forbidden":
      return as(403, "Requests from referer <empty> are blocked.", [reason("API_KEY_HTTP_REFERRER_BLOCKED")]);
    case "no-such-model":
      return as(
        404,
        `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
      );
    case "rate-limit":
      return as(429, `You exceeded your current quota, please check your plan and billing details. Please retry in ${afterSeconds}.25s.`, [
        typed("QuotaFailure", {
          violations: [
            {
              quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
              quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
              quotaValue: "10",
            },
          ],
        }),
        typed("RetryInfo", { retryDelay: `${afterSeconds}s` }),
      ]);
    case "overloaded":
      return as(503, "The model is overloaded. Please try again later.");
    case "too-long":
      return as(400, "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).");
    case "unverified-streaming":
      throw new Error("Gemini streams for everyone");
  }
}

/** Thinking is counted beside the answer's tokens, not among them. */
function usageOf({ input, output, cached, reasoning = 0 }: ScriptedUsage) {
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    totalTokenCount: input + output,
    ...(cached === undefined ? {} : { cachedContentTokenCount: cached }),
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
  };
}

function argsOf(argumentsText: string): unknown {
  try {
    return JSON.parse(argumentsText);
  } catch {
    throw new Error("Gemini's arguments are never text");
  }
}

const FINISHES = { stop: "STOP", "tool-calls": "STOP", length: "MAX_TOKENS", "content-filter": "SAFETY" } as const;
const finishOf = ({ finish }: Reply) => (finish === null ? undefined : FINISHES[finish]);

const thoughts = (text: string) => ({ text, thought: true });
const callPart = (call: Reply["calls"][number]) => ({
  functionCall: { id: call.id, name: call.name, args: argsOf(call.arguments) },
  thoughtSignature: "c2lnbmVk",
});

function frame(reply: Reply, parts: readonly unknown[] | null, finishReason?: string) {
  const blocked = reply.refusal === "";
  return {
    ...(blocked
      ? { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }
      : {
          candidates: [
            {
              ...(parts === null ? {} : { content: { parts, role: "model" } }),
              ...(finishReason === undefined ? {} : { finishReason }),
              index: 0,
            },
          ],
        }),
    ...(reply.usage === null ? {} : { usageMetadata: usageOf(reply.usage) }),
    modelVersion: reply.model,
    responseId: "resp_1",
  };
}

/** A prompt that is refused at once ("") has no candidates; a reply that is stopped keeps what was said before. */
function whole(reply: Reply) {
  const text = reply.refusal ?? reply.text;
  const parts = [
    ...(reply.reasoning === "" ? [] : [thoughts(reply.reasoning)]),
    ...(text === "" ? [] : [{ text }]),
    ...reply.calls.map(callPart),
  ];
  return frame(reply, parts.length === 0 ? null : parts, finishOf(reply));
}

/** Each event is a whole reply in small; calls are never split, and in parallel they stand in one event. */
function events(reply: Reply): Events {
  if (reply.refusal === "") return { open: [], body: [], end: [event(whole(reply))] };
  const text = reply.refusal ?? reply.text;
  const calls = reply.split === "parallel-interleaved" ? [reply.calls.map(callPart)] : reply.calls.map((call) => [callPart(call)]);
  const body = [
    ...inPieces(reply.reasoning, 3).map((piece) => [thoughts(piece)]),
    ...inPieces(text, reply.pieces).map((piece) => [{ text: piece }]),
    ...(reply.calls.length === 0 ? [] : calls),
  ];
  const last = body.length === 0 ? null : [{ text: "" }];
  return { open: [], body: body.map((parts) => event(frame(reply, parts))), end: [event(frame(reply, last, finishOf(reply)))] };
}

const PATH = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;
const ask = (path: string) => PATH.exec(path);

const GEMINI: WireFormat = {
  basePath: "/v1beta",
  allowedHeaders: ["content-type", "x-goog-api-key", "x-goog-api-client", "authorization"],
  keyIn: (request) => request.headers["x-goog-api-key"] ?? null,
  asksForReply: (request) => request.method === "POST" && ask(pathOf(request)) !== null,
  asksForModels: (request) => request.method === "GET" && pathOf(request) === "/v1beta/models",
  modelList: (ids) => ({
    models: ids.map((id) => ({
      name: `models/${id}`,
      version: "001",
      displayName: id,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      // The list also has models that write no text.
      supportedGenerationMethods: id.includes("embedding") ? ["embedContent"] : ["generateContent", "countTokens"],
    })),
  }),
  modelIn: (request) => decodeURIComponent(ask(pathOf(request))?.[1] ?? "test-model"),
  streams: (request) => ask(pathOf(request))?.[2] === "streamGenerateContent" && request.path.endsWith("?alt=sse"),
  whole,
  events,
  streamError: (message, code) => [event(failure(code ?? 503, message))],
  broken: 'data: {"candidates": [{"content": oops',
  failure,
  trouble,
};

/** Gemini's generateContent. */
export function startGemini(options: ModelServerOptions = {}): Promise<ModelServer> {
  return startProvider(GEMINI, options);
}
