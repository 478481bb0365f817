import manifest from "virtual:sandbox-manifest";
import { createAssetLoader } from "./browser-assets.ts";
import { checkBrowser } from "./browser-needs.ts";
import { FrameRealm } from "./frame-realm.ts";
import { InterpreterPool } from "./pool.ts";
import type { StartPhase } from "./start-phase.ts";
import type { Ready } from "./wire.ts";

export type BrowserSandbox = InterpreterPool;

/** Three quarters of the cores, at most eight: an interpreter takes about 50 MB and the page needs a core too. */
function defaultWorkers(cores = navigator.hardwareConcurrency): number {
  return Math.min(8, Math.max(1, cores > 2 ? Math.floor(cores * 0.75) : cores));
}

export type StartOptions = {
  /** Interpreters at once, null for the default. A promise: Python starts while settings are still read. */
  workers: Promise<number | null>;
  onNotice: (message: string) => void;
  /** While it starts; again when a frame that was lost is built once more. */
  onPhase: (phase: StartPhase) => void;
};

/** A lost line is waited for, as `onPhase` tells. @throws SandboxError "boot-failed", MissingPartError */
export async function startBrowserSandbox(options: StartOptions): Promise<{ sandbox: BrowserSandbox; ready: Ready }> {
  checkBrowser();
  const { onNotice, onPhase } = options;
  const realm = new FrameRealm(manifest, createAssetLoader(manifest, document.baseURI, onPhase), {
    onNotice,
    onFilled: () => onPhase({ kind: "starting" }),
  });
  try {
    const [first, workers] = await Promise.all([realm.spawn(), options.workers]);
    return { sandbox: new InterpreterPool(realm, workers ?? defaultWorkers(), first), ready: first.ready };
  } catch (error) {
    realm.dispose();
    throw error;
  }
}
