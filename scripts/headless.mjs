/** Runs a command of src/headless through Vite, which knows the aliases and builds the sandbox's assets; ends the process with its exit code. */
import path from "node:path";
import { ensureInstalled, ROOT } from "./install.mjs";

export async function runHeadless(command) {
  ensureInstalled();
  const { createServer } = await import("vite");
  const server = await createServer({
    root: ROOT,
    logLevel: "error",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: "custom",
    optimizeDeps: { noDiscovery: true },
  });
  let code = 1;
  try {
    const { main } = await server.ssrLoadModule("/src/headless/index.ts");
    code = await main(command, process.argv.slice(2), path.join(ROOT, "public/sandbox"));
  } finally {
    await server.close();
  }
  process.exit(code);
}
