import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A real HTTP server that speaks OpenAI's chat completions, for tests in Node and in browsers. What it does with
 * a request is decided by `respond`; each request is recorded, preflights and refused ones included.
 */
export type ChatBody = {
  model?: string;
  stream?: boolean;
  messages?: { role: string; content: string | { type: string; text?: string }[] }[];
  [field: string]: unknown;
};

export type RecordedRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: ChatBody | null;
  rawBody: string;
  /** True once the client went away before the answer was complete. */
  aborted: boolean;
};

export type Behaviour =
  | string
  | {
      kind: "text";
      text: string;
      /** Streamed in this many pieces (default 8), with a pause before each. */
      pieces?: number;
      pauseMs?: number;
      finishReason?: string | null;
      reasoning?: string;
      usage?: Record<string, unknown> | null;
      model?: string;
    }
  | { kind: "status"; status: number; message?: string; body?: string; headers?: Record<string, string> }
  /** A reply that ends in the middle: the socket is destroyed, or the stream just ends when `politely`. */
  | { kind: "cut"; text: string; politely?: boolean }
  | { kind: "malformed" }
  | { kind: "html" }
  | { kind: "stream-error"; text: string; message: string; code?: number }
  /** Headers (unless `silent`), then nothing until the client leaves. */
  | { kind: "hang"; text?: string; silent?: boolean }
  /** `bytes` of the letter x, in one event a megabyte, or in one body. */
  | { kind: "flood"; bytes: number };

export type ModelServerOptions = {
  /** `index` counts the chat requests from 0. Default: the text "ready". */
  respond?: (request: RecordedRequest, index: number) => Behaviour | Promise<Behaviour>;
  models?: string[];
  /** When set, other keys are answered with 401, no key too. */
  key?: string;
  /** "listed": preflights may ask for authorization and content-type only (default). "none": no permission at all. */
  cors?: "listed" | "none";
  port?: number;
};

export type ModelServer = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** `<origin>/v1` */
  baseUrl: string;
  requests: RecordedRequest[];
  /** The chat requests among them. */
  chats(): RecordedRequest[];
  /** Resolves with the first request, past or future, that fits. */
  when(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  setRespond(respond: NonNullable<ModelServerOptions["respond"]>): void;
  close(): Promise<void>;
};

const ALLOWED_HEADERS = ["authorization", "content-type"];
const USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, prompt_tokens_details: { cached_tokens: 4 } };

/** The text of all messages of a role, for `respond` functions that look at the prompt. */
export function promptText(request: RecordedRequest, role?: string): string {
  const wanted = (request.body?.messages ?? []).filter((message) => role === undefined || message.role === role);
  return wanted
    .map(({ content }) => (typeof content === "string" ? content : content.map((part) => part.text ?? "").join("")))
    .join("\n");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

function parseBody(raw: string): ChatBody | null {
  try {
    const parsed: unknown = JSON.parse(raw);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for the socket when its buffer is full, and says whether anyone still listens. */
async function send(response: ServerResponse, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (!response.write(text)) {
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off("drain", go).off("close", go);
        resolve();
      };
      response.on("drain", go).on("close", go);
    });
  }
  return !response.destroyed;
}

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;

function chunk(model: string, delta: Record<string, unknown>, finish: string | null = null): string {
  return event({ id: "chat-1", object: "chat.completion.chunk", created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }] });
}

function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

function completion(model: string, message: Record<string, unknown>, finish: string | null, usage: unknown): unknown {
  return {
    id: "chat-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finish }],
    ...(usage === null ? {} : { usage }),
  };
}

async function answer(request: RecordedRequest, behaviour: Exclude<Behaviour, string>, response: ServerResponse): Promise<void> {
  const streaming = request.body?.stream === true;
  const model = (behaviour.kind === "text" ? behaviour.model : undefined) ?? request.body?.model ?? "test-model";
  const openStream = () => response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });

  switch (behaviour.kind) {
    case "status": {
      const body = behaviour.body ?? JSON.stringify({ error: { message: behaviour.message ?? `scripted ${behaviour.status}`, type: "test" } });
      response.writeHead(behaviour.status, { "content-type": "application/json", ...behaviour.headers });
      response.end(body);
      return;
    }
    case "html":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>Welcome</title><p>Hello");
      return;
    case "malformed":
      if (streaming) {
        openStream();
        await send(response, `${chunk(model, { content: "so far " })}data: {"choices": [{"delta": {"content": oops\n\n`);
        response.end("data: [DONE]\n\n");
      } else {
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"choices": [{"message": {"content": oops');
      }
      return;
    case "cut":
      if (streaming) {
        openStream();
        await send(response, chunk(model, { role: "assistant", content: behaviour.text }));
      } else {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100000" });
        await send(response, JSON.stringify(completion(model, { content: behaviour.text }, null, null)).slice(0, -20));
      }
      if (behaviour.politely === true) response.end();
      else setImmediate(() => response.destroy());
      return;
    case "hang":
      if (behaviour.silent === true) return;
      if (streaming) openStream();
      else response.writeHead(200, { "content-type": "application/json" });
      if (streaming && behaviour.text !== undefined) await send(response, chunk(model, { content: behaviour.text }));
      else response.flushHeaders();
      return;
    case "stream-error":
      openStream();
      await send(response, chunk(model, { content: behaviour.text }));
      await send(response, event({ error: { message: behaviour.message, type: "test", code: behaviour.code ?? null } }));
      response.end("data: [DONE]\n\n");
      return;
    case "flood": {
      const piece = "x".repeat(1_000_000);
      if (streaming) openStream();
      else {
        response.writeHead(200, { "content-type": "application/json" });
        await send(response, '{"id":"chat-1","created":1,"model":"flood","choices":[{"index":0,"message":{"role":"assistant","content":"');
      }
      for (let sent = 0; sent < behaviour.bytes; sent += piece.length) {
        if (!(await send(response, streaming ? chunk(model, { content: piece }) : piece))) return;
      }
      response.end(streaming ? `${chunk(model, {}, "stop")}data: [DONE]\n\n` : '"},"finish_reason":"stop"}]}');
      return;
    }
    case "text": {
      const { text, reasoning, pieces = 8, pauseMs = 0 } = behaviour;
      const finish = behaviour.finishReason === undefined ? "stop" : behaviour.finishReason;
      const usage = behaviour.usage === undefined ? USAGE : behaviour.usage;
      if (!streaming) {
        json(response, 200, completion(model, { content: text, ...(reasoning === undefined ? {} : { reasoning_content: reasoning }) }, finish, usage));
        return;
      }
      openStream();
      await send(response, chunk(model, { role: "assistant", content: "" }));
      if (reasoning !== undefined) await send(response, chunk(model, { reasoning_content: reasoning }));
      const size = Math.max(1, Math.ceil(text.length / pieces));
      for (let at = 0; at < text.length; at += size) {
        if (pauseMs > 0) await pause(pauseMs);
        if (!(await send(response, chunk(model, { content: text.slice(at, at + size) })))) return;
      }
      await send(response, chunk(model, {}, finish));
      const wantsUsage = Reflect.get(Object(request.body?.["stream_options"]), "include_usage") === true;
      if (wantsUsage && usage !== null) {
        await send(response, event({ id: "chat-1", object: "chat.completion.chunk", created: 1, model, choices: [], usage }));
      }
      response.end("data: [DONE]\n\n");
    }
  }
}

/** Sets the CORS headers; answers preflights. True when the request is dealt with. */
function permit(request: IncomingMessage, response: ServerResponse, cors: "listed" | "none"): boolean {
  const preflight = request.method === "OPTIONS";
  if (cors === "none") {
    if (preflight) response.writeHead(403).end();
    return preflight;
  }
  if (preflight) {
    const asked = (request.headers["access-control-request-headers"] ?? "")
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== "");
    if (asked.some((name) => !ALLOWED_HEADERS.includes(name))) {
      response.writeHead(403, { "content-type": "text/plain" }).end(`headers not allowed: ${asked.join(", ")}`);
      return true;
    }
  }
  response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
  response.setHeader("vary", "origin");
  response.setHeader("access-control-expose-headers", "retry-after");
  if (preflight) {
    response.setHeader("access-control-allow-methods", "GET, POST");
    response.setHeader("access-control-allow-headers", ALLOWED_HEADERS.join(", "));
    if (request.headers["access-control-request-private-network"] !== undefined) {
      response.setHeader("access-control-allow-private-network", "true");
    }
    response.writeHead(204).end();
  }
  return preflight;
}

export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const waiting: { fits: (request: RecordedRequest) => boolean; resolve: (request: RecordedRequest) => void }[] = [];
  let respond = options.respond ?? (() => "ready");
  let chatCount = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = await readBody(request);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
    const record: RecordedRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers,
      body: parseBody(rawBody),
      rawBody,
      aborted: false,
    };
    requests.push(record);
    response.once("close", () => {
      record.aborted = !response.writableFinished;
    });
    for (const item of waiting.filter(({ fits }) => fits(record))) {
      waiting.splice(waiting.indexOf(item), 1);
      item.resolve(record);
    }

    if (permit(request, response, options.cors ?? "listed")) return;
    if (options.key !== undefined && headers["authorization"] !== `Bearer ${options.key}`) {
      json(response, 401, { error: { message: `Incorrect API key provided: ${headers["authorization"] ?? "none"}`, type: "invalid_request_error" } });
    } else if (record.method === "GET" && record.path === "/v1/models") {
      json(response, 200, { object: "list", data: (options.models ?? ["test-model"]).map((id) => ({ id, object: "model" })) });
    } else if (record.method === "POST" && record.path === "/v1/chat/completions") {
      const index = chatCount;
      chatCount += 1;
      const behaviour = await respond(record, index);
      await answer(record, typeof behaviour === "string" ? { kind: "text", text: behaviour } : behaviour, response);
    } else {
      json(response, 404, { error: { message: `no such path: ${record.path}`, type: "not_found" } });
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: { message: String(error), type: "test-server" } });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port }: AddressInfo = Object(server.address());
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    baseUrl: `${origin}/v1`,
    requests,
    chats: () => requests.filter(({ method, path }) => method === "POST" && path === "/v1/chat/completions"),
    when: (fits) =>
      new Promise((resolve) => {
        const known = requests.find(fits);
        if (known !== undefined) resolve(known);
        else waiting.push({ fits, resolve });
      }),
    setRespond: (next) => {
      respond = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
