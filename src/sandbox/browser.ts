import manifest from "virtual:sandbox-manifest";
import { SandboxError } from "@/domain";
import { FrameRealm } from "./frame-realm.ts";
import { InterpreterPool } from "./pool.ts";
import type { AssetName, Ready } from "./wire.ts";

const GZIP = [0x1f, 0x8b] as const;

async function fetchAsset(base: string, name: AssetName): Promise<ArrayBuffer | null> {
  const file = manifest.files[name];
  let response: Response;
  try {
    response = await fetch(new URL(`sandbox/${file}`, base));
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  } catch (error) {
    // Without a snapshot Python still starts, the slow way; the worker says so.
    if (name === "snapshot") return null;
    throw new SandboxError("boot-failed", `A part of Python could not be loaded (${file}).`, {
      hint: "Check the connection and reload the page.",
      retryable: true,
      cause: error,
    });
  }
  const bytes = await response.arrayBuffer();
  const head = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) return bytes;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(stream).arrayBuffer();
  } catch (error) {
    if (name === "snapshot") return new ArrayBuffer(0);
    throw new SandboxError("boot-failed", `A part of Python arrived damaged (${file}).`, {
      hint: "Reload the page without the cache.",
      retryable: true,
      cause: error,
    });
  }
}

export type BrowserSandbox = InterpreterPool;

/** Half the cores, at least one and at most eight: each interpreter takes about 50 MB and the page needs a core. */
export function defaultWorkers(cores = navigator.hardwareConcurrency): number {
  return Math.min(8, Math.max(1, cores > 2 ? Math.floor(cores * 0.75) : cores));
}

export type StartOptions = { workers: number | null; onNotice: (message: string) => void };

/** @throws SandboxError "boot-failed" */
export async function startBrowserSandbox(options: StartOptions): Promise<{ sandbox: BrowserSandbox; ready: Ready }> {
  const base = document.baseURI;
  const realm = new FrameRealm(manifest, (name) => fetchAsset(base, name), options.onNotice);
  const sandbox = new InterpreterPool(realm, options.workers ?? defaultWorkers());
  try {
    const ready = await sandbox.warmUp();
    return { sandbox, ready };
  } catch (error) {
    sandbox.dispose();
    throw error;
  }
}
