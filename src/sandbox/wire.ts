import { z } from "zod";

/**
 * What crosses the two boundaries. Page ↔ frame: one port, objects, trusted. Page ↔ worker: one port per
 * worker, ASCII JSON strings only, because judged Python may get hold of everything in its worker.
 */

export const MAX_CALL_CHARS = 64_000_000;
export const MAX_REPLY_CHARS = 17_000_000;

export const ASSET_NAMES = ["script", "wasm", "snapshot", "stdlib", "python"] as const;
export type AssetName = (typeof ASSET_NAMES)[number];

export type FrameRequest =
  | { type: "asset"; name: AssetName; bytes: ArrayBuffer | null }
  | { type: "spawn"; id: number; entropy: string; port: MessagePort }
  | { type: "terminate"; id: number }
  | { type: "ping" };
export type FrameReply =
  /** It runs and has its port. */
  | { type: "up" }
  | { type: "terminated"; id: number }
  | { type: "pong" }
  /** A policy, its own or one that it inherited, has refused something in it. */
  | { type: "refused"; directive: string; uri: string }
  | { type: "failed"; id: number; part: "wasm" | "worker"; message: string };

/** First and only message a worker takes outside its port; it comes from the frame or the Node host. */
export type WorkerInit = {
  wasm: WebAssembly.Module;
  stdlib: ArrayBuffer;
  /** Shared among the workers in Node. */
  snapshot: ArrayBufferLike | null;
  python: ArrayBuffer;
  entropy: string;
  port: MessagePort;
  /** Build time only: boot without a snapshot and send one back. */
  makeSnapshot: boolean;
};

/** Worker → host. `heap` is the size of wasm memory in bytes. */
const failureSchema = z.object({
  type: z.string(),
  message: z.string(),
  line: z.number().int().nullable(),
  traceback: z.string(),
});
export const workerReplySchema = z.union([
  z.object({ id: z.number().int(), heap: z.number(), ok: z.unknown().refine((value) => value !== undefined) }),
  z.object({ id: z.number().int(), heap: z.number(), error: failureSchema }),
  z.object({ id: z.number().int(), fatal: z.string() }),
  z.object({
    id: z.literal(0),
    ready: z.object({
      python: z.string(),
      pyodide: z.string(),
      snapshot: z.enum(["used", "unusable"]),
      notice: z.string().nullable(),
    }),
  }),
]);
export type WorkerReply = z.infer<typeof workerReplySchema>;
export type Ready = Extract<WorkerReply, { ready: unknown }>["ready"];
