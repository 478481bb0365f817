import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { loadPyodide } from "pyodide";
import { unpackSnapshot } from "../packed-snapshot.ts";
import type { WorkerInit } from "../wire.ts";
import { type EmscriptenFS, limitFileSystem } from "./file-quota.ts";

/** Names the snapshot keeps: what environments import, so that no test waits for the standard library. */
const PRELOADED =
  "ast bisect collections copy dataclasses datetime decimal enum fractions functools gymnasium heapq itertools json math " +
  "operator random re statistics string textwrap typing codegym_sandbox.dispatch";
const SITE_PACKAGES = "/lib/python3.14/site-packages";
/** The loader only needs a list of packages that it could fetch; there are none. */
const LOCK_FILE = { info: __PYODIDE_LOCK_INFO__, packages: {} };

type Dispatch = (method: string, params: string) => unknown;
type Internals = {
  _api: { on_fatal?: (error: unknown) => void };
  _module: { HEAP8: Int8Array };
  makeMemorySnapshot: () => Uint8Array;
  FS: EmscriptenFS & {
    mkdirTree: (path: string) => void;
    writeFile: (path: string, text: string) => void;
  };
};
type Pyodide = Awaited<ReturnType<typeof loadPyodide>>;

export type Booted = {
  dispatch: Dispatch;
  heapBytes: () => number;
  onFatal: (listener: (error: unknown) => void) => void;
  python: string;
  pyodide: string;
  snapshot: "used" | "unusable";
  notice: string | null;
};

/**
 * Pyodide fetches its two binaries. Here they are at hand: `fetch` answers from memory and the already
 * compiled module stands in for streaming compilation. Both are gone once the worker is locked down.
 */
function serveFromMemory(init: WorkerInit): void {
  const { instantiate } = WebAssembly;
  // No `Response`: naming it makes Node load its whole network stack, a tenth of a start.
  globalThis.fetch = async (input) => {
    const body = String(input).endsWith("python_stdlib.zip") ? init.stdlib : new ArrayBuffer(0);
    return { ok: true, status: 200, arrayBuffer: () => Promise.resolve(body) } as Response;
  };
  WebAssembly.instantiateStreaming = async (_source, imports) => {
    const instance: WebAssembly.Instance = await instantiate(init.wasm, imports);
    return { module: init.wasm, instance };
  };
}

function load(snapshot: Uint8Array | null, makeSnapshot: boolean): Promise<Pyodide> {
  return loadPyodide({
    indexURL: "https://sandbox.invalid/",
    lockFileContents: JSON.stringify(LOCK_FILE),
    packageBaseUrl: "https://sandbox.invalid/",
    jsglobals: {},
    env: { HOME: "/home/sandbox" },
    // Without it `sys.executable`, and so the snapshot, names a path of the machine that built it.
    _sysExecutable: "python3.14",
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
    createPyodideModule,
    _makeSnapshot: makeSnapshot,
    ...(snapshot === null ? {} : { _loadSnapshot: snapshot }),
  });
}

function installPackage(pyodide: Pyodide, python: ArrayBuffer): void {
  const files: Record<string, string> = JSON.parse(new TextDecoder().decode(python));
  const { FS } = pyodide as unknown as Internals;
  for (const [path, source] of Object.entries(files)) {
    const full = `${SITE_PACKAGES}/${path}`;
    FS.mkdirTree(full.slice(0, full.lastIndexOf("/")));
    FS.writeFile(full, source);
  }
  pyodide.runPython(`import importlib\nfor name in ${JSON.stringify(PRELOADED)}.split(): importlib.import_module(name)`);
}

async function start(init: WorkerInit): Promise<{ pyodide: Pyodide; notice: string | null }> {
  let notice: string | null = "There is no snapshot.";
  if (init.snapshot !== null) {
    try {
      return { pyodide: await load(unpackSnapshot(new Uint8Array(init.snapshot)), false), notice: null };
    } catch (error) {
      notice = `The snapshot cannot be used (${error instanceof Error ? error.message.split("\n")[0] : String(error)}).`;
    }
  }
  const pyodide = await load(null, init.makeSnapshot);
  installPackage(pyodide, init.python);
  return { pyodide, notice: `${notice} Python was started the slow way.` };
}

export async function makeSnapshot(init: WorkerInit): Promise<Uint8Array> {
  serveFromMemory(init);
  const { pyodide } = await start(init);
  return (pyodide as unknown as Internals).makeMemorySnapshot();
}

/** `prompt` gives Python's solver the recorded observation for an action (prompter.ts). */
export async function boot(init: WorkerInit, prompt: (action: unknown) => string | undefined): Promise<Booted> {
  serveFromMemory(init);
  const { pyodide, notice } = await start(init);
  const internals = pyodide as unknown as Internals;
  const python = pyodide.runPython("import sys; sys.version.split()[0]") as string;
  const door = pyodide.pyimport("codegym_sandbox.dispatch") as {
    boot: (entropy: string, prompt: (action: unknown) => string | undefined) => void;
    dispatch: Dispatch;
  };
  const { dispatch } = door;
  door.boot(init.entropy, prompt);
  // The default gathers bytes until a line ends, in memory that no limit holds; judged code can write to 1 and 2.
  const dropped = { write: (bytes: Uint8Array): number => bytes.length };
  pyodide.setStdout(dropped);
  pyodide.setStderr(dropped);
  limitFileSystem(internals.FS);
  return {
    dispatch,
    heapBytes: () => internals._module.HEAP8.length,
    onFatal: (listener) => {
      internals._api.on_fatal = listener;
    },
    python,
    pyodide: pyodide.version,
    snapshot: notice === null ? "used" : "unusable",
    notice,
  };
}
