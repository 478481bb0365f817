import { z } from "zod";

/** What `scripts/sandbox-assets.ts` made: names below `public/sandbox/`, each with a hash of its content in it. */
export const sandboxManifestSchema = z.object({
  buildId: z.string(),
  pyodide: z.string(),
  files: z.object({ script: z.string(), wasm: z.string(), snapshot: z.string(), stdlib: z.string(), python: z.string() }),
  /** The frame's one inline script and its CSP hash, `sha256-…`. */
  frameScript: z.string(),
  frameHash: z.string(),
});
export type SandboxManifest = z.infer<typeof sandboxManifestSchema>;
