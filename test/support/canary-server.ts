import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where stolen goods would arrive: any TCP connection, HTTP request or UDP packet is a leak. */
export type Canary = {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** `host:port` of HTTP. */
  host: string;
  /** `stun:…` for WebRTC. */
  stun: string;
  /** What arrived so far, in words. */
  seen(): string[];
  close(): Promise<void>;
};

export async function startCanary(): Promise<Canary> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response
      .writeHead(200, { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "content-type": "text/javascript" })
      .end("// canary");
  });
  server.on("connection", () => seen.push("connection"));
  server.on("upgrade", (request, socket) => {
    seen.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const udp = createSocket("udp4");
  udp.on("message", (message) => seen.push(`udp ${message.length} bytes`));
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    stun: `stun:127.0.0.1:${udp.address().port}`,
    seen: () => [...seen],
    async close() {
      await new Promise<void>((resolve) => udp.close(resolve));
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** What arrived at the model's own address beside what the settings ask it: the names of its models. */
export function beyondModelList(home: Canary): string[] {
  return home.seen().filter((what) => what !== "connection" && !/^(OPTIONS|GET) \/v1\/models$/.test(what));
}
