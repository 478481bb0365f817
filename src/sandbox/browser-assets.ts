import { type Remote, transfer, wrap } from "comlink";
import { SandboxError } from "@/domain";
import type { AssetLoader } from "./frame-realm.ts";
import type { Inflater } from "./inflate-worker.ts";
import type { SandboxManifest } from "./manifest.ts";
import type { AssetName } from "./wire.ts";

const GZIP = [0x1f, 0x8b] as const;
const RELOAD = { hint: "Check the connection and try again, or reload the page.", retryable: true };

function isGzip(bytes: ArrayBuffer): boolean {
  const head = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  return head[0] === GZIP[0] && head[1] === GZIP[1];
}

/** A comlink call never rejects when its worker dies: the worker's error event does it. */
function inflate(worker: Worker, remote: Remote<Inflater>, bytes: ArrayBuffer): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("error", (event) => reject(new Error(event.message || "the unpacking worker failed")), { once: true });
    remote.gunzip(transfer(bytes, [bytes])).then(resolve, reject);
  });
}

/**
 * Loads the sandbox's files once. Without a usable snapshot Python still starts, the slow way, and says so:
 * null when it is missing, no bytes when it is damaged. @throws SandboxError "boot-failed" for the others
 */
export function createAssetLoader(manifest: SandboxManifest, base: string): AssetLoader {
  let inflater: { worker: Worker; remote: Remote<Inflater>; open: number } | null = null;

  async function unpack(bytes: ArrayBuffer): Promise<ArrayBuffer> {
    if (inflater === null) {
      const worker = new Worker(new URL("./inflate-worker.ts", import.meta.url), { type: "module" });
      inflater = { worker, remote: wrap<Inflater>(worker), open: 0 };
    }
    const used = inflater;
    used.open++;
    try {
      return await inflate(used.worker, used.remote, bytes);
    } finally {
      if (--used.open === 0) {
        used.worker.terminate();
        if (inflater === used) inflater = null;
      }
    }
  }

  return async (name: AssetName) => {
    const file = manifest.files[name];
    let bytes: ArrayBuffer;
    try {
      const response = await fetch(new URL(`sandbox/${file}`, base));
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      bytes = await response.arrayBuffer();
    } catch (error) {
      if (name === "snapshot") return null;
      throw new SandboxError("boot-failed", `A part of Python could not be loaded (${file}).`, { ...RELOAD, cause: error });
    }
    try {
      return isGzip(bytes) ? await unpack(bytes) : bytes;
    } catch (error) {
      if (name === "snapshot") return new ArrayBuffer(0);
      throw new SandboxError("boot-failed", `A part of Python arrived damaged (${file}).`, { ...RELOAD, cause: error });
    }
  };
}
