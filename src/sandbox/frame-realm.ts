import { CancelledError, SandboxError } from "@/domain";
import { Connection } from "./connection.ts";
import type { SandboxManifest } from "./manifest.ts";
import type { Realm } from "./pool.ts";
import type { AssetName, FrameReply, FrameRequest, Ready } from "./wire.ts";

/** The first start waits for some 13 MB, which take their time on a slow line. */
const FIRST_BOOT_MS = 15 * 60_000;
/** The frame must acknowledge an ended worker within this; otherwise it is replaced as a whole. */
const ACK_MS = 1500;

export type AssetLoader = (name: AssetName) => Promise<ArrayBuffer | null>;

type Frame = {
  element: HTMLIFrameElement;
  port: MessagePort;
  connections: Map<number, Connection>;
  waiting: Map<number, ReturnType<typeof setTimeout>>;
  filled: boolean;
};

function frameDocument(manifest: SandboxManifest): string {
  const policy = `default-src 'none'; script-src '${manifest.frameHash}' 'wasm-unsafe-eval'; worker-src blob:`;
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${manifest.frameScript}</script>`;
}

/** Interpreters in workers of one opaque-origin frame without network (RUNTIME.md, "Isolation that held"). */
export class FrameRealm implements Realm {
  readonly #manifest: SandboxManifest;
  readonly #load: AssetLoader;
  readonly #onNotice: (message: string) => void;
  #frame: Promise<Frame> | null = null;
  #nextId = 1;
  #disposed = false;

  constructor(manifest: SandboxManifest, load: AssetLoader, onNotice: (message: string) => void) {
    this.#manifest = manifest;
    this.#load = load;
    this.#onNotice = onNotice;
  }

  async spawn(signal?: AbortSignal): Promise<{ connection: Connection; ready: Ready }> {
    const opening = (this.#frame ??= this.#open());
    const frame = await opening.catch((error: unknown) => {
      if (this.#frame === opening) this.#frame = null;
      throw error;
    });
    if (signal?.aborted) throw new CancelledError();
    const id = this.#nextId++;
    const { port1, port2 } = new MessageChannel();
    const connection = new Connection({ port: port1, kill: () => this.#terminate(frame, id) });
    frame.connections.set(id, connection);
    send(frame, { type: "spawn", id, entropy: crypto.randomUUID(), port: port2 }, [port2]);
    return { connection, ready: await connection.ready(signal, frame.filled ? undefined : FIRST_BOOT_MS) };
  }

  dispose(): void {
    this.#disposed = true;
    void this.#frame?.then((frame) => this.#remove(frame), () => {});
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
    element.srcdoc = frameDocument(this.#manifest);
    const loaded = new Promise<void>((resolve) => element.addEventListener("load", () => resolve(), { once: true }));
    document.body.append(element);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    const frame: Frame = { element, port: port1, connections: new Map(), waiting: new Map(), filled: false };
    port1.onmessage = (event: MessageEvent<FrameReply>) => this.#receive(frame, event.data);
    // An opaque origin cannot be named as a target; the port that goes along is the only thing sent this way.
    element.contentWindow?.postMessage("port", "*", [port2]);
    const names: AssetName[] = ["script", "wasm", "snapshot", "stdlib", "python"];
    // Not awaited: workers start and parse their script while the rest still loads.
    const sent = names.map(async (name) => {
      const bytes = await this.#load(name);
      send(frame, { type: "asset", name, bytes }, bytes === null ? [] : [bytes]);
    });
    Promise.all(sent).then(
      () => {
        frame.filled = true;
      },
      (error: unknown) => this.#remove(frame, error instanceof SandboxError ? error : undefined),
    );
    return frame;
  }

  #receive(frame: Frame, reply: FrameReply): void {
    if (reply.type === "terminated") {
      clearTimeout(frame.waiting.get(reply.id));
      frame.waiting.delete(reply.id);
      return;
    }
    if (reply.id !== null) frame.connections.get(reply.id)?.kill(new SandboxError("crashed", `The interpreter's worker failed: ${reply.message}`));
  }

  #terminate(frame: Frame, id: number): void {
    frame.connections.delete(id);
    send(frame, { type: "terminate", id });
    frame.waiting.set(
      id,
      setTimeout(() => {
        this.#onNotice("The Python sandbox stopped answering and was rebuilt.");
        this.#remove(frame);
      }, ACK_MS),
    );
  }

  /** Everything in the frame goes with it; what was in flight rejects as "interpreter-lost" and is asked again. */
  #remove(frame: Frame, reason = new SandboxError("interpreter-lost", "The sandbox was rebuilt under this call.", { retryable: true })): void {
    void this.#frame?.then((current) => {
      if (current === frame) this.#frame = null;
    });
    const lost = [...frame.connections.values()];
    frame.connections.clear();
    frame.element.remove();
    frame.port.close();
    for (const connection of lost) connection.kill(reason);
    for (const timer of frame.waiting.values()) clearTimeout(timer);
    frame.waiting.clear();
  }
}

function send(frame: Frame, request: FrameRequest, transfer: Transferable[] = []): void {
  frame.port.postMessage(request, transfer);
}
