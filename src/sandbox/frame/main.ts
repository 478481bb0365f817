/**
 * The script of the opaque-origin frame. It has no network and no storage; it holds what the page hands it
 * once, starts workers, and gives each the port that the page made for it. It never listens to a worker.
 */
import type { AssetName, FrameReply, FrameRequest, WorkerInit } from "../wire.ts";

// WebRTC is the one way out that no content security policy closes.
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (/^(webkit|moz)?RTC/.test(name)) Reflect.deleteProperty(globalThis, name);
}

const refused: Extract<FrameReply, { type: "refused" }>[] = [];
let tell = (reply: Extract<FrameReply, { type: "refused" }>): void => void refused.push(reply);
document.addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective, blockedURI }) => {
  if (disposition === "enforce") tell({ type: "refused", directive: effectiveDirective, uri: blockedURI });
});

type Slot<T> = { promise: Promise<T>; resolve: (value: T) => void };
function slot<T>(): Slot<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function serve(page: MessagePort): void {
  const slots: Record<AssetName, Slot<ArrayBuffer | null>> = {
    script: slot(),
    wasm: slot(),
    snapshot: slot(),
    stdlib: slot(),
    python: slot(),
  };
  const url = slots.script.promise.then((bytes) => URL.createObjectURL(new Blob([bytes ?? ""], { type: "text/javascript" })));
  const wasm = slots.wasm.promise.then((bytes) => WebAssembly.compile(bytes ?? new ArrayBuffer(0)));
  const workers = new Map<number, Worker>();
  const reply = (message: FrameReply): void => page.postMessage(message);
  reply({ type: "up" });
  for (const message of refused) reply(message);
  tell = reply;

  async function spawn(id: number, entropy: string, port: MessagePort): Promise<void> {
    const worker = new Worker(await url);
    workers.set(id, worker);
    worker.onerror = (event) => {
      event.preventDefault();
      reply({ type: "failed", id, part: "worker", message: event.message || "the worker could not be started" });
    };
    const [module, snapshot, stdlib, python] = await Promise.all([
      wasm.catch((error: unknown) => reply({ type: "failed", id, part: "wasm", message: String(error) })),
      slots.snapshot.promise,
      slots.stdlib.promise,
      slots.python.promise,
    ]);
    if (!workers.has(id) || !module) return;
    const none = new ArrayBuffer(0);
    const init: WorkerInit = {
      wasm: module,
      stdlib: stdlib ?? none,
      snapshot,
      python: python ?? none,
      entropy,
      port,
      makeSnapshot: false,
    };
    worker.postMessage(init, [port]);
  }

  page.onmessage = (event: MessageEvent<FrameRequest>) => {
    const request = event.data;
    switch (request.type) {
      case "asset":
        slots[request.name].resolve(request.bytes);
        return;
      case "spawn":
        spawn(request.id, request.entropy, request.port).catch((error: unknown) =>
          reply({ type: "failed", id: request.id, part: "worker", message: String(error) }),
        );
        return;
      case "terminate":
        workers.get(request.id)?.terminate();
        workers.delete(request.id);
        reply({ type: "terminated", id: request.id });
        return;
      case "ping":
        reply({ type: "pong" });
        return;
    }
  };
}

// Every window that has a reference to the page, such as one that opened it, can post to this one.
globalThis.onmessage = (event: MessageEvent<unknown>) => {
  const [port] = event.ports;
  if (event.source !== globalThis.parent || port === undefined) return;
  globalThis.onmessage = null;
  serve(port);
};
