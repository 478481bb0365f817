import { expose, transfer } from "comlink";
import { gunzip } from "./gunzip.ts";

/** Trusted, ours: unpacks what the page loads, so that the screen can be drawn meanwhile. */
const inflater = {
  /** @throws when the bytes are not whole gzip */
  async gunzip(bytes: ArrayBuffer): Promise<ArrayBuffer> {
    const unpacked = await gunzip(bytes);
    return transfer(unpacked, [unpacked]);
  },
};

export type Inflater = typeof inflater;
expose(inflater);
