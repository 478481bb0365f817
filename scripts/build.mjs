/** `npm run build`: the static site in dist/. `buildIfStale` is for the commands that need one. */
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, ROOT, run } from "./install.mjs";

const STAMP = path.join(ROOT, "dist/.built");
const SOURCES = ["src", "public", "scripts", "index.html", "vite.config.ts", "package-lock.json"];

function newest(file) {
  const stats = statSync(file);
  if (!stats.isDirectory()) return stats.mtimeMs;
  // Made from the other sources, by the build itself.
  if (file.endsWith(path.join("public", "sandbox"))) return 0;
  return Math.max(0, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

/** @returns the exit code of the build */
export function build() {
  const status = run("npx", ["vite", "build", "--logLevel", "warn"]);
  if (status === 0) writeFileSync(STAMP, "");
  return status;
}

export function buildIfStale() {
  const builtAt = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  if (SOURCES.every((name) => newest(path.join(ROOT, name)) < builtAt)) return;
  console.log("Building the app …");
  const status = build();
  if (status !== 0) process.exit(status);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  process.exit(build());
}
