/**
 * MEMFS lives in the JavaScript heap, outside the wasm memory limit: without a quota, writing files took 2 to
 * 4 GB in three seconds. The budget is on bytes and nodes ever made, never given back: an interpreter is short-lived.
 */
const MAX_BYTES = 64_000_000;
const MAX_NODES = 5_000;
/** errno values of Emscripten's (WASI) table. */
const ENOSPC = 51;

type Node = { usedBytes: number; contents: { length: number } };
type Write = (stream: { node: Node }, buffer: unknown, offset: number, length: number, position: number, canOwn?: boolean) => number;
export type EmscriptenFS = {
  ErrnoError: new (errno: number) => Error;
  createNode: (...args: unknown[]) => unknown;
  filesystems: {
    MEMFS: {
      expandFileStorage: (node: Node, capacity: number) => void;
      resizeFileStorage: (node: Node, size: number) => void;
      ops_table: { file: { stream: { write: Write } } };
    };
  };
};

export function limitFileSystem(fs: EmscriptenFS): void {
  let bytes = MAX_BYTES;
  let nodes = MAX_NODES;
  const spend = (amount: number): void => {
    bytes -= Math.max(0, amount);
    if (!(bytes >= 0)) {
      bytes = 0;
      throw new fs.ErrnoError(ENOSPC);
    }
  };
  const { MEMFS } = fs.filesystems;
  const { expandFileStorage, resizeFileStorage } = MEMFS;
  MEMFS.expandFileStorage = (node, capacity) => {
    spend(capacity - node.contents.length);
    expandFileStorage.call(MEMFS, node, capacity);
  };
  MEMFS.resizeFileStorage = (node, size) => {
    spend(size - node.usedBytes);
    resizeFileStorage.call(MEMFS, node, size);
  };
  const stream = MEMFS.ops_table.file.stream;
  const { write } = stream;
  stream.write = (file, buffer, offset, length, position, canOwn) => {
    spend(length);
    return write(file, buffer, offset, length, position, canOwn);
  };
  const { createNode } = fs;
  fs.createNode = (...args) => {
    if (--nodes < 0) throw new fs.ErrnoError(ENOSPC);
    return createNode.apply(fs, args);
  };
}
