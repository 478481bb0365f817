import { expose, transfer } from "comlink";

/** Trusted, ours: unpacks what the page loads, so that the screen can be drawn meanwhile. */
const inflater = {
  /** @throws when the bytes are not whole gzip */
  async gunzip(bytes: ArrayBuffer): Promise<ArrayBuffer> {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const unpacked = await new Response(stream).arrayBuffer();
    return transfer(unpacked, [unpacked]);
  },
};

export type Inflater = typeof inflater;
expose(inflater);
