import { ImportError } from "@/domain";
import { BombError, inflate, isDamage } from "./inflate.ts";
import { shownName } from "./names.ts";
import type { Pace } from "./pace.ts";
import type { ImportLimits } from "./types.ts";

/**
 * Reads a zip by its central directory and counts while it unpacks: what an archive says about its sizes is
 * not believed. fflate's own readers trust the sizes, or guess where entries end.
 */
export type ZipEntry = { name: string; bytes: Uint8Array };
type DirectoryEntry = { name: string; flags: number; method: number; crc: number; packed: number; unpacked: number; offset: number };

const bad = (message: string): ImportError => new ImportError("bad-archive", message);

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65_535); at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw bad("the archive has no end: it was cut off, or it is no zip");
}

function readDirectory(bytes: Uint8Array, limits: ImportLimits): DirectoryEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw bad("archives in the Zip64 format are not read");
  if (count > limits.archiveEntries) throw bad(`the archive has ${count} entries, at most ${limits.archiveEntries} are read`);
  const entries: DirectoryEntry[] = [];
  const utf8 = new TextDecoder();
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw bad("the archive's directory is damaged");
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: utf8.decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function packedBytes(bytes: Uint8Array, entry: DirectoryEntry): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== 0x04034b50) throw bad("the entry's header is damaged");
  const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  if (start + entry.packed > bytes.length) throw bad("the entry reaches past the end of the archive");
  return bytes.subarray(start, start + entry.packed);
}

async function unpack(bytes: Uint8Array, entry: DirectoryEntry, room: number, pace: Pace): Promise<Uint8Array> {
  if (entry.flags & 1) throw bad("the entry is encrypted");
  const packed = packedBytes(bytes, entry);
  if (entry.method !== 0 && entry.method !== 8) throw bad(`the entry is packed by a method that is not read (${entry.method})`);
  let content = packed;
  if (entry.method === 8) {
    try {
      content = await inflate(packed, room, pace);
    } catch (error) {
      if (isDamage(error)) throw bad("the entry is damaged");
      throw error;
    }
  }
  if (crcOf(content) !== entry.crc) throw bad("the entry is damaged: its checksum does not fit");
  return content;
}

/** What is read for its own sake: no folders, nothing that a system put beside the files. */
export function isWanted(name: string): boolean {
  const path = name.split(/[\\/]/);
  return path.at(-1) !== "" && !path.some((part) => part === "__MACOSX" || (part.startsWith(".") && part !== "." && part !== ".."));
}

/**
 * The entries that can be read, hidden ones too (our own list may name them), and a fault for each that cannot.
 * @throws ImportError "bad-archive" when the archive as a whole cannot be read, or is a bomb
 */
export async function readZip(
  bytes: Uint8Array,
  limits: ImportLimits,
  pace: Pace,
): Promise<{ entries: ZipEntry[]; faults: { name: string; message: string }[] }> {
  const entries: ZipEntry[] = [];
  const faults: { name: string; message: string }[] = [];
  let room = limits.archiveBytes;
  for (const entry of readDirectory(bytes, limits)) {
    if (/[\\/]$/.test(entry.name)) continue;
    const tooLarge = `the archive unpacks to more than ${Math.round(limits.archiveBytes / 1e6)} MB (at “${shownName(entry.name)}”)`;
    if (entry.unpacked > room) throw bad(tooLarge);
    await pace.step();
    try {
      const content = await unpack(bytes, entry, room, pace);
      room -= content.length;
      if (room < 0) throw new BombError();
      entries.push({ name: entry.name, bytes: content });
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      if (error instanceof BombError) throw bad(tooLarge);
      if (isWanted(entry.name)) faults.push({ name: shownName(entry.name), message: error.message });
    }
  }
  return { entries, faults };
}
