/**
 * Depth behind the wall: the frame's CSP stops the network, its opaque origin the storage, and each worker has
 * one port of its own. What is deleted here only makes an attack harder to start.
 */
const NEEDLESS = [
  "fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport", "RTCPeerConnection", "importScripts",
  "indexedDB", "caches", "cookieStore", "BroadcastChannel", "Worker", "SharedWorker", "MessageChannel", "postMessage",
  "onmessage", "close", "Notification", "FileReader", "FileReaderSync", "Request", "Response", "Headers", "FontFace",
  "FileSystemHandle", "navigator", "setTimeout", "setInterval", "setImmediate", "requestAnimationFrame", "queueMicrotask",
  "createImageBitmap", "OffscreenCanvas", "eval", "Function", "structuredClone", "CompressionStream", "DecompressionStream",
  "SharedArrayBuffer", "require", "process", "module",
] as const; // prettier-ignore

export function lockDown(scope: object): void {
  for (let holder: object | null = scope; holder !== null && holder !== Object.prototype; holder = Object.getPrototypeOf(holder)) {
    for (const name of NEEDLESS) {
      if (!Object.hasOwn(holder, name)) continue;
      try {
        if (!Reflect.deleteProperty(holder, name)) Object.defineProperty(holder, name, { value: undefined });
      } catch {
        // Some are fixed in some engines; the walls do not depend on them.
      }
    }
  }
  // Pyodide tells the console of every fatal error; the host is told on the port.
  for (const name of Object.keys(console)) Object.defineProperty(console, name, { value: () => {} });
  for (const kind of [function plain() {}, async function later() {}, function* some() {}]) {
    const prototype: object = Object.getPrototypeOf(kind);
    Object.defineProperty(prototype, "constructor", { value: undefined });
  }
}
