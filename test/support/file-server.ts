import { createServer, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import path from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export type FileServer = { url: string; server: Server; close: () => Promise<void> };

/** Answers in the place of the files, when it returns true. `file`: the path below the base. */
export type Intercept = (file: string, response: ServerResponse, bytes: () => Promise<Uint8Array>) => boolean;

/** Plain files under a sub-path, like a static host: no special headers, no rewriting. `headers` adds some. */
export async function serveFiles(
  directory: string,
  base = "/some/sub-path/",
  headers: Record<string, string> = {},
  intercept: Intercept = () => false,
): Promise<FileServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const wanted = decodeURIComponent(url.pathname.slice(base.length));
    if (intercept(wanted, response, () => readFile(path.join(directory, wanted)))) return;
    const inside = url.pathname.startsWith(base) ? decodeURIComponent(url.pathname.slice(base.length)) : null;
    const file = inside === null ? null : path.join(directory, inside === "" ? "index.html" : inside);
    if (file === null || !path.resolve(file).startsWith(path.resolve(directory))) {
      response.writeHead(404).end();
      return;
    }
    readFile(file).then(
      (bytes) => {
        const type = TYPES[path.extname(file)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "cache-control": "max-age=600", ...headers }).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
