import {
  type CallOptions,
  CancelledError,
  PlaygroundError,
  type PythonMethod,
  type PythonParams,
  PythonError,
  pythonMethods,
  type PythonResult,
  SandboxError,
  untilAborted,
} from "@/domain";
import { MAX_CALL_CHARS, MAX_REPLY_CHARS, type Ready, type WorkerReply, workerReplySchema } from "./wire.ts";

/** One worker as the pool sees it. `kill` tells whether its realm could still end it: if not, all of it is lost. */
export type WorkerHandle = { port: MessagePort; kill: () => Promise<boolean> };

const BOOT_MS = 60_000;

type Pending = { id: number; settle: (outcome: WorkerReply | PlaygroundError) => void };

/**
 * The host's end of one worker's port: strings only, length-capped, schema-checked, one call in flight. A stray
 * or malformed message is a protocol violation, which costs the worker its life: nothing behind it is trusted.
 */
export class Connection {
  alive = true;
  /** Its interpreter has said that it is ready. */
  started = false;
  heapBytes = 0;
  readonly #worker: WorkerHandle;
  #pending: Pending | null = null;
  /** Why it ended. What its own code did while nobody waited is told to the next who asks. */
  #ended: PlaygroundError | null = null;
  #lastId = 0;

  constructor(worker: WorkerHandle) {
    this.#worker = worker;
    worker.port.onmessage = (event: MessageEvent<unknown>) => this.#receive(event.data);
  }

  /** @throws SandboxError "boot-failed" */
  async ready(signal?: AbortSignal, deadlineMs = BOOT_MS): Promise<Ready> {
    const reply = await this.#exchange(0, null, { deadlineMs, signal }).catch((error: unknown) => {
      // Those say what was in the way.
      if (!(error instanceof SandboxError) || error.code === "interpreter-lost" || error.code === "boot-failed") throw error;
      throw new SandboxError("boot-failed", `Python did not start: ${error.message}`, {
        hint: "Try again, or close other tabs first: the device may be short of memory.",
        retryable: true,
        cause: error,
      });
    });
    if ("ready" in reply) {
      this.started = true;
      return reply.ready;
    }
    this.kill();
    throw new SandboxError("boot-failed", "Python did not start: unexpected first message", { retryable: true });
  }

  async call<M extends PythonMethod>(method: M, params: PythonParams<M>, options: CallOptions): Promise<PythonResult<M>> {
    const id = ++this.#lastId;
    const message = JSON.stringify({ id, method, params: JSON.stringify(pythonMethods[method].params.parse(params)) });
    if (message.length > MAX_CALL_CHARS) {
      throw new SandboxError("size-limit", `The input for Python has ${message.length} characters, more than ${MAX_CALL_CHARS}.`);
    }
    const reply = await this.#exchange(id, message, options);
    if ("error" in reply) throw new PythonError(reply.error);
    const result = "ok" in reply ? pythonMethods[method].result.safeParse(reply.ok) : null;
    if (result === null || !result.success) {
      const reason = new SandboxError("protocol-violation", `The interpreter's reply to ${method} is not of the agreed form.`);
      this.kill(reason);
      throw reason;
    }
    return result.data as PythonResult<M>;
  }

  /** Ends the worker; a call in flight rejects with `reason`. */
  kill(reason: PlaygroundError = new SandboxError("closed", "The interpreter was ended.")): void {
    if (!this.alive) return;
    void this.#end(reason);
    this.#pending?.settle(reason);
  }

  #end(reason: PlaygroundError | null): Promise<boolean> {
    this.alive = false;
    this.#ended = reason;
    this.#worker.port.onmessage = null;
    this.#worker.port.close();
    return this.#worker.kill();
  }

  #exchange(id: number, message: string | null, { deadlineMs, signal }: CallOptions): Promise<WorkerReply> {
    if (!this.alive) return Promise.reject(this.#ended ?? new SandboxError("closed", "The interpreter was ended."));
    if (signal?.aborted) return Promise.reject(new CancelledError());
    if (this.#pending !== null) throw new Error("one call in flight at a time");
    const answered = new Promise<WorkerReply>((resolve, reject) => {
      const timer = setTimeout(() => {
        // A realm that does not answer either is at fault itself, or harmed by a neighbour.
        void this.#end(null).then((ended) => {
          this.#ended = ended
            ? new SandboxError("time-limit", `No answer within ${deadlineMs / 1000} s; the interpreter was ended.`)
            : new SandboxError("interpreter-lost", "The sandbox stopped answering under this call.", { retryable: true });
          settle(this.#ended);
        });
      }, deadlineMs);
      const settle = (outcome: WorkerReply | PlaygroundError): void => {
        if (this.#pending?.id !== id) return;
        this.#pending = null;
        clearTimeout(timer);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      this.#pending = { id, settle };
    });
    if (message !== null) this.#worker.port.postMessage(message);
    return untilAborted(answered, signal, () => this.kill());
  }

  #receive(data: unknown): void {
    if (!this.alive) return;
    const reply = parseReply(data);
    if (reply === null || this.#pending?.id !== reply.id) {
      this.kill(new SandboxError("protocol-violation", "The interpreter sent what was not asked for and was ended."));
      return;
    }
    if ("heap" in reply) this.heapBytes = reply.heap;
    if ("fatal" in reply) {
      this.kill(new SandboxError("crashed", `The interpreter crashed: ${reply.fatal}`));
      return;
    }
    this.#pending.settle(reply);
  }
}

function parseReply(data: unknown): WorkerReply | null {
  if (typeof data !== "string" || data.length > MAX_REPLY_CHARS) return null;
  try {
    return workerReplySchema.parse(JSON.parse(data));
  } catch {
    return null;
  }
}
