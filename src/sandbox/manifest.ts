import { z } from "zod";

/** `packed`: as it lies on the server; the same as `unpacked` where it is not gzipped by us. */
const partSizeSchema = z.object({ packed: z.number().int().positive(), unpacked: z.number().int().positive() });
export type PartSize = z.infer<typeof partSizeSchema>;

/** What `scripts/sandbox-assets.ts` made: names below `public/sandbox/`, each with a hash of its content in it. */
export const sandboxManifestSchema = z.object({
  buildId: z.string(),
  pyodide: z.string(),
  files: z.object({ script: z.string(), wasm: z.string(), snapshot: z.string(), stdlib: z.string(), python: z.string() }),
  /** In bytes, so that what was cut, or is something else, shows. */
  sizes: z.object({
    script: partSizeSchema,
    wasm: partSizeSchema,
    snapshot: partSizeSchema,
    stdlib: partSizeSchema,
    python: partSizeSchema,
  }),
  /** The frame's one inline script and its CSP hash, `sha256-…`. */
  frameScript: z.string(),
  frameHash: z.string(),
});
export type SandboxManifest = z.infer<typeof sandboxManifestSchema>;
