import { type Remote, wrap } from "comlink";
import { CancelledError, PlaygroundError, untilAborted } from "@/domain";

/** The worker ended, or could not start, before it answered. */
export class WorkerLostError extends PlaygroundError<"worker-lost"> {
  override readonly name = "WorkerLostError";
}

function started(create: () => Worker): Worker {
  try {
    return create();
  } catch (error) {
    throw new WorkerLostError("worker-lost", "The worker could not be started.", { retryable: true, cause: error });
  }
}

/** Reads files and links. */
export const importWorker = (): Worker => new Worker(new URL("./import-worker.ts", import.meta.url), { type: "module" });

/**
 * One call to a worker of ours that is made for it and terminated after it. A comlink call never settles when
 * its worker dies, so it is raced against death and abort. @throws CancelledError, WorkerLostError
 */
export async function callWorker<Api, T>(
  create: () => Worker,
  call: (api: Remote<Api>) => PromiseLike<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted === true) throw new CancelledError();
  const worker = started(create);
  const ended = new AbortController();
  try {
    const death = new Promise<never>((_resolve, reject) => {
      const lose = (event: Event): void => {
        const reason = "message" in event && typeof event.message === "string" ? event.message : "";
        reject(
          new WorkerLostError("worker-lost", reason === "" ? "The worker ended." : `The worker ended: ${reason}`, { retryable: true }),
        );
      };
      worker.addEventListener("error", lose, { signal: ended.signal });
      worker.addEventListener("messageerror", lose, { signal: ended.signal });
    });
    return await untilAborted(Promise.race([call(wrap<Api>(worker)), death]), signal);
  } finally {
    ended.abort();
    worker.terminate();
  }
}
