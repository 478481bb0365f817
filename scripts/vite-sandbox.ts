import { createHash } from "node:crypto";
import type { Plugin, Rolldown } from "vite";
import type { SandboxManifest } from "../src/sandbox/manifest.ts";
import { buildSandboxAssets } from "./sandbox-assets.ts";

const VIRTUAL = "virtual:sandbox-manifest";

/**
 * The page's own policy (docs/runtime.md, "Isolation that held"): scripts only ours and the frame's one, no plugins,
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

/**
 * Everything that the entry will ask for in turn is asked for at once; not in a frame, where perhaps nobody ever wants
 * Python (src/entry.ts). A file, as the page's policy lets no script in that stands in the page.
 */
function earlyScript({ files }: SandboxManifest): { fileName: string; source: string } {
  const link = `Object.assign(document.createElement("link"),{rel:"preload",as:"fetch",crossOrigin:"anonymous",href:"./sandbox/"+name})`;
  const source = `if(parent===self&&self.WebAssembly&&!location.hash.startsWith("#/embed/"))for(const name of ${JSON.stringify(Object.values(files))})document.head.append(${link});\n`;
  return { fileName: `assets/early-${createHash("sha256").update(source).digest("hex").slice(0, 12)}.js`, source };
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
    async generateBundle() {
      const current = await ready();
      this.emitFile({ type: "asset", ...earlyScript(current) });
      // For hosts that send the policy themselves (docs/hosting.md): its hash changes with the build.
      this.emitFile({ type: "asset", fileName: "content-security-policy.txt", source: `${contentSecurityPolicy(current)}\n` });
    },
    transformIndexHtml: {
      order: "post",
      async handler(_html, { bundle }) {
        // The development server injects inline scripts of its own.
        if (serving) return [];
        const current = await ready();
        const policy = { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy(current) } };
        const chunks = mainChunks(bundle ?? {}).map((name) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `./${name}` },
        }));
        return [
          { ...policy, injectTo: "head-prepend" as const },
          { tag: "script", attrs: { async: true, src: `./${earlyScript(current).fileName}` }, injectTo: "head-prepend" as const },
          ...chunks.map((tag) => ({ ...tag, injectTo: "head" as const })),
        ];
      },
    },
  };
}

/** The chunk of src/main.tsx, which the entry imports when Python is under way, and all that it imports. */
function mainChunks(bundle: Rolldown.OutputBundle): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) return;
    found.add(name);
    for (const imported of chunk.imports) visit(imported);
  };
  for (const [name, chunk] of Object.entries(bundle)) {
    if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/src/main.tsx") === true) visit(name);
  }
  return [...found];
}
