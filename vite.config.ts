import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { sandboxPlugin } from "./scripts/vite-sandbox.ts";

export default defineConfig({
  base: "./",
  // The benchmark's page has a root of its own and the same public files.
  publicDir: fileURLToPath(new URL("./public", import.meta.url)),
  plugins: [react(), sandboxPlugin()],
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      // Its variant for browsers needs a document, and markdown is parsed in a worker.
      "decode-named-character-reference": fileURLToPath(
        new URL("./node_modules/decode-named-character-reference/index.js", import.meta.url),
      ),
    },
  },
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 1200, license: { fileName: "licenses/dependencies.md" } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Two slow cores: more at once only makes every wait longer.
    maxWorkers: 2,
    // What is polled for is a state; how long it takes is the machine's affair, as with Playwright's own waits.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      { extends: true, test: { name: "python", include: ["test/python/**/*.test.ts"] } },
      // The built app in a real browser; scripts/test.mjs builds it first and names the browser.
      { extends: true, test: { name: "browser", include: ["test/browser/**/*.test.ts"] } },
    ],
  },
});
