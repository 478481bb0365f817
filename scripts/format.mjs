/**
 * `npm run format`: TypeScript, CSS and scripts by Prettier, Python by Ruff (its WebAssembly build, so that no Python is needed),
 * all to one width. `npm run format -- --check` writes nothing, names the files that would change, and fails if there are any.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { ROOT, run } from "./install.mjs";

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const { printWidth } = JSON.parse(readFileSync(path.join(ROOT, ".prettierrc.json"), "utf8"));

async function pythonFiles() {
  const found = await Promise.all(
    ["src", "test", "scripts"].map(async (folder) =>
      (await readdir(path.join(ROOT, folder), { recursive: true })).map((name) => path.join(folder, name)),
    ),
  );
  return found.flat().filter((name) => name.endsWith(".py"));
}

/** Formats Python files; with --check only counts those that differ. */
async function formatPython() {
  const ruff = new Workspace({ "line-length": printWidth, "target-version": "py311" }, PositionEncoding.Utf16);
  let differ = 0;
  for (const name of await pythonFiles()) {
    const file = path.join(ROOT, name);
    const source = readFileSync(file, "utf8");
    const formatted = ruff.format(source);
    if (formatted === source) continue;
    differ++;
    if (check) console.log(`[warn] ${name}`);
    else writeFileSync(file, formatted);
  }
  return differ;
}

const status = run("npx", ["prettier", check ? "--check" : "--write", "--log-level", "warn", "."]);
const differ = await formatPython();
if (check && (status !== 0 || differ > 0)) console.log("Not formatted. `npm run format` does it.");
process.exit(status !== 0 || (check && differ > 0) ? 1 : 0);
