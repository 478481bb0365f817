import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What all the test's providers stand on: a real HTTP server that records each request and speaks CORS. */
type JsonBody = { model?: string; stream?: boolean; [field: string]: unknown };

export type RecordedRequest = {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: JsonBody | null;
  rawBody: string;
  /** True once the client went away before the answer was complete. */
  aborted: boolean;
};

export type Cors = {
  /** What pages may send besides what every browser lets them send; preflights that ask for more are refused. */
  allowedHeaders: readonly string[];
  /** "none": no page is let in, and nothing says why. */
  letsIn: (origin: string) => "yes" | "none" | "forbidden";
};

export type HttpServer = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  requests: RecordedRequest[];
  /** Resolves with the first request, past or future, that fits. */
  when(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  close(): Promise<void>;
};

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for the socket when its buffer is full, and says whether anyone still listens. */
export async function send(response: ServerResponse, text: string | Uint8Array): Promise<boolean> {
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

export function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** One event of a stream; some providers name theirs. */
export function event(data: unknown, name?: string): string {
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

function parseBody(raw: string): JsonBody | null {
  try {
    const parsed: unknown = JSON.parse(raw);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

async function record(request: IncomingMessage, response: ServerResponse): Promise<RecordedRequest> {
  const rawBody = await readBody(request);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  const made: RecordedRequest = {
    method: request.method ?? "",
    path: request.url ?? "",
    headers,
    body: parseBody(rawBody),
    rawBody,
    aborted: false,
  };
  response.once("close", () => {
    made.aborted = !response.writableFinished;
  });
  return made;
}

/** Sets the CORS headers; answers preflights. True when the request is dealt with. */
function permit(request: RecordedRequest, response: ServerResponse, cors: Cors): boolean {
  const preflight = request.method === "OPTIONS";
  const origin = request.headers["origin"];
  const answer = origin === undefined ? "yes" : cors.letsIn(origin);
  if (answer !== "yes") {
    const refused = preflight || answer === "forbidden";
    if (refused) response.writeHead(403).end();
    return refused;
  }
  if (preflight) {
    const asked = (request.headers["access-control-request-headers"] ?? "")
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== "");
    if (asked.some((name) => !cors.allowedHeaders.includes(name))) {
      response.writeHead(403, { "content-type": "text/plain" }).end(`headers not allowed: ${asked.join(", ")}`);
      return true;
    }
  }
  response.setHeader("access-control-allow-origin", origin ?? "*");
  response.setHeader("vary", "origin");
  response.setHeader("access-control-expose-headers", "retry-after");
  if (preflight) {
    response.setHeader("access-control-allow-methods", "GET, POST");
    response.setHeader("access-control-allow-headers", cors.allowedHeaders.join(", "));
    if (request.headers["access-control-request-private-network"] !== undefined) {
      response.setHeader("access-control-allow-private-network", "true");
    }
    response.writeHead(204).end();
  }
  return preflight;
}

/** `handle` gets every request that CORS lets through; what it throws is answered with 500. */
export async function startHttpServer(options: {
  cors: Cors;
  handle: (request: RecordedRequest, response: ServerResponse) => Promise<void> | void;
  port?: number | undefined;
}): Promise<HttpServer> {
  const requests: RecordedRequest[] = [];
  const waiting: { fits: (request: RecordedRequest) => boolean; resolve: (request: RecordedRequest) => void }[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request, response);
    requests.push(recorded);
    for (const item of waiting.filter(({ fits }) => fits(recorded))) {
      waiting.splice(waiting.indexOf(item), 1);
      item.resolve(recorded);
    }
    if (!permit(recorded, response, options.cors)) await options.handle(recorded, response);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { error: { message: String(error), type: "test-server" } });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port }: AddressInfo = Object(server.address());

  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    when: (fits) =>
      new Promise((resolve) => {
        const known = requests.find(fits);
        if (known !== undefined) resolve(known);
        else waiting.push({ fits, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
