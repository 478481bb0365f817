import { CancelledError, ImportError } from "@/domain";
import type { ImportWorkerApi } from "./import-worker.ts";
import { decodeShared, type OpenedLink, type Shared } from "./share-link.ts";
import { callWorker, importWorker } from "./worker-call.ts";

/**
 * `decodeShared`, in a worker where there are workers (a link unpacks to megabytes), here otherwise (Node).
 * @throws ImportError "too-large", "newer-version", "wrong-kind"; CancelledError, WorkerLostError
 */
export async function openShared(text: string, signal?: AbortSignal): Promise<Shared> {
  if (typeof Worker === "undefined") return await decodeShared(text, signal);
  const opened = await callWorker<ImportWorkerApi, OpenedLink>(importWorker, (api) => api.open(text), signal);
  if (signal?.aborted === true) throw new CancelledError();
  if ("shared" in opened) return opened.shared;
  const { code, message, hint } = opened.fault;
  throw new ImportError(code, message, hint === undefined ? {} : { hint });
}
