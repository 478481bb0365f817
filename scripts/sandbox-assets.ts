/**
 * Builds what the sandbox needs at run time into `public/sandbox/`: the worker's script, Pyodide with a memory
 * limit in its binary, the standard library, our Python package, and the packed snapshot. Made once per
 * content: everything that goes in is hashed, and an up-to-date folder is left alone.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { type PartSize, type SandboxManifest, sandboxManifestSchema } from "../src/sandbox/manifest.ts";
import { packSnapshot } from "../src/sandbox/packed-snapshot.ts";
import { startNodeWorker } from "../src/sandbox/node/worker-source.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SANDBOX_DIR = path.join(ROOT, "public/sandbox");
/** 256 MiB: a page of wasm memory is 64 KiB. */
const MAX_PAGES = 4096;

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data);
const pyodideDir = path.dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));

/** Sets the maximum of the one memory in a wasm binary. @throws when the binary is not laid out as expected */
export function limitMemory(wasm: Uint8Array, maxPages: number): Uint8Array {
  const bytes = Uint8Array.from(wasm);
  const leb = (at: number): [value: number, next: number] => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return [value >>> 0, at];
    }
  };
  for (let at = 8; at < bytes.length;) {
    const section = bytes[at];
    const [size, body] = leb(at + 1);
    if (section !== 5) {
      at = body + size;
      continue;
    }
    const [count, flagsAt] = leb(body);
    const [, maxAt] = leb(flagsAt + 1);
    const [, end] = leb(maxAt);
    if (count !== 1 || bytes[flagsAt] !== 1 || end - maxAt < 3) break;
    // Same number of bytes as before: a LEB128 number may be padded.
    for (let index = maxAt, rest = maxPages; index < end; index++, rest >>>= 7) {
      bytes[index] = (rest & 0x7f) | (index + 1 < end ? 0x80 : 0);
    }
    return bytes;
  }
  throw new Error("pyodide.asm.wasm has no memory section of the expected form; look at limitMemory()");
}

/** Small edits of Pyodide's glue code that a run-time hook cannot make. Each must match exactly once. */
const GLUE_EDITS: readonly [find: string, replace: string][] = [
  ["getHeapMax=()=>4294901760", `getHeapMax=()=>${MAX_PAGES * 65536}`],
  // Judged Python may call one function of ours and no other.
  ["Function.prototype.apply.apply(func,[this_,args])", "callFromPython(func,this_,args)"],
  // Pipes buffer in the JavaScript heap, which no limit holds.
  ["createPipe(){", "createPipe(){throw new FS.ErrnoError(52);"],
];

const pyodideGlue: Plugin = {
  name: "pyodide-glue",
  setup(builder) {
    builder.onLoad({ filter: /pyodide\.asm\.mjs$/ }, async ({ path: file }) => {
      let contents = await readFile(file, "utf8");
      for (const [find, replace] of GLUE_EDITS) {
        if (contents.split(find).length !== 2) throw new Error(`pyodide.asm.mjs: expected \`${find}\` exactly once`);
        contents = contents.replace(find, () => replace);
      }
      const calls = JSON.stringify(path.join(ROOT, "src/sandbox/worker/python-calls.ts"));
      return { contents: `import { callFromPython } from ${calls};\n${contents}`, loader: "js" };
    });
  },
};

async function bundle(entry: string): Promise<string> {
  const lock = JSON.parse(await readFile(path.join(pyodideDir, "pyodide-lock.json"), "utf8")) as { info: Record<string, string> };
  const result = await build({
    entryPoints: [path.join(ROOT, entry)],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    minify: true,
    legalComments: "none",
    // Strict code hides its callers and their arguments from what it calls: messages are in there.
    banner: { js: '"use strict";' },
    plugins: [pyodideGlue],
    external: ["node:*", "ws"],
    // One script for browsers and Node threads: nothing may find out that it runs in Node.
    define: {
      __PYODIDE_LOCK_INFO__: JSON.stringify(lock.info),
      process: "undefined",
      "globalThis.process": "undefined",
      "import.meta.url": '"blob:sandbox"',
      "import.meta": "{}",
    },
    logLevel: "error",
  });
  const text = result.outputFiles[0]?.text;
  if (text === undefined) throw new Error(`${entry} gave no output`);
  return text;
}

async function pythonFiles(): Promise<Record<string, string>> {
  const base = path.join(ROOT, "src/python");
  const files: Record<string, string> = {};
  for (const entry of (await readdir(base, { recursive: true })).toSorted()) {
    if (entry.endsWith(".py")) files[entry.split(path.sep).join("/")] = await readFile(path.join(base, entry), "utf8");
  }
  return files;
}

function makeSnapshot(script: string, wasm: Uint8Array, stdlib: Uint8Array, python: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = startNodeWorker(script, null);
    const channel = new MessageChannel();
    const finish = (result: Uint8Array | Error): void => {
      channel.port1.close();
      void worker.terminate();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    worker.once("error", (error) => finish(error instanceof Error ? error : new Error(String(error))));
    channel.port1.onmessage = (event: MessageEvent<unknown>) => {
      finish(event.data instanceof Uint8Array ? event.data : new Error(`no snapshot: ${String(event.data)}`));
    };
    WebAssembly.compile(wasm as BufferSource).then(
      (module) =>
        worker.postMessage(
          {
            wasm: module,
            stdlib: stdlib.buffer.slice(stdlib.byteOffset, stdlib.byteOffset + stdlib.byteLength),
            snapshot: null,
            python: python.buffer.slice(python.byteOffset, python.byteOffset + python.byteLength),
            entropy: "",
            port: channel.port2,
            makeSnapshot: true,
          },
          [channel.port2 as never],
        ),
      finish,
    );
  });
}

async function upToDate(buildId: string): Promise<SandboxManifest | null> {
  try {
    const manifest = sandboxManifestSchema.parse(JSON.parse(await readFile(path.join(SANDBOX_DIR, "manifest.json"), "utf8")));
    const have = new Set(await readdir(SANDBOX_DIR));
    return manifest.buildId === buildId && Object.values(manifest.files).every((name) => have.has(name)) ? manifest : null;
  } catch {
    return null;
  }
}

/** Returns the manifest; builds only what is not there yet. */
export async function buildSandboxAssets(): Promise<SandboxManifest> {
  const [script, frameScript, files, wasmFile, stdlib, packageJson] = await Promise.all([
    bundle("src/sandbox/worker/main.ts"),
    bundle("src/sandbox/frame/main.ts"),
    pythonFiles(),
    readFile(path.join(pyodideDir, "pyodide.asm.wasm")),
    readFile(path.join(pyodideDir, "python_stdlib.zip")),
    readFile(path.join(pyodideDir, "package.json"), "utf8"),
  ]);
  const wasm = limitMemory(wasmFile, MAX_PAGES);
  const python = new TextEncoder().encode(JSON.stringify(files));
  const buildId = sha256([script, frameScript, "2"].join("\0")).update(wasm).update(stdlib).update(python).digest("hex").slice(0, 16);
  const existing = await upToDate(buildId);
  if (existing !== null) return existing;

  console.log("Building the Python sandbox (once per change of its sources) …");
  const snapshot = packSnapshot(await makeSnapshot(script, wasm, stdlib, python));
  await mkdir(SANDBOX_DIR, { recursive: true });
  const put = async (name: string, data: string | Uint8Array): Promise<string> => {
    const [stem, ...rest] = name.split(".");
    const file = `${stem}.${sha256(data).digest("hex").slice(0, 12)}.${rest.join(".")}`;
    await writeFile(path.join(SANDBOX_DIR, file), data);
    return file;
  };
  // Gzipped by us, under a neutral name: static hosts treat .wasm and .gz in different ways.
  const zip = (data: string | Uint8Array): Uint8Array => gzipSync(data, { level: 9 });
  const parts = {
    script: { name: "worker.js.bin", data: zip(script), unpacked: Buffer.byteLength(script) },
    wasm: { name: "pyodide.wasm.bin", data: zip(wasm), unpacked: wasm.length },
    snapshot: { name: "snapshot.bin", data: zip(snapshot), unpacked: snapshot.length },
    stdlib: { name: "stdlib.zip.bin", data: stdlib, unpacked: stdlib.length },
    python: { name: "python.json", data: python, unpacked: python.length },
  };
  const size = ({ data, unpacked }: { data: Uint8Array; unpacked: number }): PartSize => ({ packed: data.length, unpacked });
  const manifest: SandboxManifest = {
    buildId,
    pyodide: (JSON.parse(packageJson) as { version: string }).version,
    files: {
      script: await put(parts.script.name, parts.script.data),
      wasm: await put(parts.wasm.name, parts.wasm.data),
      snapshot: await put(parts.snapshot.name, parts.snapshot.data),
      stdlib: await put(parts.stdlib.name, parts.stdlib.data),
      python: await put(parts.python.name, parts.python.data),
    },
    sizes: {
      script: size(parts.script),
      wasm: size(parts.wasm),
      snapshot: size(parts.snapshot),
      stdlib: size(parts.stdlib),
      python: size(parts.python),
    },
    frameScript,
    frameHash: `sha256-${sha256(frameScript).digest("base64")}`,
  };
  // Another process may be reading: the manifest changes at once, and only then does what it no longer names go.
  const draft = path.join(SANDBOX_DIR, `manifest.${process.pid}.tmp`);
  await writeFile(draft, JSON.stringify(manifest));
  await rename(draft, path.join(SANDBOX_DIR, "manifest.json"));
  const named = new Set(["manifest.json", ...Object.values(manifest.files)]);
  const old = (await readdir(SANDBOX_DIR)).filter((name) => !named.has(name));
  await Promise.all(old.map((name) => rm(path.join(SANDBOX_DIR, name), { force: true })));
  return manifest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSandboxAssets();
