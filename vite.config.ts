import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { sandboxPlugin } from "./scripts/vite-sandbox.ts";

export default defineConfig({
  base: "./",
  plugins: [react(), sandboxPlugin()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 1200 },
  test: {
    include: ["test/unit/**/*.test.ts", "test/python/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
