import type { ServerResponse } from "node:http";
import { type Behaviour, completeReply, type Reply, replyOf, type Trouble } from "./behaviours.ts";
import { json, pause, type RecordedRequest, send, startHttpServer } from "./http.ts";

/** A failure as a provider writes it. */
export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** The events of a streamed reply, each with its line ends. A stream that is cut keeps all but `end`. */
export type Events = { open: readonly string[]; body: readonly string[]; end: readonly string[] };

/** How one provider speaks. Everything it writes has the shape that the provider documents. */
export type WireFormat = {
  /** The path that a base address ends with. */
  basePath: string;
  /** Headers that its CORS accepts from pages. */
  allowedHeaders: readonly string[];
  /** The key as a request carries it; null without one. */
  keyIn: (request: RecordedRequest) => string | null;
  /** What stands in a request's way besides its key: a header that must be there. */
  objection?: (request: RecordedRequest) => Answer | null;
  asksForReply: (request: RecordedRequest) => boolean;
  asksForModels: (request: RecordedRequest) => boolean;
  modelList: (ids: readonly string[]) => unknown;
  modelIn: (request: RecordedRequest) => string;
  streams: (request: RecordedRequest) => boolean;
  whole: (reply: Reply) => unknown;
  events: (reply: Reply, request: RecordedRequest) => Events;
  /** Events after which a stream ends with an error. */
  streamError: (message: string, code: number | undefined, model: string) => readonly string[];
  /** Data that begins as an event of this format and then is no JSON. */
  broken: string;
  failure: (status: number, message: string) => unknown;
  trouble: (trouble: Trouble, context: { model: string; key: string; afterSeconds: number }) => Answer;
};

export type ModelServerOptions = {
  /** `index` counts the requests for replies from 0. Default: the text "ready". */
  respond?: (request: RecordedRequest, index: number) => Behaviour | Promise<Behaviour>;
  models?: string[];
  /** When set, other keys are refused as the provider refuses them, no key too. */
  key?: string;
  /** "listed": preflights may ask for the provider's headers only (default). "none": no permission at all. */
  cors?: "listed" | "none";
  port?: number;
};

export type ModelServer = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** What a person enters as the base address. */
  baseUrl: string;
  requests: RecordedRequest[];
  /** The requests for replies among them. */
  chats(): RecordedRequest[];
  /** Resolves with the first request, past or future, that fits. */
  when(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  setRespond(respond: NonNullable<ModelServerOptions["respond"]>): void;
  close(): Promise<void>;
};

/** What a server does besides replies and the list of models; true when it has dealt with the request. */
export type Extra = (request: RecordedRequest, response: ServerResponse, origin: string) => boolean;

export const pathOf = (request: RecordedRequest): string => request.path.replace(/\?.*$/, "");
export const bearerIn = (request: RecordedRequest): string | null =>
  /^Bearer (.+)$/.exec(request.headers["authorization"] ?? "")?.[1] ?? null;

const openStream = (response: ServerResponse) =>
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
const openJson = (response: ServerResponse) => response.writeHead(200, { "content-type": "application/json" });

async function sendBytes(response: ServerResponse, events: readonly string[], atOnce: number): Promise<boolean> {
  const bytes = Buffer.from(events.join(""));
  for (let at = 0; at < bytes.length; at += atOnce) {
    if (!(await send(response, bytes.subarray(at, at + atOnce)))) return false;
    // Otherwise the socket would put the pieces together again.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return true;
}

async function sendReply(response: ServerResponse, events: Events, pauseMs: number, bytesAtOnce: number | undefined): Promise<void> {
  openStream(response);
  if (bytesAtOnce !== undefined) {
    if (await sendBytes(response, [...events.open, ...events.body, ...events.end], bytesAtOnce)) response.end();
    return;
  }
  for (const text of events.open) await send(response, text);
  for (const text of events.body) {
    if (pauseMs > 0) await pause(pauseMs);
    if (!(await send(response, text))) return;
  }
  for (const text of events.end) await send(response, text);
  response.end();
}

/** `bytes` of x, without ever holding them all. */
async function flood(response: ServerResponse, format: WireFormat, request: RecordedRequest, bytes: number): Promise<void> {
  const piece = "x".repeat(1_000_000);
  const reply = replyOf({ model: "flood", text: piece, pieces: 1 });
  if (format.streams(request)) {
    const { open, body, end } = format.events(reply, request);
    openStream(response);
    for (const text of open) await send(response, text);
    for (let sent = 0; sent < bytes; sent += piece.length) {
      if (!(await send(response, body.join("")))) return;
    }
    response.end(end.join(""));
    return;
  }
  const [before = "", after = ""] = JSON.stringify(format.whole({ ...reply, text: "@@" })).split("@@");
  openJson(response);
  await send(response, before);
  for (let sent = 0; sent < bytes; sent += piece.length) {
    if (!(await send(response, piece))) return;
  }
  response.end(after);
}

async function answer(
  request: RecordedRequest,
  behaviour: Exclude<Behaviour, string>,
  response: ServerResponse,
  format: WireFormat,
): Promise<void> {
  const streaming = format.streams(request);
  const model = format.modelIn(request);
  const begun = (text: string) => {
    const { open, body } = format.events(replyOf({ model, text, pieces: 1 }), request);
    return [...open, ...body].join("");
  };

  switch (behaviour.kind) {
    case "status": {
      const body = behaviour.body ?? JSON.stringify(format.failure(behaviour.status, behaviour.message ?? `scripted ${behaviour.status}`));
      response.writeHead(behaviour.status, { "content-type": "application/json", ...behaviour.headers });
      response.end(body);
      return;
    }
    case "trouble": {
      const context = { model, key: format.keyIn(request) ?? "", afterSeconds: behaviour.afterSeconds ?? 1 };
      const { status, body, headers } = format.trouble(behaviour.trouble, context);
      json(response, status, body, headers);
      return;
    }
    case "html":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>Welcome</title><p>Hello");
      return;
    case "malformed":
      if (streaming) {
        openStream(response);
        await send(response, `${begun("so far ")}${format.broken}\n\n`);
        response.end(format.events(replyOf({ model }), request).end.join(""));
      } else {
        openJson(response);
        response.end(JSON.stringify(format.whole(replyOf({ model, text: "so far" }))).slice(0, -20));
      }
      return;
    case "cut":
      if (streaming) {
        openStream(response);
        await send(response, begun(behaviour.text));
      } else {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100000" });
        await send(response, JSON.stringify(format.whole(replyOf({ model, text: behaviour.text }))).slice(0, -20));
      }
      if (behaviour.politely === true) response.end();
      else setImmediate(() => response.destroy());
      return;
    case "hang":
      if (behaviour.silent === true) return;
      if (streaming) openStream(response);
      else openJson(response);
      if (streaming && behaviour.text !== undefined) await send(response, begun(behaviour.text));
      else response.flushHeaders();
      return;
    case "stream-error":
      openStream(response);
      if (behaviour.text !== "") await send(response, begun(behaviour.text));
      response.end(format.streamError(behaviour.message, behaviour.code, model).join(""));
      return;
    case "flood":
      return flood(response, format, request, behaviour.bytes);
    default: {
      const reply = completeReply(behaviour, model);
      if (reply === null) throw new Error(`no reply for ${behaviour.kind}`);
      if (!streaming) return json(response, 200, format.whole(reply));
      const { pauseMs = 0, bytesAtOnce } = behaviour.kind === "text" || behaviour.kind === "tools" ? behaviour : {};
      return sendReply(response, format.events(reply, request), pauseMs, bytesAtOnce);
    }
  }
}

/** A provider on a free port of this computer. `letsIn` decides about pages where `cors` does not. */
export async function startProvider(
  format: WireFormat,
  options: ModelServerOptions & { letsIn?: (origin: string) => "yes" | "none" | "forbidden"; extra?: Extra } = {},
): Promise<ModelServer> {
  let respond = options.respond ?? (() => "ready");
  let count = 0;

  const server = await startHttpServer({
    port: options.port,
    cors: { allowedHeaders: format.allowedHeaders, letsIn: options.cors === "none" ? () => "none" : (options.letsIn ?? (() => "yes")) },
    async handle(request, response) {
      if (options.extra?.(request, response, server.origin) === true) return;
      const key = format.keyIn(request);
      const wrongKey = options.key !== undefined && key !== options.key;
      const objection = wrongKey
        ? format.trouble("wrong-key", { model: "", key: key ?? "", afterSeconds: 0 })
        : (format.objection?.(request) ?? null);
      if (objection !== null) {
        json(response, objection.status, objection.body, objection.headers);
      } else if (format.asksForModels(request)) {
        json(response, 200, format.modelList(options.models ?? ["test-model"]));
      } else if (format.asksForReply(request)) {
        const behaviour = await respond(request, count++);
        await answer(request, typeof behaviour === "string" ? { kind: "text", text: behaviour } : behaviour, response, format);
      } else {
        json(response, 404, format.failure(404, `no such path: ${request.path}`));
      }
    },
  });

  return {
    ...server,
    baseUrl: `${server.origin}${format.basePath}`,
    chats: () => server.requests.filter((request) => request.method === "POST" && format.asksForReply(request)),
    setRespond: (next) => {
      respond = next;
    },
  };
}
