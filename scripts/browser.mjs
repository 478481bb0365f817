/**
 * Finds or gets a Chromium for the browser tests and the benchmark: CHROME_PATH, a system Chrome or Chromium,
 * Playwright's own, its download, the distribution's package when root; else a message that says what to do.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome", "microsoft-edge"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ...["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((name) =>
    process.env[name] ? [path.join(process.env[name], "Google/Chrome/Application/chrome.exe")] : [],
  ),
];

/** Quiet and alone: nothing that a browser does on its own account belongs in a test. */
export const BROWSER_ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The sandbox of the browser itself cannot be had as root.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name + suffix))).find(isExecutable);
}

function playwrightsOwn() {
  try {
    const file = chromium.executablePath();
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

function attempt(command, args) {
  return spawnSync(command, args, { stdio: "ignore", timeout: 10 * 60_000, shell: process.platform === "win32" }).status === 0;
}

/** @returns the browser's path. Ends the process with a message when there is none to be had. */
export function findBrowser() {
  const wanted = process.env.CHROME_PATH;
  if (wanted !== undefined && wanted !== "") {
    if (isExecutable(wanted)) return wanted;
    console.error(`CHROME_PATH names ${wanted}, which cannot be run.`);
    process.exit(1);
  }
  const present = onPath() ?? PLACES.find(isExecutable) ?? playwrightsOwn();
  if (present !== undefined) return present;
  console.log("No Chrome or Chromium found; getting one …");
  if (attempt("npx", ["playwright-core", "install", "chromium"])) {
    const own = playwrightsOwn();
    if (own !== undefined) return own;
  }
  if (process.getuid?.() === 0 && isExecutable("/usr/bin/apt-get")) {
    attempt("apt-get", ["update"]);
    if (attempt("apt-get", ["install", "-y", "--no-install-recommends", "chromium"])) {
      const packaged = onPath();
      if (packaged !== undefined) return packaged;
    }
  }
  console.error(
    "The browser tests need Chrome or Chromium, and none could be found or installed.\nInstall one (for example from https://www.google.com/chrome) or set CHROME_PATH to its program, then run the command again.",
  );
  return process.exit(1);
}
