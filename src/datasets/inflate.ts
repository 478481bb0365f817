import { Inflate } from "fflate";
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

/** Unpacks and counts at the same time. @throws BombError past `room` bytes; errors of fflate (a numeric `code`) */
export async function inflate(packed: Uint8Array, room: number, pace: Pace): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((chunk) => {
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

export function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}
