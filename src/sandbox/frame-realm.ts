import { CancelledError, PlaygroundError, randomId, SandboxError } from "@/domain";
import { Connection } from "./connection.ts";
import type { SandboxManifest } from "./manifest.ts";
import type { Realm } from "./pool.ts";
import { type Refusal, refusedError } from "./refusals.ts";
import { ASSET_NAMES, type AssetName, type FrameReply, type FrameRequest, type Ready } from "./wire.ts";

/** A first start has no end while files load: on a slow or a lost line, those who load them say what is going on. */
const NO_DEADLINE_MS = 2 ** 31 - 1;
/** With all files there. */
const BOOT_MS = 60_000;
/** A frame whose script runs says so at once; one whose script was refused never does. */
const UP_MS = 10_000;
/** The frame must answer a ping, and acknowledge an ended worker, within this; otherwise it is replaced as a whole. */
const ACK_MS = 1500;
/** Between a failure and the event that says why. */
const REFUSAL_MS = 100;
/** Frames that may die while one interpreter starts. */
const MAX_LOST = 3;

export type AssetLoader = (name: AssetName, signal: AbortSignal) => Promise<ArrayBuffer | null>;

type Frame = {
  element: HTMLIFrameElement;
  port: MessagePort;
  connections: Map<number, Connection>;
  /** Ended workers that the frame has not acknowledged yet. */
  waiting: Map<number, (acknowledged: boolean) => void>;
  /** A ping under way. */
  ping: { answered: Promise<void>; settle: () => void } | null;
  /** All files are in it. */
  filled: boolean;
  /** Ends the wait for a sign of life. */
  up: () => void;
  refused: Refusal[];
  gone: boolean;
  left: AbortController;
};

function frameDocument(manifest: SandboxManifest): string {
  const policy = `default-src 'none'; script-src '${manifest.frameHash}' 'wasm-unsafe-eval'; worker-src blob:`;
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${manifest.frameScript}</script>`;
}

/** Interpreters in workers of one opaque-origin frame without network (docs/runtime.md, "Isolation that held"). */
export class FrameRealm implements Realm {
  readonly #manifest: SandboxManifest;
  readonly #load: AssetLoader;
  readonly #onNotice: (message: string) => void;
  readonly #onFilled: () => void;
  #frame: Promise<Frame> | null = null;
  #nextId = 1;
  #disposed = false;

  /** `onFilled`: all files are there, what follows is quick. */
  constructor(
    manifest: SandboxManifest,
    load: AssetLoader,
    { onNotice, onFilled }: { onNotice: (message: string) => void; onFilled: () => void },
  ) {
    this.#manifest = manifest;
    this.#load = load;
    this.#onNotice = onNotice;
    this.#onFilled = onFilled;
  }

  /** @throws SandboxError "boot-failed", "interpreter-lost" (frames that die one after the other), CancelledError */
  async spawn(signal?: AbortSignal): Promise<{ connection: Connection; ready: Ready }> {
    for (let lost = 0; ; lost++) {
      try {
        return await this.#spawnOnce(signal);
      } catch (error) {
        // A neighbour took the frame with it; what starts here has done nothing.
        if (!(error instanceof SandboxError && error.code === "interpreter-lost") || lost >= MAX_LOST || this.#disposed) throw error;
      }
    }
  }

  async #spawnOnce(signal: AbortSignal | undefined): Promise<{ connection: Connection; ready: Ready }> {
    const opening = (this.#frame ??= this.#open());
    const frame = await opening.catch((error: unknown) => {
      if (this.#frame === opening) this.#frame = null;
      throw error;
    });
    if (signal?.aborted) throw new CancelledError();
    if (frame.gone) throw lostWithFrame();
    const id = this.#nextId++;
    const { port1, port2 } = new MessageChannel();
    const connection = new Connection({ port: port1, kill: () => this.#terminate(frame, id) });
    frame.connections.set(id, connection);
    send(frame, { type: "spawn", id, entropy: randomId(), port: port2 }, [port2]);
    return { connection, ready: await connection.ready(signal, frame.filled ? BOOT_MS : NO_DEADLINE_MS) };
  }

  /** A frame that was removed, navigated, hangs or crashed as a process tells nobody: it is asked. */
  async check(): Promise<void> {
    const frame = await this.#frame?.catch(() => null);
    if (!frame || frame.gone) return;
    frame.ping ??= this.#ping(frame);
    await frame.ping.answered;
  }

  dispose(): void {
    this.#disposed = true;
    void this.#frame?.then(
      (frame) => this.#remove(frame),
      () => {},
    );
  }

  async #open(): Promise<Frame> {
    if (this.#disposed) throw new SandboxError("closed", "The sandbox was closed.");
    const element = document.createElement("iframe");
    element.setAttribute("sandbox", "allow-scripts");
    element.setAttribute("allow", "");
    element.setAttribute("aria-hidden", "true");
    element.setAttribute("title", "Python sandbox");
    element.tabIndex = -1;
    element.hidden = true;
    try {
      element.srcdoc = frameDocument(this.#manifest);
    } catch (cause) {
      // Trusted types, which the page's host may demand.
      throw refusedError(`The browser refused the sandbox's document: ${String(cause)}`, [], cause);
    }
    const loaded = new Promise<void>((resolve) => element.addEventListener("load", () => resolve(), { once: true }));
    document.body.append(element);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    const frame: Frame = {
      element,
      port: port1,
      connections: new Map(),
      waiting: new Map(),
      ping: null,
      filled: false,
      up: () => {},
      refused: [],
      gone: false,
      left: new AbortController(),
    };
    frame.up = whenOverdue(
      () =>
        this.#remove(
          frame,
          refusedError(
            `The browser runs no script in the sandbox's frame. A Content-Security-Policy whose script-src lacks '${this.#manifest.frameHash}' does that.`,
            frame.refused,
          ),
        ),
      UP_MS,
    );
    port1.onmessage = (event: MessageEvent<FrameReply>) => this.#receive(frame, event.data);
    // An opaque origin cannot be named as a target; the port that goes along is the only thing sent this way.
    element.contentWindow?.postMessage("port", "*", [port2]);
    // Not awaited: workers start and parse their script while the rest still loads.
    const sent = ASSET_NAMES.map(async (name) => {
      const bytes = await this.#load(name, frame.left.signal);
      if (frame.gone) return;
      send(frame, { type: "asset", name, bytes }, bytes === null ? [] : [bytes]);
    });
    Promise.all(sent).then(
      () => this.#fill(frame),
      (error: unknown) => this.#remove(frame, error instanceof PlaygroundError ? error : undefined),
    );
    return frame;
  }

  /** From now on it is a matter of seconds; what hangs in silence is named as what it is. */
  #fill(frame: Frame): void {
    if (frame.gone) return;
    frame.filled = true;
    this.#onFilled();
    const starting = [...frame.connections.values()];
    setTimeout(() => {
      for (const connection of starting) {
        if (!connection.started) connection.kill(refusedError("Python has all its files and still does not start.", frame.refused));
      }
    }, BOOT_MS);
  }

  #ping(frame: Frame): { answered: Promise<void>; settle: () => void } {
    let settle: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      const cancel = whenOverdue(() => this.#abandon(frame));
      settle = () => {
        cancel();
        frame.ping = null;
        resolve();
      };
    });
    send(frame, { type: "ping" });
    return { answered, settle };
  }

  #receive(frame: Frame, reply: FrameReply): void {
    if (reply.type === "up") {
      frame.up();
      return;
    }
    if (reply.type === "refused") {
      frame.refused.push(reply);
      return;
    }
    if (reply.type === "pong") {
      frame.ping?.settle();
      return;
    }
    if (reply.type === "terminated") {
      frame.waiting.get(reply.id)?.(true);
      return;
    }
    const connection = frame.connections.get(reply.id);
    if (connection === undefined) return;
    if (connection.started) connection.kill(new SandboxError("crashed", `The interpreter's worker failed: ${reply.message}`));
    // What was refused is told in a task of its own, which may come after this one.
    else setTimeout(() => connection.kill(startFailure(reply.part, reply.message, frame.refused)), REFUSAL_MS);
  }

  /** Whether the frame acknowledged it; when not, the frame is given up. */
  #terminate(frame: Frame, id: number): Promise<boolean> {
    frame.connections.delete(id);
    if (frame.gone) return Promise.resolve(false);
    send(frame, { type: "terminate", id });
    return new Promise((resolve) => {
      const cancel = whenOverdue(() => this.#abandon(frame));
      frame.waiting.set(id, (acknowledged) => {
        cancel();
        frame.waiting.delete(id);
        resolve(acknowledged);
      });
    });
  }

  #abandon(frame: Frame): void {
    if (frame.gone) return;
    this.#remove(frame);
    if (!this.#disposed) this.#onNotice("The Python sandbox stopped answering and was rebuilt.");
  }

  /** Everything in the frame goes with it; what was in flight rejects as "interpreter-lost" and is asked again. */
  #remove(frame: Frame, reason: PlaygroundError = lostWithFrame()): void {
    frame.gone = true;
    frame.left.abort();
    frame.up();
    void this.#frame?.then((current) => {
      if (current === frame) this.#frame = null;
    });
    const lost = [...frame.connections.values()];
    frame.connections.clear();
    frame.element.remove();
    frame.port.close();
    for (const connection of lost) connection.kill(reason);
    for (const settle of frame.waiting.values()) settle(false);
    frame.ping?.settle();
  }
}

function startFailure(part: "wasm" | "worker", message: string, refusals: readonly Refusal[]): SandboxError {
  if (refusals.length > 0)
    return refusedError(
      part === "wasm" ? "The browser refused to compile Python." : "The browser refused to start Python's worker.",
      refusals,
      message,
    );
  if (part === "worker") return refusedError(`Python's worker could not be started: ${message}.`, [], message);
  return new SandboxError("boot-failed", `This browser could not compile Python: ${message}.`, {
    hint: "Close other tabs and try again, as it takes memory. If it stays so, the browser is too old or its WebAssembly is restricted: update it, or use another one.",
    retryable: true,
    cause: message,
  });
}

function lostWithFrame(): SandboxError {
  return new SandboxError("interpreter-lost", "The sandbox was rebuilt under this call.", { retryable: true });
}

function send(frame: Frame, request: FrameRequest, transfer: Transferable[] = []): void {
  frame.port.postMessage(request, transfer);
}

/**
 * Calls back when `ms` went by unanswered; returns how to cancel. A page that was busy for so long finds its
 * own timer due before the answer that lies beside it: the answer gets one more turn.
 */
function whenOverdue(work: () => void, ms = ACK_MS): () => void {
  let timer = setTimeout(() => {
    timer = setTimeout(work, ms / 5);
  }, ms);
  return () => clearTimeout(timer);
}
