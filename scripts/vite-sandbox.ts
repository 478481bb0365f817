import type { Plugin } from "vite";
import type { SandboxManifest } from "../src/sandbox/manifest.ts";
import { buildSandboxAssets } from "./sandbox-assets.ts";

const VIRTUAL = "virtual:sandbox-manifest";

/**
 * The page's own policy (RUNTIME.md, "Isolation that held"): scripts only ours and the frame's one, no plugins,
 * no frames by address. `connect-src` is open for the model's address, which the visitor chooses freely; the
 * frame that runs judged Python has a policy of its own without any network.
 */
function contentSecurityPolicy({ frameHash }: SandboxManifest): string {
  return [
    "default-src 'none'",
    `script-src 'self' '${frameHash}' 'wasm-unsafe-eval'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self' https: http:",
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Builds the sandbox's assets when they are stale, tells the app their names, and writes the page's policy. */
export function sandboxPlugin(): Plugin {
  let manifest: SandboxManifest | undefined;
  const ready = async (): Promise<SandboxManifest> => (manifest ??= await buildSandboxAssets());
  let serving = false;
  return {
    name: "codegym-sandbox",
    async config(_config, { command }) {
      serving = command === "serve";
      await ready();
    },
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    async load(id) {
      return id === `\0${VIRTUAL}` ? `export default ${JSON.stringify(await ready())};` : undefined;
    },
    transformIndexHtml: {
      order: "pre",
      async handler() {
        // The development server injects inline scripts of its own.
        if (serving) return [];
        const content = contentSecurityPolicy(await ready());
        return [{ tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content }, injectTo: "head-prepend" }];
      },
    },
  };
}
