import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { browserWorld, factsAfterAsking, factsBefore, type World } from "../../../src/llm/connection/facts.ts";
import { certainObstacles, whyUnreachable } from "../../../src/llm/connection/unreachable.ts";
import { unreachableFailure } from "../../../src/llm/failures/failures.ts";
import { ModelError } from "@/domain";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Seen = { method: string; path: string; headers: IncomingMessage["headers"] };

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port }: AddressInfo = Object(server.address());
  return { origin: `http://127.0.0.1:${port}`, seen };
}

/** A port where nothing listens any more. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port }: AddressInfo = Object(server.address());
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${port}`;
}

const fine = (_: IncomingMessage, response: ServerResponse) => response.end("ok");
const dated = (date: number, age?: number) => (_: IncomingMessage, response: ServerResponse) => {
  response.sendDate = false;
  response.writeHead(200, { date: new Date(date).toUTCString(), ...(age === undefined ? {} : { age: String(age) }) }).end();
};

function worldAt(page: string, more: Partial<World> = {}): World {
  return { page: new URL(page), online: true, webkit: false, permission: () => Promise.resolve(null), ...more };
}

const asking = () => ({ fetch: globalThis.fetch, signal: new AbortController().signal });
const MINUTE = 60_000;

describe("what a page finds out", () => {
  it("asks the address without headers of its own, and its own page for the head only", async () => {
    const model = await serve(fine);
    const page = await serve(fine);
    const world = worldAt(`${page.origin}/play/?secret=1#/settings`);
    const facts = await factsAfterAsking(await factsBefore(`${model.origin}/v1`, "ollama", world), asking(), world);
    expect(facts).toMatchObject({
      answers: true,
      ownPage: { reached: true },
      place: "this-computer",
      page: { secure: false, place: "this-computer" },
    });
    expect(Math.abs(facts.ownPage?.clockAheadMs ?? Number.NaN)).toBeLessThan(MINUTE);
    expect(model.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /v1/models"]);
    expect(model.seen[0]?.headers["authorization"]).toBeUndefined();
    expect(model.seen[0]?.headers["referer"]).toBeUndefined();
    expect(page.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(["HEAD /play/"]);
  });

  it("an error answer is an answer too", async () => {
    const model = await serve((_, response) => response.writeHead(403).end());
    const page = await serve((_, response) => response.writeHead(404).end());
    const world = worldAt(page.origin);
    expect(await factsAfterAsking(await factsBefore(model.origin, "ollama", world), asking(), world)).toMatchObject({
      answers: true,
      ownPage: { reached: true },
    });
  });

  it("nobody answers", async () => {
    const world = worldAt(await nowhere());
    expect(await factsAfterAsking(await factsBefore(`${await nowhere()}/v1`, "ollama", world), asking(), world)).toMatchObject({
      answers: false,
      ownPage: { reached: false, clockAheadMs: null },
    });
  });

  it.each([
    ["fast", -12 * MINUTE, undefined, 12],
    ["slow", 30 * MINUTE, undefined, -30],
    ["right, behind a cache that keeps the date", -9 * MINUTE, 540, 0],
    ["right, behind a cache that renews the date", 0, 540, 0],
  ])("a clock that is %s", async (_, dateAway, age, expected) => {
    const page = await serve(dated(Date.now() + dateAway, age));
    const world = worldAt(page.origin);
    const facts = await factsAfterAsking(await factsBefore(await nowhere(), "ollama", world), asking(), world);
    expect((facts.ownPage?.clockAheadMs ?? Number.NaN) / MINUTE).toBeCloseTo(expected, 0);
  });

  it("reads the browser's leave under its present or its older name", async () => {
    const asked: string[] = [];
    const under = (name: string, state: PermissionState) =>
      worldAt("https://people.example.org/", {
        permission: (wanted) => {
          asked.push(wanted);
          return Promise.resolve(wanted === name ? state : null);
        },
      });
    expect((await factsBefore("http://localhost:1/v1", "ollama", under("loopback-network", "denied"))).localNetwork).toBe("denied");
    expect((await factsBefore("http://localhost:1/v1", "ollama", under("local-network-access", "prompt"))).localNetwork).toBe("prompt");
    expect((await factsBefore("http://10.0.0.1/v1", "vllm", under("local-network", "granted"))).localNetwork).toBe("granted");
    expect(asked).toEqual(["loopback-network", "loopback-network", "local-network-access", "local-network"]);
    expect((await factsBefore("https://api.example.com/v1", "openai", under("local-network", "denied"))).localNetwork).toBeNull();
    expect(asked).toHaveLength(4);
  });
});

describe("why an address cannot be reached", () => {
  it("sends nothing when the cause is certain beforehand", async () => {
    const page = await serve(fine);
    const world = { ...worldAt(page.origin), online: false };
    expect(await certainObstacles("https://api.example.com/v1", "openai", world)).toMatchObject([
      { code: "offline", certainty: "certain" },
    ]);
    expect(await whyUnreachable("https://api.example.com/v1", "openai", asking(), world)).toMatchObject([
      { code: "offline", certainty: "certain" },
    ]);
    expect(page.seen).toEqual([]);
  });

  it("tells a server that refuses pages from one that is not running", async () => {
    const page = await serve(fine);
    const model = await serve((_, response) => response.writeHead(403).end());
    const [there] = await whyUnreachable(`${model.origin}/v1`, "ollama", asking(), worldAt(page.origin));
    expect(there).toMatchObject({ code: "cors-off", certainty: "likely", todo: expect.stringContaining(`OLLAMA_ORIGINS=${page.origin}`) });
    const [gone] = await whyUnreachable(`${await nowhere()}/v1`, "ollama", asking(), worldAt(page.origin));
    expect(gone).toMatchObject({ code: "not-running", certainty: "likely" });
  });

  it("stops asking when the person cancels", async () => {
    const silent = await serve(() => undefined);
    const abort = new AbortController();
    const world = worldAt(silent.origin);
    const pending = factsAfterAsking(
      await factsBefore(silent.origin, "ollama", world),
      { fetch: globalThis.fetch, signal: abort.signal },
      world,
    );
    abort.abort();
    expect(await pending).toMatchObject({ answers: false, ownPage: { reached: false } });
  });

  it("outside of browsers asks nobody and still names a cause", async () => {
    expect(browserWorld()).toMatchObject({ page: null, online: true, webkit: false });
    expect(await browserWorld().permission("local-network")).toBeNull();
    const failure = await unreachableFailure(`${await nowhere()}/v1`, { ...asking(), again: true }, "ollama");
    expect(failure).toMatchObject({
      again: true,
      error: { code: "unreachable", retryable: true, hint: expect.stringContaining("Ollama is not running") },
    });
    expect(failure.error).toBeInstanceOf(ModelError);
  });
});
