import { json, send, startHttpServer, type HttpServer, type RecordedRequest } from "./http.ts";

/** An answer exactly as a server wrote it. */
export type RawAnswer = {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  body: string | Uint8Array;
  /** The socket is destroyed after the body. */
  cut?: boolean;
};

export type RawServer = HttpServer & { posts(): RecordedRequest[] };

/** One server that answers with what it is told, byte for byte, whatever the protocol. */
export async function startRawServer(respond: (request: RecordedRequest, index: number) => RawAnswer): Promise<RawServer> {
  let count = 0;
  const server = await startHttpServer({
    cors: {
      allowedHeaders: [
        "authorization",
        "content-type",
        "x-api-key",
        "x-goog-api-key",
        "anthropic-version",
        "anthropic-dangerous-direct-browser-access",
      ],
      letsIn: () => "yes",
    },
    async handle(request, response) {
      const answer = respond(request, count++);
      if (answer.status !== undefined && answer.status >= 400 && answer.type === undefined) {
        json(response, answer.status, JSON.parse(String(answer.body)), answer.headers);
        return;
      }
      response.writeHead(answer.status ?? 200, { "content-type": answer.type ?? "text/event-stream", ...answer.headers });
      await send(response, answer.body);
      if (answer.cut === true) setImmediate(() => response.destroy());
      else response.end();
    },
  });
  return { ...server, posts: () => server.requests.filter(({ method }) => method === "POST") };
}

/** One event of a stream. */
export const sse = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join("");

/** A chunk of chat completions with one delta. */
export const chunk = (delta: unknown, finish: unknown = null, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: "chat-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "test-model",
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});

/** A reply of chat completions in one piece. */
export const completion = (message: unknown, finish: unknown = "stop", more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: "chat-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "test-model",
  choices: [{ index: 0, message, finish_reason: finish }],
  usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
  ...more,
});
