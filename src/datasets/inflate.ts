import { Gunzip, Inflate } from "fflate";
import { ImportError } from "@/domain";
import type { Pace } from "./pace.ts";

/** Past what may be unpacked: ends the reading of the whole. */
export class BombError extends ImportError {
  constructor() {
    super("too-large", "the archive unpacks to too much");
  }
}

/** Deflate grows by 1032 at most, so that one slice stays below 17 MB before it is counted. */
const SLICE = 16_384;

type Stream = { push(chunk: Uint8Array, final: boolean): void };

/** Unpacks and counts at the same time. @throws BombError past `room` bytes; errors of fflate (a numeric `code`) */
async function unpack(
  packed: Uint8Array,
  room: number,
  pace: Pace,
  streamOf: (take: (chunk: Uint8Array) => void) => Stream,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = streamOf((chunk) => {
    chunks.push(chunk);
    size += chunk.length;
  });
  for (let at = 0; at === 0 || at < packed.length; at += SLICE) {
    stream.push(packed.subarray(at, at + SLICE), at + SLICE >= packed.length);
    if (size > room) throw new BombError();
    await pace.step();
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** As zip archives and links are packed. @throws BombError, errors of fflate */
export async function inflate(packed: Uint8Array, room: number, pace: Pace): Promise<Uint8Array> {
  return await unpack(packed, room, pace, (take) => new Inflate(take));
}

/** A file in gzip. @throws ImportError "too-large" past `room` bytes, "bad-archive" */
export async function gunzip(packed: Uint8Array, room: number, pace: Pace): Promise<Uint8Array> {
  try {
    return await unpack(packed, room, pace, (take) => new Gunzip(take));
  } catch (error) {
    if (error instanceof BombError) throw new ImportError("too-large", `the file unpacks to more than ${Math.round(room / 1e6)} MB`);
    if (isDamage(error)) throw new ImportError("bad-archive", "the gzip file is damaged or was cut off");
    throw error;
  }
}

export function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}
