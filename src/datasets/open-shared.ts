import type { Remote } from "comlink";
import { CancelledError, ImportError, type Trace } from "@/domain";
import type { ImportWorkerApi } from "./import-worker.ts";
import { decodeShared, decodeSharedFile, type Opened, type Shared } from "./share-link.ts";
import { callWorker, importWorker } from "./worker-call.ts";

async function openInWorker<T>(
  call: (api: Remote<ImportWorkerApi>) => PromiseLike<Opened<T>>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const opened = await callWorker<ImportWorkerApi, Opened<T>>(importWorker, call, signal);
  if (signal?.aborted === true) throw new CancelledError();
  if ("value" in opened) return opened.value;
  const { code, message, hint } = opened.fault;
  throw new ImportError(code, message, hint === undefined ? {} : { hint });
}

/**
 * `decodeShared`, in a worker where there are workers (a link unpacks to megabytes), here otherwise (Node).
 * @throws ImportError "too-large", "newer-version", "wrong-kind"; CancelledError, WorkerLostError
 */
export function openShared(text: string, signal?: AbortSignal): Promise<Shared> {
  return typeof Worker === "undefined" ? decodeShared(text, signal) : openInWorker((api) => api.open(text), signal);
}

/** `decodeSharedFile`, likewise. @throws as `openShared` */
export function readSharedFile(file: Blob, signal?: AbortSignal): Promise<Shared | Trace> {
  return typeof Worker === "undefined" ? decodeSharedFile(file) : openInWorker((api) => api.openFile(file), signal);
}
