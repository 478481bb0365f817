import { type Remote, transfer, wrap } from "comlink";
import { MissingPartError, SandboxError } from "@/domain";
import { damagedPart, fetchPart, LineLostError } from "./fetch-part.ts";
import type { AssetLoader } from "./frame-realm.ts";
import { gunzip } from "./gunzip.ts";
import type { Inflater } from "./inflate-worker.ts";
import type { SandboxManifest } from "./manifest.ts";
import { createPatience } from "./patience.ts";
import { refusedSince } from "./refusals.ts";
import type { StartPhase } from "./start-phase.ts";
import { ASSET_NAMES, type AssetName } from "./wire.ts";

const GZIP = [0x1f, 0x8b] as const;

function isGzip(bytes: ArrayBuffer): boolean {
  const head = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  return head[0] === GZIP[0] && head[1] === GZIP[1];
}

/** The worker itself could not be had; a comlink call would wait for ever. */
class WorkerLost extends Error {
  override readonly name = "WorkerLost";
}

function inflate(worker: Worker, remote: Remote<Inflater>, bytes: ArrayBuffer): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("error", (event) => reject(new WorkerLost(event.message || "the unpacking worker failed")), { once: true });
    // A copy: a worker that never came up keeps what was given to it.
    const copy = bytes.slice(0);
    remote.gunzip(transfer(copy, [copy])).then(resolve, reject);
  });
}

/** Unpacks in a worker, or here where none can be had. */
function createUnpacker(): (bytes: ArrayBuffer) => Promise<ArrayBuffer> {
  let inflater: { worker: Worker; remote: Remote<Inflater>; open: number } | null = null;
  return async (bytes) => {
    if (typeof Worker === "undefined") return await gunzip(bytes);
    if (inflater === null) {
      const worker = new Worker(new URL("./inflate-worker.ts", import.meta.url), { type: "module" });
      inflater = { worker, remote: wrap<Inflater>(worker), open: 0 };
    }
    const used = inflater;
    used.open++;
    try {
      return await inflate(used.worker, used.remote, bytes);
    } catch (error) {
      if (error instanceof WorkerLost) return await gunzip(bytes);
      throw error;
    } finally {
      if (--used.open === 0) {
        used.worker.terminate();
        if (inflater === used) inflater = null;
      }
    }
  };
}

/**
 * Loads the sandbox's files once. A lost line is waited for; what is gone or damaged is asked for once more, past the
 * caches. Without a usable snapshot Python still starts, the slow way, and says so: null when it is missing, no bytes
 * when it is damaged. @throws MissingPartError, SandboxError "boot-failed" for the others
 */
export function createAssetLoader(manifest: SandboxManifest, base: string, onPhase: (phase: StartPhase) => void): AssetLoader {
  const unpack = createUnpacker();
  const loaded = new Map<AssetName, number>();
  const totalBytes = ASSET_NAMES.reduce((sum, name) => sum + manifest.sizes[name].packed, 0);
  let percent = -1;
  const report = (): void => {
    const loadedBytes = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
    const now = Math.floor((100 * loadedBytes) / totalBytes);
    if (now === percent) return;
    percent = now;
    onPhase({ kind: "loading", loadedBytes, totalBytes });
  };
  const patience = createPatience((offline) => {
    percent = -1;
    if (offline === null) report();
    else onPhase({ kind: "offline", ...offline });
  });

  async function whole(name: AssetName, again: boolean): Promise<ArrayBuffer> {
    const file = manifest.files[name];
    const size = manifest.sizes[name];
    const bytes = await fetchPart(new URL(`sandbox/${file}`, base), file, size, again, (count) => {
      loaded.set(name, Math.min(count, size.packed));
      report();
    });
    loaded.set(name, size.packed);
    report();
    if (!isGzip(bytes)) return bytes;
    try {
      return await unpack(bytes);
    } catch (error) {
      throw damagedPart(file, error);
    }
  }

  return async (name, signal) => {
    const began = Date.now();
    for (let useless = 0, again = false; ; again = true) {
      try {
        const bytes = await whole(name, again);
        patience.restore();
        return bytes;
      } catch (error) {
        loaded.delete(name);
        if (error instanceof LineLostError) {
          const refused = await refusedSince(began, ["connect-src"]);
          if (refused !== null) throw refused;
          await patience.wait(signal);
          continue;
        }
        if (++useless < 2) continue;
        if (name !== "snapshot") throw error;
        if (error instanceof MissingPartError) return null;
        if (error instanceof SandboxError) return new ArrayBuffer(0);
        throw error;
      }
    }
  };
}
