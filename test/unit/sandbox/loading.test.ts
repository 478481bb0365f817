import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { MissingPartError, SandboxError } from "@/domain";
import { createAssetLoader } from "@/sandbox/browser-assets.ts";
import { checkBrowser } from "@/sandbox/browser-needs.ts";
import type { SandboxManifest } from "@/sandbox/manifest.ts";
import type { StartPhase } from "@/sandbox/start-phase.ts";
import { ASSET_NAMES, type AssetName } from "@/sandbox/wire.ts";

/** The files of Python over a real line that is cut, slow to recover, or brings something else. */
const TEXT = "print('hello')\n".repeat(2000);
const PACKED = gzipSync(TEXT);
const size = { packed: PACKED.length, unpacked: TEXT.length };
const named = <T>(value: (name: AssetName) => T) =>
  Object.fromEntries(ASSET_NAMES.map((name) => [name, value(name)])) as Record<AssetName, T>;
const MANIFEST: SandboxManifest = {
  buildId: "1",
  pyodide: "1",
  files: named((name) => `${name}.bin`),
  sizes: named(() => size),
  frameScript: "",
  frameHash: "",
};

type Answer = (response: ServerResponse) => void;
const whole: Answer = (response) => response.end(PACKED);
const cut: Answer = (response) => {
  response.writeHead(200, { "content-length": String(PACKED.length) });
  response.write(PACKED.subarray(0, 20), () => response.destroy());
};
const refused: Answer = (response) => void response.destroy();
const status =
  (code: number): Answer =>
  (response) =>
    void response.writeHead(code).end();
const page: Answer = (response) =>
  void response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html><title>App</title>");
const damaged: Answer = (response) => {
  const bytes = Uint8Array.from(PACKED);
  bytes.fill(0, 30, 60);
  response.end(bytes);
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Answers one after the other; the last one again and again. */
async function load(name: AssetName, answers: readonly Answer[]) {
  let asked = 0;
  const server = createServer((_request, response) => answers[Math.min(asked++, answers.length - 1)]?.(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const phases: StartPhase[] = [];
  const leave = new AbortController();
  const loader = createAssetLoader(MANIFEST, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, (phase) => {
    phases.push(phase);
    // As a person who presses "Try now".
    if (phase.kind === "offline") setTimeout(phase.retry);
  });
  const bytes = await loader(name, leave.signal);
  return { text: bytes === null ? null : new TextDecoder().decode(bytes), asked: () => asked, phases };
}

describe("a part of Python", () => {
  test.each([
    ["whole", [whole], 1, 0],
    ["unpacked by the server", [(response: ServerResponse) => void response.end(TEXT)], 1, 0],
    ["after a cut in mid-file", [cut, whole], 2, 1],
    ["after refused connections, cuts and a server in trouble", [refused, cut, refused, status(503), cut, whole], 6, 5],
    ["after a login page of the network", [page, whole], 2, 0],
    ["after bytes that were damaged", [damaged, whole], 2, 0],
  ])("arrives %s", async (_name, answers, requests, losses) => {
    const { text, asked, phases } = await load("wasm", answers);
    expect(text).toBe(TEXT);
    expect(asked()).toBe(requests);
    expect(phases.filter(({ kind }) => kind === "offline")).toHaveLength(losses);
    expect(phases.at(-1)).toMatchObject({ kind: "loading", loadedBytes: PACKED.length });
  });

  test.each([
    ["gone", status(404), MissingPartError],
    ["a web page", page, MissingPartError],
    ["damaged", damaged, SandboxError],
  ])("that stays %s is said as what it is, and never as a lost line", async (_name, answer, error) => {
    await expect(load("wasm", [answer])).rejects.toBeInstanceOf(error);
    expect((await load("snapshot", [answer])).text).toBe(error === MissingPartError ? null : "");
  });
});

describe("a browser that lacks what Python needs", () => {
  const full = { WebAssembly, Worker: class {}, DecompressionStream: class {} };
  test("is told what and what to do", () => {
    expect(() => checkBrowser(full)).not.toThrow();
    expect(() => checkBrowser({ ...full, WebAssembly: undefined })).toThrow(
      expect.objectContaining({
        code: "boot-failed",
        retryable: false,
        message: expect.stringContaining("WebAssembly"),
        hint: expect.stringContaining("Lockdown Mode"),
      }),
    );
    expect(() => checkBrowser({ ...full, Worker: undefined })).toThrow(/web workers/);
    expect(() => checkBrowser({ ...full, DecompressionStream: undefined })).toThrow(/decompression/);
  });
});
