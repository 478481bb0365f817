import { type Trouble } from "./behaviours.ts";
import { chatOf, finishOf, usageOf } from "./chat-completions.ts";
import { event } from "./http.ts";
import { type Answer, type ModelServer, type ModelServerOptions, startProvider, type WireFormat } from "./server.ts";

const error = (message: string, type: string) => ({ error: { message, type, param: null, code: null } });
const failure = (status: number, message: string) =>
  error(message, status === 404 ? "not_found_error" : status >= 500 ? "api_error" : "invalid_request_error");

function trouble(which: Trouble, { model }: { model: string }): Answer {
  const as = (status: number, message: string): Answer => ({ status, body: failure(status, message) });
  switch (which) {
    case "no-such-model":
      return as(404, `model "${model}" not found, try pulling it first`);
    case "overloaded":
      return as(503, "server busy, please try again.  maximum pending requests exceeded");
    case "wrong-key":
      // Ollama itself has no keys: a proxy before it asks for one.
      return { status: 401, body: { error: "unauthorized" } };
    case "no-credit":
    case "browser-forbidden":
    case "unverified-streaming":
    case "rate-limit":
    case "too-long":
      throw new Error(`Ollama has no answer of its own for ${which}`);
  }
}

const chat = chatOf({
  basePath: "/v1",
  always: { system_fingerprint: "fp_ollama" },
  reasoning: (text) => ({ reasoning: text }),
  refusal: () => {
    throw new Error("Ollama refuses nothing");
  },
  finish: finishOf,
  // It counts no cached and no reasoning tokens.
  usage: ({ input, output }) => usageOf({ input, output }),
  callsAtOnce: true,
});

const OLLAMA: WireFormat = {
  ...chat,
  allowedHeaders: ["authorization", "content-type", "user-agent", "accept", "x-requested-with"],
  modelList: (ids) => ({ object: "list", data: ids.map((id) => ({ id, object: "model", created: 1_700_000_000, owned_by: "library" })) }),
  streamError: (message) => [event({ error: { message, type: "api_error", param: null, code: null } })],
  failure,
  trouble,
};

/** `origins`: those that OLLAMA_ORIGINS names; pages from elsewhere get 403. Requests without an origin are let in. */
export function startOllama(options: ModelServerOptions & { origins?: readonly string[] } = {}): Promise<ModelServer> {
  const { origins = [], ...rest } = options;
  const letsIn = (origin: string) => (origins.includes("*") || origins.includes(origin) ? "yes" : "forbidden");
  return startProvider(OLLAMA, { ...rest, letsIn });
}
