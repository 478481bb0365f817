import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide, type PyodideAPI } from "pyodide";

/** Where each folder of the project stands for Python. */
const FOLDERS = { "/sources": new URL("../../src/python", import.meta.url), "/compiler_tests": new URL("../compiler", import.meta.url) };
const PYODIDE = path.dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));

/**
 * An interpreter with the compiler's sources and its tests as they lie in their folders, and modules of test/support: for properties
 * that need what is not behind the sandbox's door.
 */
export async function compilerPython(...modules: readonly string[]): Promise<PyodideAPI> {
  const python = await loadPyodide({ indexURL: PYODIDE });
  for (const [place, folder] of Object.entries(FOLDERS)) {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: fileURLToPath(folder) }, place);
  }
  for (const name of modules)
    python.FS.writeFile(`/home/pyodide/${name}.py`, readFileSync(fileURLToPath(new URL(`${name}.py`, import.meta.url)), "utf8"));
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.append('/sources')");
  return python;
}
