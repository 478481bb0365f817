import { describe, expect, test } from "vitest";
import { sandboxManifestSchema } from "@/sandbox/manifest.ts";
import { limitMemory } from "../../../scripts/sandbox-assets.ts";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const TYPES = [1, 4, 1, 0x60, 0, 0];
/** One memory: at least 2 pages, at most 65,536 (three bytes of LEB128). */
const MEMORY = [5, 6, 1, 1, 2, 0x80, 0x80, 0x04];
const wasm = (...sections: number[][]): Uint8Array => Uint8Array.from([...HEADER, ...sections.flat()]);

function maximumOf(bytes: Uint8Array): number {
  const instance = new WebAssembly.Module(Uint8Array.from([...bytes, 7, 7, 1, 3, 0x6d, 0x65, 0x6d, 2, 0]));
  const memory = new WebAssembly.Instance(instance).exports["mem"] as WebAssembly.Memory;
  for (let pages = memory.buffer.byteLength / 65_536; ; pages++) {
    try {
      memory.grow(1);
    } catch {
      return pages;
    }
    if (pages > 10_000) return Number.POSITIVE_INFINITY;
  }
}

describe("the memory limit in the binary", () => {
  test.each([4, 100, 600])("%s pages", (pages) => {
    const limited = limitMemory(wasm(TYPES, MEMORY), pages);
    expect(limited).toHaveLength(wasm(TYPES, MEMORY).length);
    expect(WebAssembly.validate(limited as BufferSource)).toBe(true);
    expect(maximumOf(limited)).toBe(pages);
  });

  test("the given bytes stay as they are", () => {
    const given = wasm(TYPES, MEMORY);
    limitMemory(given, 4);
    expect(given).toEqual(wasm(TYPES, MEMORY));
  });

  test.each([
    ["no memory", wasm(TYPES)],
    ["nothing", wasm()],
    ["no maximum", wasm([5, 3, 1, 0, 2])],
    ["two memories", wasm([5, 9, 2, 1, 2, 0x80, 0x80, 0x04, 0, 1])],
    ["a maximum with no room", wasm([5, 4, 1, 1, 2, 4])],
  ])("refused: %s", (_name, bytes) => {
    expect(() => limitMemory(bytes, 16)).toThrow(/limitMemory/);
  });
});

test("a manifest without one of its files is refused", () => {
  const files = { script: "a", wasm: "b", snapshot: "c", stdlib: "d", python: "e" };
  const size = { packed: 1, unpacked: 1 };
  const manifest = {
    buildId: "1",
    pyodide: "314",
    files,
    sizes: { script: size, wasm: size, snapshot: size, stdlib: size, python: size },
    frameScript: "",
    frameHash: "sha256-x",
  };
  expect(sandboxManifestSchema.parse(manifest)).toEqual(manifest);
  for (const name of Object.keys(files))
    expect(sandboxManifestSchema.safeParse({ ...manifest, files: { ...files, [name]: undefined } }).success).toBe(false);
});
