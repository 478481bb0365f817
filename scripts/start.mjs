/** `npm start`: installs what is missing, builds the app when it changed, serves it and prints its address. */
import { parseArgs } from "node:util";
import { buildIfStale } from "./build.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";

const { values } = parseArgs({ options: { port: { type: "string" }, host: { type: "boolean", default: false } } });
ensureInstalled();
buildIfStale();
const { preview } = await import("vite");
const server = await preview({
  root: ROOT,
  logLevel: "warn",
  preview: { port: Number(values.port ?? 4173), strictPort: values.port !== undefined, host: values.host ? true : "127.0.0.1" },
});
console.log("\nCodeGym Playground is running. Open it in a browser:\n");
for (const url of [...(server.resolvedUrls?.local ?? []), ...(server.resolvedUrls?.network ?? [])]) console.log(`  ${url}`);
console.log("\nCtrl+C stops it.");
