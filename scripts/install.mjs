/**
 * Installs what package-lock.json asks for when it is not there yet, so that one command works straight after a
 * clone. Plain Node: nothing of ours can be imported before this has run.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STAMP = path.join(ROOT, "node_modules/.installed-for");

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return;
  console.error(
    `Node ${process.versions.node} is too old. CodeGym Playground needs Node 20.19+, 22.12+ or 24: install it and run the command again.`,
  );
  process.exit(1);
}

/** A command of the project's own, with its output shown; ends this process when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", shell: process.platform === "win32", ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

export function ensureInstalled() {
  checkNode();
  const lock = createHash("sha256")
    .update(readFileSync(path.join(ROOT, "package-lock.json")))
    .digest("hex");
  const wanted = `${lock}:${process.versions.node.split(".")[0]}`;
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  console.log("Installing dependencies …");
  const status = run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (status !== 0) {
    console.error("The dependencies could not be installed. Check the network and run the command again.");
    process.exit(status);
  }
  writeFileSync(STAMP, wanted);
}
