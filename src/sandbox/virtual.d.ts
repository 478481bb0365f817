declare module "virtual:sandbox-manifest" {
  const manifest: import("./manifest.ts").SandboxManifest;
  export default manifest;
}

declare module "pyodide/pyodide.asm.mjs" {
  const createPyodideModule: NonNullable<NonNullable<Parameters<typeof import("pyodide").loadPyodide>[0]>["createPyodideModule"]>;
  export default createPyodideModule;
}

/** `info` of Pyodide's own lock file, put in by scripts/sandbox-assets.ts. */
declare const __PYODIDE_LOCK_INFO__: Record<string, string>;
