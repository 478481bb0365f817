import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide, type PyodideAPI } from "pyodide";

const SOURCES = fileURLToPath(new URL("../../src/python", import.meta.url));
const PYODIDE = path.dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));

/**
 * An interpreter with the compiler's sources as they lie in the folder, and modules of test/support: for properties
 * that need what is not behind the sandbox's door.
 */
export async function compilerPython(...modules: readonly string[]): Promise<PyodideAPI> {
  const python = await loadPyodide({ indexURL: PYODIDE });
  python.FS.mkdirTree("/sources");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: SOURCES }, "/sources");
  for (const name of modules) python.FS.writeFile(`/home/pyodide/${name}.py`, readFileSync(fileURLToPath(new URL(`${name}.py`, import.meta.url)), "utf8"));
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.append('/sources')");
  return python;
}
