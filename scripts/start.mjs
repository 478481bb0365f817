/** `npm start`: installs what is missing, builds the app when it changed, serves it and prints its address. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { buildIfStale } from "./build.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";

const DEFAULT_PORT = 4173;
const PARENT_CHECK_MS = 1000;

/** Who started this: the parent and, under npm, npm itself behind the shell that it uses. */
function starterIds() {
  const { ppid, platform, env } = process;
  if (env.npm_lifecycle_event !== "start" || platform === "win32") return [ppid];
  const above = Number(spawnSync("ps", ["-o", "ppid=", "-p", String(ppid)], { encoding: "utf8" }).stdout ?? "");
  return above > 1 ? [ppid, above] : [ppid];
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process cannot be signalled, and is there.
    return error.code === "EPERM";
  }
}

const { values } = parseArgs({ options: { port: { type: "string" }, host: { type: "boolean", default: false } } });
const wanted = Number(values.port ?? DEFAULT_PORT);
if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535) {
  console.error(`--port ${values.port} is no port: give a number from 1 to 65535.`);
  process.exit(2);
}
const starters = starterIds();
ensureInstalled();
buildIfStale();
const { preview } = await import("vite");
const server = await preview({
  root: ROOT,
  logLevel: "warn",
  // Plain files for whoever asks: a name on the local network is as good as an address.
  preview: { port: wanted, host: values.host ? true : "127.0.0.1", ...(values.host ? { allowedHosts: true } : {}) },
});

function stop() {
  server.httpServer.closeAllConnections();
  void server.close().finally(() => process.exit(0));
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
// npm passes some signals on and dies of others without a word (SIGKILL, a closed terminal on some systems): whoever
// started this is gone then, and nobody would know that it still serves.
setInterval(() => {
  if (!starters.every(isAlive)) stop();
}, PARENT_CHECK_MS).unref();

const { port } = server.httpServer.address();
if (port !== wanted) console.log(`\nPort ${wanted} is in use, so this one takes the next that is free: ${port}.`);
console.log("\nCodeGym Playground is running. Open it in a browser:\n");
for (const url of [...(server.resolvedUrls?.local ?? []), ...(server.resolvedUrls?.network ?? [])]) console.log(`  ${url}`);
console.log("\nCtrl+C stops it.");
