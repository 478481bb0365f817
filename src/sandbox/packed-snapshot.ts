/**
 * A memory snapshot is 31.5 MB of which about half is zero. Packed, it holds only the runs that are not:
 *
 *   u32 magic · u32 unpacked length · u32 number of runs · per run (u32 offset, u32 length) · the runs' bytes
 *
 * Little-endian. Zeros of less than `MIN_GAP` bytes stay inside a run: a run costs eight bytes and a copy.
 */
const MAGIC = 0x31_4b_50_43;
const MIN_GAP = 512;
const HEADER = 12;

export class SnapshotFormatError extends Error {
  override readonly name = "SnapshotFormatError";
}

export function packSnapshot(bytes: Uint8Array): Uint8Array {
  const runs: [number, number][] = [];
  let start = -1;
  let lastNonZero = -1;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0) continue;
    if (start < 0) start = at;
    else if (at - lastNonZero > MIN_GAP) {
      runs.push([start, lastNonZero + 1 - start]);
      start = at;
    }
    lastNonZero = at;
  }
  if (start >= 0) runs.push([start, lastNonZero + 1 - start]);
  const size = runs.reduce((sum, [, length]) => sum + length, HEADER + runs.length * 8);
  const packed = new Uint8Array(size);
  const view = new DataView(packed.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, bytes.length, true);
  view.setUint32(8, runs.length, true);
  let to = HEADER + runs.length * 8;
  runs.forEach(([offset, length], index) => {
    view.setUint32(HEADER + index * 8, offset, true);
    view.setUint32(HEADER + index * 8 + 4, length, true);
    packed.set(bytes.subarray(offset, offset + length), to);
    to += length;
  });
  return packed;
}

/** @throws SnapshotFormatError when the bytes are not a whole packed snapshot */
export function unpackSnapshot(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < HEADER || view.getUint32(0, true) !== MAGIC) throw new SnapshotFormatError("no packed snapshot");
  const length = view.getUint32(4, true);
  const count = view.getUint32(8, true);
  if (length > 1 << 29 || HEADER + count * 8 > packed.length) throw new SnapshotFormatError("damaged header");
  const bytes = new Uint8Array(length);
  let from = HEADER + count * 8;
  for (let index = 0; index < count; index++) {
    const offset = view.getUint32(HEADER + index * 8, true);
    const size = view.getUint32(HEADER + index * 8 + 4, true);
    if (offset + size > length || from + size > packed.length) throw new SnapshotFormatError("cut short");
    bytes.set(packed.subarray(from, from + size), offset);
    from += size;
  }
  if (from !== packed.length) throw new SnapshotFormatError("more bytes than runs");
  return bytes;
}
