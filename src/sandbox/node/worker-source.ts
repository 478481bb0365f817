/**
 * The browser's worker script as the source of a Node worker thread: the few globals by which it knows a web
 * worker, and its first message. There is no boundary in Node (RUNTIME.md): only trusted files run here.
 */
export function nodeWorkerSource(script: string): string {
  return `"use strict";
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = Object;
globalThis.location = new URL("https://sandbox.invalid/");
parentPort.once("message", (data) => globalThis.onmessage({ data }));
{ let process, require, module, exports;
${script}
}`;
}
