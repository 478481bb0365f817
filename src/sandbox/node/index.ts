/**
 * The same engine in Node worker threads, for tests and the headless runner. In Node there is no boundary
 * (judged code reached `process` in tests): only trusted files may run here, and the commands say so.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { SandboxError } from "@/domain";
import { Connection } from "../connection.ts";
import { sandboxManifestSchema } from "../manifest.ts";
import { InterpreterPool, type Realm } from "../pool.ts";
import type { Ready } from "../wire.ts";
import { codeCacheOf, sharedCopy, startNodeWorker } from "./worker-source.ts";

export type NodeSandboxOptions = {
  /** `public/sandbox` as scripts/sandbox-assets.ts made it. */
  assetsDir: string;
  parallelism?: number;
  /** Replaces the snapshot: null = none, so that the slow way is taken. */
  snapshot?: Uint8Array | null;
};

const copyOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

async function nodeRealm(options: NodeSandboxOptions): Promise<Realm> {
  const read = (name: string): Promise<Buffer> => readFile(path.join(options.assetsDir, name));
  const manifest = sandboxManifestSchema.parse(JSON.parse((await read("manifest.json")).toString("utf8")));
  const [script, wasm, packed, stdlib, python] = await Promise.all([
    read(manifest.files.script).then((bytes) => gunzipSync(bytes).toString("utf8")),
    read(manifest.files.wasm).then((bytes) => WebAssembly.compile(copyOf(gunzipSync(bytes)))),
    read(manifest.files.snapshot).then((bytes) => gunzipSync(bytes)),
    read(manifest.files.stdlib),
    read(manifest.files.python),
  ]);
  const given = options.snapshot === undefined ? packed : options.snapshot;
  const snapshot = given === null ? null : sharedCopy(given);
  let codeCache: SharedArrayBuffer | null = null;
  const workers = new Set<Worker>();
  return {
    async spawn(signal): Promise<{ connection: Connection; ready: Ready }> {
      const worker = startNodeWorker(script, codeCache);
      workers.add(worker);
      const { port1, port2 } = new MessageChannel();
      const connection = new Connection({
        port: port1,
        kill: () => {
          workers.delete(worker);
          return worker.terminate().then(() => true);
        },
      });
      const died = (reason: string): void => connection.kill(new SandboxError("crashed", `The interpreter's worker ended: ${reason}`));
      worker.once("error", (error) => died(String(error)));
      worker.once("exit", (code) => died(`exit code ${code}`));
      const own = { stdlib: copyOf(stdlib), python: copyOf(python) };
      worker.postMessage(
        { wasm, snapshot, ...own, entropy: randomUUID(), port: port2, makeSnapshot: false },
        // The DOM's and Node's types of the same MessagePort differ.
        [port2 as never, own.stdlib, own.python],
      );
      const ready = await connection.ready(signal);
      // Taken before any judged code runs.
      codeCache ??= await codeCacheOf(worker);
      return { connection, ready };
    },
    check: () => Promise.resolve(),
    dispose(): void {
      for (const worker of workers) void worker.terminate();
      workers.clear();
    },
  };
}

/** @throws when the assets are missing: run `npm run sandbox` (npm start and npm test do) */
export async function createNodeSandbox(options: NodeSandboxOptions): Promise<InterpreterPool & { ready: Ready }> {
  const realm = await nodeRealm(options);
  const first = await realm.spawn();
  const parallelism = options.parallelism ?? Math.max(1, availableParallelism());
  const pool = new InterpreterPool(realm, parallelism, first, parallelism);
  return Object.assign(pool, { ready: first.ready });
}
