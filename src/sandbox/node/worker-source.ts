import { Worker } from "node:worker_threads";

/**
 * The browser's worker script in a Node worker thread: the few globals by which it knows a web worker, and its
 * first message. There is no boundary in Node (docs/runtime.md, "Isolation that held"): only trusted files run here.
 */
const BOOTSTRAP = `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const { Script } = require("node:vm");
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = Object;
globalThis.location = new URL("https://sandbox.invalid/");
const { source, codeCache } = workerData;
const script = new Script(source, { filename: "sandbox-worker.js", ...(codeCache === null ? {} : { cachedData: new Uint8Array(codeCache) }) });
parentPort.on("message", (data) => {
  if (data === "code-cache") parentPort.postMessage(script.createCachedData());
  else globalThis.onmessage({ data });
});
script.runInThisContext().call(globalThis);`;

/** `script`: the browser's worker. `codeCache`: what `codeCacheOf` took from an earlier worker; it saves compiling a third of a start. */
export function startNodeWorker(script: string, codeCache: SharedArrayBuffer | null): Worker {
  const source = `"use strict";(function (process, require, module, exports) {${script}\n})`;
  return new Worker(BOOTSTRAP, { eval: true, env: {}, argv: [], workerData: { source, codeCache } });
}

/** The compiled code of a worker that is ready; null when it ended before it could tell. */
export function codeCacheOf(worker: Worker): Promise<SharedArrayBuffer | null> {
  return new Promise((resolve) => {
    worker.once("exit", () => resolve(null));
    worker.once("message", (data: Uint8Array) => resolve(sharedCopy(data)));
    worker.postMessage("code-cache");
  });
}

/** Every worker reads the same memory; a plain buffer would be copied for each. */
export function sharedCopy(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
