import { fileURLToPath } from "node:url";
import { createNodeSandbox, type NodeSandboxOptions } from "@/sandbox/node";

const assetsDir = fileURLToPath(new URL("../../public/sandbox", import.meta.url));

/** Real Python in a Node worker thread; `vite.config.ts` has built the assets before any test runs. */
export const testSandbox = (options: Omit<NodeSandboxOptions, "assetsDir"> = {}) => createNodeSandbox({ assetsDir, ...options });
